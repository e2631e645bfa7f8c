"""Statements that wait for the next one: on both databases they do what they would have done at once."""

from collections.abc import Iterator

import pytest

from sidra.store.database import Connection, Store
from sidra.store.limiting import TookTooLong

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x > 0) SELECT count(*) FROM n"
COUNT = "SELECT count(*) FROM note"


class Taken(Exception):
    """What the writer of a note is told."""


def taken(error: Exception) -> Exception:
    return Taken(str(type(error).__name__))


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    store = Store.open(place)
    with store.writing() as connection:
        connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)")
    yield store
    store.close()


@pytest.fixture
def insert(store: Store) -> str:
    return f"INSERT INTO note (id, body) VALUES ({', '.join('??' if store.dialect.name == 'sqlite' else ('$1', '$2'))})"


def count(connection: Connection) -> int:
    number: int = connection.execute(COUNT).fetchone()[0]
    return number


def test_what_waits_is_kept_with_the_commit(store: Store, insert: str) -> None:
    for number in range(5):
        with store.writing() as connection:
            store.later(connection, insert, (number, "a"))
    with store.reading() as connection:
        assert count(connection) == 5


# The first times a statement runs it is not prepared, and waits for nothing.
@pytest.mark.parametrize("already", [0, 3])
def test_what_fails_raises_what_its_writer_says_and_nothing_is_kept(store: Store, insert: str, already: int) -> None:
    for number in range(already):
        with store.writing() as connection:
            store.later(connection, insert, (number, "a"))
    with store.writing() as connection:
        connection.execute("INSERT INTO note (id, body) VALUES (100, 'first')")

    def write(connection: Connection) -> None:
        store.later(connection, insert, (99, "b"))
        store.later(connection, insert, (100, "b"), taken)
        store.later(connection, insert, (101, "c"))

    with pytest.raises(Taken, match=r"IntegrityError|UniqueViolation"):
        store.transact(write)
    with store.reading() as connection:
        assert count(connection) == already + 1


def test_what_fails_without_a_meaning_raises_the_drivers_error(store: Store, insert: str) -> None:
    for number in range(3):
        with store.writing() as connection:
            store.later(connection, insert, (number, "a"))
    with pytest.raises(store.errors), store.writing() as connection:
        store.later(connection, insert, (2, "b"))
    with store.reading() as connection:
        assert count(connection) == 3


def test_the_next_statement_sees_what_waited(store: Store, insert: str) -> None:
    with store.writing() as connection:
        for number in range(4):
            store.later(connection, insert, (number, "a"))
            assert count(connection) == number + 1


def test_what_waits_fails_where_it_is_settled(store: Store, insert: str) -> None:
    with store.writing() as connection:
        for number in range(4):
            store.later(connection, insert, (number, "a"), taken)
            store.settle(connection)
    reached: list[str] = []

    def write(connection: Connection) -> None:
        store.later(connection, insert, (3, "b"), taken)
        reached.append("written")
        store.settle(connection)
        reached.append("settled")

    with pytest.raises(Taken):
        store.transact(write)
    assert reached == (["written"] if store.dialect.name == "postgresql" else [])


@pytest.mark.parametrize("times", [1, 4])
def test_a_row_is_changed_only_where_it_is_as_it_was_read(store: Store, insert: str, times: int) -> None:
    marks = ("?", "?", "?") if store.dialect.name == "sqlite" else ("$1", "$2", "$3")
    change = "UPDATE note SET body = {} WHERE id = {} AND body = {}".format(*marks)
    for _ in range(times):
        with store.writing() as connection:
            connection.execute("DELETE FROM note")
            store.later(connection, insert, (1, "a"))
        with store.writing() as connection:
            assert connection.execute("SELECT body FROM note").fetchone() == ("a",)
            assert store.rewrite(connection, change, ("b", 1, "a"))
            assert not store.rewrite(connection, change, ("c", 1, "a"))
            assert store.rewrite(connection, change, ("d", 1, "b"))
        with store.reading() as connection:
            assert connection.execute("SELECT body FROM note").fetchone() == ("d",)


def test_a_change_that_is_refused_raises_what_its_writer_says(store: Store, insert: str) -> None:
    change = "UPDATE note SET id = {} WHERE id = {}".format(*("??" if store.dialect.name == "sqlite" else ("$1", "$2")))
    with store.writing() as connection:
        for number in (1, 2):
            store.later(connection, insert, (number, "a"))
    for _ in range(4):
        with pytest.raises(Taken):
            store.transact(lambda connection: store.rewrite(connection, change, (2, 1), taken))
    assert store.transact(count) == 2


def test_what_is_asked_together_is_answered_in_its_order(store: Store) -> None:
    with store.reading() as connection:
        for _ in range(5):
            one, two = (store.ask(connection, f"SELECT {number}", ()) for number in (1, 2))
            assert count(connection) == 0
            assert (two.fetchone(), one.fetchall(), one.fetchone()) == ((2,), [(1,)], None)


def test_what_nobody_fetches_harms_nobody(store: Store) -> None:
    for _ in range(5):
        with store.reading() as connection:
            store.ask(connection, COUNT, ())
    with store.reading() as connection:
        assert count(connection) == 0


@pytest.mark.parametrize("times", [1, 4])
def test_a_limit_holds_for_what_is_asked_inside_and_for_nothing_after_it(store: Store, times: int) -> None:
    with store.reading() as connection:
        for _ in range(times):
            first = store.ask(connection, COUNT, ())
            with pytest.raises(TookTooLong), store.limited(connection, 0.05):
                store.ask(connection, ENDLESS, ())
            assert first.fetchone() == (0,)
            with store.limited(connection, 5):
                inside = store.ask(connection, COUNT, ())
            assert inside.fetchone() == (0,)
            if store.dialect.name == "postgresql":
                assert connection.execute("SHOW statement_timeout").fetchone() == ("30s",)
