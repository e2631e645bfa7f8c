"""One reader tells all streams of an affiliate, until nobody may look any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from sidra.access.actor import system_actor
from sidra.live import reader as reading
from sidra.live import streams as limits
from sidra.live.presence import Place
from sidra.live.signals import tell
from sidra.live.stream import Stream
from sidra.live.streams import Streams
from sidra.runtime import Runtime
from sidra.store.identifiers import new_id

AWA, DOOR = new_id(1_000), new_id(2_000)
TOPIC = f"record:door:{DOOR}"
PATIENCE_SECONDS = 20.0


@pytest.fixture
def streams(runtime: Runtime) -> Iterator[Streams]:
    made = Streams(lambda name: runtime if name == "sn" else None)
    yield made
    made.end()
    # What it reads with is given back before the store is closed.
    until(lambda: not any(thread.name.startswith("sidra-live") for thread in threading.enumerate()))


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    assert holds()


def stream(check: Callable[[], list[str] | None] = lambda: [f"record:{DOOR}"], *, edits: bool | None = None) -> Stream:
    place = None if edits is None else Place(TOPIC, AWA, DOOR, edits)
    return Stream("sn", AWA, {f"record:{DOOR}": TOPIC}, None, check, place)


def changed(runtime: Runtime, topic: str = TOPIC) -> None:
    with runtime.unit_of_work(system_actor("test")) as unit:
        tell(unit, topic, "changed")


def has(sent: list[bytes], part: bytes) -> Callable[[], bool]:
    return lambda: any(part in one for one in sent)


def test_what_is_told_reaches_each_stream_that_looks_and_no_other(runtime: Runtime, streams: Streams) -> None:
    sent: tuple[list[bytes], list[bytes]] = ([], [])
    other = Stream("sn", AWA, {"queue:care": "queue:care"}, None, list)
    assert streams.open(stream(), sent[0].append)
    assert streams.open(other, sent[1].append)
    until(lambda: has(sent[0], b"event: begin")() and has(sent[1], b"event: begin")())
    # By whichever of its entities a record is called.
    changed(runtime, f"record:portal:{DOOR}")
    until(has(sent[0], b'"changed"'))
    assert TOPIC.encode() in sent[0][-1]
    assert not has(sent[1], b'"changed"')()


def test_a_stream_whose_session_is_over_ends_and_one_that_may_no_longer_look_is_told_nothing(
    runtime: Runtime, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHECK_SECONDS", 0.05)
    over, hidden = stream(lambda: None), stream(list, edits=False)
    told: list[bytes] = []
    streams.open(over, lambda _: None)
    streams.open(hidden, told.append)
    until(lambda: over.send is None and not hidden.topics)
    changed(runtime)
    until(lambda: hidden.place is None and runtime.presence.of(DOOR, runtime.now()) == [])
    assert not has(told, b'"changed"')()
    assert streams.count() == 1


def test_who_has_a_record_open_is_there_until_the_client_is_gone(runtime: Runtime, streams: Streams) -> None:
    one = stream(edits=True)
    streams.open(one, lambda _: None)
    until(lambda: [here.edits for here in runtime.presence.of(DOOR, runtime.now())] == [True])
    streams.close(one)
    until(lambda: runtime.presence.of(DOOR, runtime.now()) == [])


def test_a_client_that_is_gone_without_a_word_is_noticed_when_it_is_told_something(
    runtime: Runtime, streams: Streams
) -> None:
    sent: list[bytes] = []

    def send(data: bytes) -> None:
        if sent:
            raise RuntimeError("closed")
        sent.append(data)

    streams.open(stream(), send)
    until(lambda: bool(sent))
    changed(runtime)
    until(lambda: streams.count() == 0)


def test_an_account_and_a_process_have_so_many_streams_at_most(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_OF_ACCOUNT", 2)
    monkeypatch.setattr(limits, "MOST_STREAMS", 3)
    first = stream()
    for one in (first, stream()):
        assert streams.has_room("sn", AWA)
        streams.open(one, lambda _: None)
    assert not streams.has_room("sn", AWA)
    assert streams.has_room("sn", new_id(9))
    streams.close(first)
    assert streams.has_room("sn", AWA)


def test_a_process_that_ends_opens_no_more(streams: Streams) -> None:
    one = stream()
    streams.open(one, lambda _: None)
    streams.end()
    assert one.send is None
    assert not streams.open(stream(), lambda _: None)
    assert not streams.has_room("sn", AWA)
