from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from sidra.errors import Busy
from sidra.store import sqlite
from sidra.store.database import Statement, Store
from sidra.store.failures import StoreError
from sidra.store.sqlite import SqliteStore

NOTE = sa.table("note", sa.column("id", sa.Integer), sa.column("text", sa.Text), sa.column("done", sa.Boolean))


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    made = Store.open(f"sqlite:///{tmp_path}/deep/x.db")
    assert isinstance(made, SqliteStore)
    with made.writing() as connection:
        connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT, done INTEGER)")
    return made


def notes(store: Store) -> list[str]:
    with store.reading() as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note ORDER BY id")]


def test_what_is_written_is_read_by_others_after_the_end(store: Store) -> None:
    with store.writing() as connection:
        connection.execute("INSERT INTO note (text) VALUES ('a')")
        assert notes(store) == []
    assert notes(store) == ["a"]


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.writing() as connection:
            connection.execute("INSERT INTO note (text) VALUES ('a')")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert notes(store) == []


def test_a_transaction_inside_a_transaction_is_a_mistake(store: Store) -> None:
    with store.writing(), pytest.raises(RuntimeError), store.writing():
        pass


def test_a_writer_waits_and_gives_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    holds, ends = threading.Event(), threading.Event()

    def hold() -> None:
        with store.writing():
            holds.set()
            ends.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait(5)
    with pytest.raises(Busy), store.writing():
        pass
    ends.set()
    thread.join()


def test_another_process_that_writes_makes_the_store_busy(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.02)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy), store.writing():
        pass
    other.execute("ROLLBACK")
    other.close()


def test_who_waited_for_a_thread_waits_only_the_rest_for_a_process(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 60.0)
    given: list[str] = []
    with store.writing():
        store._writer.set_trace_callback(given.append)
    store._writer_lock.acquire()
    released = threading.Timer(0.3, store._writer_lock.release)
    released.start()
    with store.writing():
        pass
    released.join()
    with store.writing():
        pass
    waits = [int(text.rpartition("=")[2]) for text in given if "busy_timeout" in text]
    assert len(waits) == 2
    assert waits[0] < 59_900
    assert waits[1] == 60_000


def test_a_statement_has_its_constants_and_takes_the_rest_later(store: Store) -> None:
    statement = store.compile(
        sa.select(NOTE.c.text).where(
            NOTE.c.done.is_(True), NOTE.c.text != "b", NOTE.c.id > sa.bindparam("least", required=False)
        )
    )
    assert not statement.wants_context
    with store.writing() as connection:
        connection.execute("INSERT INTO note (text, done) VALUES ('a', 1), ('b', 1), ('c', 0), ('d', 1)")
    with store.reading() as connection:
        assert statement.run(connection, {"least": 0}).fetchall() == [("a",), ("d",)]
        assert statement.run(connection, {"least": 1}).fetchall() == [("d",)]
    given = statement.parameters({"least": 1})
    assert isinstance(given, dict)
    assert given["least"] == 1


def test_a_parameter_without_value_is_of_the_context(store: Store) -> None:
    assert store.compile(sa.select(NOTE.c.text).where(NOTE.c.text == sa.bindparam("now"))).wants_context


def test_a_list_is_bound_value_by_value(store: Store) -> None:
    with pytest.raises(TypeError):
        store.compile(sa.select(NOTE).where(NOTE.c.id.in_([1, 2])))


def test_a_store_elsewhere_or_in_a_bad_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Store.open("mysql://x")
    (tmp_path / "file").write_text("no database, but text that is long enough to be told from one", encoding="utf-8")
    with pytest.raises(StoreError):
        Store.open(tmp_path / "file")
    with pytest.raises(StoreError):
        Store.open(tmp_path / "file" / "x.db")


def test_readers_beyond_the_pool_are_closed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "MAX_IDLE_READERS", 1)
    one, two = store.acquire(), store.acquire()
    store.release(one)
    store.release(two)
    assert store.acquire() is one
    with pytest.raises(sqlite3.ProgrammingError):
        two.execute("SELECT 1")
    store.release(one)
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        one.execute("SELECT 1")


def test_durability_is_full_unless_it_is_told_otherwise(tmp_path: Path) -> None:
    for durability, level in (("full", 2), ("normal", 1)):
        made = Store.open(tmp_path / durability, durability=durability)
        with made.reading() as connection:
            assert connection.execute("PRAGMA synchronous").fetchone() == (level,)
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        made.close()


def test_a_statement_without_constants_passes_what_it_is_given(store: Store) -> None:
    with store.reading() as connection:
        assert Statement("SELECT :a").run(connection, {"a": 1}).fetchone() == (1,)


def test_a_closed_store_opens_its_file_again_for_whoever_asks(store: SqliteStore) -> None:
    with store.writing() as connection:
        connection.execute("INSERT INTO note (text) VALUES ('a')")
    reader = store.acquire()
    store.release(reader)
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        reader.execute("SELECT 1")
    with store.writing() as connection:
        connection.execute("INSERT INTO note (text) VALUES ('b')")
    assert notes(store) == ["a", "b"]
    store.close()


def test_connections_that_nobody_asks_are_closed_at_the_second_look(store: SqliteStore) -> None:
    reader = store.acquire()
    store.release(reader)
    assert not store.close_idle()
    store.look()
    assert store.close_idle()
    with pytest.raises(sqlite3.ProgrammingError):
        reader.execute("SELECT 1")
    assert not store.close_idle()
    assert notes(store) == []


def test_connections_that_somebody_uses_are_never_idle(store: SqliteStore) -> None:
    with store.writing() as connection:
        connection.execute("INSERT INTO note (text) VALUES ('a')")
        assert [store.close_idle() for _ in range(3)] == [False] * 3
        connection.execute("INSERT INTO note (text) VALUES ('b')")
    with store.reading() as connection:
        store.close_idle()
        store.close_idle()
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (2,)
