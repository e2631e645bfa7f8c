"""From changes to the steps that make them: expand, fill, switch, contract; or, of a rename, one step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from sidra.store.indexes import MAX_NAME, index_name
from sidra.store.meanings import meaning_table
from sidra.store.schema.aside import aside_name, aside_row, column_aside, is_link, table_copied, table_emptied
from sidra.store.schema.changes import Change, Changes, Class, Kind
from sidra.store.schema.ddl import Ddl, Written, index_of
from sidra.store.schema.fencing import Fencing
from sidra.store.schema.renames import Renames
from sidra.store.schema.renaming import rename_step
from sidra.store.schema.shape import Aside, Kept, Wanted
from sidra.store.schema.steps import Fill, Step

NEXT, SEEN, QUEUE = "next_", "seen_", "queue_"
"""What the names begin with of columns and indexes that are there only while values are converted."""


@dataclass(frozen=True, slots=True)
class _Making:
    """What the steps of a plan are made of."""

    ddl: Ddl
    wanted: Wanted
    kept: Kept
    renames: Renames
    fencing: Fencing
    at: int


def migration_steps(changes: Changes, wanted: Wanted, kept: Kept, dialect: sa.Dialect, at: int) -> list[Step]:
    """Return the steps after which a Model that had to wait can be in force."""
    ddl, renames = Ddl(dialect), Renames.between(wanted, kept)
    making = _Making(ddl, wanted, kept, renames, Fencing(ddl, renames, kept), at)
    steps = list(_unique_beside(ddl, changes, wanted, renames))
    if any(change.kind in {Kind.RENAME, Kind.RENAME_VALUE} for change in changes):
        steps.append(rename_step(ddl, changes, wanted, kept, making.fencing))
    for change in changes:
        if change.kind is Kind.CONVERT:
            steps += _conversion(making, change)
    return steps


def _unique_beside(ddl: Ddl, changes: Changes, wanted: Wanted, renames: Renames) -> Iterator[Step]:
    """Yield what builds unique indexes of large tables, under their names of now, while all go on to write."""
    converted = {(change.detail["table"], change.detail["column"]) for change in changes if change.kind is Kind.CONVERT}
    tables = {table.name: table for table in wanted.tables.all}
    for change in changes:
        if change.kind is Kind.ADD_INDEX and change.level is Class.MIGRATED:
            table = tables[change.detail["table"]]
            index = next(one for one in table.indexes if one.name == change.detail["index"])
            if converted.isdisjoint((table.name, column.name) for column in index.columns):
                former = {column.name: renames.column(table.name, column.name) for column in table.columns}
                yield _beside(
                    ddl, index_of(index, str(index.name), table, renames.table(table.name), former), change.says
                )


def _beside(ddl: Ddl, index: sa.Index, says: str) -> Step:
    """Return the step that builds an index while others write; one that was left unfinished has the name, and goes."""
    forget = f"DROP INDEX IF EXISTS {ddl.quote(str(index.name))}"
    return Step(says, "beside", (forget, ddl.index(index, beside=True)))


def later_steps(changes: Iterable[Change], wanted: Wanted, kept: Kept, dialect: sa.Dialect, at: int) -> Iterator[Step]:
    """Yield the steps that follow when a Model is in force: indexes beside, computed values, what is set aside."""
    ddl = Ddl(dialect)
    tables = {table.name: table for table in wanted.tables.all}
    for change in changes:
        if change.kind is Kind.ADD_INDEX:
            yield _index(ddl, tables[change.detail["table"]], change.detail["index"])
        elif change.kind is Kind.RECOMPUTE:
            detail = change.detail
            said = _meaning_set(ddl, detail["place"], wanted.declared()[detail["place"]])
            subject = (detail["entity"], detail["attribute"])
            yield Step(f"compute {change.subject} anew", "recompute", after=(said,), subject=subject)
    yield from _setting_aside(ddl, [change for change in changes if change.kind is Kind.SET_ASIDE], kept, at)


def _setting_aside(ddl: Ddl, gone: list[Change], kept: Kept, at: int) -> Iterator[Step]:
    """Yield what sets columns aside, then tables, links first: what refers goes before what it refers to."""
    for change in gone:
        if change.detail["column"]:
            yield Step(f"set {change.subject} aside", before=tuple(column_aside(ddl, change, kept, at)))
    tables = [change for change in gone if not change.detail["column"]]
    tables.sort(key=lambda change: not is_link(change, kept))
    for change in tables:
        yield Step(f"copy {change.subject} aside", before=tuple(table_copied(ddl, change, kept, at)))
    for change in tables:
        yield Step(f"take {change.subject} away", before=tuple(table_emptied(ddl, change, kept)))


def _index(ddl: Ddl, table: sa.Table, name: str) -> Step:
    index = next(one for one in table.indexes if one.name == name)
    if ddl.is_postgresql:
        return _beside(ddl, index, f"index {name}")
    forget = f"DROP INDEX IF EXISTS {ddl.quote(name)}"
    return Step(f"index {name}", before=(forget, ddl.index(index)))


def _built_beside(over: list[sa.Index], column: sa.Column[Any], kept: Kept, renames: Renames) -> Mapping[str, sa.Index]:
    """Return the indexes over a column as they are built over the one that takes its place, by their own names."""
    table = column.table
    there, called = kept.columns[renames.table(table.name)], {column.name: NEXT + column.name}
    found: dict[str, sa.Index] = {}
    for index in over:
        if all(renames.column(table.name, one.name) in there for one in index.columns):
            name = index_name(NEXT.strip("_"), table.name, (str(index.name),))
            found[str(index.name)] = index_of(index, name, table, table.name, called)
    return found


def _conversion(making: _Making, change: Change) -> Iterator[Step]:
    ddl, detail = making.ddl, change.detail
    table = next(one for one in making.wanted.tables.all if one.name == detail["table"])
    column = table.c[detail["column"]]
    old = Written(detail["type"])
    queue = f"{QUEUE}{table.name}_{column.name}"[:MAX_NAME]
    ddl.do.add_column(table.name, sa.Column(NEXT + column.name, column.type))
    ddl.do.add_column(table.name, sa.Column(SEEN + column.name, old))
    yield Step(f"add columns beside {change.subject}", before=tuple(ddl.taken()))
    yield from _queue(ddl, table.name, column.name, queue)
    fill = Fill(
        table.name,
        column.name,
        detail["type"],
        NEXT + column.name,
        column.type.compile(dialect=ddl.dialect),
        SEEN + column.name,
        detail["before"],
        detail["after"],
        making.wanted.locale,
    )
    yield Step(f"convert {change.subject}", "fill", fill=fill)
    over = [index for index in table.indexes if column.name in index.columns]
    beside = _built_beside(over, column, making.kept, making.renames) if ddl.is_postgresql else {}
    for index in beside.values():
        yield _beside(ddl, index, f"index {index.name}")
    fill = replace(fill, clears=any(index.unique for index in beside.values()))
    yield _switch(making, change, column, fill, _Indexes(queue, over, beside))
    ddl.do.drop_column(table.name, SEEN + column.name)
    yield Step(f"take away what helped to convert {change.subject}", before=tuple(ddl.taken()))


def _queue(ddl: Ddl, table: str, column: str, queue: str) -> Iterator[Step]:
    """Yield the step that makes an index of the rows that are not converted as they are now.

    Whoever writes with the configuration before puts its rows there, and knows nothing of it.
    """
    is_left = f"{ddl.quote(column)} {'IS DISTINCT FROM' if ddl.is_postgresql else 'IS NOT'} {ddl.quote(SEEN + column)}"
    made = f"INDEX {{}}{ddl.quote(queue)} ON {ddl.quote(table)} (id) WHERE {is_left}"
    says = f"list what is to be converted of {table}.{column}"
    if ddl.is_postgresql:
        forget = f"DROP INDEX IF EXISTS {ddl.quote(queue)}"
        yield Step(says, "beside", (forget, f"CREATE {made.format('CONCURRENTLY ')}"))
    else:
        yield Step(says, before=(f"CREATE {made.format('')}",))


@dataclass(frozen=True, slots=True)
class _Indexes:
    """The indexes of a conversion."""

    queue: str
    over: list[sa.Index]
    """Those of the column."""
    beside: Mapping[str, sa.Index]
    """Those that stand ready to take their places, by the name of each."""


def _switch(making: _Making, change: Change, column: sa.Column[Any], fill: Fill, indexes: _Indexes) -> Step:
    """Return the step that puts the new column in the old one's place.

    Its first statement waits for all who are writing; whoever has the configuration before fails from then on, and
    takes the new one.
    """
    ddl, table = making.ddl, column.table
    aside = aside_name(making.kept, table.name, column.name, making.at)
    ddl.do.alter_column(table.name, column.name, new_column_name=aside)
    making.fencing.put(table.name)
    before = tuple(ddl.taken())
    ddl.do.drop_index(indexes.queue, table_name=table.name)
    for index in indexes.over:
        ddl.say(f"DROP INDEX IF EXISTS {ddl.quote(str(index.name))}")
    ddl.do.alter_column(table.name, fill.target, new_column_name=column.name)
    for name, index in indexes.beside.items():
        ddl.say(f"ALTER INDEX {ddl.quote(str(index.name))} RENAME TO {ddl.quote(name)}")
    for index in indexes.over if not ddl.is_postgresql else ():
        ddl.say(ddl.index(index))
    place = f"{table.name}.{column.name}"
    ddl.say(_meaning_set(ddl, place, fill.after))
    # It never comes back by itself: what is in force now was made of it.
    was = f"{column.name} ({fill.before})"
    ddl.say(aside_row(ddl, Aside(table.name, was, aside, fill.source_type, fill.before, making.at)))
    return Step(
        f"put {change.subject} in force", before=before, fill=replace(fill, source=aside), after=tuple(ddl.taken())
    )


def _meaning_set(ddl: Ddl, place: str, meaning: str) -> str:
    kept = meaning_table(sa.MetaData())
    return ddl.literal(kept.update().where(kept.c.place == place).values(meaning=meaning))
