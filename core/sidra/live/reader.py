"""The one who reads what is told at an affiliate, for all streams that this process has open there."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import structlog

from sidra.errors import SidraError
from sidra.live.presence import Places
from sidra.live.signals import KEPT, Signal, key_of, nobody
from sidra.live.stream import RESET, Stream, beat, event, opening
from sidra.live.topics import key_of_topic
from sidra.store.codecs import MICROSECOND, encode_datetime

if TYPE_CHECKING:
    from sidra.runtime import Runtime

POLL_SECONDS = 0.3
"""How often what other processes tell is looked for."""
PAUSE_SECONDS = 0.05
"""After each look, so that many signals are read at once."""
BEAT_SECONDS = 15.0
CHECK_SECONDS = 60.0
"""How often it is asked whether somebody may still look."""
LINGER_SECONDS = 10.0
"""How long a reader stays whose last stream has closed: the next page opens one."""
OVERLAP_MICROSECONDS = 10_000_000
"""Works end in another order than their signals have: so much of what was read is read again."""
MOST_LOOKED_AT = 5_000
"""Signals that are read for one stream that opens; where there are more, it asks for everything anew."""
MOST_ACROSS = 200
"""Signals that a stream is sent of what it missed; whoever missed more asks for everything anew."""


Told = tuple[str, str, bytes]
"""Topic as it was asked for, kind, and id."""


def across(runtime: Runtime, stream: Stream) -> tuple[bytes, list[Told]]:
    """Return how far the signals have come, and which of them a stream has missed since it was open before."""
    now = encode_datetime(runtime.now())
    last, topics, since = key_of(now), stream.topics, stream.since
    if since is None:
        return last, []
    if since < key_of(now - KEPT // MICROSECOND):
        return last, [(topic, RESET, last) for topic in topics.values()]
    known = int.from_bytes(since[:6], "big") * 1000
    signals = runtime.signals.after(key_of(known - OVERLAP_MICROSECONDS), MOST_LOOKED_AT + 1)
    if len(signals) > MOST_LOOKED_AT:
        return last, [(topic, RESET, last) for topic in topics.values()]
    missed = [(topics[key], one.kind, one.id) for one in signals if (key := key_of_topic(one.topic)) in topics]
    if len(missed) > MOST_ACROSS:
        return last, [(topic, RESET, last) for topic in topics.values()]
    return max(last, signals[-1].id) if signals else last, missed


class Reader(threading.Thread):
    """Reads signals while somebody looks, and writes down who has which record open."""

    def __init__(
        self, affiliate: str, runtime_of: Callable[[str], Runtime | None], leave: Callable[[Reader], bool]
    ) -> None:
        """leave: is asked once nobody looks any more; whether this thread may end."""
        super().__init__(name=f"sidra-live-{affiliate}", daemon=True)
        self.affiliate, self._runtime_of, self._leave = affiliate, runtime_of, leave
        self.streams: dict[bytes, Stream] = {}
        self.accounts: Counter[str] = Counter()
        self.has_ended = False
        self._lock = threading.Lock()
        self._new: list[Stream] = []
        self._news = threading.Event()
        self._places = Places()
        self._seen: dict[bytes, None] = {}
        self._begins = 0
        """From when on signals are passed on: those of before are sent to who asks for them."""
        self._last = key_of(0)
        self._idle_since = time.monotonic()

    def add(self, stream: Stream) -> None:
        """Take a stream that has just been opened."""
        with self._lock:
            self.streams[stream.id] = stream
            self.accounts[stream.account_id] += 1
            self._new.append(stream)
        self._news.set()

    def remove(self, stream: Stream) -> None:
        """Give a stream up, and with it its connection."""
        with self._lock:
            stream.send = None
            if self.streams.pop(stream.id, None) is not None:
                self.accounts[stream.account_id] -= 1
        self._news.set()

    def wake(self) -> None:
        """Look at once: something was told in this process."""
        self._news.set()

    def end(self) -> None:
        """Give all streams up, and end."""
        self.has_ended = True
        for stream in self._open():
            self.remove(stream)
        self._news.set()

    def run(self) -> None:
        """Read until nobody looks any more."""
        while not (self._is_idle() and self._leave(self)):
            self._news.wait(POLL_SECONDS)
            self._news.clear()
            try:
                self._look()
            except SidraError as error:
                # The database is away, which each request tells; the streams stay.
                structlog.get_logger("sidra.live").info("signals not read", affiliate=self.affiliate, code=error.code)
                time.sleep(POLL_SECONDS)
            except Exception as error:  # noqa: BLE001 - whoever looks on must not be left in silence
                told = {"affiliate": self.affiliate, "error": type(error).__name__}
                structlog.get_logger("sidra.live").error("signals not read", **told)
                time.sleep(POLL_SECONDS)
            time.sleep(PAUSE_SECONDS)
        self._be_quiet()

    def _be_quiet(self) -> None:
        runtime = self._runtime_of(self.affiliate)
        if runtime is not None:
            runtime.signals.wake = nobody

    def _is_idle(self) -> bool:
        if self.streams:
            self._idle_since = time.monotonic()
        return self.has_ended or time.monotonic() - self._idle_since >= LINGER_SECONDS

    def _look(self) -> None:
        moment = time.monotonic()
        runtime = self._runtime_of(self.affiliate)
        if runtime is not None:
            runtime.signals.wake = self.wake
            self._places.write(runtime, {one.id: one.place for one in self._open() if one.place}, moment)
            self._pass_on(runtime)
            self._check(moment)
        self._beat(moment)

    def _open(self) -> list[Stream]:
        with self._lock:
            return list(self.streams.values())

    def _pass_on(self, runtime: Runtime) -> None:
        with self._lock:
            new, self._new = self._new, []
        now = encode_datetime(runtime.now())
        begin = key_of(now - OVERLAP_MICROSECONDS)
        signals = runtime.signals.after(begin)
        fresh = [one for one in signals if one.id not in self._seen]
        if self._begins:
            self._send([one for one in self._open() if one not in new], fresh)
        self._begins = self._begins or now
        self._seen = dict.fromkeys(one.id for one in signals)
        self._last = max(signals[-1].id if signals else begin, key_of(now))
        for stream in new:
            self._welcome(runtime, stream)

    def _welcome(self, runtime: Runtime, stream: Stream) -> None:
        """Tell a new stream what it missed since it was open before, or since its page was made."""
        stream.beat_at, stream.check_at = time.monotonic() + BEAT_SECONDS, time.monotonic() + CHECK_SECONDS
        last, missed = across(runtime, stream)
        if not stream.write(b"".join([opening(last), *(event(*one) for one in missed)])):
            self.remove(stream)

    def _send(self, streams: Iterable[Stream], signals: Iterable[Signal]) -> None:
        told = [(key_of_topic(one.topic), one) for one in signals]
        if not told:
            return
        for stream in streams:
            for key, one in told:
                topic = stream.topics.get(key)
                if topic is not None and not stream.tell(topic, one.kind, one.id):
                    self.remove(stream)
                    break

    def _check(self, moment: float) -> None:
        for stream in self._open():
            if stream.check_at and moment >= stream.check_at:
                stream.check_at = moment + CHECK_SECONDS
                self._narrow(stream, stream.check())

    def _narrow(self, stream: Stream, keys: Iterable[str] | None) -> None:
        if keys is None:
            self.remove(stream)
            return
        left = frozenset(keys)
        stream.topics = {key: topic for key, topic in stream.topics.items() if key in left}
        if stream.place is not None and key_of_topic(stream.place.topic) not in left:
            stream.place = None

    def _beat(self, moment: float) -> None:
        for stream in self._open():
            if stream.beat_at and moment >= stream.beat_at:
                stream.beat_at = moment + BEAT_SECONDS
                if not stream.write(beat(self._last)):
                    self.remove(stream)
