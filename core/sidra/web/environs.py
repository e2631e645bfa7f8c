"""A request as the server hands it over, put into the form that WSGI asks for."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from types import MappingProxyType
from typing import Any

from sidra.web.answers import Environ

# The server's own classes, which have no types at run time.
Untyped = Any

STREAM = "sidra.stream"
"""Where an answer leaves the stream that it wants to become, at a server that offers this."""
BASIC: Mapping[str, object] = MappingProxyType(
    {
        "SCRIPT_NAME": "",
        "SERVER_SOFTWARE": "Granian",
        "wsgi.version": (1, 0),
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        STREAM: None,
    }
)
BARE = MappingProxyType({"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"})
REPLACED = "\N{REPLACEMENT CHARACTER}".encode()
NO_UTF_8 = b"\xff"


def environ_of(scope: Untyped) -> Environ:
    """The environment of a request; `wsgi.input` is still missing."""
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        **BASIC,
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": scope.scheme,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _path(scope.path),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
    }
    for name, value in scope.headers.items():
        key = _key(name)
        if "_" in name:
            # It would pass for the one with a hyphen, which a proxy sets or takes away.
            continue
        if key in environ:
            # What is sent several times is one list; cookies have a mark of their own.
            environ[key] += (";" if key == "HTTP_COOKIE" else ",") + value
        else:
            environ[key] = value
    # What is no text comes without its value: a condition or a token that cannot be read was given all the same.
    names = scope.headers.keys()
    for name in names:
        if "_" not in name:
            environ.setdefault(_key(name), "")
    return environ


def _key(name: str) -> str:
    return BARE.get(name) or f"HTTP_{name.replace('-', '_').upper()}"


def _path(path: str) -> str:
    if path.isascii():
        return path
    # Bytes that are no UTF-8 arrive replaced; they must not become an address that somebody could have meant.
    return path.encode().replace(REPLACED, NO_UTF_8).decode("latin-1")


class Body:
    """The body of a request, which comes in on the event loop; who reads it need not be there."""

    def __init__(self, protocol: Untyped, loop: asyncio.AbstractEventLoop) -> None:
        self._protocol, self._loop = protocol, loop
        self._pieces: Untyped = None
        self._left: deque[bytes] = deque()

    def begin_read(self, size: int) -> Future[bytes]:
        """Ask for so many bytes at most; empty where there are no more."""
        if self._left:
            ready: Future[bytes] = Future()
            ready.set_result(self._take(self._left.popleft(), size))
            return ready
        return asyncio.run_coroutine_threadsafe(self._next(size), self._loop)

    def read(self, size: int) -> bytes:
        """The same for who waits."""
        return self.begin_read(size).result()

    async def _next(self, size: int) -> bytes:
        if self._pieces is None:
            self._pieces = aiter(self._protocol)
        return self._take(await anext(self._pieces, b""), size)

    def _take(self, piece: bytes, size: int) -> bytes:
        if len(piece) > size:
            self._left.appendleft(piece[size:])
        return piece[:size]
