import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from sidra.errors import Busy
from sidra.store.database import BUSY_SECONDS, Store
from sidra.store.prepared import Prepared, given
from sidra.store.sqlite import SqliteStore

NOTE = sa.table("note", sa.column("text"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "notes.db", durability="normal")
    with store.writing() as connection:
        connection.execute("CREATE TABLE note (text TEXT)")
    yield store
    store.close()


@pytest.fixture
def add(store: Store) -> Prepared:
    return Prepared(store, sa.insert(NOTE).values(text=given("text")))


def texts(store: Store) -> list[str]:
    return [text for (text,) in Prepared(store, sa.select(NOTE.c.text)).all()]


def test_what_needs_no_turn_of_others_is_written(store: Store, add: Prepared) -> None:
    assert add.run_if_free(text="a") == 1
    assert texts(store) == ["a"]


def test_who_does_not_wait_writes_nothing_while_another_thread_writes(store: Store, add: Prepared) -> None:
    found: list[int | None] = []
    with store.writing():
        began = time.monotonic()
        other = threading.Thread(target=lambda: found.append(add.run_if_free(text="a")))
        other.start()
        other.join(5)
        assert time.monotonic() - began < BUSY_SECONDS / 2
    assert (found, texts(store)) == ([None], [])
    assert add.run(text="b") == 1


def test_who_does_not_wait_writes_nothing_while_another_process_writes(store: SqliteStore, add: Prepared) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert add.run_if_free(text="a") is None
        assert time.monotonic() - began < BUSY_SECONDS / 2
        other.execute("ROLLBACK")
    with store.writing() as connection:
        # Whoever comes next waits as long as ever, for a thread and for a process together.
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (10_000,)
    assert add.run_if_free(text="b") == 1


def test_a_database_that_cannot_be_written_is_as_if_it_were_busy(store: Store, add: Prepared) -> None:
    with store.writing() as connection:
        connection.execute("DROP TABLE note")
    assert add.run_if_free(text="a") is None
    with pytest.raises(Busy):
        add.run(text="a")
