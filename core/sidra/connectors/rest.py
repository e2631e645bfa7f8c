"""Connectors of protocol `rest`: one pooled client each, bounded in time and size, never redirected."""

from __future__ import annotations

import base64
import threading
import time
import weakref
from typing import Any
from urllib.parse import quote, urlunsplit

import httpx
import orjson

from sidra.connectors.addresses import base_parts, target_of
from sidra.connectors.failures import (
    CallFailed,
    Failing,
    NotConfigured,
    Refused,
    TimedOut,
    Unproven,
    Unreachable,
    Unreadable,
)
from sidra.connectors.protocols import Endpoint
from sidra.connectors.templates import address, body
from sidra_metamodel.kinds.interfaces.connector import FromEnvironment, Operation

MAX_BYTES = 1024 * 1024
CONNECTIONS = 8
AFFILIATE = "{affiliate}"
OK, MULTIPLE, CLIENT, UNAUTHORIZED, TOO_LATE, TOO_MANY, SERVER = 200, 300, 400, 401, 408, 429, 500
LEAST_TOKEN_SECONDS = 30.0
"""A token that ends sooner than this is had anew."""
DEFAULT_TOKEN_SECONDS = 300.0
LATER = "try again a little later"
COMPARE = "compare what it answers with the connector's `each` and `returns`"


class RestClient:
    """Asks one system over HTTP."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        # No proxy, password file or certificate that the environment names besides: the connector's words decide.
        self._client = httpx.Client(follow_redirects=False, trust_env=False, limits=limits)
        # Connections end with the Runtime that they were opened for: after a reload nobody else would close them.
        weakref.finalize(self, self._client.close)
        self._lock = threading.Lock()
        self._token = ""
        self._token_until = 0.0

    def ask(self, operation: Operation, values: Any, seconds: float) -> Any:  # noqa: ANN401 - as Client
        """What the system answers; raises CallFailed."""
        until = time.monotonic() + seconds
        proof = self._authorization(until)
        try:
            if operation.post is not None:
                where, sent = address(operation.post, values), orjson.dumps(body(operation.body, values))
                return self._sent("POST", where, sent, "application/json", proof, until)
            return self._sent("GET", address(operation.get or "/", values), None, "", proof, until)
        except Unproven:
            self._forget(proof)
            raise

    def _sent(self, method: str, where: str, content: bytes | None, kind: str, proof: str, until: float) -> Any:  # noqa: ANN401 - any JSON; a request has these parts
        if not where.startswith("/") or where.startswith("//"):
            # It would go on with the host's name, and take the secret elsewhere.
            raise NotConfigured("a path of the connector does not begin with one `/`", hint="run `sidra check`")
        parts = base_parts(self._value(self._base()), self._base().environment)
        target = target_of(parts, internal=self._endpoint.connector.internal)
        literal = f"[{target}]" if ":" in target else target
        port = f":{parts.port}" if parts.port else ""
        url = urlunsplit((parts.scheme, f"{literal}{port}", "", "", "")) + parts.path.rstrip("/") + where
        headers = {"Host": parts.netloc, "Accept": "application/json", "Accept-Encoding": "identity"}
        if kind:
            headers["Content-Type"] = kind
        if proof:
            headers["Authorization"] = proof
        left = max(until - time.monotonic(), 0.001)
        try:
            # Connected to the address that was looked at, so that no second look-up leads elsewhere; the certificate
            # is still that of the name.
            with self._client.stream(
                method,
                url,
                content=content,
                headers=headers,
                timeout=httpx.Timeout(left),
                extensions={"sni_hostname": parts.hostname or ""},
            ) as response:
                return _read(response, until)
        except httpx.TimeoutException as error:
            raise TimedOut("the system did not answer in time", hint=LATER) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise Unreachable("the system cannot be reached", hint=LATER) from error

    def _forget(self, proof: str) -> None:
        """Ask for another token next time, unless another thread has one already."""
        with self._lock:
            if proof.endswith(self._token):
                self._token_until = 0.0

    def _base(self) -> FromEnvironment:
        found = self._endpoint.connector.base_url
        if found is None:
            raise NotConfigured("the connector has no address", hint="run `sidra check`")
        return found

    def _value(self, named: FromEnvironment | str | None) -> str:
        """What the environment says; raises NotConfigured, also for what stands in YAML itself."""
        name = named.environment if isinstance(named, FromEnvironment) else ""
        value = self._endpoint.environ.get(name, "")
        if not value:
            raise NotConfigured(f"the variable `{name}` is not set", hint=f"set `{name}`, and start the server anew")
        return value.replace(AFFILIATE, quote(self._endpoint.affiliate, safe=""))

    def _authorization(self, until: float) -> str:
        auth = self._endpoint.connector.auth
        match auth.kind_ if auth is not None else "none":
            case "basic":
                pair = f"{self._value(auth.user if auth else None)}:{self._value(auth.secret if auth else None)}"
                return "Basic " + base64.b64encode(pair.encode()).decode("ascii")
            case "bearer":
                return f"Bearer {self._value(auth.secret if auth else None)}"
            case "oauth2_client":
                return f"Bearer {self._access_token(until)}"
        return ""

    def _access_token(self, until: float) -> str:
        """A token of this client, had anew shortly before it ends; one thread gets it for all."""
        auth = self._endpoint.connector.auth
        if not self._lock.acquire(timeout=max(until - time.monotonic(), 0.001)):
            raise TimedOut("the system gave no token in time", hint=LATER)
        try:
            if auth is None or time.monotonic() < self._token_until:
                return self._token
            client = self._value(auth.client) if auth.client is not None else self._endpoint.connector.name
            form = {"grant_type": "client_credentials", **({"scope": auth.scope} if auth.scope else {})}
            pair = f"{quote(client, safe='')}:{quote(self._value(auth.secret), safe='')}"
            proof = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
            sent = "&".join(f"{name}={quote(text, safe='')}" for name, text in form.items()).encode()
            found = self._sent("POST", auth.token_path, sent, "application/x-www-form-urlencoded", proof, until)
            token = found.get("access_token") if isinstance(found, dict) else None
            if not isinstance(token, str) or not token.isascii() or not token.isprintable():
                raise Unreadable("the system gave no token", hint="see that `token_path` leads to where tokens are had")
            ends = found.get("expires_in")
            lasts = float(ends) if isinstance(ends, int | float) else DEFAULT_TOKEN_SECONDS
            self._token, self._token_until = token, time.monotonic() + max(lasts - LEAST_TOKEN_SECONDS, 0.0)
            return token
        finally:
            self._lock.release()


def _read(response: httpx.Response, until: float) -> Any:  # noqa: ANN401 - any JSON
    failure = _failure(response.status_code)
    if failure is not None:
        raise failure
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        if len(content) > MAX_BYTES:
            raise Unreadable("the system answered too much at once", hint=COMPARE)
        if time.monotonic() > until:
            raise TimedOut("the system did not answer in time", hint=LATER)
    try:
        return orjson.loads(bytes(content))
    except orjson.JSONDecodeError as error:
        raise Unreadable("the system did not answer with JSON", hint=COMPARE) from error


def _failure(status: int) -> CallFailed | None:
    """What a status other than success means; none is followed elsewhere."""
    if status < OK or status >= SERVER or status in {TOO_LATE, TOO_MANY}:
        return Failing(f"the system answered with status {status}", hint=LATER)
    if status >= MULTIPLE:
        kind = Unproven if status == UNAUTHORIZED else Refused
        hint = "see that the address and the secret are right" if status >= CLIENT else "redirects are not followed"
        return kind(f"the system answered with status {status}", hint=hint)
    return None
