"""On both stores: what happened is kept with its change, a step is done once, and an event begins its work once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from structlog.testing import capture_logs
from tests.core.jobs.conftest import Places, until
from tests.core.jobs.inline import settings_of, work_through
from tests.core.jobs.works import HANDLERS, MARK, put
from tests.core.models import model_of

from sidra.access.actor import system_actor
from sidra.errors import Busy, Invalid
from sidra.jobs.handlers import Handlers, Payload, job
from sidra.jobs.outbox import MANY, Happening
from sidra.jobs.relay import Relay, wishes_of
from sidra.jobs.service import MAX_PAYLOAD, Jobs
from sidra.jobs.work import JobWork, Reports, Steps
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime
from sidra.store.codecs import GREATEST_INTEGER
from sidra.store.database import Connection, Store
from sidra.store.failures import Collision

ACTOR = system_actor("test")
KINDS = """
entity: thing
abstract: true
attributes: {state: {type: enum, enum: thing_state}}
"""
STATES = "enum: thing_state\nvalues: {open: {label: Open}, shut: {label: Shut}}\n"
DOOR = """
entity: door
is_a: thing
attributes: {name: {type: string}}
lifecycle: {attribute: state, initial: open, transitions: {shut: {from: [open], to: shut}}}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def runtime(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runtime]:
    where = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else tmp_path / "sn.db"
    store = Store.open(where)
    yield Runtime(model_of(MARK, KINDS, STATES, DOOR), store)
    store.close()


def happened(runtime: Runtime) -> list[str]:
    return [row.event for row in runtime.outbox.oldest(100)]


def texts(runtime: Runtime) -> list[str]:
    with runtime.store.reading() as connection:
        rows = connection.execute("SELECT text FROM mark ORDER BY text").fetchall()
    return [row[0] for row in rows]


def test_each_write_of_a_record_is_told_in_the_order_in_which_it_happened(runtime: Runtime) -> None:
    records = runtime.records(ACTOR)
    door = records.create("door", {"name": "a"})
    records.update("door", door.id, {"name": "b"})
    records.transition("door", door.id, "shut")
    records.delete("door", door.id)
    assert happened(runtime) == ["door.created", "door.updated", "door.shut", "door.deleted"]
    told = runtime.outbox.oldest(1)[0]
    assert (told.entity, told.record_id, told.version) == ("door", door.id, 1)


def test_what_is_not_kept_has_not_happened(runtime: Runtime) -> None:
    def fail(unit: UnitOfWork) -> None:
        put(unit, "x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runtime.transact(ACTOR, fail)
    assert happened(runtime) == []


def test_what_happens_while_a_transaction_ends_is_told_too(runtime: Runtime) -> None:
    with runtime.unit_of_work(ACTOR) as unit:
        unit.before_commit.append(lambda: unit.emit("late", payload={"a": 1}))
        put(unit, "x")
    assert sorted(happened(runtime)) == ["late", "mark.created"]


def test_an_event_that_no_job_could_be_given_is_refused_where_it_is_told(runtime: Runtime) -> None:
    def tell(unit: UnitOfWork) -> None:
        unit.emit("mark.noted", payload={"text": "x" * MAX_PAYLOAD})

    with pytest.raises(ValueError, match=r"mark\.noted"):
        runtime.transact(ACTOR, tell)


def test_whoever_waits_in_this_process_is_woken_once_it_is_kept(runtime: Runtime) -> None:
    woken: list[int] = []
    runtime.outbox.wake = lambda: woken.append(len(runtime.outbox.oldest(10)))
    with runtime.unit_of_work(ACTOR) as unit:
        put(unit, "x")
        assert woken == []
    assert woken == [1]


def test_an_event_of_a_kind_is_one_of_the_kinds_above_it(runtime: Runtime) -> None:
    @job("any", on=("thing.created",))
    def any_(work: JobWork, payload: Payload) -> None:
        del work, payload

    runtime.records(ACTOR).create("door", {"name": "a"})
    (row,) = runtime.outbox.oldest(10)
    (wish,) = wishes_of(runtime, row, Handlers((any_,)))
    assert wish.id == f"{runtime.affiliate}:{row.id}:any"
    assert wish.payload["entity"] == "door"


def test_what_nobody_waits_for_costs_no_work(runtime: Runtime, places: Places) -> None:
    jobs = Jobs(places.make("sn").database, HANDLERS)
    runtime.records(ACTOR).create("mark", {"text": "x"})
    assert Relay(jobs, lambda: [runtime]).take(runtime) == 1
    assert happened(runtime) == []
    assert jobs.list().jobs == ()


def test_two_relays_and_one_that_was_killed_begin_each_piece_of_work_once(runtime: Runtime, places: Places) -> None:
    place = places.make("sn")
    with runtime.unit_of_work(ACTOR) as unit:
        for number in range(250):
            unit.emit("mark.noted", payload={"text": f"{number}"})
    relays = [Relay(Jobs(place.database, HANDLERS), lambda: [runtime]) for _ in range(2)]
    kept, runtime.outbox.done = runtime.outbox.done, lambda _: None  # type: ignore[method-assign, assignment]  # killed before
    assert [relay.take(runtime) for relay in relays] == [250, 250]
    runtime.outbox.done = kept  # type: ignore[method-assign]  # as above
    relays[0].settle()
    assert happened(runtime) == []
    assert len(place.jobs.list(limit=500).jobs) == 250


def test_an_event_that_begins_no_work_holds_up_none_after_it(runtime: Runtime, places: Places) -> None:
    place = places.make("sn")
    with runtime.unit_of_work(ACTOR) as unit:
        for text in ("before", "x" * MAX_PAYLOAD, "after"):
            unit.emit("mark.noted", payload={"text": text[:3000]})
            unit._happened[-1] = (*unit._happened[-1][:-1], orjson.dumps({"text": text}).decode())
    relay = Relay(Jobs(place.database, HANDLERS), lambda: [runtime])
    with capture_logs() as told:
        assert [relay.take(runtime), relay.take(runtime)] == [2, 0]
    assert [(line["of"], line["why"]) for line in told] == [("mark.noted", Invalid.code)]
    assert [one.payload["text"] for one in place.jobs.list().jobs] == ["after", "before"]
    assert len(runtime.outbox.oldest(10)) == 1


def test_an_outbox_that_cannot_be_read_is_left_alone_for_a_while(runtime: Runtime, places: Places) -> None:
    relay, asked = Relay(Jobs(places.make("sn").database, HANDLERS), lambda: [runtime]), []

    def away(limit: int) -> list[Happening]:
        asked.append(limit)
        raise Busy("the database does not answer")

    read, runtime.outbox.oldest = runtime.outbox.oldest, away  # type: ignore[method-assign]
    assert [relay._tried(runtime) for _ in range(20)] == [0] * 20
    assert len(asked) < 5
    runtime.outbox.oldest = read  # type: ignore[method-assign]
    with runtime.unit_of_work(ACTOR) as unit:
        unit.emit("mark.noted", payload={"text": "x"})
    until(lambda: relay._tried(runtime) == 1)


def test_what_was_taken_up_is_forgotten_although_others_write_meanwhile(runtime: Runtime) -> None:
    with runtime.unit_of_work(ACTOR) as unit:
        for number in range(MANY + 3):
            unit.emit("mark.noted", payload={"text": f"{number}"})
    transact, tries = runtime.store.transact, []

    def collides(function: Callable[[Connection], object]) -> object:
        def first(connection: Connection) -> object:
            tries.append(function(connection))
            if len(tries) == 1:
                raise Collision("somebody else was first")
            return tries[-1]

        return transact(first)

    runtime.store.transact = collides  # type: ignore[method-assign, assignment]
    runtime.outbox.done([row.id for row in runtime.outbox.oldest(MANY + 3)])
    assert len(tries) == 2
    assert runtime.outbox.oldest(10) == []


def test_a_step_that_is_done_is_not_done_again_and_gives_what_it_gave(runtime: Runtime, tmp_path: Path) -> None:
    work = JobWork(runtime, "sn:1", "mark", Reports(lambda *_: None, lambda: "ours"), settings_of(tmp_path), None)  # type: ignore[arg-type]  # asks for no more
    given = [work.once("step", lambda unit: {"id": put(unit, "once")}) for _ in range(3)]
    assert given[0] == given[1] == given[2]
    assert work.once("other", lambda unit: put(unit, "twice")) != given[0]["id"]
    assert texts(runtime) == ["once", "twice"]
    assert work.key("step") == "sn:1:step"
    assert Steps(runtime).forget(GREATEST_INTEGER) == 2


def test_a_step_that_fails_is_not_done(runtime: Runtime, tmp_path: Path) -> None:
    work = JobWork(runtime, "sn:1", "mark", Reports(lambda *_: None, lambda: "ours"), settings_of(tmp_path), None)  # type: ignore[arg-type]  # as above

    def fail(unit: UnitOfWork) -> None:
        put(unit, "half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work.once("step", fail)
    assert texts(runtime) == []
    work.once("step", lambda unit: put(unit, "whole"))
    assert texts(runtime) == ["whole"]


def test_an_event_is_worked_through_in_one_process_as_in_another(runtime: Runtime, tmp_path: Path) -> None:
    with runtime.unit_of_work(ACTOR) as unit:
        unit.emit("mark.noted", payload={"text": "told"})
    assert work_through(runtime, tmp_path, handlers=HANDLERS) == []
    assert texts(runtime) == ["told"]


def test_what_a_job_is_given_is_small_and_json(places: Places) -> None:
    jobs = places.make("sn").jobs
    for payload in ({"text": "x" * MAX_PAYLOAD}, {"text": object()}):
        with pytest.raises(Invalid):
            jobs.enqueue("sn", "mark", payload)
