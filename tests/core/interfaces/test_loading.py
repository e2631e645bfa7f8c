from __future__ import annotations

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.interfaces.conftest import COLUMNS, GOOD, NOW, MakeModel, WriteRows, model_in, person_of

from sidra.access.actor import Actor, system_actor
from sidra.audit.verification import Verification
from sidra.errors import Forbidden, Invalid, NotFound
from sidra.interfaces.files import FileRefused, Row, csv_text
from sidra.interfaces.loading import FeedLoader, Loading
from sidra.interfaces.runs import Counts
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.runtime import Runtime
from sidra.store.database import Connection, Store


def all_of(runtime: Runtime, entity: str) -> list[Record]:
    return runtime.records(system_actor("test")).list(entity, Query(limit=1000)).records


def customer(runtime: Runtime, legacy_id: str) -> Record:
    query = Query(filters=(Filter("legacy_id", "eq", legacy_id),))
    (found,) = runtime.records(system_actor("test")).list("customer", query).records
    return found


def runs(store: Store) -> list[tuple[str, bool, str]]:
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT file, finished_at, counts FROM feed_run ORDER BY finished_at NULLS FIRST"
        ).fetchall()
    return [(file, finished is not None, counts) for file, finished, counts in rows]


def test_a_row_becomes_a_record_with_those_around_it(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    assert loader.run(write_rows({}), program) == Counts(read=1, created=1)
    made = customer(runtime, "A1")
    assert made["total"] == Decimal("12.50")
    assert made["person"]["birth_date"].isoformat() == "1990-05-17"
    assert made["plan"]["code"] == "max"
    assert [line["number"] for line in made["lines"]] == ["770001122"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_database_learns_of_what_was_loaded(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    loader.run(write_rows({}), program)
    with runtime.store.reading() as connection:
        known = connection.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'customer'").fetchone()
    assert known[0] > 0


def test_loading_twice_changes_nothing(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    path = write_rows({}, {"id": "A2", "phone": ""})
    assert loader.run(path, program).loaded == 2
    assert loader.run(path, program) == Counts(read=2, unchanged=2)
    assert {record.version for entity in ("customer", "person", "line") for record in all_of(runtime, entity)} == {1}


@pytest.mark.parametrize("change", [{"total": "1"}, {"name": "Fall"}, {"phone": "0"}, {"plan": ""}])
def test_a_row_that_differs_changes_its_records(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows, change: dict[str, str]
) -> None:
    loader.run(write_rows({"plan": ""}, {"id": "A2", "plan": ""}), program)
    expected = 0 if change == {"plan": ""} else 1
    counts = loader.run(write_rows({"plan": "", **change}, {"id": "A2", "plan": ""}), program)
    assert counts == Counts(read=2, updated=expected, unchanged=2 - expected)
    assert [len(all_of(runtime, entity)) for entity in ("customer", "person", "line")] == [2, 2, 2]


def test_a_new_line_of_a_known_customer_is_an_update(loader: FeedLoader, program: Actor, write_rows: WriteRows) -> None:
    loader.run(write_rows({"phone": ""}), program)
    assert loader.run(write_rows({}), program) == Counts(read=1, updated=1)


def test_the_later_of_two_rows_of_one_chunk_wins(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    assert loader.run(write_rows({}, {"total": "3"}), program) == Counts(read=2, created=1, updated=1)
    assert customer(runtime, "A1")["total"] == 3


def test_rejected_rows_are_kept_with_all_their_reasons(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    path = write_rows(
        {"id": "B1", "total": "x", "level": "Z"},
        {"id": "B2", "total": "-1"},
        {"id": "B3", "plan": "none"},
        {"id": "", "name": "Ba"},
        {"id": "B5", "name": "A name that is too long"},
        {"id": "B6", "level": ""},
    )
    assert loader.run(path, program) == Counts(read=6, created=1, quarantined=5, warned=1)
    kept = {one.key: [(problem.code, problem.path) for problem in one.problems] for one in loader.rejects(program)}
    assert kept == {
        "B1": [("R602", "total"), ("R621", "segment")],
        "B2": [("R623", "total")],
        "B3": [("R619", "plan")],
        "rows.csv:5": [("R601", "legacy_id")],
        "B5": [("R606", "family_name")],
    }
    assert [one.problems[0].message for one in loader.rejects(program) if one.key == "B2"] == ["Total négatif"]
    assert loader.reject_count(program) == 5
    assert [record["legacy_id"] for record in all_of(runtime, "customer")] == ["B6"]


def test_a_row_that_fails_in_its_last_record_leaves_nothing(
    make_model: MakeModel, store: Store, program: Actor, write_rows: WriteRows
) -> None:
    line = "entity: line\ntitle: number\nattributes:\n  legacy_id: {type: string, unique: true, search: exact}\n"
    line += "  number: {type: string, max_length: 4}\nrelations:\n  customer: {to: customer, filter: true}\n"
    runtime = Runtime(make_model(line=line), store, clock=lambda: NOW)
    loader = FeedLoader(runtime, "load")
    path = write_rows({"plan": ""}, {"id": "A2", "plan": "", "phone": "1"})
    assert loader.run(path, program) == Counts(read=2, created=1, quarantined=1)
    assert [len(all_of(runtime, entity)) for entity in ("customer", "person", "line")] == [1, 1, 1]
    corrected = write_rows({"plan": "", "phone": "12"}, {"id": "A2", "plan": "", "phone": "1"})
    assert loader.run(corrected, program) == Counts(read=2, created=1, unchanged=1)
    assert loader.reject_count(program) == 0


def test_a_row_that_is_refused_half_written_costs_no_other_row(
    make_model: MakeModel, store: Store, program: Actor, write_rows: WriteRows
) -> None:
    line = "entity: line\ntitle: number\nattributes:\n  legacy_id: {type: string, unique: true, search: exact}\n"
    line += "  number: {type: string, max_length: 4}\nrelations:\n  customer: {to: customer, filter: true}\n"
    runtime = Runtime(make_model(line=line), store, clock=lambda: NOW)
    loader = FeedLoader(runtime, "load")
    rows = [{"id": f"A{number}", "plan": "", "phone": "12345" if number in {3, 4, 7} else "1"} for number in range(9)]
    path = write_rows(*rows)
    assert loader.run(path, program) == Counts(read=9, created=6, quarantined=3)
    assert [one.key for one in loader.rejects(program)] == ["A3", "A4", "A7"]
    assert [len(all_of(runtime, entity)) for entity in ("customer", "person", "line")] == [6, 6, 6]
    assert loader.run(path, program) == Counts(read=9, unchanged=6, quarantined=3)
    with store.reading() as connection:
        sql = "SELECT count(*) FROM {} WHERE entity IN ('customer', 'person', 'line')"
        told = [connection.execute(sql.format(table)).fetchone()[0] for table in ("audit_entry", "outbox")]
    # What was taken back is told to nobody: three records of each of six rows.
    assert told == [18, 18]
    assert Verification(store, runtime.keys, runtime.affiliate).run().is_whole


def test_a_row_that_is_refused_is_taken_back_while_its_records_wait(
    loader: FeedLoader, program: Actor, write_rows: WriteRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: list[bool] = []
    load = Loading._load_chunk

    def told(self: Loading, rows: list[Row], counts: Counts, *, gathers: bool) -> Counts:
        ways.append(gathers)
        return load(self, rows, counts, gathers=gathers)

    monkeypatch.setattr(Loading, "_load_chunk", told)
    path = write_rows({"id": "B3", "plan": "none"}, {"id": "B5", "name": "A name that is too long"}, {})
    assert loader.run(path, program) == Counts(read=3, created=1, quarantined=2)
    assert ways == [True]


def test_the_same_rejected_row_is_kept_once(loader: FeedLoader, program: Actor, write_rows: WriteRows) -> None:
    path = write_rows({"id": "B1", "total": "x"}, {"id": "", "total": "x"})
    loader.run(path, program)
    before = [one.id for one in loader.rejects(program)]
    loader.run(path, program)
    assert [one.id for one in loader.rejects(program)] == before
    assert [one.line for one in loader.rejects(program, limit=1, offset=1)] == [3]


def test_a_corrected_row_is_loaded(runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows) -> None:
    loader.run(write_rows({"id": "B1", "total": "x"}), program)
    (kept,) = loader.rejects(program)
    still = loader.replay(kept.id, {"total": "y"}, program)
    assert still is not None
    assert (still.id, still.texts["total"], [one.code for one in still.problems]) == (kept.id, "y", ["R602"])
    assert loader.rejects(program) == [still]
    assert loader.replay(kept.id, {"total": "7"}, program) is None
    assert customer(runtime, "B1")["total"] == 7
    assert loader.rejects(program) == []


def test_a_row_is_replayed_of_more_than_a_page_of_rejects(
    loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    loader.run(write_rows(*({"id": f"B{number}", "total": "x"} for number in range(120))), program)
    last = loader.rejects(program, limit=1, offset=119)[0]
    assert loader.replay(last.id, {"total": "z"}, program) is not None
    assert loader.reject_count(program) == 120


def test_a_correction_that_cannot_be_is_refused(loader: FeedLoader, program: Actor, write_rows: WriteRows) -> None:
    loader.run(write_rows({"id": "B1", "total": "x"}), program)
    (kept,) = loader.rejects(program)
    with pytest.raises(Invalid, match="no such column"):
        loader.replay(kept.id, {"totl": "1"}, program)
    for unknown in ("x", "00000000-0000-7000-8000-000000000000"):
        with pytest.raises(NotFound):
            loader.replay(unknown, {"total": "1"}, program)
    assert loader.rejects(program) == [kept]


def test_a_correction_may_fill_a_column_that_the_row_lacked(loader: FeedLoader, program: Actor, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{','.join(COLUMNS)}\nA1,Diop\n", encoding="utf-8")
    assert loader.run(path, program).quarantined == 1
    (kept,) = loader.rejects(program)
    assert [problem.code for problem in kept.problems] == ["R622"]
    assert loader.replay(kept.id, {"total": "1", "level": "S"}, program) is None


def test_a_person_needs_the_function_feeds(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    path = write_rows({}, {"id": "B1", "total": "x"})
    assert loader.run(path, person_of("steward")) == Counts(read=2, created=1, quarantined=1)
    (kept,) = loader.rejects(person_of("steward"))
    agent = person_of("agent")
    for refused in (
        lambda: loader.run(path, agent),
        lambda: loader.rejects(agent),
        lambda: loader.reject_count(agent),
        lambda: loader.replay(kept.id, {"total": "1"}, agent),
    ):
        with pytest.raises(Forbidden):
            refused()
    assert customer(runtime, "A1")["created_by"] == agent.id
    assert loader.reject_count(program) == 1


def test_a_feed_goes_through_the_gate(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    with pytest.raises(Forbidden, match="you may not read `line`"):
        loader.run(write_rows({}), person_of("visitor"))
    assert loader.run(write_rows({}), person_of("reader")) == Counts(read=1, quarantined=1)
    assert [problem.code for problem in loader.rejects(program)[0].problems] == ["R403"]
    assert all_of(runtime, "customer") == []


@pytest.mark.parametrize("name", ["lod", "rest", ""])
def test_a_name_that_is_no_feed_names_those_there_are(runtime: Runtime, name: str) -> None:
    with pytest.raises(NotFound) as caught:
        FeedLoader(runtime, name)
    assert caught.value.hint == "there are: load"


def test_a_relation_without_inverse_cannot_be_filled(
    make_model: MakeModel, store: Store, program: Actor, write_rows: WriteRows
) -> None:
    feed = "interface: load\nkind: feed\nformat: csv\ninto: customer\nkey: legacy_id\nmap:\n  legacy_id: {from: id}\n"
    feed += "  person: {create: person, map: {family_name: {from: name}}}\n"
    feed += (
        "  friends: {create: customer, key: legacy_id, rows: {one: {map: {legacy_id: {from: name}, person: {create: "
    )
    feed += "person, map: {family_name: {from: name}}}}}}}\n"
    runtime = Runtime(make_model(load=feed), store, clock=lambda: NOW)
    loader = FeedLoader(runtime, "load")
    assert loader.run(write_rows({}), program).quarantined == 1
    assert [problem.code for problem in loader.rejects(program)[0].problems] == ["R624"]


def test_progress_is_told_after_each_chunk(loader: FeedLoader, program: Actor, write_rows: WriteRows) -> None:
    told: list[tuple[int, int]] = []
    path = write_rows(*({"id": f"A{number}"} for number in range(7)))
    loader.run(path, program, lambda counts, most: told.append((counts.read, most)))
    assert told == [(3, 8), (6, 8), (7, 8)]


def test_a_file_that_is_refused_loads_nothing_and_is_no_run(
    runtime: Runtime, loader: FeedLoader, program: Actor, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    rows = csv_text(COLUMNS, [GOOD | {"id": f"A{number}"} for number in range(5)])
    path.write_bytes(rows.encode() + b"\xff\n")
    with pytest.raises(FileRefused, match="see line 7"):
        loader.run(path, program)
    assert (all_of(runtime, "customer"), runs(runtime.store)) == ([], [])
    assert not loader.has_run()


def test_a_run_that_breaks_off_keeps_whole_chunks(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    path = write_rows(*({"id": f"A{number}"} for number in range(7)))

    def stop(counts: Counts, _: int) -> None:
        if counts.read == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loader.run(path, program, stop)
    assert len(all_of(runtime, "customer")) == 6
    assert not loader.has_run()
    assert loader.run(path, program) == Counts(read=7, created=1, unchanged=6)
    assert [finished for _, finished, _ in runs(runtime.store)] == [False, True]
    assert loader.has_run()


SCRIPT = """
import sys
from pathlib import Path
from tests.core.interfaces.killed import load
load(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
"""


@pytest.fixture
def killed(tmp_path: Path, write_rows: WriteRows, root: Path, place: str) -> Path:
    """A file whose run was killed with -9 when it had loaded some chunks."""
    model_in(tmp_path, {})
    path = write_rows(*({"id": f"A{number}", "plan": ""} for number in range(1500)))
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), str(path), place]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    return path


def test_a_run_that_was_killed_is_finished_by_the_next(
    killed: Path, make_model: MakeModel, store: Store, program: Actor
) -> None:
    runtime = Runtime(make_model(), store)
    loader = FeedLoader(runtime, "load")
    with store.reading() as connection:
        before = number_of(connection, "customer")
        assert 0 < before < 1500
        assert before % 3 == 0
        assert number_of(connection, "person") == before
        counts = loader.run(killed, program)
        assert counts == Counts(read=1500, created=1500 - before, unchanged=before)
        assert [number_of(connection, name) for name in ("customer", "person", "line")] == [1500] * 3


def number_of(connection: Connection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.sampled_from(["C1", "C2", "C3", ""]),
                "name": st.sampled_from(["Diop", "", "Ndiaye Sarr Fall"]),
                "born": st.sampled_from(["17/05/1990", "x", ""]),
                "plan": st.sampled_from(["max", "", "none"]),
                "phone": st.sampled_from(["", "1", "2"]),
                "total": st.sampled_from(["1", "-1", "x", ""]),
                "level": st.sampled_from(["G", "S", "", "Z"]),
            }
        ),
        max_size=8,
    )
)
def test_every_row_is_loaded_or_kept_and_again_nothing_changes_but_what_contradicts(
    runtime: Runtime, loader: FeedLoader, program: Actor, write_rows: WriteRows, rows: list[dict[str, str]]
) -> None:
    path = write_rows(*rows)
    counts = loader.run(path, program)
    assert counts.read == len(rows) == counts.loaded + counts.unchanged + counts.quarantined
    ids = [row["id"] for row in rows if row["id"]]
    if len(ids) == len(set(ids)):
        assert loader.run(path, program).loaded == 0
    people = {record["person_id"] for record in all_of(runtime, "customer")}
    assert people == {record.id for record in all_of(runtime, "person")}
