"""Changes to many records: by the rights of who asked, once each, and taken back only where nobody was after them."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.jobs.inline import work_through
from tests.core.models import model_of
from tests.prepared import Prepared

from sidra.access.accounts import Account
from sidra.access.entrance import Entrance
from sidra.bulk import asking, doing
from sidra.bulk.runs import CANCELLED, BulkRun, Change, Item
from sidra.errors import BadQuery, Conflict, Forbidden, Invalid, NotFound
from sidra.jobs.handlers import Handlers
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.postgresql import PostgresqlStore

TICKET = """
entity: ticket
title: subject
attributes:
  subject: {type: string, required: true, sort: true}
  team: {type: string, filter: true, max_length: 12}
  size: {type: integer, min: 0, filter: true}
  secret: {type: string}
  status: {type: enum, enum: state}
lifecycle:
  attribute: status
  initial: new
  transitions: {open: {from: [new], to: open, when: "size != null"}, shut: {from: [open], to: shut}}
"""
DOCUMENTS = (
    TICKET,
    (
        "entity: guest\ntitle: name\nhistory: true\nattributes:\n  name: {type: string, pii: [identity]}\n"
        "  note: {type: string, pii: [identity]}\n"
    ),
    "enum: state\nvalues: {new: {}, open: {}, shut: {}}\n",
    """
role: clerk
may: {ticket: {do: [read, update, open], rows: "size != 99", columns: {secret: none}}, guest: {do: [read, update]}}
""",
    "role: reader\nmay: {ticket: {do: [read]}}\n",
    "role: chief\nmay: {ticket: {do: [read, delete]}}\n",
)
DAY = timedelta(hours=24)


@dataclass
class Office:
    """A store with people who change tickets."""

    runtime: Runtime
    folder: Path

    def account(self, login: str) -> Account:
        found = Entrance.of("sn", self.runtime.store).accounts.find(login)
        assert found is not None
        return found

    def records(self, login: str = "clerk") -> Records:
        return self.runtime.records(self.account(login).actor("sn"))

    @property
    def system(self) -> Records:
        return self.runtime.records(self.runtime.system_actor)

    def tickets(self, *sizes: int | None) -> list[Record]:
        made = [{"subject": f"T{at}", "size": size, "team": "old"} for at, size in enumerate(sizes)]
        return [self.system.create("ticket", one) for one in made]

    def begin(self, change: Change, tickets: list[Record], login: str = "clerk") -> str:
        return asking.begin(self.records(login), "ticket", change, [one.id for one in tickets])

    def work(self) -> list[Exception]:
        return work_through(self.runtime, self.folder)

    def run(self, run_id: str) -> BulkRun:
        found = self.runtime.bulk.get(self.runtime, run_id)
        assert found is not None
        return found

    def teams(self, tickets: list[Record]) -> list[object]:
        return [self.system.get("ticket", one.id)["team"] for one in tickets]


@pytest.fixture
def office(prepared: Prepared, tmp_path: Path) -> Iterator[Office]:
    """An empty store, with a clerk, a reader and a chief."""
    model = model_of(*DOCUMENTS)
    with prepared.store_of(model) as store:
        runtime = prepared.runtime(model, store)
        accounts = Entrance.of("sn", store).accounts
        for name in ("clerk", "reader", "chief"):
            accounts.create(name, name.title(), None, [name], locale="fr")
        yield Office(runtime, tmp_path)


NEW = Change("set", "team", "new")


def test_each_record_has_its_turn_and_what_is_refused_is_told_of(office: Office) -> None:
    tickets = office.tickets(1, 99, None, 4)
    run_id = office.begin(NEW, tickets)
    office.system.delete("ticket", tickets[2].id)
    assert office.work() == []
    run = office.run(run_id)
    assert (run.is_over, dict(run.counts)) == (True, {"changed": 2, "failed": 2})
    assert office.teams([tickets[0], tickets[3]]) == ["new", "new"]
    assert [one.told[0][0] for one in office.runtime.bulk.items(run_id, "failed")] == ["R404", "R404"]
    unread = office.runtime.notifications.page(office.account("clerk").id, limit=5)
    assert [(one.kind, one.record_id) for one in unread] == [("bulk_done", run_id)]


def test_the_rules_of_a_record_refuse_it_alone(office: Office) -> None:
    tickets = office.tickets(1, None, 2)
    run_id = office.begin(Change("step", "open"), tickets)
    office.work()
    assert dict(office.run(run_id).counts) == {"changed": 2, "failed": 1}
    assert [office.system.get("ticket", one.id)["status"] for one in tickets] == ["open", "new", "open"]
    again = office.begin(replace(NEW, value="x" * 13), tickets)
    office.work()
    assert dict(office.run(again).counts) == {"failed": 3}
    assert dict(office.run(office.begin(replace(NEW, value="old"), tickets)).counts) == {"waiting": 3}


@pytest.mark.parametrize(
    ("login", "change", "error"),
    [
        ("reader", NEW, Forbidden),
        ("clerk", Change("set", "secret", "x"), Forbidden),
        ("clerk", Change("set", "nothing", "x"), NotFound),
        ("clerk", Change("step", "shut"), Forbidden),
        ("clerk", Change("step", "nothing"), NotFound),
        ("clerk", Change("delete"), Forbidden),
        ("clerk", Change("undo", "team"), Forbidden),
    ],
)
def test_what_a_person_may_not_do_is_not_begun(
    office: Office, login: str, change: Change, error: type[Exception]
) -> None:
    tickets = office.tickets(1)
    with pytest.raises(error):
        office.begin(change, tickets, login)
    assert "bulk.asked" not in [one.event for one in office.runtime.outbox.oldest(5)]


def test_who_may_delete_does_and_nobody_takes_it_back(office: Office) -> None:
    tickets = office.tickets(1, 2)
    run_id = office.begin(Change("delete"), tickets, "chief")
    office.work()
    assert [office.system.find("ticket", one.id) for one in tickets] == [None, None]
    with pytest.raises(Conflict):
        asking.undo(office.records("chief"), run_id, DAY)


def test_rights_are_those_of_the_time_of_doing(office: Office) -> None:
    tickets = office.tickets(1, 2)
    run_id = office.begin(NEW, tickets)
    Entrance.of("sn", office.runtime.store).accounts.set_roles("clerk", ["reader"])
    office.work()
    assert dict(office.run(run_id).counts) == {"failed": 2}
    assert office.teams(tickets) == ["old", "old"]


def test_a_run_is_its_persons_alone(office: Office) -> None:
    run_id = office.begin(NEW, office.tickets(1))
    for forbidden in (asking.own, asking.stop):
        with pytest.raises(NotFound):
            forbidden(office.records("chief"), run_id)
    with pytest.raises(NotFound):
        asking.undo(office.records("chief"), run_id, DAY)


def test_all_of_a_list_are_chosen_up_to_a_limit(office: Office) -> None:
    tickets = office.tickets(*range(1, 8), 99)
    found = asking.selected(office.records(), "ticket", Query(sort=("subject",)), 7)
    assert found == [one.id for one in tickets[:7]]
    with pytest.raises(Invalid):
        asking.selected(office.records(), "ticket", Query(), 6)
    with pytest.raises(Invalid):
        office.begin(NEW, [])


def test_what_breaks_at_one_record_spares_the_others(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = office.tickets(1, 2, 3)
    run_id, real = office.begin(NEW, tickets), doing._write

    def breaking(unit: UnitOfWork, run: BulkRun, item: Item) -> object:
        return real(unit, run, item) if item.place != 2 else 1 / 0

    monkeypatch.setattr(doing, "_write", breaking)
    assert office.work() == []
    assert dict(office.run(run_id).counts) == {"changed": 2, "failed": 1}
    assert office.teams(tickets) == ["new", "old", "new"]
    assert [one.told[0][0] for one in office.runtime.bulk.items(run_id, "failed")] == ["R500"]


def test_a_run_that_breaks_as_a_whole_is_over_and_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = office.begin(NEW, office.tickets(1))
    monkeypatch.setattr(doing, "person_of", lambda *_: 1 / 0)
    assert [type(one) for one in office.work()] == [ZeroDivisionError]
    assert (office.run(run_id).is_over, office.run(run_id).stopped_by) == (True, "R500")
    unread = office.runtime.notifications.page(office.account("clerk").id, limit=5)
    assert [one.kind for one in unread] == ["bulk_done"]


@pytest.mark.parametrize("id", ["nonsense", "", "é" * 36, "0" * 35])
def test_what_is_no_record_at_all_is_not_begun(office: Office, id: str) -> None:
    (ticket,) = office.tickets(1)
    with pytest.raises(BadQuery):
        asking.begin(office.records(), "ticket", NEW, [ticket.id, id])
    twice = asking.begin(office.records(), "ticket", NEW, [ticket.id, ticket.id.upper()])
    assert office.run(twice).total == 1


def test_what_is_stopped_changes_no_further_record(office: Office) -> None:
    tickets = office.tickets(1, 2)
    run_id = office.begin(NEW, tickets)
    asking.stop(office.records(), run_id)
    office.work()
    assert dict(office.run(run_id).counts) == {"waiting": 2}
    assert office.run(run_id).stopped_by == CANCELLED


def address_of(store: Store) -> str:
    return store._url if isinstance(store, PostgresqlStore) else store.where


def work_until_it_stands_still(office: Office, address: str, told: Connection) -> None:
    """Work as a process of its own does, up to the middle of a record; then tell so, and wait to be killed."""
    store, real, begun = Store.open(address, durability="normal"), doing._write, []

    def standing_still(unit: UnitOfWork, run: BulkRun, item: Item) -> object:
        begun.append(item.place)
        found = real(unit, run, item)
        if len(begun) == 24:
            # So that nothing of it waits to be written.
            unit.connection.execute("SELECT 1")
            told.send("in the middle")
            signal.pause()
        return found

    doing._write = standing_still  # type: ignore[assignment]  # this process ends with it
    runtime = Runtime(office.runtime.model, store, keys=office.runtime.keys, bring="nothing")
    work_through(runtime, office.folder)


def test_a_worker_that_is_killed_in_the_middle_of_a_record_lets_the_next_go_on(office: Office) -> None:
    tickets = office.tickets(*range(1, 30))
    run_id = office.begin(NEW, tickets)
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=work_until_it_stands_still, args=(office, address_of(office.runtime.store), there), daemon=True
    )
    process.start()
    assert here.poll(60)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert dict(office.run(run_id).counts) == {"changed": 23, "waiting": 6}
    assert office.work() == []
    assert dict(office.run(run_id).counts) == {"changed": 29}
    assert {office.system.get("ticket", one.id).version for one in tickets} == {2}


def test_two_workers_that_hold_the_same_record_change_it_once(office: Office) -> None:
    tickets = office.tickets(1)
    run = office.run(office.begin(NEW, tickets))
    (item,) = office.runtime.bulk.items(run.id, "waiting")
    actor = office.account("clerk").actor("sn")
    doing.change_one(office.runtime, actor, run, item)
    doing.change_one(office.runtime, actor, replace(run, change=replace(NEW, value="twice")), item)
    assert office.teams(tickets) == ["new"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["leave", "team", "size", "delete"]), min_size=1, max_size=5), st.data())
def test_taking_back_never_overwrites_what_others_did(office: Office, others: list[str], data: st.DataObject) -> None:
    tickets = office.tickets(*range(1, len(others) + 1))
    run_id = office.begin(NEW, tickets)
    before = [data.draw(st.booleans()) for _ in others]
    told: dict[str, object] = {}

    def interfere(ticket: Record, what: str) -> None:
        if what == "delete":
            office.system.delete("ticket", ticket.id)
        elif what != "leave":
            value = "theirs" if what == "team" else 77
            office.system.update("ticket", ticket.id, {what: value})
        told[ticket.id] = what

    office.work()
    first = [one for one, is_before in zip(zip(tickets, others, strict=True), before, strict=True) if is_before]
    for ticket, what in first:
        interfere(ticket, what)
    undone = asking.undo(office.records(), run_id, DAY)
    for ticket, what in zip(tickets, others, strict=True):
        if ticket.id not in told:
            interfere(ticket, what)
    office.work()
    for ticket, what in zip(tickets, others, strict=True):
        found = office.system.find("ticket", ticket.id)
        wanted = {"leave": "old", "team": "theirs", "size": "new", "delete": None}[what]
        assert (found["team"] if found is not None else None) == wanted
    left = sum(what != "leave" for what in others)
    assert office.run(undone).counts.get("failed", 0) == left
    with pytest.raises(Conflict):
        asking.undo(office.records(), run_id, DAY)


def test_it_is_taken_back_for_a_while_only_and_not_while_it_goes_on(office: Office) -> None:
    tickets = office.tickets(1)
    run_id = office.begin(NEW, tickets)
    with pytest.raises(Conflict):
        asking.undo(office.records(), run_id, DAY)
    office.work()
    with pytest.raises(Conflict):
        asking.undo(office.records(), run_id, timedelta(0))
    asking.undo(office.records(), run_id, DAY)


def test_a_persons_value_comes_back_from_its_history_and_is_kept_nowhere_else(office: Office) -> None:
    made = [office.system.create("guest", {"name": "Awa", "note": one}) for one in ("likes tea", None)]
    run_id = asking.begin(office.records(), "guest", Change("set", "note", "gone"), [one.id for one in made])
    office.work()
    assert [one.former for one in office.runtime.bulk.items(run_id, "changed")] == [None, None]
    asking.undo(office.records(), run_id, DAY)
    office.work()
    assert [office.system.get("guest", one.id)["note"] for one in made] == ["likes tea", None]


def test_a_step_is_taken_back_where_a_step_leads_back(office: Office) -> None:
    tickets = office.tickets(1)
    run_id = office.begin(Change("step", "open"), tickets)
    office.work()
    undone = asking.undo(office.records(), run_id, DAY)
    office.work()
    assert dict(office.run(undone).counts) == {"failed": 1}
    assert office.system.get("ticket", tickets[0].id)["status"] == "open"


def test_old_runs_are_swept_and_values_are_sealed(office: Office) -> None:
    run_id = office.begin(replace(NEW, value="Awa"), office.tickets(1))
    with office.runtime.store.reading() as connection:
        kept = str(connection.execute("SELECT * FROM bulk_run").fetchall())
    assert "Awa" not in kept
    assert office.run(run_id).change.value == "Awa"
    assert office.runtime.bulk.sweep(office.runtime.now() + timedelta(days=15)) == 1
    assert office.runtime.bulk.get(office.runtime, run_id) is None


def test_the_work_is_installed() -> None:
    assert Handlers(doing.JOBS).by_event["bulk.asked"] == doing.JOBS
