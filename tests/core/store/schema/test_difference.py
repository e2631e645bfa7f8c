from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from tests.core.models import model_of

from sidra.store.schema.changes import Class, Kind
from sidra.store.schema.difference import difference
from sidra.store.schema.shape import Wanted, kept_of
from sidra.store.tables import build_tables

# Dialects of SQLAlchemy have no types for their arguments.
DIALECTS: tuple[Callable[[], sa.Dialect], ...] = (sqlite.dialect, postgresql.dialect)

THING = "entity: thing\nattributes: {{n: {{type: {}}}}}\n"


def wanted(*documents: str) -> Wanted:
    model = model_of(*documents)
    return Wanted.of(model, build_tables(model))


@pytest.mark.parametrize("make", DIALECTS)
def test_two_configurations_differ_without_a_database(make: Callable[[], sa.Dialect]) -> None:
    dialect = make()
    before = kept_of(wanted(THING.format("integer")), dialect)
    assert difference(wanted(THING.format("integer")), before, dialect).all == ()
    (change,) = difference(wanted(THING.format("string")), before, dialect)
    assert (change.kind, change.level, change.subject, change.rows) == (
        Kind.CONVERT,
        Class.MIGRATED,
        "thing.n",
        None,
    )
    assert str(change.place).startswith("group/0.yaml:2:")
    (refused,) = difference(wanted(THING.format("json")), before, dialect)
    assert refused.level is Class.REFUSED
    (gone,) = difference(wanted("entity: thing\n"), before, dialect)
    assert (gone.kind, gone.level) == (Kind.SET_ASIDE, Class.DESTRUCTIVE)


def test_an_entity_whose_records_would_be_elsewhere_is_refused() -> None:
    dialect = sqlite.dialect()
    before = kept_of(wanted("entity: thing\n", "entity: other\n"), dialect)
    found = difference(wanted("entity: thing\n", "entity: other\nis_a: thing\n"), before, dialect)
    (refused,) = found.of(Class.REFUSED)
    assert refused.says == "the records of `other` are kept as `other` and would be as `thing`"
