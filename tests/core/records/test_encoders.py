"""What is written is known without reading it back: the row that a change gives is the one that the table has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidra.access.actor import system_actor
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.positional import compile_positional
from sidra_metamodel.model import Model

THING = """
entity: thing
attributes:
  name: {type: string, sort: true}
  note: {type: text}
  secret: {type: string, encrypt: true, search: exact}
  label: {type: string, localised: true}
  count: {type: integer}
  share: {type: percent}
  price: {type: money}
  open: {type: boolean}
  day: {type: date}
  hour: {type: time}
  at: {type: datetime}
  span: {type: period}
  lasts: {type: duration}
  extra: {type: json}
relations:
  about: {to: any}
  above: {to: thing}
"""
SPECIAL = "entity: special\nis_a: thing\nattributes:\n  grade: {type: rating}\n"

TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
MOMENTS = st.sampled_from(["2026-03-20T09:00:00Z", "1969-12-31T23:59:59.5Z", "2024-02-29T00:00:00+05:30"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": TEXTS,
    "note": TEXTS,
    "secret": TEXTS,
    "label": st.dictionaries(st.just("en"), TEXTS, min_size=1),
    "count": st.integers(-(2**40), 2**40),
    "share": st.sampled_from(["0.25", "12.5", "-3"]),
    "price": st.sampled_from(["12.5 EUR", "0 XOF"]),
    "open": st.booleans(),
    "day": st.sampled_from(["2026-03-20", "1900-01-01"]),
    "hour": st.sampled_from(["09:30", "23:59:59"]),
    "at": MOMENTS,
    "span": st.fixed_dictionaries({"start": MOMENTS}),
    "lasts": st.sampled_from(["PT1H30M", "P2D"]),
    "extra": st.dictionaries(TEXTS, st.integers(0, 9) | st.lists(TEXTS, max_size=2) | st.floats(0, 1), max_size=3),
}
GIVEN = st.fixed_dictionaries({}, optional={name: st.none() | strategy for name, strategy in VALUES.items()})


@pytest.fixture
def things(make_model: Callable[..., Model], store: Store) -> Records:
    return Runtime(make_model(thing=THING, special=SPECIAL), store).records(system_actor("test"))


def stored(things: Records, record: Record) -> tuple[Any, ...]:
    compiled = things.runtime.entity(record.entity)
    with things.runtime.store.reading() as connection:
        (row,) = compiled.select.run(connection, {"k_id": record.row[0]}).fetchall()
    return tuple(row)


def cells(row: tuple[Any, ...]) -> list[tuple[type, Any]]:
    """The cells of a row with their types, but for the spelling of JSON and of truth, which is each database's own."""
    found: list[tuple[type, Any]] = []
    for cell in row:
        try:
            found.append((dict, orjson.loads(cell)))
        except (orjson.JSONDecodeError, TypeError):
            found.append((int if isinstance(cell, bool) else type(cell), cell))
    return found


@given(first=GIVEN, then=GIVEN, kind=st.sampled_from(["thing", "special"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_row_that_a_change_gives_is_the_row_of_the_table(
    things: Records, first: dict[str, Any], then: dict[str, Any], kind: str
) -> None:
    made = things.create(kind, first)
    assert cells(made.row) == cells(stored(things, made))
    other = things.create(kind, {"above": made.id, "about": {"id": made.id, "kind": kind}})
    assert cells(other.row) == cells(stored(things, other))
    changed = things.update(kind, made.id, then | {"above": other.id})
    assert cells(changed.row) == cells(stored(things, changed))


def test_a_row_that_has_another_version_now_is_not_written(things: Records) -> None:
    made = things.create("thing", {"name": "first"})
    things.update("thing", made.id, {"name": "second"})
    change = things.runtime.entity("thing").change(frozenset({"name"}))
    with things.runtime.store.writing() as connection:
        assert change.run(connection, {"name": "third"}, made.row) is None
    assert things.get("thing", made.id)["name"] == "second"


def test_parameters_go_by_position_in_the_order_of_their_names(things: Records) -> None:
    compiled = things.runtime.entity("thing")
    statement = compile_positional(things.runtime.store, compiled.table.table.update().values(name=None, version=None))
    assert statement.names == ("version", "name")
    assert statement.sql.count("?") + statement.sql.count("$") == len(statement.names)
