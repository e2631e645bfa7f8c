"""How many rows each change concerns, and whether their values let it be made; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from sidra.store.codecs import ID
from sidra.store.database import Connection, Store
from sidra.store.identifiers import NO_ID, id_text
from sidra.store.prepared import given
from sidra.store.schema.changes import Change, Changes, Class, Kind
from sidra.store.schema.conversions import Reseal, Unfit, conversion_of
from sidra.store.schema.ddl import Written
from sidra.store.schema.evolve import built, is_trifle
from sidra.store.schema.renames import Renames
from sidra.store.schema.shape import Kept, Wanted

EXAMPLES = 3
CHUNK = 5_000
CORRECT = "correct these records first"


def counted(
    store: Store, connection: Connection, changes: Changes, wanted: Wanted, kept: Kept, reseal: Reseal
) -> Changes:
    """Return the changes with their counts; without those that concern nothing, and refused where values forbid it."""
    counting = _Counting(store, connection, wanted, kept, reseal)
    return Changes(tuple(counting.one(change) for change in changes if not is_trifle(connection, change, store)))


class _Counting:
    def __init__(self, store: Store, connection: Connection, wanted: Wanted, kept: Kept, reseal: Reseal) -> None:
        self._reseal = reseal
        self._store, self._connection, self._wanted, self._kept = store, connection, wanted, kept
        self._quote = store.dialect.identifier_preparer.quote
        self._renames = Renames.between(wanted, kept)
        self._tables = {table.name: table for table in wanted.tables.all}

    def one(self, change: Change) -> Change:
        match change.kind:
            case Kind.ADD_INDEX:
                return self._index(change)
            case Kind.CONVERT | Kind.SEAL:
                return self._conversion(change)
            case Kind.SET_ASIDE:
                return replace(
                    change, rows=self._values(self._renames.table(change.detail["table"]), change.detail["column"])
                )
            case Kind.RECOMPUTE:
                entity = self._wanted.tables.entities[change.detail["entity"]]
                return replace(change, rows=self._values(self._renames.table(entity.table.name), ""))
            case _:
                return change

    def _number(self, sql: str) -> int:
        return int(self._connection.execute(sql).fetchone()[0])

    def _values(self, table: str, column: str) -> int:
        where = f" WHERE {self._quote(column)} IS NOT NULL" if column else ""
        return self._number(f"SELECT count(*) FROM {self._quote(table)}{where}")

    def _index(self, change: Change) -> Change:
        table = self._tables[change.detail["table"]]
        former = self._renames.table(table.name)
        change = built(self._connection, change, self._store)
        if change.level is not Class.SAFE:
            change = replace(change, rows=self._values(former, ""))
        if not change.detail["unique"]:
            return change
        index = next(one for one in table.indexes if one.name == change.detail["index"])
        existing = self._kept.columns[former]
        columns = [self._renames.column(table.name, column.name) for column in index.columns]
        if not existing.keys() >= set(columns):
            return change
        shared = self._shared(former, columns, index)
        if not shared:
            return change
        return replace(change, level=Class.REFUSED, rows=shared, why="merge or correct the records that share a value")

    def _shared(self, table: str, columns: list[str], index: sa.Index) -> int:
        """Return how many records share their value with another one."""
        named = ", ".join(map(self._quote, columns))
        where = " AND ".join(f"{self._quote(column)} IS NOT NULL" for column in columns)
        narrowed = index.dialect_options[self._store.dialect.name].get("where")
        if narrowed is not None:
            former = visitors.replacement_traverse(narrowed, {}, self._former)
            written = former.compile(dialect=self._store.dialect, compile_kwargs={"literal_binds": True})
            where += f" AND {written}"
        groups = f"SELECT count(*) AS n FROM {self._quote(table)} WHERE {where} GROUP BY {named} HAVING count(*) > 1"
        return self._number(f"SELECT coalesce(sum(n), 0) FROM ({groups}) shared")

    def _former(self, element: sa.ClauseElement, **_: object) -> sa.ColumnElement[Any] | None:
        """Return a column as the database has it now; None for what is no column."""
        if not isinstance(element, sa.Column):
            return None
        return sa.column(self._renames.column(element.table.name, element.name), element.type)

    def _conversion(self, change: Change) -> Change:
        detail = change.detail
        convert = conversion_of(detail, self._wanted.locale, self._reseal)
        if convert is None:
            return change
        rows, unfit = 0, []
        for id, value in self._cells(detail["kept_table"], detail["kept_column"], detail["type"]):
            rows += 1
            try:
                convert(value, id)
            except Unfit:
                unfit.append(id)
        if not unfit:
            return replace(change, rows=rows)
        examples = tuple(map(id_text, unfit[:EXAMPLES]))
        says = f"{change.says}, which some values do not fit"
        return replace(change, level=Class.REFUSED, rows=len(unfit), examples=examples, says=says, why=CORRECT)

    def _cells(self, table: str, column: str, type_: str) -> Iterator[tuple[bytes, Any]]:
        id: sa.ColumnClause[Any] = sa.column("id", ID)
        cell: sa.ColumnClause[Any] = sa.column(column, Written(type_))
        chosen = sa.select(id, cell).select_from(sa.table(table, id, cell))
        chosen = chosen.where(id > given("last"), cell.is_not(None)).order_by(id).limit(sa.literal_column(str(CHUNK)))
        statement, last = self._store.compile(chosen), NO_ID
        while True:
            rows = statement.run(self._connection, {"last": last}).fetchall()
            yield from rows
            if len(rows) < CHUNK:
                return
            last = rows[-1][0]
