"""Statements that were prepared before a table changed, as in a process that served while another one changed it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sidra.store.database import Connection, Store

SELECT = "SELECT text FROM note"
TIMES = 12
"""Often enough that every way of preparing has begun."""


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """A store with one row, whose connections have read it often."""
    made = Store.open(place)
    with made.writing() as connection:
        connection.execute("CREATE TABLE note (text TEXT)")
        connection.execute("INSERT INTO note VALUES ('12')")
    for _ in range(TIMES):
        assert read(made) == "12"
        assert made.transact(lambda connection: connection.execute(SELECT).fetchone()[0]) == "12"
    yield made
    made.close()


def read(store: Store) -> object:
    with store.reading() as connection:
        return connection.execute(SELECT).fetchone()[0]


def change(place: str) -> None:
    """Put another column in the place of one, as a change of the type of an attribute does."""
    other = Store.open(place)
    with other.reshaping() as connection:
        connection.execute("ALTER TABLE note RENAME COLUMN text TO aside")
        connection.execute("ALTER TABLE note ADD COLUMN text BIGINT")
        connection.execute("UPDATE note SET text = 12")
    other.close()


def test_a_reader_goes_on_with_a_column_of_another_type(store: Store, place: str) -> None:
    change(place)
    assert [read(store) for _ in range(TIMES)] == [12] * TIMES


def test_what_is_asked_together_goes_on_with_a_column_of_another_type(store: Store, place: str) -> None:
    change(place)
    for _ in range(TIMES):
        with store.reading() as connection:
            one = store.ask(connection, SELECT, ())
            with store.limited(connection, 5):
                two = store.ask(connection, SELECT, ())
            assert one.fetchall() == two.fetchall() == [(12,)]


def test_a_transaction_goes_on_with_a_column_of_another_type(store: Store, place: str) -> None:
    change(place)

    def both(connection: Connection) -> object:
        connection.execute("UPDATE note SET text = text + 0")
        return connection.execute(SELECT).fetchone()[0]

    assert [store.transact(both) for _ in range(TIMES)] == [12] * TIMES
