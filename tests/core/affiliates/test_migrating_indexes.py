"""On PostgreSQL indexes of tables with many rows are built while everybody goes on to write, step by step."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from decimal import Decimal

import pytest
from tests.core.store.schema.comparing import create, migrating, rows, runtime

from sidra.errors import SidraError
from sidra.records.query import Query
from sidra.store.database import Store
from sidra.store.schema import evolve, running
from sidra.store.schema.changes import Class
from sidra.store.schema.evolve import NeedsMigration, SchemaMismatch
from sidra.store.schema.journal import Entry, Journal

THING = """
entity: thing
attributes:
  n: {{type: string{}}}
  d: {{type: decimal, scale: {}, unique: true, filter: true}}
"""
OLD, UNIQUE = THING.format("", 2), THING.format(", unique: true", 2)
FINER = THING.format("", 3)


@pytest.fixture
def where(postgresql_server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    monkeypatch.setattr(evolve, "LARGE_ROWS", 3)
    monkeypatch.setattr(running, "CHUNK", 2)
    url = postgresql_server.new_schema()
    yield url
    postgresql_server.drop_schema(url)


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    made = Store.open(where)
    yield made
    made.close()


def filled(store: Store) -> list[str]:
    made = runtime(store, OLD)
    return [create(made, "thing", n=f"n{number}", d=Decimal(number)).id for number in range(6)]


def indexes(store: Store) -> set[str]:
    """All indexes of the table, also those that are of no use."""
    with store.reading() as connection:
        asked = "SELECT relname FROM pg_class WHERE relkind = 'i' AND relnamespace = current_schema()::regnamespace"
        return {name for (name,) in connection.execute(asked).fetchall()}


def test_what_must_be_unique_in_a_large_table_waits_for_an_index_that_is_built_beside(store: Store) -> None:
    filled(store)
    with pytest.raises(NeedsMigration, match="no two of `thing` have the same n"):
        runtime(store, UNIQUE)
    [change] = migrating(store, UNIQUE).plan().to_do
    assert (change.level, change.rows) == (Class.MIGRATED, 6)
    [step] = migrating(store, UNIQUE).steps(migrating(store, UNIQUE).plan())
    assert step.form == "beside"
    assert "CREATE UNIQUE INDEX CONCURRENTLY" in step.before[1]
    migrating(store, UNIQUE).apply()
    assert migrating(store, UNIQUE).plan().to_do == ()
    with pytest.raises(SidraError, match="already has this value"):
        create(runtime(store, UNIQUE), "thing", n="n1")


def test_while_it_is_built_others_write(store: Store, where: str) -> None:
    """No lock is held that a writer of another process would wait for, neither by the index nor before it."""
    filled(store)
    other = Store.open(where)
    old = runtime(other, OLD)
    written: list[str] = []

    def tell(entry: Entry, event: str, count: int = 0) -> None:
        del entry, count
        if event in {"begins", "did"}:
            written.append(create(old, "thing", n=f"new {len(written)}").id)

    migrating(store, UNIQUE).apply(tell=tell)
    assert len(written) == 3
    found = {
        record.id
        for record in runtime(store, UNIQUE).system_records(None, old.now()).list("thing", Query(limit=50)).records
    }
    assert found >= set(written)
    other.close()


def test_a_value_that_is_written_twice_while_it_is_built_leaves_nothing_behind(store: Store, where: str) -> None:
    filled(store)
    other = Store.open(where)
    old = runtime(other, OLD)

    def tell(entry: Entry, event: str, count: int = 0) -> None:
        del entry, count
        if event == "begins":
            create(old, "thing", n="n1")

    known = indexes(store)
    with pytest.raises(SchemaMismatch, match="it cannot be that no two"):
        migrating(store, UNIQUE).apply(tell=tell)
    assert indexes(store) == known
    with store.reading() as connection:
        assert Journal(store).unfinished(connection) == []
    assert runtime(store, OLD).affiliate
    other.close()


def test_the_switch_of_a_conversion_builds_no_index(store: Store) -> None:
    filled(store)
    steps = migrating(store, FINER).steps(migrating(store, FINER).plan())
    [switch] = [step for step in steps if "in force" in step.says]
    assert not any(" INDEX " in sql and sql.startswith("CREATE") for sql in switch.sql)
    built = [step for step in steps if step.form == "beside" and "next_" in step.says]
    assert len(built) == 2
    migrating(store, FINER).apply()
    assert migrating(store, FINER).plan().to_do == ()
    assert rows(runtime(store, FINER), "thing", "d")[1] == (Decimal(1),)


def test_values_that_change_places_while_a_column_is_converted_are_kept(store: Store, where: str) -> None:
    ids = filled(store)
    other = Store.open(where)
    old = runtime(other, OLD)

    def tell(entry: Entry, event: str, count: int = 0) -> None:
        del count
        if event == "begins" and "in force" in entry.step.says:
            records = old.system_records(None, old.now())
            for id, value in ((ids[0], None), (ids[1], 0), (ids[0], 1), (ids[5], 9), (ids[4], 5)):
                records.update("thing", id, {"d": None if value is None else Decimal(value)})

    migrating(store, FINER).apply(tell=tell)
    found = [row[0] for row in rows(runtime(store, FINER), "thing", "d")]
    assert found == [1, 0, 2, 3, 5, 9]
    other.close()


def test_an_index_that_was_left_by_a_kill_is_built_anew(store: Store, where: str) -> None:
    filled(store)
    child = os.fork()
    if child == 0:

        def tell(entry: Entry, event: str, count: int = 0) -> None:
            del entry, count
            if event == "did":
                os.kill(os.getpid(), signal.SIGKILL)

        migrating(Store.open(where), UNIQUE).apply(tell=tell)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    with store.writing() as connection:
        connection.execute("UPDATE thing SET n = 'n1' WHERE n = 'n2'")
    with store.apart() as connection, pytest.raises(store.errors):
        connection.execute("CREATE UNIQUE INDEX CONCURRENTLY ux_thing_n_present ON thing (n) WHERE n IS NOT NULL")
    assert "ux_thing_n_present" in indexes(store)
    with store.writing() as connection:
        connection.execute("UPDATE thing SET n = id::text WHERE n = 'n1'")
    migrating(store, UNIQUE).apply()
    with store.reading() as connection:
        assert "ux_thing_n_present" in store.indexes(connection)["thing"]
