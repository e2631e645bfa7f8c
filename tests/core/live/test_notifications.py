"""On both stores: a person is told what others did, counts it, reads it, and nobody else sees it."""

from __future__ import annotations

import datetime

import pytest

from sidra.access.actor import Actor
from sidra.live.notifications import KEPT, MOST_COUNTED, READ_KEPT, notify
from sidra.runtime import Runtime
from sidra.store.identifiers import NO_ID, new_id

AWA, MOUSSA = new_id(1_000), new_id(2_000)
BOSS = Actor(new_id(3_000), "Boss", frozenset({"porter"}))
DOOR = new_id(4_000)


def told(runtime: Runtime, account: str = AWA, count: int = 1, kind: str = "assigned") -> list[str]:
    with runtime.unit_of_work(BOSS) as unit:
        for _ in range(count):
            notify(unit, account, kind, "door", DOOR)
    return [one.id for one in runtime.notifications.page(account, limit=1000)]


def test_a_person_is_told_what_happened_by_whom_and_about_what(runtime: Runtime) -> None:
    told(runtime)
    (found,) = runtime.notifications.page(AWA, limit=10)
    assert (found.kind, found.entity, found.record_id, found.by_id, found.is_read) == (
        "assigned",
        "door",
        DOOR,
        BOSS.id,
        False,
    )
    assert abs(found.at - runtime.now()) < datetime.timedelta(minutes=1)
    assert [signal.topic for signal in runtime.signals.after(NO_ID)] == [f"account:{AWA}"]


def test_nobody_is_told_of_what_they_did_themselves_unless_it_is_asked_for(runtime: Runtime) -> None:
    assert told(runtime, BOSS.id) == []
    with runtime.unit_of_work(BOSS) as unit:
        notify(unit, BOSS.id, "job_done", also_self=True)
    assert [(one.kind, one.record_id) for one in runtime.notifications.page(BOSS.id, limit=9)] == [("job_done", None)]


def test_each_sees_counts_and_reads_their_own_only(runtime: Runtime) -> None:
    (mine,) = told(runtime)
    (other,) = told(runtime, MOUSSA)
    notifications, now = runtime.notifications, runtime.now()
    assert notifications.read(AWA, other, now) == 0
    assert notifications.read(AWA, mine, now) == 1
    assert notifications.read(AWA, mine, now) == 0
    assert (notifications.unread(AWA), notifications.unread(MOUSSA)) == (0, 1)
    assert notifications.read_all(AWA, now) == 0
    assert notifications.unread(MOUSSA) == 1


def test_all_that_were_shown_are_read_at_once_and_what_came_since_is_not(runtime: Runtime) -> None:
    shown = told(runtime, count=3)
    told(runtime, count=2)
    assert runtime.notifications.read_all(AWA, runtime.now(), until=shown[0]) == 3
    assert runtime.notifications.unread(AWA) == 2


def test_pages_go_on_where_the_last_one_ended_latest_first(runtime: Runtime) -> None:
    ids = told(runtime, count=5)
    assert ids == sorted(ids, reverse=True)
    first = runtime.notifications.page(AWA, limit=2)
    rest = runtime.notifications.page(AWA, limit=9, before=first[-1].id)
    assert [one.id for one in (*first, *rest)] == ids


def test_no_more_are_counted_than_anybody_reads(runtime: Runtime) -> None:
    told(runtime, count=MOST_COUNTED + 3)
    assert runtime.notifications.unread(AWA) == MOST_COUNTED


def test_what_was_read_goes_before_what_was_not(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidra.live.notifications.SWEPT_AT_ONCE", 1)
    (first, _) = told(runtime, count=2)
    notifications, now = runtime.notifications, runtime.now()
    notifications.read(AWA, first, now)
    assert notifications.sweep(now + READ_KEPT - datetime.timedelta(minutes=1)) == 0
    assert notifications.sweep(now + READ_KEPT + datetime.timedelta(minutes=1)) == 1
    assert notifications.sweep(now + KEPT - datetime.timedelta(minutes=1)) == 0
    assert notifications.sweep(now + KEPT + datetime.timedelta(minutes=1)) == 1
