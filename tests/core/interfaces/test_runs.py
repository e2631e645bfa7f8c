from __future__ import annotations

import orjson
import pytest
import sqlalchemy as sa
from tests.core.interfaces.conftest import NOW, person_of

from sidra.access.actor import system_actor
from sidra.errors import Conflict
from sidra.interfaces.runs import SILENCE, Counts, Runs
from sidra.interfaces.tables import feed_tables
from sidra.runtime import Runtime
from sidra.store.codecs import encode_datetime


def test_counts_add_up() -> None:
    counts = Counts(read=2, created=1).plus(read=1, updated=1)
    assert (counts.read, counts.loaded) == (3, 2)
    assert counts.plain()["updated"] == 1


def test_a_run_is_kept_with_who_began_it_and_how_far_it_is(runtime: Runtime) -> None:
    runs = Runs(runtime.store, feed_tables(sa.MetaData()))
    person = person_of("steward")
    with runtime.unit_of_work(person) as work:
        run_id = runs.begin(work, "load", "rows.csv", person)
        runs.note(work, run_id, Counts(read=1))
    assert not runs.has_ended("load")
    with runtime.unit_of_work(system_actor("test")) as work:
        runs.note(work, run_id, Counts(read=2), is_finished=True)
    assert runs.has_ended("load")
    assert not runs.has_ended("other")
    with runtime.store.reading() as connection:
        (row,) = connection.execute("SELECT started_by, file, started_at, finished_at, counts FROM feed_run").fetchall()
    now = encode_datetime(NOW)
    assert row[:4] == (person.id, "rows.csv", now, now)
    assert orjson.loads(row[4])["read"] == 2


def test_a_run_that_notes_nothing_for_a_minute_has_ended_with_its_process(runtime: Runtime) -> None:
    runs = Runs(runtime.store, feed_tables(sa.MetaData()))
    person = person_of("steward")
    with runtime.unit_of_work(person) as work:
        runs.begin(work, "load", "rows.csv", person, rows_at_most=9)
    (run,) = runs.newest("load")
    assert run.rows_at_most == 9
    assert run.is_under_way(NOW)
    assert run.is_under_way(NOW + SILENCE / 2)
    assert not run.is_under_way(NOW + SILENCE)
    with runtime.unit_of_work(person) as work, pytest.raises(Conflict):
        runs.begin(work, "load", "rows.csv", person, is_alone=True)
    with runtime.unit_of_work(person) as work:
        runs.stop(work, run.id, "R503")
    with runtime.unit_of_work(person) as work:
        runs.begin(work, "load", "rows.csv", person, is_alone=True)
    newest = runs.newest("load")
    assert sorted(one.stopped_by for one in newest) == ["", "R503"]
    assert runs.newest("load", 1) == newest[:1]
    assert runs.newest("other") == []
