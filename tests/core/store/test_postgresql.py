"""A store in PostgreSQL: what its driver gives, its transactions, and what becomes of it when its server goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from tests.servers import PostgresqlServer

from sidra.errors import Busy
from sidra.store import codecs, pools, postgresql
from sidra.store.database import Store
from sidra.store.failures import Collision, StoreError
from sidra.store.postgresql import PostgresqlStore
from sidra.store.prepared import Prepared, given

NOTE = sa.Table(
    "note", sa.MetaData(), sa.Column("id", codecs.ID, primary_key=True), sa.Column("text", codecs.TEXT, unique=True)
)


def with_notes(url: str) -> PostgresqlStore:
    store = Store.open(url)
    assert isinstance(store, PostgresqlStore)
    with store.writing() as connection:
        connection.execute(str(sa.schema.CreateTable(NOTE).compile(dialect=store.dialect)))
        connection.execute("CREATE TABLE sidra_sequence (name TEXT PRIMARY KEY, last BIGINT)")
        connection.execute("INSERT INTO sidra_sequence VALUES ('left', 2)")
    return store


@pytest.fixture
def store(postgresql_url: str) -> Iterator[PostgresqlStore]:
    made = with_notes(postgresql_url)
    yield made
    made.close()


def add(store: Store, number: int, text: str) -> None:
    Prepared(store, NOTE.insert().values(id=given("id"), text=given("text"))).run(id=bytes([number] * 16), text=text)


def texts(store: Store) -> list[str]:
    return [text for (text,) in Prepared(store, sa.select(NOTE.c.text).order_by(NOTE.c.id)).all()]


def test_values_come_back_as_those_of_sqlite_do(store: PostgresqlStore) -> None:
    with store.reading() as connection:
        row = connection.execute(
            "SELECT $1::uuid, $2::bytea, '{\"a\":1}'::jsonb, '2024-02-29'::date, 12::numeric, 1.5::numeric, $3::text",
            [bytes(range(16)), b"\0\xff", None],
        ).fetchone()
    assert row[:5] == (bytes(range(16)), b"\0\xff", '{"a": 1}', "2024-02-29", 12)
    assert isinstance(row[4], int)
    assert str(row[5]) == "1.5"
    assert row[6] is None


def test_a_statement_is_prepared_once_whichever_values_are_null(store: PostgresqlStore) -> None:
    with store.writing() as connection:
        for number in range(12):
            values = [bytes([number] * 16), None if number % 2 else "x" * number]
            connection.execute("INSERT INTO note (id, text) VALUES ($1, $2)", values)
        prepared = connection.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'")
        assert prepared.fetchone() == (1,)


def test_a_value_that_is_there_twice_is_told_by_its_columns(store: PostgresqlStore) -> None:
    add(store, 1, "a")
    with pytest.raises(psycopg.Error) as refused:
        add(store, 2, "a")
    assert store.refusal(refused.value) == frozenset({"text"})
    with pytest.raises(psycopg.Error) as refused:
        add(store, 1, "b")
    assert store.refusal(refused.value) == frozenset({"id"})
    assert store.refusal(ValueError()) is None


def test_of_two_that_read_what_the_other_writes_one_collides_and_is_repeated(store: PostgresqlStore) -> None:
    both, tries = threading.Barrier(2, timeout=60), []

    def take_one(number: int) -> None:
        def take(connection: object) -> None:
            tries.append(number)
            assert isinstance(connection, psycopg.Connection)
            (left,) = connection.execute("SELECT last FROM sidra_sequence").fetchone() or (0,)
            if len(tries) <= 2:
                both.wait()
            connection.execute("UPDATE sidra_sequence SET last = $1", [left - 1])

        store.transact(take)

    threads = [threading.Thread(target=take_one, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tries) == 3
    with store.reading() as connection:
        assert connection.execute("SELECT last FROM sidra_sequence").fetchone() == (0,)


def test_who_cannot_repeat_is_told_that_it_is_busy(store: PostgresqlStore) -> None:
    def overtaken() -> None:
        with store.writing() as connection:
            connection.execute("SELECT last FROM sidra_sequence").fetchone()
            other = threading.Thread(target=store.transact, args=(lambda one: one.execute(UPDATE),))
            other.start()
            other.join()
            connection.execute(UPDATE)

    with pytest.raises(Collision) as collided:
        overtaken()
    assert isinstance(collided.value, Busy)


UPDATE = "UPDATE sidra_sequence SET last = last - 1"


def test_each_writer_has_a_lane_of_its_own_in_its_schema(store: PostgresqlStore, postgresql_url: str) -> None:
    other = Store.open(postgresql_url)
    with store.writing() as one, other.writing() as two:
        lanes = store.lane(one), other.lane(two)
        assert len({*lanes}) == 2
        assert all(1 <= lane <= 1023 for lane in lanes)
    with store.writing() as again:
        assert store.lane(again) == lanes[0]
    other.close()


def test_a_transaction_inside_a_transaction_is_a_mistake(store: PostgresqlStore) -> None:
    with store.writing(), pytest.raises(RuntimeError), store.writing():
        pass


def test_writers_wait_for_a_turn_and_give_up(store: PostgresqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "BUSY_SECONDS", 0.05)
    ends = threading.Event()
    begun = threading.Barrier(postgresql.MAX_WRITERS + 1, timeout=60)

    def hold() -> None:
        with store.writing():
            begun.wait()
            ends.wait(60)

    threads = [threading.Thread(target=hold) for _ in range(postgresql.MAX_WRITERS)]
    for thread in threads:
        thread.start()
    begun.wait()
    with pytest.raises(Busy), store.writing():
        pass
    ends.set()
    for thread in threads:
        thread.join()
    add(store, 1, "a")


def test_numbers_are_taken_in_blocks_outside_the_transaction(store: PostgresqlStore, postgresql_url: str) -> None:
    other = Store.open(postgresql_url)
    with store.writing() as one, other.writing() as two:
        numbers = [store.next_number(one, "n", 1) for _ in range(3)], [other.next_number(two, "n", 1) for _ in range(2)]
        assert numbers == ([1, 2, 3], [21, 22])
        assert store.next_number(one, "n", 16) == 19
        assert store.next_number(one, "n", 8) == 41
    other.close()


def test_what_is_forked_from_a_closed_store_takes_other_numbers(store: PostgresqlStore) -> None:
    with store.writing() as connection:
        assert store.next_number(connection, "n", 1) == 1
    store.close()
    with store.writing() as connection:
        assert store.next_number(connection, "n", 1) == 21


def test_numbers_that_many_take_at_once_are_all_different(store: PostgresqlStore, postgresql_url: str) -> None:
    stores = [store, *(Store.open(postgresql_url) for _ in range(2))]
    taken: list[int] = []

    def take(one: Store) -> None:
        for _ in range(60):
            with one.writing() as connection:
                taken.append(one.next_number(connection, "n", 1))

    threads = [threading.Thread(target=take, args=(one,)) for one in stores for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 360
    for one in stores[1:]:
        one.close()


def test_a_transaction_that_failed_cannot_be_kept(store: PostgresqlStore) -> None:
    def swallow() -> None:
        with store.writing() as connection:
            connection.execute("INSERT INTO note (id) VALUES ($1)", [bytes(16)])
            with pytest.raises(psycopg.Error):
                connection.execute("SELECT * FROM absent")
            assert store.is_aborted(connection)

    with pytest.raises(psycopg.Error):
        swallow()
    assert texts(store) == []
    add(store, 1, "a")


def test_an_address_that_nobody_answers_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        Store.open(f"postgresql://sidra:hush-hush@/x?host={tmp_path}")
    assert "hush-hush" not in f"{refused.value} {refused.value.hint}"


@pytest.fixture
def server(postgresql: Path) -> Iterator[PostgresqlServer]:
    """A server that a test stops and starts."""
    made = PostgresqlServer(postgresql, is_durable=True)
    made.start()
    yield made
    made.remove()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_that_goes_and_comes_back_needs_no_restart_of_ours(server: PostgresqlServer, how: str) -> None:
    store = with_notes(server.url())
    add(store, 1, "kept")
    held = store.acquire()
    (server.stop if how == "stop" else server.kill)()
    for _ in range(3):
        with pytest.raises(Busy):
            texts(store)
        with pytest.raises(Busy):
            add(store, 2, "lost")
        with pytest.raises(Busy):
            store.transact(lambda connection: connection.execute(UPDATE))
    with pytest.raises(psycopg.OperationalError):
        held.execute("SELECT 1")
    store.release(held)
    server.start()
    assert texts(store) == ["kept"]
    add(store, 3, "new")
    assert texts(store) == ["kept", "new"]
    store.close()


def test_a_server_that_goes_in_a_transaction_keeps_none_of_it(server: PostgresqlServer) -> None:
    store = with_notes(server.url())

    def cut() -> None:
        with store.writing() as connection:
            connection.execute("INSERT INTO note (id, text) VALUES ($1, $2)", [bytes(16), "half"])
            server.kill()
            server.start()

    with pytest.raises(Busy):
        cut()
    assert texts(store) == []
    add(store, 1, "whole")
    store.close()


def test_a_server_that_was_restarted_while_all_was_idle_is_not_noticed(server: PostgresqlServer) -> None:
    store = with_notes(server.url())
    connections = [store.acquire() for _ in range(3)]
    for connection in connections:
        store.release(connection)
    server.stop()
    server.start()
    add(store, 1, "a")
    assert texts(store) == ["a"]
    store.close()


def test_a_connection_that_was_idle_for_long_is_asked_before_it_is_used(
    store: PostgresqlStore, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "TRUSTED_SECONDS", -1)
    asked: list[bytes] = []
    session = store.acquire()
    real = session.command

    def command(sql: bytes) -> None:
        asked.append(sql)
        real(sql)

    monkeypatch.setattr(session, "command", command)
    store.release(session)
    assert store.acquire() is session
    assert asked == [b"SELECT 1"]
    store.release(session)


def test_a_server_with_no_connection_left_makes_the_store_busy(server: PostgresqlServer) -> None:
    server.execute("CREATE ROLE few LOGIN CONNECTION LIMIT 1")
    server.execute("GRANT ALL ON SCHEMA public TO few")
    store = Store.open(server.url(user="few"))
    with store.reading(), pytest.raises(Busy), store.reading():
        pass
    with store.reading() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    store.close()


def test_a_server_that_may_not_be_written_makes_the_store_busy(postgresql_url: str) -> None:
    with_notes(postgresql_url).close()
    store = Store.open(postgresql_url.replace("&options=", "&options=-c%20default_transaction_read_only%3Don%20"))
    with pytest.raises(Busy):
        add(store, 1, "a")
    assert texts(store) == []
    store.close()


def test_a_lock_that_somebody_else_keeps_makes_the_store_busy(
    store: PostgresqlStore, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql.WRITER, "lock_timeout", "50ms")
    with psycopg.connect(postgresql_url) as other:
        other.execute("LOCK TABLE note")
        impatient = Store.open(postgresql_url)
        began = time.monotonic()
        with pytest.raises(Busy):
            add(impatient, 1, "a")
        assert time.monotonic() - began < 5
        impatient.close()


def test_no_value_stands_in_what_people_are_told(store: PostgresqlStore) -> None:
    from sidra.store.broken import broken_store  # noqa: PLC0415 - of this test alone
    from sidra.store.failures import reason_code  # noqa: PLC0415 - of this test alone

    add(store, 1, "secret name")
    with pytest.raises(psycopg.Error) as refused:
        add(store, 2, "secret name")
    assert "secret" in str(refused.value)
    assert "secret" not in f"{broken_store(refused.value)} {reason_code(refused.value)}"
