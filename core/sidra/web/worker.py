"""A process of the server: each request has a thread as long as it is answered, and an open stream has none.

Granian hands requests over in the form of RSGI, in threads of its own. There the WSGI application answers in place, as
it does behind Granian's own WSGI, so that an ordinary request never meets the event loop. The loop, which has the main
thread for itself, only passes on bodies and tells when a client of a stream is gone.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, nullcontext
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import structlog
from granian import _granian
from granian.server.mp import WorkerProcess

from sidra.live.stream import Stream
from sidra.web.answers import Environ
from sidra.web.environs import STREAM, Body, environ_of
from sidra.web.headers import PRIVATE, secured
from sidra.web.log import frames
from sidra.web.patience import THREADS
from sidra.web.stopping import ENDING

if TYPE_CHECKING:
    from sidra.web.serving import Answering

# Granian's own classes, whose types are not those that it publishes.
Untyped = Any
NATIVE: Untyped = _granian

STREAM_HEADERS = [("Content-Type", "text/event-stream; charset=utf-8"), PRIVATE, ("X-Accel-Buffering", "no")]
MANY_BYTES = 1024 * 1024
"""More of an answer that is made piece by piece goes by way of a file: the server takes pieces faster than clients."""
NAMED_SECONDS = 60.0
"""How long such a file has a name; who sends it has it open by then, and nobody else ever needs it."""


class Requests(NATIVE.CallbackScheduler):  # type: ignore[misc]  # see Untyped
    """Answers each request in the thread in which the server hands it over."""

    __slots__ = ("_app", "_event_loop", "_folder", "_streams", "_watching")

    def __new__(cls, answering: Answering, loop: asyncio.AbstractEventLoop, folder: Path) -> Self:
        """The server's own part knows no more than the loop."""
        del answering, folder
        made: Self = super().__new__(cls, loop, None, None, None, None)
        return made

    def __init__(self, answering: Answering, loop: asyncio.AbstractEventLoop, folder: Path) -> None:
        """folder: where large answers may lie that are made piece by piece."""
        self._app, self._streams = answering
        self._event_loop, self._folder = loop, folder
        self._watching: set[Future[None]] = set()
        self._schedule_fn = self.answer  # type: ignore[misc]  # it is in those of the base

    def answer(self, watcher: Untyped) -> None:
        """Answer a request."""
        protocol = watcher.proto
        try:
            self._answer(watcher.scope, protocol)
        except Exception as error:  # noqa: BLE001 - the edge of the process: nobody else would tell the client
            structlog.get_logger("sidra.web").error("not answered", error=type(error).__name__, frames=frames(error))
            protocol.response_empty(500, [])

    def _answer(self, scope: Untyped, protocol: Untyped) -> None:
        environ = environ_of(scope)
        environ["wsgi.input"] = Body(protocol, self._event_loop)
        head = _Head()
        body = self._app(environ, head)
        stream = environ[STREAM]
        if stream is not None:
            self._open(stream, environ, protocol)
        elif isinstance(body, list):
            protocol.response_bytes(head.status, head.headers, b"".join(body))
        else:
            self._send(protocol, head, body)

    def _open(self, stream: Stream, environ: Environ, protocol: Untyped) -> None:
        headers = secured(STREAM_HEADERS, is_secure=environ["wsgi.url_scheme"] == "https")
        outlet = protocol.response_stream(200, [(name.lower(), value) for name, value in headers])
        if self._streams.open(stream, outlet.send_bytes):
            watch = asyncio.run_coroutine_threadsafe(self._watch(stream, protocol), self._event_loop)
            # The loop itself does not keep what it waits for.
            self._watching.add(watch)
            watch.add_done_callback(self._watching.discard)

    async def _watch(self, stream: Stream, protocol: Untyped) -> None:
        await protocol.client_disconnect()
        self._streams.close(stream)

    def _send(self, protocol: Untyped, head: _Head, body: Untyped) -> None:
        """Send an answer that is made piece by piece: whole, or not at all where its making fails."""
        with closing(body) if hasattr(body, "close") else nullcontext():
            pieces = iter(body)
            first = _some(pieces)
            following = next(pieces, None)
            path = None if following is None else self._filed(chain((first, following), pieces))
        if path is None:
            protocol.response_bytes(head.status, head.headers, first)
            return
        protocol.response_file(head.status, head.headers, str(path))
        loop = self._event_loop
        loop.call_soon_threadsafe(lambda: loop.call_later(NAMED_SECONDS, path.unlink))

    def _filed(self, pieces: Iterable[bytes]) -> Path:
        number, name = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(number, "wb") as file:
                file.writelines(pieces)
        except BaseException:
            Path(name).unlink()
            raise
        return Path(name)


class _Head:
    """What `start_response` is told."""

    __slots__ = ("headers", "status")

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        del exc_info
        self.status, self.headers = int(status[:3]), headers


def _some(pieces: Iterator[bytes]) -> bytes:
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) >= MANY_BYTES:
            break
    return bytes(found)


@WorkerProcess.wrap_target  # type: ignore[untyped-decorator]  # see Untyped
def serve_requests(  # noqa: PLR0913, PLR0917 - what Granian gives to each worker, by place
    worker_id: int,
    answering: Answering,
    sock: Untyped,
    ipc: Untyped,
    loop: asyncio.AbstractEventLoop,
    runtime_mode: Untyped,
    runtime_threads: int,
    runtime_blocking_threads: int,
    blocking_threads: int,
    *rest: Untyped,
) -> None:
    """Serve until the process is told to end; runs in the main thread of a worker."""
    del runtime_mode, blocking_threads
    idle_seconds, backpressure, _, http_mode, http1, http2, websockets, static, _, tls, _, metrics = rest
    told = NATIVE.WorkerSignal()
    over = asyncio.Event()
    told.add_cb(lambda: loop.call_soon_threadsafe(over.set))

    def end() -> None:
        # Open streams would hold their connections, and these the process.
        answering.streams.end()
        told.set()

    for number in ENDING:
        loop.add_signal_handler(number, end)
    threads = (runtime_threads, runtime_blocking_threads, THREADS, idle_seconds)
    http = (http_mode, http1, http2, websockets, static, *tls, metrics)
    with tempfile.TemporaryDirectory(prefix="sidra-answers-") as folder:
        requests = Requests(answering, loop, Path(folder))
        NATIVE.RSGIWorker(worker_id, sock, ipc, *threads, backpressure, *http).serve_str(requests, loop, told)
        loop.run_until_complete(over.wait())
        _forget_tasks(loop)


def _forget_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """End what still waits for clients that are gone."""
    for task in (tasks := asyncio.all_tasks(loop)):
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
