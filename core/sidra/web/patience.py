"""Clients that send a body slowly: they wait at the side, and not for ever.

The server lends a thread to each request. Only so many of them work at a time, and whoever waits for bytes of a client
lets another one work meanwhile; so there can be many threads, and a few slow clients do not hold them all.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sidra.errors import SidraError
from sidra.web.answers import Environ, StartResponse

AT_WORK = 4
"""More Python threads at a time only get into each other's way."""
THREADS = 128
PIECE_BYTES = 64 * 1024
PIECE_SECONDS = 15.0

# A WSGI application, and the server's body; neither has a type at run time.
Untyped = Any


class TooSlow(SidraError):
    """The body did not come in."""

    code = "R408"


class Patient:
    """An application whose threads take turns, and that waits for a piece of a body for so many seconds."""

    def __init__(self, app: Untyped, *, at_work: int = AT_WORK, seconds: float = PIECE_SECONDS) -> None:
        self._app, self.seconds = app, seconds
        self.turns = threading.BoundedSemaphore(at_work)
        # Whoever reads here is let go when the answer closes the connection.
        self.readers = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="sidra-body")

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a WSGI server."""
        if environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ:
            environ["wsgi.input"] = io.BufferedReader(_Body(environ["wsgi.input"], self), PIECE_BYTES)
        with self.turns:
            found: Iterable[bytes] = self._app(environ, start_response)
            return found


class _Body(io.RawIOBase):
    """A request's body, in pieces that come in time."""

    def __init__(self, body: Untyped, patient: Patient) -> None:
        self._patient = patient
        # What comes in by itself needs no thread that waits for it.
        self._begin: Callable[[int], Future[bytes]]
        self._begin = getattr(body, "begin_read", None) or (lambda size: patient.readers.submit(body.read, size))
        self._is_late = False

    def readable(self) -> bool:
        """Whether it is to be read, which it is."""
        return True

    def readinto(self, buffer: Untyped) -> int:
        """Take the next piece; raises TooSlow where it does not come."""
        if self._is_late:
            # Whoever tells of it may look at the form again, and shall not wait again.
            raise TooSlow("the body does not come in", hint="send it again, over a faster connection")
        reading = self._begin(min(len(buffer), PIECE_BYTES))
        self._patient.turns.release()
        try:
            piece = reading.result(self._patient.seconds)
        except TimeoutError as error:
            reading.cancel()
            self._is_late = True
            raise TooSlow("the body does not come in", hint="send it again, over a faster connection") from error
        finally:
            self._patient.turns.acquire()
        buffer[: len(piece)] = piece
        return len(piece)
