"""Rows that wait: they go many at once, each behind what it refers to, and can be forgotten until then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.store.codecs import BOOLEAN, ID, INTEGER, JSON, TEXT
from sidra.store.database import Store
from sidra.store.gathering import Adding, Gathered, NotAdded, compile_adding
from sidra.store.schema.evolve import evolve
from sidra.store.schema.shape import Wanted
from sidra.store.tables import build_tables

ODD = "aN\\\t\n\r\b\v\f\x01 é€😀"
CELLS = st.tuples(
    st.binary(min_size=16, max_size=16),
    st.none() | st.text(ODD, max_size=6),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.booleans(),
    st.none() | st.binary(max_size=8),
    st.sampled_from([None, "{}", '"\\\\t\\n"', "[1]"]),
)


def row_of(store: Store, table: sa.Table) -> Adding:
    return compile_adding(store, table, [column.name for column in table.columns])


@pytest.fixture
def table() -> sa.Table:
    kinds = {"id": ID, "text": TEXT, "number": INTEGER, "truth": BOOLEAN, "raw": sa.LargeBinary(), "plain": JSON}
    columns = (sa.Column(name, kind, primary_key=name == "id") for name, kind in kinds.items())
    return sa.Table("odd", sa.MetaData(), *columns)


@pytest.fixture
def store(place: str, table: sa.Table) -> Iterator[Store]:
    made = Store.open(place, durability="normal")
    tables = build_tables(model_of("entity: thing\n"))
    made.texts.add_tables(tables.metadata)
    table.to_metadata(tables.metadata)
    evolve(made, Wanted(tables), 1)
    yield made
    made.close()


def kept(store: Store) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute('SELECT * FROM odd ORDER BY "id"').fetchall()]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(CELLS, min_size=8, max_size=12, unique_by=lambda row: row[0]))
def test_what_is_added_many_at_once_is_kept_as_it_is(store: Store, table: sa.Table, rows: list[Sequence[Any]]) -> None:
    with store.writing() as connection:
        connection.execute("DELETE FROM odd")
        store.insert_many(connection, row_of(store, table), rows)
    assert [comparable(row) for row in kept(store)] == [
        comparable(row) for row in sorted(rows, key=lambda row: bytes(row[0]))
    ]


def comparable(row: Sequence[Any]) -> tuple[str, ...]:
    """The cells but JSON, which PostgreSQL writes in its own way; SQLite knows no truth but numbers."""
    return tuple(str(cell if cell is None or not isinstance(cell, bool | int) else int(cell)) for cell in row[:5])


def test_rows_wait_until_something_is_asked(store: Store, table: sa.Table) -> None:
    adding = row_of(store, table)
    with store.writing() as writing:
        connection, gathered = store.gather(writing)
        for number in range(20):
            store.add(connection, adding, [(number.to_bytes(16, "big"), "a", number, None, None, None)])
        asked = gathered.asked
        assert connection.execute("SELECT count(*) FROM odd").fetchone()[0] == 20
        assert gathered.asked > asked


def test_rows_that_wait_are_forgotten_as_long_as_nothing_was_asked(store: Store, table: sa.Table) -> None:
    adding = row_of(store, table)
    with store.writing() as writing:
        connection, gathered = store.gather(writing)
        store.add(connection, adding, [(bytes(16), "kept", 1, None, None, None)])
        mark = gathered.mark()
        store.add(connection, adding, [(b"x" * 16, "forgotten", 2, None, None, None)])
        assert gathered.cut(mark)
        connection.execute("SELECT 1")
        assert not gathered.cut(mark)
    assert [row[1] for row in kept(store)] == ["kept"]


@pytest.mark.parametrize("number", [2, 40])
def test_one_row_that_is_there_already_keeps_all_from_being_added(store: Store, table: sa.Table, number: int) -> None:
    rows = [((place // 2).to_bytes(16, "big"), "a", place, None, None, None) for place in range(number)]
    with pytest.raises(NotAdded), store.writing() as connection:
        store.insert_many(connection, row_of(store, table), rows)
    assert kept(store) == []


def test_what_refers_to_a_row_goes_behind_it() -> None:
    told: list[tuple[str, int]] = []
    gathered = Gathered(lambda adding, rows: told.append((adding.table, len(rows))))
    person = Adding("person", "", (), frozenset())
    customer = Adding("customer", "", (), frozenset({"person"}))
    for adding in (customer, person, customer, person, customer):
        gathered.add(adding, ())
    gathered.flush()
    assert told == [("customer", 1), ("person", 2), ("customer", 2)]
