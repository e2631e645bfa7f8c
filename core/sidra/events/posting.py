"""How an event reaches a subscriber: posted over a connection that is kept, bounded in time, never redirected."""

from __future__ import annotations

import time
import weakref
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx

from sidra.connectors.addresses import PORTS, Resolve, foreign_target, resolved
from sidra.connectors.failures import CallFailed, Failing, NotAllowed, Refused, TimedOut, Unreachable
from sidra.errors import SidraError
from sidra.events.signing import HEADER, signature

SECONDS = 10.0
"""A subscriber answers within, or counts as away."""
CONNECTIONS = 8
MAX_CALLBACK = 1000
OK, MULTIPLE, CLIENT, SERVER = 200, 300, 400, 500
BUSY = frozenset({408, 429})
"""What a client may be told although nothing is wrong with what it sent."""


class CallbackRefused(SidraError):
    """Events are not sent to this address."""

    code = "R170"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a subscriber is: looked up once, so that no second look-up leads elsewhere."""

    url: str
    host: str
    name: str


def target_of(callback: str, *, loopback: bool, resolve: Resolve = resolved) -> Target:
    """Where a callback leads; raises CallbackRefused for an address that nothing is sent to, Unreachable for none."""
    try:
        parts = urlsplit(callback)
        is_one = parts.scheme in PORTS and bool(parts.hostname) and not parts.fragment and parts.username is None
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        is_one = False
    if not is_one or not callback.isascii() or not callback.isprintable() or len(callback) > MAX_CALLBACK:
        raise CallbackRefused("the callback is no address", hint="write such as `https://billing.example/listener`")
    try:
        found = foreign_target(parts, loopback=loopback, resolve=resolve)
    except NotAllowed as error:
        raise CallbackRefused(error.reason, hint=error.hint) from error
    literal = f"[{found}]" if ":" in found else found
    url = urlunsplit((parts.scheme, f"{literal}{port}", parts.path or "/", parts.query, ""))
    return Target(url, parts.netloc, parts.hostname or "")


class Poster:
    """Posts events; one a process, whose connections are kept from batch to batch."""

    def __init__(self, seconds: float = SECONDS) -> None:
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        # No proxy, password file or certificate that the environment names besides.
        self._client = httpx.Client(follow_redirects=False, trust_env=False, limits=limits)
        self._seconds = seconds
        weakref.finalize(self, self._client.close)

    def post(self, target: Target, body: bytes, secret: str) -> None:
        """Tell a subscriber; raises Refused for what it will not have, another CallFailed where it is away."""
        headers = {"Host": target.host, "Content-Type": "application/json", "Accept-Encoding": "identity"}
        if secret:
            headers[HEADER] = signature(secret, body, int(time.time()))
        until = time.monotonic() + self._seconds
        try:
            with self._client.stream(
                "POST",
                target.url,
                content=body,
                headers=headers,
                timeout=httpx.Timeout(self._seconds),
                extensions={"sni_hostname": target.name},
            ) as response:
                failure = _failure(response.status_code)
                _drain(response, until)
        except httpx.TimeoutException as error:
            raise TimedOut("the subscriber did not answer in time", hint="see that it runs") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise Unreachable("the subscriber cannot be reached", hint="see that it runs") from error
        if failure is not None:
            raise failure


MAX_ANSWER = 64 * 1024
"""Bytes of an answer, which nobody reads, that are taken for the sake of the connection."""


def _drain(response: httpx.Response, until: float) -> None:
    taken = 0
    for chunk in response.iter_raw():
        taken += len(chunk)
        if taken > MAX_ANSWER or time.monotonic() > until:
            return


def _failure(status: int) -> CallFailed | None:
    if OK <= status < MULTIPLE:
        return None
    if CLIENT <= status < SERVER and status not in BUSY:
        return Refused(f"the subscriber answered with status {status}", hint="see its log")
    if MULTIPLE <= status < CLIENT:
        return Refused(f"the subscriber answered with status {status}", hint="redirects are not followed")
    return Failing(f"the subscriber answered with status {status}", hint="see its log")
