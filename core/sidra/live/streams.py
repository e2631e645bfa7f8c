"""The open streams of this process: what is told is passed on to whoever looks, without a thread for each of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sidra.live.reader import Reader
from sidra.live.stream import Send, Stream

if TYPE_CHECKING:
    from sidra.runtime import Runtime

MOST_STREAMS = 500
"""Of a process; a browser that gets none asks now and then."""
MOST_OF_ACCOUNT = 12
"""At one affiliate: more windows than anybody has in sight."""


class Streams:
    """The open streams of a process, with a reader for each affiliate that has some."""

    def __init__(self, runtime_of: Callable[[str], Runtime | None]) -> None:
        self._runtime_of = runtime_of
        self._lock = threading.Lock()
        self._readers: dict[str, Reader] = {}
        self._has_ended = False

    def has_room(self, affiliate: str, account_id: str) -> bool:
        """Whether one more may be opened."""
        with self._lock:
            reader = self._readers.get(affiliate)
            of_account = reader.accounts[account_id] if reader is not None else 0
            return not self._has_ended and self._total() < MOST_STREAMS and of_account < MOST_OF_ACCOUNT

    def open(self, stream: Stream, send: Send) -> bool:
        """Begin to send; whether that could be: a process that ends opens none."""
        with self._lock:
            if self._has_ended:
                return False
            stream.send = send
            reader = self._readers.get(stream.affiliate)
            if reader is None:
                reader = self._readers[stream.affiliate] = Reader(stream.affiliate, self._runtime_of, self._leave)
                reader.start()
            reader.add(stream)
            return True

    def close(self, stream: Stream) -> None:
        """Give one up: its client is gone."""
        with self._lock:
            reader = self._readers.get(stream.affiliate)
        if reader is not None:
            reader.remove(stream)

    def end(self) -> None:
        """Give all up, as the process ends."""
        with self._lock:
            self._has_ended = True
            readers = list(self._readers.values())
        for reader in readers:
            reader.end()

    def count(self) -> int:
        """Return how many are open."""
        with self._lock:
            return self._total()

    def _total(self) -> int:
        return sum(len(one.streams) for one in self._readers.values())

    def _leave(self, reader: Reader) -> bool:
        with self._lock:
            if reader.streams:
                return False
            self._readers.pop(reader.affiliate, None)
            return True
