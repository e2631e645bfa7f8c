"""Lists as files by durable work: what their person sees, given to nobody else, and gone after a day."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.core.jobs.inline import work_through
from tests.core.models import model_of
from tests.prepared import Prepared

from sidra.access.accounts import Account
from sidra.access.entrance import Entrance
from sidra.errors import BadQuery, Conflict, Forbidden, NotFound
from sidra.exports import asking, doing
from sidra.exports.runs import CANCELLED, ExportRun, Wanted
from sidra.records.query import Filter, Query
from sidra.records.selecting import Selecting
from sidra.records.service import Records
from sidra.runtime import Runtime

DOCUMENTS = (
    """
entity: ticket
title: subject
attributes:
  subject: {type: string, required: true, sort: true}
  size: {type: integer, filter: true, sort: true}
  secret: {type: string, filter: true}
""",
    """
role: clerk
may: {ticket: {do: [read], rows: "size != 99", columns: {secret: none}}}
functions: [export]
export_rows: 4
""",
    "role: chief\nmay: {ticket: {do: [read]}}\nfunctions: [export]\n",
    "role: reader\nmay: {ticket: {do: [read]}}\n",
)
WANTED = Wanted(entity="ticket", query=Query(sort=("subject",)), members=("subject", "size"), titles={"size": "=Size"})


@dataclass
class Office:
    """A store with tickets, and people who take them away."""

    runtime: Runtime
    folder: Path

    def account(self, login: str) -> Account:
        return Entrance.of("sn", self.runtime.store).accounts.existing(login)

    def records(self, login: str = "clerk") -> Records:
        return self.runtime.records(self.account(login).actor("sn"))

    def begin(self, wanted: Wanted = WANTED, login: str = "clerk") -> str:
        records = self.records(login)
        return asking.begin(records, wanted, asking.row_limit(records, 1000))

    def work(self) -> list[Exception]:
        return work_through(self.runtime, self.folder)

    def run(self, run_id: str, login: str = "clerk") -> ExportRun:
        return asking.own(self.records(login), run_id)

    def rows(self, run_id: str, login: str = "clerk") -> list[list[str]]:
        text = b"".join(asking.given(self.records(login), run_id)).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))

    def count(self, table: str) -> int:
        with self.runtime.store.reading() as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.fixture
def office(prepared: Prepared, tmp_path: Path) -> Iterator[Office]:
    with prepared.store_of(model_of(*DOCUMENTS)) as store:
        runtime = prepared.runtime(model_of(*DOCUMENTS), store)
        accounts = Entrance.of("sn", store).accounts
        for name in ("clerk", "chief", "reader"):
            accounts.create(name, name.title(), None, [name], locale="fr")
        system = runtime.records(runtime.system_actor)
        for size in (1, 2, 3, 99, 4, 5):
            system.create("ticket", {"subject": f"T{size}", "size": size, "secret": "Zhush"})
        yield Office(runtime, tmp_path)


def test_a_list_becomes_a_file_of_what_its_person_sees(office: Office) -> None:
    where = Selecting(office.records().readable("ticket")).checked("size > 1")
    query = Query(where=where, filters=(Filter("size", "lt", 50),), sort=("-size",))
    run_id = office.begin(replace(WANTED, query=query))
    assert not office.run(run_id).is_over
    assert office.work() == []
    run = office.run(run_id)
    assert (run.is_ready, run.rows, run.total) == (True, 4, 4)
    assert office.rows(run_id) == [["subject", "'=Size"], ["T5", "5"], ["T4", "4"], ["T3", "3"], ["T2", "2"]]
    told = office.runtime.notifications.page(office.account("clerk").id, limit=5)
    assert [(one.kind, one.record_id) for one in told] == [("export_done", run_id)]
    with office.runtime.store.reading() as connection:
        found = connection.execute("SELECT action, reason FROM audit_entry WHERE action LIKE 'export%'").fetchall()
    assert sorted(found) == [
        ("export", "at most 4 rows; filtered by size; sorted by -size"),
        ("export_end", "rows: 4"),
        ("export_given", "rows: 4"),
    ]


def test_a_role_says_how_many_rows_and_the_most_generous_counts(office: Office) -> None:
    assert [asking.row_limit(office.records(one), 1000) for one in ("clerk", "chief")] == [4, 1000]
    run_id = office.begin()
    office.work()
    assert office.run(run_id).rows == 4
    Entrance.of("sn", office.runtime.store).accounts.set_roles("clerk", ["clerk", "chief"])
    assert asking.row_limit(office.records(), 1000) == 4


def test_a_sheet_is_made_too(office: Office) -> None:
    run_id = office.begin(replace(WANTED, form="xlsx", name="Tickets", is_right_to_left=True), "chief")
    assert office.work() == []
    content = b"".join(asking.given(office.records("chief"), run_id))
    sheet: Any = load_workbook(io.BytesIO(content)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)] == [["subject", "=Size"], ["T1", 1]]
    assert sheet.title == "Tickets"
    assert office.run(run_id, "chief").size == len(content)


@pytest.mark.parametrize(
    ("login", "wanted", "error"),
    [
        ("reader", WANTED, Forbidden),
        ("clerk", replace(WANTED, members=("secret",)), BadQuery),
        ("clerk", replace(WANTED, query=Query(filters=(Filter("secret", "eq", "Zhush"),))), BadQuery),
        ("clerk", replace(WANTED, entity="nothing"), NotFound),
    ],
)
def test_what_a_person_may_not_take_away_is_not_begun(
    office: Office, login: str, wanted: Wanted, error: type[Exception]
) -> None:
    with pytest.raises(error):
        office.begin(wanted, login)
    narrowed = replace(office.account("chief").actor("sn"), scopes=frozenset({"ticket:read"}))
    with pytest.raises(Forbidden):
        asking.begin(office.runtime.records(narrowed), WANTED, 5)
    assert office.count("export_run") == 0


def test_a_file_is_its_persons_alone_and_only_with_the_rights_it_was_made_with(office: Office) -> None:
    run_id, other = office.begin(), office.begin(WANTED, "chief")
    for forbidden in (asking.own, asking.stop, asking.given):
        with pytest.raises(NotFound):
            forbidden(office.records("chief"), run_id)
    with pytest.raises(Conflict):
        asking.given(office.records(), run_id)
    accounts = Entrance.of("sn", office.runtime.store).accounts
    accounts.set_roles("chief", ["clerk"])
    office.work()
    assert office.run(other, "chief").stopped_by == doing.OTHER_RIGHTS
    accounts.set_roles("clerk", ["chief"])
    with pytest.raises(Forbidden):
        asking.given(office.records(), run_id)
    accounts.set_roles("clerk", ["reader"])
    with pytest.raises(Forbidden):
        asking.given(office.records(), run_id)


def test_what_is_ended_or_deleted_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, made = office.begin(), office.begin()
    asking.stop(office.records(), ended)
    office.work()
    assert office.run(ended).stopped_by == CANCELLED
    asking.stop(office.records(), made)
    with pytest.raises(NotFound):
        office.run(made)
    while_made = office.begin()
    real = doing._keep

    def kept_and_deleted(*given: Any) -> None:  # noqa: ANN401 - as it was called
        real(*given)
        for _ in range(2):
            asking.stop(office.records(), while_made)

    monkeypatch.setattr(doing, "_keep", kept_and_deleted)
    assert office.work() == []
    assert office.count("export_part") == 0


def test_what_breaks_in_an_unforeseen_way_is_over(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = office.begin()
    monkeypatch.setattr(doing, "_write", lambda *_: 1 / 0)
    assert [type(error) for error in office.work()] == [ZeroDivisionError]
    assert office.run(run_id).stopped_by == "R500"
    with pytest.raises(Conflict):
        asking.given(office.records(), run_id)


def test_a_worker_that_dies_leaves_the_next_to_begin_anew(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidra.exports.runs.PART_BYTES", 10)
    run_id, real = office.begin(), doing._keep_part

    def dying(work: Any, run: ExportRun, number: int, part: bytes) -> None:  # noqa: ANN401 - as it was called
        if number == 2:
            raise KeyboardInterrupt
        real(work, run, number, part)

    monkeypatch.setattr(doing, "_keep_part", dying)
    with pytest.raises(KeyboardInterrupt):
        office.work()
    monkeypatch.setattr(doing, "_keep_part", real)
    office.work()
    assert [row[0] for row in office.rows(run_id)] == ["subject", "T1", "T2", "T3", "T4"]


def test_files_are_few_go_after_a_day_and_when_somebody_is_erased(office: Office) -> None:
    runs = [office.begin() for _ in range(asking.MOST_KEPT + 1)]
    with pytest.raises(NotFound):
        office.run(runs[0])
    office.work()
    later = office.runtime.at(lambda: office.runtime.now() + datetime.timedelta(days=1, minutes=1))
    with pytest.raises(NotFound):
        asking.own(later.records(office.account("clerk").actor("sn")), runs[1])
    assert office.count("export_run") == asking.MOST_KEPT
    with later.unit_of_work(later.system_actor) as unit:
        assert later.exports.sweep(unit, unit.now) == asking.MOST_KEPT
    assert (office.count("export_run"), office.count("export_part")) == (0, 0)
    again = office.begin()
    office.work()
    office.runtime.transact(office.runtime.system_actor, office.runtime.exports.forget)
    assert office.count("export_part") == 0
    with pytest.raises(NotFound):
        office.run(again)
