"""Records by many values of one attribute at once, as far as their reader sees them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.records.compiled import later
from sidra.records.record import Record
from sidra.store.database import Statement

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View

AT_ONCE = 500
"""Values of one statement, whatever the number that is looked for: it is compiled and planned once."""


def can_find_many(records: Records, entity: str, member: str) -> bool:
    """Tell whether records can be found by many values: whoever sees them masked may ask for one at a time only."""
    view = records.view(entity)
    stored = view.compiled.stored_keys.get(member)
    if stored is None or not view.can_read or view.common_level(member) not in {"read", "edit"}:
        return False
    attribute = stored.attribute
    is_indexed = attribute is not None and (
        view.compiled.model.is_unique(attribute) or attribute.filter or attribute.search == "exact"
    )
    return is_indexed and len(stored.equal_columns) == 1 and (stored.has_index or not stored.is_sealed)


def find_many(records: Records, entity: str, member: str, values: Sequence[Any]) -> list[Record]:
    """Return the records that have one of these values, in no order."""
    view = records.view(entity)
    statement = view.statements.get(("by many", member), partial(_statement, view, member))
    cells = [next(iter(view.compiled.encode({member: value}).values())) for value in values]
    found: list[Record] = []
    with records.connected() as connection:
        for start in range(0, len(cells), AT_ONCE):
            some = cells[start : start + AT_ONCE]
            given = {f"k_{place}": some[min(place, len(some) - 1)] for place in range(AT_ONCE)}
            found += [records.record(view, row) for row in records.run(connection, statement, given).fetchall()]
    return found


def _statement(view: View, member: str) -> Statement:
    table = view.compiled.table.table
    (column,) = view.compiled.stored_keys[member].equal_columns
    # In the order of a list, the database would go through all records in that order and look at each.
    equal = table.c[column].in_([later(f"k_{place}") for place in range(AT_ONCE)])
    return view.statement(sa.select(*view.compiled.columns).where(equal), table)
