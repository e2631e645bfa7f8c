"""The steps of one conversion: expand, fill, switch, clear up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa

from sidra.store.indexes import MAX_NAME, index_name
from sidra.store.meanings import meaning_table
from sidra.store.schema.aside import aside_name, aside_row
from sidra.store.schema.changes import Change, Changes
from sidra.store.schema.ddl import Ddl, Written, index_of
from sidra.store.schema.fencing import Fencing
from sidra.store.schema.renames import Renames
from sidra.store.schema.shape import Aside, Kept, Wanted
from sidra.store.schema.steps import Fill, Step

NEXT, SEEN, QUEUE = "next_", "seen_", "queue_"
"""What the names begin with of columns and indexes that are there only while values are converted."""


@dataclass(frozen=True, slots=True)
class Making:
    """What the steps of a plan are made of."""

    ddl: Ddl
    wanted: Wanted
    kept: Kept
    renames: Renames
    fencing: Fencing
    at: int


def built_beside(ddl: Ddl, index: sa.Index, says: str) -> Step:
    """Return the step that builds an index while others write; one that was left unfinished has the name, and goes."""
    forget = f"DROP INDEX IF EXISTS {ddl.quote(str(index.name))}"
    return Step(says, "beside", (forget, ddl.index(index, beside=True)))


def meaning_set(ddl: Ddl, place: str, meaning: str) -> str:
    """Return the statement that keeps what the cells of a column stand for now."""
    kept = meaning_table(sa.MetaData())
    return ddl.literal(kept.update().where(kept.c.place == place).values(meaning=meaning))


def _queue(ddl: Ddl, fill: Fill, queue: str) -> Iterator[Step]:
    """Yield the step that makes an index of the rows that are not converted as they are now.

    Whoever writes with the configuration before puts its rows there, and knows nothing of it.
    """
    differs = "IS DISTINCT FROM" if ddl.is_postgresql else "IS NOT"
    is_left = f"{ddl.quote(fill.source)} {differs} {ddl.quote(fill.seen)}"
    made = f"INDEX {{}}{ddl.quote(queue)} ON {ddl.quote(fill.table)} (id) WHERE {is_left}"
    says = f"list what is to be converted of {fill.table}.{fill.source}"
    if ddl.is_postgresql:
        forget = f"DROP INDEX IF EXISTS {ddl.quote(queue)}"
        yield Step(says, "beside", (forget, f"CREATE {made.format('CONCURRENTLY ')}"))
    else:
        yield Step(says, before=(f"CREATE {made.format('')}",))


class Converting:
    """The steps of one conversion."""

    def __init__(self, making: Making, change: Change, changes: Changes) -> None:
        self._making, self._change, self._changes = making, change, changes
        detail, ddl, renames = change.detail, making.ddl, making.renames
        self._table = next(one for one in making.wanted.tables.all if one.name == detail["table"])
        self._column = column = self._table.c[detail["column"]]
        self._queue = f"{QUEUE}{self._table.name}_{column.name}"[:MAX_NAME]
        self._over = [index for index in self._table.indexes if column.name in index.columns]
        self._called = {one.name: renames.column(self._table.name, one.name) for one in self._table.columns}
        self._beside = self._built_beside() if ddl.is_postgresql else {}
        self._fill = Fill(
            detail["kept_table"],
            detail["kept_column"],
            detail["type"],
            NEXT + column.name,
            column.type.compile(dialect=ddl.dialect),
            SEEN + column.name,
            detail["before"],
            detail["after"],
            making.wanted.locale,
            unseals=detail.get("unseals", ""),
            seals=detail.get("seals", ""),
        )

    def _built_beside(self) -> dict[str, sa.Index]:
        """Return the indexes over the column that takes its place, each by the name of the one that it replaces."""
        table, there = self._table, self._making.kept.columns[self._change.detail["kept_table"]]
        called = {**self._called, self._column.name: NEXT + self._column.name}
        found: dict[str, sa.Index] = {}
        for index in self._over:
            if all(self._called[one.name] in there for one in index.columns):
                name = index_name(NEXT.strip("_"), table.name, (str(index.name),))
                found[str(index.name)] = index_of(index, name, table, self._change.detail["kept_table"], called)
        return found

    def before(self) -> Iterator[Step]:
        """Yield what is done while everybody goes on as before."""
        ddl, fill, subject = self._making.ddl, self._fill, self._change.subject
        ddl.do.add_column(fill.table, sa.Column(fill.target, self._column.type))
        ddl.do.add_column(fill.table, sa.Column(fill.seen, Written(fill.source_type)))
        yield Step(f"add columns beside {subject}", before=tuple(ddl.taken()))
        yield from _queue(ddl, fill, self._queue)
        yield Step(f"convert {subject}", "fill", fill=fill)
        for index in self._beside.values():
            yield built_beside(ddl, index, f"index {index.name}")

    def switch(self) -> Step:
        """Return the step that puts the new column in the old one's place.

        Its first statement waits for all who are writing; whoever has the configuration before fails from then on, and
        takes the new one.
        """
        making, ddl, fill = self._making, self._making.ddl, self._fill
        table, column = self._table.name, self._column.name
        aside = self._called_aside()
        # It has its new name already, if it has another one.
        ddl.do.alter_column(table, column, new_column_name=aside)
        making.fencing.put(table)
        before = tuple(ddl.taken())
        ddl.do.drop_index(self._queue, table_name=table)
        for index in self._over:
            ddl.say(f"DROP INDEX IF EXISTS {ddl.quote(str(index.name))}")
        ddl.do.alter_column(table, fill.target, new_column_name=column)
        for name, index in self._beside.items():
            ddl.say(f"ALTER INDEX {ddl.quote(str(index.name))} RENAME TO {ddl.quote(name)}")
        for index in self._over if not ddl.is_postgresql else ():
            ddl.say(ddl.index(index))
        ddl.say(meaning_set(ddl, f"{table}.{column}", fill.after))
        self._keep_former(aside)
        is_unique = any(index.unique for index in self._beside.values())
        filled = replace(fill, table=table, source=aside, clears=is_unique)
        return Step(f"put {self._change.subject} in force", before=before, fill=filled, after=tuple(ddl.taken()))

    def after(self) -> Iterator[Step]:
        """Yield what clears up."""
        ddl = self._making.ddl
        ddl.do.drop_column(self._table.name, self._fill.seen)
        yield Step(f"take away what helped to convert {self._change.subject}", before=tuple(ddl.taken()))

    def _called_aside(self) -> str:
        """Return what the column of before is called from the switch on."""
        making = self._making
        return aside_name(making.kept, self._fill.table, self._column.name, making.at)

    def _keep_former(self, aside: str) -> None:
        """Say in the switch what becomes of the column of before."""
        fill, name = self._fill, self._column.name
        # It never comes back by itself: what is in force now was made of it.
        was = Aside(self._table.name, f"{name} ({fill.before})", aside, fill.source_type, fill.before, self._making.at)
        self._making.ddl.say(aside_row(self._making.ddl, was))
