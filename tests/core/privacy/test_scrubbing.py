"""What values that are gone leave on the disk goes at night: once, and only where any went."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path
from typing import Any, cast

import pytest
from tests.core.jobs.inline import settings_of
from tests.core.privacy.conftest import DOCUMENTS, MakeRuntime

from sidra.access.actor import system_actor
from sidra.jobs.work import JobWork, Reports
from sidra.privacy import scrubbing
from sidra.privacy.erasing import erase
from sidra.privacy.retaining import apply_retention
from sidra.privacy.scrubbing import scrub_wanted
from sidra.privacy.upkeep_job import scrub_disk
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store

ACTOR = system_actor("test")
LATER = datetime.datetime(2029, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def scrubbed(monkeypatch: pytest.MonkeyPatch) -> list[Store]:
    """The stores that are scrubbed, in turn."""
    known, found = scrubbing.scrub, list[Store]()

    def scrub(store: Store) -> bool:
        found.append(store)
        return known(store)

    monkeypatch.setattr(scrubbing, "scrub", scrub)
    return found


@pytest.fixture
def person(records: Records) -> Record:
    return records.create("party", {"name": "Zqxj Ndiaye", "national_number": "1", "status": "gone"})


def night(runtime: Runtime, tmp_path: Path) -> None:
    """Do what the schedule of the night does."""
    reports = Reports(lambda *_: None, lambda: "ours")
    scrub_disk.run(JobWork(runtime, "sn:1", "scrub", reports, settings_of(tmp_path), cast("Any", None)), {})


def test_a_night_after_an_erasure_scrubs_once(
    runtime: Runtime, person: Record, scrubbed: list[Store], tmp_path: Path
) -> None:
    night(runtime, tmp_path)
    assert scrubbed == []
    erase(runtime, person.id, actor=ACTOR, reason="asked for")
    assert scrubbed == []
    night(runtime, tmp_path)
    night(runtime, tmp_path)
    assert scrubbed == [runtime.store]


def test_what_is_let_go_after_its_time_is_scrubbed_as_well_and_a_dry_run_wants_nothing(
    make_runtime: MakeRuntime, scrubbed: list[Store], tmp_path: Path
) -> None:
    rule = "retention: {when: \"status == 'gone'\", after: 2y, do: anonymise}\n"
    runtime = make_runtime(f"{DOCUMENTS[0]}{rule}", *DOCUMENTS[1:])
    runtime.records(ACTOR).create("party", {"name": "A", "national_number": "1", "status": "gone"})
    later = make_runtime(f"{DOCUMENTS[0]}{rule}", *DOCUMENTS[1:], now=LATER)
    apply_retention(later, dry_run=True)
    night(later, tmp_path)
    assert scrubbed == []
    apply_retention(later)
    night(later, tmp_path)
    assert scrubbed == [later.store]


def test_what_goes_while_it_is_scrubbed_is_scrubbed_the_next_time(
    runtime: Runtime, records: Records, person: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = records.create("party", {"name": "B", "national_number": "2"})
    erase(runtime, person.id, actor=ACTOR, reason="asked for")
    known, nights = scrubbing.scrub, list[bool]()

    def slow(store: Store) -> bool:
        if not nights:
            later = runtime.at(lambda: runtime.now() + datetime.timedelta(seconds=1))
            erase(later, other.id, actor=ACTOR, reason="asked for")
        nights.append(known(store))
        return nights[-1]

    monkeypatch.setattr(scrubbing, "scrub", slow)
    for _ in range(3):
        scrub_wanted(runtime.store)
    assert nights == [True, True]


def test_no_part_of_a_text_is_left_in_the_file_of_the_search(runtime: Runtime, person: Record, store: Store) -> None:
    if store.dialect.name == "postgresql":
        return

    def blocks() -> bytes:
        with store.reading() as connection:
            return b"".join(block for (block,) in connection.execute("SELECT block FROM sidra_search_text_data"))

    assert b"zqx" in blocks()
    erase(runtime, person.id, actor=ACTOR, reason="asked for")
    assert scrub_wanted(store)
    assert b"zqx" not in blocks()


def test_who_still_reads_what_was_before_leaves_it_for_the_next_night(
    runtime: Runtime, person: Record, store: Store, scrubbed: list[Store]
) -> None:
    if store.dialect.name == "postgresql":
        return
    reader = sqlite3.connect(store.where, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM party").fetchone()
    erase(runtime, person.id, actor=ACTOR, reason="asked for")
    assert not scrub_wanted(store)
    reader.close()
    assert scrub_wanted(store)
    assert b"Zqxj" not in b"".join(path.read_bytes() for path in Path(store.where).parent.glob("sn.db*"))
    assert len(scrubbed) == 2
