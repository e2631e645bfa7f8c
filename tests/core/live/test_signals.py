"""On both stores: what changed is told with the change itself, without what it was, and for a while."""

from __future__ import annotations

import contextlib

from sidra.access.actor import system_actor
from sidra.live.signals import KEPT, MOST_OF_A_WORK, key_of, tell
from sidra.records.changing import create, update
from sidra.runtime import Runtime
from sidra.store.codecs import MICROSECOND, encode_datetime
from sidra.store.identifiers import NO_ID, id_text

ACTOR = system_actor("test")


def told(runtime: Runtime, after: bytes = NO_ID) -> list[tuple[str, str]]:
    return [(signal.topic, signal.kind) for signal in runtime.signals.after(after)]


def test_whoever_has_a_record_open_is_told_that_it_changed_and_not_that_it_came(runtime: Runtime) -> None:
    records = runtime.records(ACTOR)
    door = records.create("door", {"name": "a"})
    assert told(runtime) == []
    records.update("door", door.id, {"name": "b"})
    records.delete("door", door.id)
    assert told(runtime) == [(f"record:door:{door.id}", "changed")] * 2


def test_one_work_tells_one_thing_once(runtime: Runtime) -> None:
    with runtime.unit_of_work(ACTOR) as unit:
        for _ in range(3):
            tell(unit, "queue:care", "changed")
        tell(unit, "job:1", "done")
    assert told(runtime) == [("queue:care", "changed"), ("job:1", "done")]


def test_what_is_taken_back_was_never_told(runtime: Runtime) -> None:
    woken: list[None] = []
    runtime.signals.wake = lambda: woken.append(None)
    with contextlib.suppress(ZeroDivisionError), runtime.unit_of_work(ACTOR) as unit:
        tell(unit, "queue:care", "changed")
        raise ZeroDivisionError
    assert (told(runtime), woken) == ([], [])
    with runtime.unit_of_work(ACTOR) as unit:
        tell(unit, "queue:care", "changed")
        assert woken == []
    assert woken == [None]


def test_what_was_told_later_comes_after_a_moment_or_a_signal(runtime: Runtime) -> None:
    before = key_of(encode_datetime(runtime.now()))
    with runtime.unit_of_work(ACTOR) as unit:
        tell(unit, "queue:care", "first")
    first = runtime.signals.after(before)
    assert [signal.kind for signal in first] == ["first"]
    with runtime.unit_of_work(ACTOR) as unit:
        tell(unit, "queue:care", "second")
    assert [kind for _, kind in told(runtime, first[0].id)] == ["second"]
    assert told(runtime, key_of(encode_datetime(runtime.now()) + 10_000_000)) == []


def test_a_work_that_changes_many_records_tells_nobody_of_the_rest(runtime: Runtime) -> None:
    with runtime.unit_of_work(ACTOR) as unit:
        made = [create(unit, "door", {"name": str(number)}) for number in range(MOST_OF_A_WORK + 5)]
        for door in (id_text(written.row[written.view.compiled.positions["id"]]) for written in made):
            update(unit, "door", door, {"colour": "red"}, None)
        tell(unit, "queue:care", "changed")
    assert len(told(runtime)) == MOST_OF_A_WORK + 1


def test_signals_are_swept_when_nobody_can_ask_for_them_any_more(runtime: Runtime) -> None:
    with runtime.unit_of_work(ACTOR) as unit:
        tell(unit, "queue:care", "changed")
    now = encode_datetime(runtime.now())
    runtime.signals.sweep(now + KEPT // MICROSECOND - 1_000_000)
    assert len(told(runtime)) == 1
    runtime.signals.sweep(now + KEPT // MICROSECOND + 1_000_000)
    assert told(runtime) == []
