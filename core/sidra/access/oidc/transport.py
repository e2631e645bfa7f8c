"""Requests to identity providers: bounded in time and size, never redirected, to addresses that a provider can have."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import orjson

from sidra.access.oidc.refusals import ProviderUnreachable

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 5.0, 5.0, 15.0
MAX_BYTES = 512 * 1024
DEFAULT_PORTS = {"https": 443, "http": 80}
OK = 200

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
# What a provider answers is JSON of any shape.
Answer = dict[str, Any]


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Transport:
    """Asks one provider; `is_local` where its issuer is on this machine, which is for trials."""

    def __init__(self, *, is_local: bool, resolve: Resolve = resolved) -> None:
        self._is_local, self._resolve = is_local, resolve
        # No proxy, password file or certificate that the environment names: the operator's file alone decides.
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.Client(follow_redirects=False, trust_env=False, timeout=timeout)

    def get(self, url: str) -> Answer:
        """The JSON at an address; raises ProviderUnreachable."""
        return self._ask("GET", url, None, {})

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """The JSON that answers a form; raises ProviderUnreachable."""
        return self._ask("POST", url, form, headers)

    def _ask(self, method: str, url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> Answer:
        target, host = self._target(url)
        sent = {**headers, "Host": host, "Accept": "application/json", "Accept-Encoding": "identity"}
        until = time.monotonic() + TOTAL_SECONDS
        try:
            # Connected to the address that was looked at, so that no second look-up leads elsewhere; the certificate
            # is still that of the name.
            name = {"sni_hostname": urlsplit(url).hostname}
            with self._client.stream(method, target, data=form, headers=sent, extensions=name) as response:
                return _read(response, until)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise ProviderUnreachable(type(error).__name__) from error

    def _target(self, url: str) -> tuple[str, str]:
        """The address to connect to, and the name of the host; raises ProviderUnreachable for one that cannot be."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
            addresses = self._resolve(host, port) if host else []
        except (OSError, ValueError) as error:
            raise ProviderUnreachable("name") from error
        if parts.scheme != "https" and not (self._is_local and parts.scheme == "http"):
            raise ProviderUnreachable("scheme")
        if not addresses or not all(self._may_connect(one) for one in addresses):
            raise ProviderUnreachable("address")
        literal = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
        return urlunsplit((parts.scheme, f"{literal}:{port}", parts.path or "/", parts.query, "")), parts.netloc

    def _may_connect(self, text: str) -> bool:
        """Whether a provider can be there: also in the company's own network, never where a cloud keeps its secrets."""
        address: Address = ipaddress.ip_address(text.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if address.is_loopback or self._is_local:
            return address.is_loopback and self._is_local
        return not (address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved)


def _read(response: httpx.Response, until: float) -> Answer:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_BYTES:
            raise ProviderUnreachable("size")
        if time.monotonic() > until:
            raise ProviderUnreachable("time")
    if response.status_code != OK:
        raise ProviderUnreachable(f"status {response.status_code}")
    try:
        found = orjson.loads(bytes(body))
    except orjson.JSONDecodeError as error:
        raise ProviderUnreachable("json") from error
    if not isinstance(found, dict):
        raise ProviderUnreachable("json")
    return found
