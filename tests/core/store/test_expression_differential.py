"""Python, SQLite and PostgreSQL answer alike, over random expressions and random rows.

`SIDRA_EXPRESSIONS=30000 pytest tests/core/store/test_expression_differential.py` runs more; `SIDRA_SEED` moves on.
"""

import os

import pytest
import sqlalchemy as sa
from tests.core.store.expression_generator import Generator
from tests.core.store.expression_world import (
    AFFILIATE,
    NOW,
    SCHEMA,
    SCOPE,
    TABLES,
    TODAY,
    USER,
    Builder,
    Value,
    World,
    restored,
    source,
)

from sidra.store.database import Store
from sidra.store.expression_fragments import Amount, Sql
from sidra.store.expression_parameters import context_parameters
from sidra.store.expression_sql import to_sql, value_sql
from sidra_metamodel.expressions import (
    BOOLEAN,
    DECIMAL,
    STANDARD_FUNCTIONS,
    Environment,
    Expression,
    ExpressionError,
    RecordType,
    check,
    compile_python,
)
from sidra_metamodel.values import Money

EXPRESSIONS = int(os.environ.get("SIDRA_EXPRESSIONS", "1500"))
SEED = int(os.environ.get("SIDRA_SEED", "1"))
PARTS = 10
SKIPPED = (
    "macros nest",
    "nested more",
    "walks",
    "more than",
    "longer than",
    "a number that 64 bits",
    "`",
    "comparison does",
)
"""Bounds, and literals that chance set beside an enum or an id that they are no values of."""


class Bench:
    """One world in memory and in a database."""

    def __init__(self, seed: int, store: Store) -> None:
        self.world: World = Builder(seed).build()
        self.world.save_in(store)
        self.store = store
        self.customers = sorted(self.world.records["customer"], key=lambda record: str(record["id"]))

    def python(self, expression: Expression, when_null: bool | None) -> list[Value]:
        """Give the value for each customer, as the function of the Python back end."""
        evaluate = compile_python(expression, STANDARD_FUNCTIONS, when_null=when_null)
        answers = []
        for customer in self.customers:
            environment = Environment(this=customer, user=USER, now=NOW, today=TODAY, affiliate=AFFILIATE)
            value = evaluate(environment)
            is_record = isinstance(expression.type, RecordType) and value is not None
            answers.append(value["id"] if is_record else value)
        return answers

    def rows(self, *columns: Sql) -> list[tuple[Value, ...]]:
        """Give the columns' values for each customer, in the order of ids."""
        customer = TABLES["customer"]
        statement = sa.select(*(column.label(f"c{place}") for place, column in enumerate(columns)))
        compiled = self.store.compile(statement.select_from(customer).order_by(customer.c.id))
        dialect = self.store.dialect.name
        context = context_parameters(user=USER, now=NOW, today=TODAY, affiliate=AFFILIATE, dialect=dialect)
        with self.store.reading() as connection:
            return compiled.run(connection, context).fetchall()

    def sql(self, expression: Expression) -> list[Value]:
        """Give the value for each customer, as the database has it."""
        found = value_sql(expression, source())
        if isinstance(found, Amount):
            rows = self.rows(found.amount, found.currency)
            return [
                None if amount is None else Money(restored(amount, DECIMAL(4)), currency) for amount, currency in rows
            ]
        return [restored(value, expression.type) for (value,) in self.rows(found)]


def disagreements(bench: Bench, text: str) -> list[str]:
    """Give what the back ends say differently of a text."""
    try:
        expression = check(text, SCOPE, SCHEMA, STANDARD_FUNCTIONS)
    except ExpressionError as error:
        if error.message.startswith(SKIPPED) or error.message.endswith("have no common type"):
            return []
        raise
    exact = bench.python(expression, None)
    if expression.sql_refusal is not None:
        return []
    try:
        found = [("value", exact, bench.sql(expression))]
    except bench.store.errors as error:
        return [f"{text}\n  {error}"]
    if expression.type == BOOLEAN:
        for when_null in (False, True, None):
            answers = [row[0] for row in bench.rows(to_sql(expression, source(), when_null=when_null))]
            collapsed = [when_null if answer is None else bool(answer) for answer in answers]
            found.append((f"when_null={when_null}", bench.python(expression, when_null), collapsed))
    return [f"{text}\n  {form}: Python {python}\n  SQL {sql}" for form, python, sql in found if python != sql]


@pytest.mark.parametrize("part", range(PARTS))
def test_python_and_the_database_agree_on_random_expressions(part: int, place: str) -> None:
    store = Store.open(place, durability="normal")
    bench = Bench(SEED * 1000 + part, store)
    generator = Generator(SEED * 1000 + part)
    wrong: list[str] = []
    for _ in range(EXPRESSIONS // PARTS):
        wrong += disagreements(bench, generator.any())
    store.close()
    assert not wrong, f"{len(wrong)} disagreements\n" + "\n".join(wrong[:5])
