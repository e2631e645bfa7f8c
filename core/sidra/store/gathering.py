"""Rows that are added to tables many at once: those of one table wait for each other until anything is asked."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.store.copying import Lines, compile_lines
from sidra.store.positional import compile_positional

if TYPE_CHECKING:
    from sidra.store.database import Store

Row = Sequence[Any]


class NotAdded(Exception):
    """One of many rows violates a constraint, whichever: none of them is added, and the transaction is of no use."""


@dataclass(frozen=True, slots=True)
class Adding:
    """How rows are added to a table."""

    table: str
    sql: str
    """Adds one row, whose values go by place."""
    names: tuple[str, ...]
    """The columns of a row."""
    after: frozenset[str]
    """The tables that must have the rows which these refer to."""
    copy: str = ""
    """On PostgreSQL, what takes many rows."""
    lines: Lines | None = None
    """The rows as `copy` takes them."""


def compile_adding(store: Store, table: sa.Table, names: Sequence[str] = ()) -> Adding:
    """Return how rows are added to a table; `names` gives the order of their values, else it is the table's own."""
    given = tuple(names) or tuple(column.key for column in table.columns)
    places: dict[str, sa.BindParameter[Any]] = {name: sa.bindparam(name, required=False) for name in given}
    statement = compile_positional(store, sa.insert(table).values(places))
    if names and statement.names != given:
        raise TypeError(f"the values of `{statement.sql}` stand in another order")
    names = statement.names
    after = frozenset(key.column.table.name for key in table.foreign_keys) - {table.name}
    if store.dialect.name != "postgresql":
        return Adding(table.name, statement.sql, names, after)
    quote = store.dialect.identifier_preparer.quote
    listed = ", ".join(quote(table.c[name].name) for name in names)
    lines = compile_lines([table.c[name].type.compile(dialect=store.dialect) for name in names])
    return Adding(table.name, statement.sql, names, after, f"COPY {quote(table.name)} ({listed}) FROM STDIN", lines)


@dataclass(frozen=True, slots=True)
class Mark:
    """What waited at a moment, to go back to."""

    asked: int
    records: int
    lengths: tuple[int, ...]
    numbers: Mapping[str, int]


@dataclass(slots=True)
class Gathered:
    """Rows that wait on one connection; each group is of one table, and what refers to a row waits behind it."""

    insert: Callable[[Adding, list[Row]], None]
    """Adds many rows; raises NotAdded."""
    asked: int = 0
    """How often something was asked on the connection, or rows were added."""
    records: dict[bytes, tuple[Any, ...]] = field(default_factory=dict)
    """Rows of records that wait or were read, by id, as long as no statement changes anything: who wants one need not
    ask for it."""
    remembered: dict[str, int] = field(default_factory=dict)
    """Numbers that hold as long as nothing else is written, such as the last one of a table."""
    numbers: dict[str, int] = field(default_factory=dict)
    """The last numbers of sequences, where the store keeps them at the end of the transaction."""
    _groups: list[tuple[Adding, list[Row]]] = field(default_factory=list)
    _last: dict[str, int] = field(default_factory=dict)
    """Where the last group of each table is."""

    def add(self, adding: Adding, row: Row) -> None:
        """Let a row wait."""
        self._group(adding).append(row)

    def extend(self, adding: Adding, rows: Iterable[Row]) -> None:
        """Let rows of one table wait."""
        self._group(adding).extend(rows)

    def before(self, sql: str) -> None:
        """Add what waits before a statement, and know no longer what it may change; raises NotAdded."""
        self.flush()
        if not sql.startswith("SELECT"):
            self.records.clear()

    def flush(self) -> None:
        """Add what waits; raises NotAdded."""
        self.asked += 1
        if not self._groups:
            return
        groups, self._groups = self._groups, []
        self._last.clear()
        self.remembered.clear()
        for adding, rows in groups:
            if rows:
                self.insert(adding, rows)

    def mark(self) -> Mark:
        """Return what `cut` goes back to."""
        lengths = tuple(len(rows) for _, rows in self._groups)
        return Mark(self.asked, len(self.records), lengths, dict(self.numbers))

    def cut(self, mark: Mark) -> bool:
        """Forget what came since; tell whether that could be, because nothing was asked meanwhile."""
        if mark.asked != self.asked:
            return False
        while len(self.records) > mark.records:
            self.records.popitem()
        lengths = itertools.chain(mark.lengths, itertools.repeat(0))
        for (_, rows), length in zip(self._groups, lengths, strict=False):
            del rows[length:]
        self.numbers = dict(mark.numbers)
        self.remembered.clear()
        return True

    def _group(self, adding: Adding) -> list[Row]:
        place = self._last.get(adding.table, -1)
        if place < 0 or (adding.after and any(self._last.get(name, -1) > place for name in adding.after)):
            place = self._last[adding.table] = len(self._groups)
            self._groups.append((adding, []))
        return self._groups[place][1]
