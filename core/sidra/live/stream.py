"""One open stream: what a tab looks at, and how it is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import orjson

from sidra.live.presence import Place
from sidra.store.identifiers import id_bytes, id_text

MOST_BYTES = 512 * 1024
"""A client that takes nothing must not fill the memory: what is sent ends here, and begins anew."""
RETRY_MILLISECONDS = 3_000
RESET = "reset"
"""The kind of what is told to whoever was away for too long: ask for everything anew."""
ID_CHARACTERS = 36

Send = Callable[[bytes], object]
"""Raises RuntimeError where the client is gone."""


@dataclass(slots=True, eq=False)
class Stream:
    """What one tab looks at."""

    affiliate: str
    account_id: str
    topics: Mapping[str, str]
    """As they were asked for, by their keys."""
    since: bytes | None
    """The last signal, or the moment, that the tab knows of; None where it does not say."""
    check: Callable[[], Collection[str] | None]
    """The keys of the topics that may still be looked at; None once the session is over."""
    place: Place | None = None
    send: Send | None = None
    """None before it is open, and once it is closed."""
    id: bytes = field(default_factory=lambda: os.urandom(16))
    sent: int = 0
    beat_at: float = 0.0
    check_at: float = 0.0

    def tell(self, topic: str, kind: str, id: bytes) -> bool:
        """Send that something happened; whether the client is there."""
        return self.write(event(topic, kind, id))

    def write(self, data: bytes) -> bool:
        """Send bytes; whether the client is there, and may be sent more."""
        send = self.send
        if send is None:
            return False
        self.sent += len(data)
        try:
            send(data)
        except RuntimeError:
            return False
        return self.sent <= MOST_BYTES


def event(topic: str, kind: str, id: bytes) -> bytes:
    """Return what a browser is sent of a signal."""
    return b"id: %s\ndata: %s\n\n" % (id_text(id).encode(), orjson.dumps({"topic": topic, "kind": kind}))


def opening(id: bytes, retry_milliseconds: int = RETRY_MILLISECONDS) -> bytes:
    """Return what a browser is sent first: how long to wait before it comes again, and since when it knows."""
    return b"retry: %d\nid: %s\nevent: begin\ndata: {}\n\n" % (retry_milliseconds, id_text(id).encode())


def beat(id: bytes) -> bytes:
    """Return what keeps proxies from closing a silent stream, and tells the browser how far it has come."""
    return b"id: %s\n\n" % id_text(id).encode()


def since_of(text: str) -> bytes | None:
    """Return the place that a browser says it has come to; None for what is none."""
    try:
        return id_bytes(text) if text.isascii() and len(text) == ID_CHARACTERS else None
    except ValueError:
        return None
