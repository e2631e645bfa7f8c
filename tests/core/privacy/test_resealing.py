"""Rotation: all values come under a new key while people read and write, and no reading fails."""

from __future__ import annotations

import datetime
import threading
from typing import Any, Self

import pytest
from tests.core.privacy.conftest import NOW
from tests.proofs.counting import Counts

from sidra.access.actor import system_actor
from sidra.errors import Conflict
from sidra.privacy import keys as keys_module
from sidra.privacy import resealing
from sidra.privacy.keys import KeyRing, is_sealed, key_of
from sidra.privacy.resealing import GRACE, key_uses, reseal, retire, rotate, sealed_places, waiting
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store import failures
from sidra.store.database import Connection, Store
from sidra.store.failures import Collision

PEOPLE = 60


@pytest.fixture
def people(records: Records) -> list[str]:
    """Ids of people with numbers and remarks."""
    return [
        records.create("party", {"name": f"P {n}", "national_number": f"{n:09}", "remark": f"remark {n}"}).id
        for n in range(PEOPLE)
    ]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a rotation of many transactions."""
    monkeypatch.setattr(resealing, "CHUNK", 7)


def texts(store: Store) -> list[str]:
    with store.reading() as connection:
        rows = connection.execute("SELECT national_number, remark FROM party").fetchall()
    return [text for row in rows for text in row if text is not None]


@pytest.mark.usefixtures("small_chunks")
def test_after_a_rotation_all_values_are_under_the_new_key(runtime: Runtime, people: list[str], store: Store) -> None:
    [old] = {key_of(text) for text in texts(store)}
    told: list[tuple[int, int]] = []
    done = rotate(runtime, lambda number, total: told.append((number, total)))
    assert {key_of(text) for text in texts(store)} == {runtime.keys.current("attribute").id} != {old}
    assert waiting(runtime) == 0
    assert told[-1] == (done, done)
    records = runtime.records(system_actor("test"))
    assert [records.get("party", id)["remark"] for id in people] == [f"remark {n}" for n in range(PEOPLE)]
    assert [hit.id for hit in records.search("000000007")] == [people[7]]
    assert records.history("party", people[7]).changes[0].by


class Users:
    """Readers and writers at work, until they are told to stop."""

    def __init__(self, runtime: Runtime, people: list[str]) -> None:
        self._runtime, self._people = runtime, people
        self._stop = threading.Event()
        self.failures: list[BaseException] = []
        self.reads = self.writes = 0
        self._threads = [
            threading.Thread(target=self._run, args=(work,)) for work in (self._read, self._read, self._write)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, work: Any) -> None:  # noqa: ANN401 - one of the methods below
        number = 0
        while not self._stop.is_set():
            try:
                work(number % PEOPLE)
            except BaseException as error:  # noqa: BLE001 - what fails is counted
                self.failures.append(error)
            number += 1

    def _read(self, number: int) -> None:
        records = self._runtime.records(system_actor("reader"))
        assert records.get("party", self._people[number])["national_number"] == f"{number:09}"
        assert records.search(f"{number:09}")
        self.reads += 2

    def _write(self, number: int) -> None:
        records = self._runtime.records(system_actor("writer"))
        records.update("party", self._people[number], {"remark": f"written {self.writes}"})
        self.writes += 1


@pytest.mark.usefixtures("small_chunks")
def test_no_reading_fails_while_values_are_sealed_anew(
    runtime: Runtime,
    people: list[str],
    ring: KeyRing,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    counts: Counts,
) -> None:
    monkeypatch.setattr(keys_module, "FRESH_SECONDS", 0.02)
    # A process of its own, as far as keys go: it learns of the new one from the file.
    other = Runtime(runtime.model, store, lambda: NOW, keys=KeyRing.open(ring._source.file))  # type: ignore[arg-type]
    first = runtime.keys.current("attribute").id
    with Users(other, people) as users:
        for _ in range(3):
            rotate(runtime)
    reseal(runtime)
    counts["rotations"] += 3
    counts["readings meanwhile"] += users.reads
    counts["writings meanwhile"] += users.writes
    assert [repr(error) for error in users.failures if not isinstance(error, Collision)] == []
    assert users.reads > PEOPLE
    assert users.writes
    assert {key_of(text) for text in texts(store)} == {runtime.keys.current("attribute").id}
    assert key_uses(runtime).get(first, 0) == 0


@pytest.mark.usefixtures("small_chunks")
def test_a_rotation_outlasts_those_who_write_the_same(
    runtime: Runtime, people: list[str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, begin = 0, store.begin

    def collide(*, waits: bool = True) -> Connection:
        nonlocal tries
        tries += 1
        if tries <= 3 * failures.ATTEMPTS:
            raise Collision("somebody else changed the same at the same time")
        return begin(waits=waits)

    monkeypatch.setattr(failures, "FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(store, "begin", collide)
    rotate(runtime)
    assert tries > 3 * failures.ATTEMPTS
    assert waiting(runtime) == 0


@pytest.mark.usefixtures("small_chunks")
def test_what_somebody_writes_while_it_is_sealed_anew_stays(
    runtime: Runtime, people: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    records, transact = runtime.records(system_actor("writer")), runtime.store.transact
    written: list[str] = []

    def write_before(function: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever a transaction gives
        if len(written) < PEOPLE:
            written.append(people[len(written)])
            records.update("party", written[-1], {"remark": "written meanwhile"})
        return transact(function, **options)

    monkeypatch.setattr(runtime.store, "transact", write_before)
    rotate(runtime)
    assert written
    assert {records.get("party", id)["remark"] for id in written} == {"written meanwhile"}
    assert waiting(runtime) == 0


@pytest.mark.usefixtures("small_chunks")
def test_a_rotation_that_was_ended_goes_on_where_it_was(runtime: Runtime, people: list[str]) -> None:
    class Killed(BaseException):
        """Ends the rotation as a signal does."""

    def kill(done: int, _total: int) -> None:
        if done > PEOPLE:
            raise Killed

    with pytest.raises(Killed):
        rotate(runtime, kill)
    left = waiting(runtime)
    assert 0 < left < 2 * PEOPLE + PEOPLE
    assert reseal(runtime) == left
    assert (waiting(runtime), reseal(runtime)) == (0, 0)


def test_a_key_is_retired_only_when_nothing_uses_it(runtime: Runtime, people: list[str]) -> None:
    old = runtime.keys.current("attribute")
    later = datetime.datetime.now(datetime.UTC) + GRACE * 2
    with pytest.raises(Conflict, match="is the current key"):
        retire(runtime, old.id, later)
    runtime.keys.add("attribute")
    with pytest.raises(Conflict, match=f"{2 * PEOPLE} values are sealed under"):
        retire(runtime, old.id, later)
    reseal(runtime)
    with pytest.raises(Conflict, match="in use until just now"):
        retire(runtime, old.id, datetime.datetime.now(datetime.UTC))
    retire(runtime, old.id, later)
    assert old.id not in {key.id for key in runtime.keys.keys}
    assert runtime.records(system_actor("test")).get("party", people[0])["remark"] == "remark 0"


def test_a_key_of_indexes_stays(runtime: Runtime, people: list[str]) -> None:
    old = runtime.keys.current("index")
    runtime.keys.add("index")
    with pytest.raises(Conflict, match="is for `index`"):
        retire(runtime, old.id, datetime.datetime.now(datetime.UTC) + GRACE * 2)


def test_what_came_in_the_clear_is_sealed_in_the_background(runtime: Runtime, store: Store) -> None:
    record = runtime.records(system_actor("test")).create("party", {"name": "Awa"})
    with store.writing() as connection:
        connection.execute("UPDATE party SET remark = 'k0123456789 in the clear'")
    assert key_uses(runtime)[""] == 1
    assert reseal(runtime) == 1
    assert all(map(is_sealed, texts(store)))
    assert runtime.records(system_actor("test")).get("party", record.id)["remark"] == "k0123456789 in the clear"


def test_every_table_of_sealed_texts_is_sealed_anew(runtime: Runtime) -> None:
    known = {(place.table.name, place.column) for place in sealed_places(runtime)}
    there = {
        (table.name, column.name)
        for table in runtime.tables.metadata.tables.values()
        for column in table.columns
        if column.name in {"sealed", "secret"}
    }
    # Sealed under keys of persons, which are sealed anew themselves.
    of_persons = ("bulk_run", "comment_comment", "draft_draft", "export_part", "export_run", "file_part")
    assert there - known == {(table, "sealed") for table in (*of_persons, "preference_view", "record_history")}
