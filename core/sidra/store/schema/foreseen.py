"""The tables of a store as a configuration would have them: read before anything is changed, by the same statements.

Each table that would be otherwise is shadowed by a common table expression of its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from sidra.store.database import Connection, Store
from sidra.store.schema.renames import Renames, renamed_values
from sidra.store.schema.shape import Kept, Wanted, same_type


class Foreseen:
    """A connection that reads tables as they would be; what was not there is null, and nothing can be written."""

    def __init__(self, connection: Connection, shadows: Mapping[str, str]) -> None:
        self._connection = connection
        self._shadows = {
            name: (re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)"), sql) for name, sql in shadows.items()
        }

    def execute(self, sql: str, parameters: Any = (), /) -> Any:  # noqa: ANN401 - as a driver's connection does
        """Return the cursor of a statement, which sees the tables as they would be."""
        needed = [shadow for pattern, shadow in self._shadows.values() if pattern.search(sql)]
        return self._connection.execute(_with(needed, sql), parameters)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the driver's connection has
        return getattr(self._connection, name)


def _with(shadows: list[str], sql: str) -> str:
    if not shadows:
        return sql
    if sql.startswith("WITH "):
        return f"WITH {', '.join(shadows)}, {sql.removeprefix('WITH ')}"
    return f"WITH {', '.join(shadows)} {sql}"


def foreseen(store: Store, connection: Connection, wanted: Wanted, kept: Kept) -> Foreseen:
    """Return a connection on which a store is as a Model wants it."""
    return Foreseen(connection, dict(_Shadows(store, wanted, kept).all()))


class _Shadows:
    def __init__(self, store: Store, wanted: Wanted, kept: Kept) -> None:
        self._dialect, self._wanted, self._kept = store.dialect, wanted, kept
        self._quote = store.dialect.identifier_preparer.quote
        self._renames = Renames.between(wanted, kept)
        self._aside = {(one.table, one.column): one.kept_as for one in kept.aside if one.column}
        self._values = {
            change.detail["enum"]: dict([change.detail["values"]]) for change in renamed_values(wanted, kept)
        }

    def all(self) -> Iterator[tuple[str, str]]:
        """Yield what stands in the place of each table that would be otherwise."""
        for table in self._wanted.tables.all:
            former = self._renames.table(table.name)
            columns = [self._cell(table, column) for column in table.columns]
            is_same = former in self._kept.columns and former == table.name
            if is_same and columns == [self._quote(column.name) for column in table.columns]:
                continue
            named = ", ".join(
                cell if cell == self._quote(column.name) else f"{cell} AS {self._quote(column.name)}"
                for cell, column in zip(columns, table.columns, strict=True)
            )
            yield table.name, f"{self._quote(table.name)} AS {self._plain}({self._selected(former, named)})"

    @property
    def _plain(self) -> str:
        return "NOT MATERIALIZED " if self._dialect.name == "postgresql" else ""

    def _selected(self, former: str, named: str) -> str:
        if former not in self._kept.columns:
            return f"SELECT {named} WHERE 1 = 0"
        # SQLite takes an unqualified name for the expression itself.
        schema = "main." if self._dialect.name == "sqlite" else ""
        return f"SELECT {named} FROM {schema}{self._quote(former)}"

    def _cell(self, table: sa.Table, column: sa.Column[Any]) -> str:
        """Return what gives a column's values."""
        former = self._renames.table(table.name)
        was, existing = self._renames.column(table.name, column.name), self._kept.columns.get(former, {})
        found = was if was in existing else self._aside.get((table.name, column.name), "")
        if not found or not same_type(existing.get(found, ""), column, self._dialect):
            type_, collated, name = column.type.compile(dialect=self._dialect).partition(" COLLATE ")
            return f"CAST(NULL AS {type_}){collated}{name}"
        return self._renamed(table, column, self._quote(found))

    def _renamed(self, table: sa.Table, column: sa.Column[Any], cell: str) -> str:
        element = self._wanted.elements(table.name).get(column.name) if self._values else None
        values = self._values.get(getattr(element, "enum", None) or "", {})
        if not values:
            return cell
        quoted = ((was.replace("'", "''"), now.replace("'", "''")) for was, now in values.items())
        cases = " ".join(f"WHEN '{was}' THEN '{now}'" for was, now in quoted)
        return f"CASE {cell} {cases} ELSE {cell} END"
