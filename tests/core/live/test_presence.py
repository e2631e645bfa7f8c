"""On both stores: who has a record open is there as long as a process says so."""

from __future__ import annotations

import datetime

from sidra.live.presence import KEPT, REFRESH_SECONDS, Place, Places
from sidra.runtime import Runtime
from sidra.store.identifiers import NO_ID, new_id

AWA, MOUSSA, DOOR, OTHER = new_id(1_000), new_id(2_000), new_id(3_000), new_id(4_000)


def tab(number: int, account: str, record: str = DOOR, *, edits: bool = False) -> dict[bytes, Place]:
    return {bytes([number]) * 16: Place(f"record:door:{record}", account, record, edits)}


def here(runtime: Runtime, record: str = DOOR, after: float = 0.0) -> list[tuple[str, bool]]:
    found = runtime.presence.of(record, runtime.now() + datetime.timedelta(seconds=after))
    return [(one.account_id, one.edits) for one in found]


def test_each_person_is_there_once_and_edits_if_any_tab_of_theirs_does(runtime: Runtime) -> None:
    places = Places()
    places.write(runtime, tab(1, AWA) | tab(2, AWA, edits=True) | tab(3, MOUSSA) | tab(4, MOUSSA, OTHER), 0.0)
    assert sorted(here(runtime)) == [(AWA, True), (MOUSSA, False)]
    assert here(runtime, OTHER) == [(MOUSSA, False)]
    assert {signal.topic for signal in runtime.signals.after(NO_ID)} == {f"record:door:{DOOR}", f"record:door:{OTHER}"}


def test_who_leaves_is_gone_and_the_others_are_told(runtime: Runtime) -> None:
    places = Places()
    places.write(runtime, tab(1, AWA) | tab(2, MOUSSA), 0.0)
    before = len(runtime.signals.after(NO_ID))
    places.write(runtime, tab(2, MOUSSA), 1.0)
    assert here(runtime) == [(MOUSSA, False)]
    assert len(runtime.signals.after(NO_ID)) == before + 1
    places.write(runtime, tab(2, MOUSSA), 2.0)
    assert len(runtime.signals.after(NO_ID)) == before + 1


def test_whom_a_process_saw_that_ended_is_forgotten(runtime: Runtime) -> None:
    Places().write(runtime, tab(1, AWA), 0.0)
    assert here(runtime, after=KEPT.total_seconds() - 5) == [(AWA, False)]
    assert here(runtime, after=KEPT.total_seconds() + 5) == []


def test_two_processes_do_not_disturb_each_other(runtime: Runtime) -> None:
    one, other = Places(), Places()
    one.write(runtime, tab(1, AWA), 0.0)
    other.write(runtime, tab(2, MOUSSA), 0.0)
    one.write(runtime, tab(1, AWA), REFRESH_SECONDS + 1)
    other.write(runtime, {}, REFRESH_SECONDS + 1)
    assert here(runtime) == [(AWA, False)]
