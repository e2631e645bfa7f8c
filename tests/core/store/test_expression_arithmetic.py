"""Numbers at the edge of 64 bits: SQLite and Python give the same, exactly or null."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.store.expression_world import DIALECT
from tests.core.store.test_expression_differential import Bench, disagreements

from sidra.store.database import Store
from sidra.store.expression_arithmetic import exactly, mean, total
from sidra_metamodel.expressions import arithmetic
from sidra_metamodel.expressions.limits import MAX_INTEGER, MIN_INTEGER

INTEGERS = st.integers(MIN_INTEGER, MAX_INTEGER) | st.integers(-100, 100)


@pytest.fixture
def bench(place: str) -> Iterator[Bench]:
    store = Store.open(place, durability="normal")
    yield Bench(7, store)
    store.close()


@pytest.mark.parametrize(
    "text",
    [
        "friends.map(f, 9223372036854775807).sum()",
        "friends.map(f, 9223372036854775807).avg()",
        "friends.map(f, money(900000000000000, 'XOF')).sum()",
        "friends.map(f, money(900000000000000, 'XOF')).avg()",
        "friends.map(f, duration('100000000d')).sum()",
        "9223372036854775807 / 1.25",
        "size(friends) + 9223372036854775807 - 1",
        "922337203685477.58 % 0.0001",
        "922337203685478 * 1.25",
        "0.2 * money(900000000000000, 'XOF')",
        "money(900000000000000, 'XOF') / 1.5",
        "money(900000000000000, 'XOF') + money(900000000000000, 'XOF') - money(900000000000000, 'XOF')",
        "coalesce(size(friends) * 922337203685477580, 0.0001)",
    ],
)
def test_both_give_the_same_at_the_edge(bench: Bench, text: str) -> None:
    assert disagreements(bench, text) == []


def test_a_product_that_is_cut_back_into_64_bits_is_exact() -> None:
    assert exactly("*", 2000, 9 * 10**18, 4, 4, 4) == 18 * 10**17


@given(st.sampled_from("+-*/%"), INTEGERS, INTEGERS)
def test_the_exact_function_computes_as_python_does(operator: str, left: int, right: int) -> None:
    wanted = arithmetic.DECIMALS[operator] if operator not in "*/" else None
    sides = Decimal(left).scaleb(-4), Decimal(right).scaleb(-4)
    expected = (
        wanted(*sides, 4)
        if wanted is not None
        else arithmetic.multiply_and_cut(*sides, 4)
        if operator == "*"
        else arithmetic.divide_decimals(*sides, 4)
    )
    found = exactly(operator, left, right, 4, 4, 4)
    # The one number below the negative of the greatest is an integer and no decimal.
    assert found == MIN_INTEGER or expected == (None if found is None else Decimal(found).scaleb(-4))


@given(st.lists(INTEGERS))
def test_sums_and_means_are_exact_or_null(values: list[int]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (v0 INTEGER)")
    connection.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
    head = f"SELECT {total().compile(dialect=DIALECT)}, {mean(2).compile(dialect=DIALECT)} FROM t"
    found = connection.execute(head).fetchone()
    connection.close()
    expected = arithmetic.integer(sum(values)) if values else None
    places = arithmetic.integer(sum(values) * 100)
    assert found == (expected, arithmetic.divide_integers(places, len(values)))


def test_every_connection_of_a_store_knows_the_exact_function() -> None:
    store = Store.open(":memory:")
    with store.reading() as connection:
        assert connection.execute("SELECT sidra_exact('*', 2, 3, 0, 0, 0)").fetchone() == (6,)
    store.close()
