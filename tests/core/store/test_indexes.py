"""Indexes of the rows that have a value: which there are, and that both databases find by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.schema import CreateIndex
from tests.core.models import model_of

from sidra.store.database import Connection, Store
from sidra.store.identifiers import new_id
from sidra.store.indexes import MAX_NAME, index_name
from sidra.store.schema.evolve import evolve
from sidra.store.schema.shape import Wanted
from sidra.store.tables import build_tables

THING = """
entity: thing
attributes:
  number: {type: string, unique: true}
  tax: {type: string, search: exact}
  code: {type: string, search: exact, filter: true}
  born: {type: date}
  town: {type: string, sort: true, filter: true}
relations: {owner: {to: thing}}
identity:
  strong: tax
  weak:
    same: {block: [born, town], when: "code = other.code"}
    owned: {block: owner, when: "code = other.code"}
""".lstrip()
SUBTYPES = (
    "entity: party\nabstract: true\nattributes:\n  name: {type: string, search: exact}\n",
    "entity: individual\nis_a: party\nattributes:\n  name: {unique: true}\n",
    "entity: organization\nis_a: party\n",
)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    made = Store.open(place, durability="normal")
    evolve(made, Wanted(build_tables(model_of(THING))), 1)
    yield made
    made.close()


def written(*documents: str) -> list[str]:
    """The indexes of the first entity as SQLite takes them."""
    model = model_of(*documents)
    table, dialect = build_tables(model).entities[next(iter(model.entities))].table, Store.open(":memory:").dialect
    made = sorted(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)
    return [statement.replace("CREATE ", "").replace("INDEX ", "") for statement in made]


def test_what_is_only_looked_up_has_an_index_of_the_rows_that_have_it_where_no_other_begins_so() -> None:
    assert [index.partition("(")[2] for index in written(THING)] == [
        "born, town, id) WHERE born IS NOT NULL AND town IS NOT NULL",
        "code, created_at, id)",
        "created_at, id)",
        "owner_id, created_at, id)",
        "tax, id) WHERE tax IS NOT NULL",
        "town, created_at, id)",
        "town_sort, id)",
        "unit, created_at, id) WHERE unit IS NOT NULL",
        "number) WHERE number IS NOT NULL",
    ]


def test_what_is_unique_in_one_subtype_is_still_looked_up_in_the_others() -> None:
    assert "ix_party_name_id_present ON party (name, id) WHERE name IS NOT NULL" in written(*SUBTYPES)
    unique = "UNIQUE ux_party_name_present_individual ON party (name) WHERE name IS NOT NULL AND kind IN ('individual')"
    assert unique in written(*SUBTYPES)


def test_an_index_of_other_rows_has_another_name() -> None:
    names = {index_name("ux", "thing", ("number",), marks) for marks in ((), ("present",), ("present", "small"))}
    assert len(names) == 3
    long = ("a" * 40, "b" * 40)
    assert index_name("ux", "thing", long) != index_name("ux", "thing", long, ("present",))
    assert len(index_name("ux", "thing", long, ("present",))) == MAX_NAME


def add(connection: Connection, numbers: range, **values: str) -> None:
    names = ["id", "version", "created_at", *values]
    for number in numbers:
        cells: list[Any] = [new_id(number), 1, number, *(text.format(number) for text in values.values())]
        marks = ", ".join(placeholders(connection, len(cells)))
        connection.execute(f"INSERT INTO thing ({', '.join(names)}) VALUES ({marks})", cells)


def placeholders(connection: Connection, count: int) -> list[str]:
    return [f"${place + 1}" if is_postgresql(connection) else "?" for place in range(count)]


def is_postgresql(connection: Connection) -> bool:
    return not hasattr(connection, "total_changes")


def plan(connection: Connection, where: str) -> str:
    """How the database finds rows by a condition whose values it does not know."""
    if not is_postgresql(connection):
        sql = f"EXPLAIN QUERY PLAN SELECT * FROM thing WHERE {where.replace('= ANY(?)', 'IN (?, ?)')}"
        return str(connection.execute(sql, ["x"] * sql.count("?")).fetchall())
    sql = where
    for place in range(where.count("?")):
        sql = sql.replace("?", f"${place + 1}", 1)
    connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    connection.execute(f"PREPARE looked_up AS SELECT * FROM thing WHERE {sql}")
    given = ", ".join(["'{x}'" if "ANY" in where else "'2000-01-01'"] * where.count("?"))
    rows = connection.execute(f"EXPLAIN EXECUTE looked_up({given})").fetchall()
    connection.execute("DEALLOCATE looked_up")
    return str(rows)


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("number = ?", "ux_thing_number_present"),
        ("number IN (?, ?)", "ux_thing_number_present"),
        ("number = ANY(?)", "ux_thing_number_present"),
        ("tax = ?", "ix_thing_tax_id_present"),
        ("tax = ANY(?)", "ix_thing_tax_id_present"),
        ("born = ? AND town = ?", "ix_thing_born_town_id_present"),
        ("unit = ? ORDER BY created_at, id LIMIT 20", "ix_thing_unit_created_at_id_present"),
    ],
)
def test_a_value_that_is_not_known_yet_is_looked_up_by_the_index_of_the_rows_that_have_one(
    store: Store, where: str, index: str
) -> None:
    with store.writing() as connection:
        add(connection, range(600), number="N{}", tax="T{}", born="1990-01-01", town="t{}", unit="u{}")
        add(connection, range(600, 1200))
        connection.execute("ANALYZE thing")
        assert index in plan(connection, where)


def test_two_records_may_lack_what_is_unique_and_never_share_it(store: Store) -> None:
    with store.writing() as connection:
        add(connection, range(2))
        add(connection, range(2, 3), number="same")
    with pytest.raises(store.errors) as refused, store.writing() as connection:
        add(connection, range(3, 4), number="same")
    assert store.refusal(refused.value) == frozenset({"number"})
