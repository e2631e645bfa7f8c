"""From changes to the steps that make them: expand, fill, switch, contract; or, of a rename, one step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import sqlalchemy as sa

from sidra.store.schema.aside import column_aside, is_link, table_copied, table_emptied
from sidra.store.schema.changes import Change, Changes, Class, Kind
from sidra.store.schema.converting import Converting, Making, built_beside, meaning_set
from sidra.store.schema.ddl import Ddl, index_of
from sidra.store.schema.fencing import Fencing
from sidra.store.schema.renames import Renames
from sidra.store.schema.renaming import rename_step
from sidra.store.schema.sealing import Sealing
from sidra.store.schema.shape import Kept, Wanted
from sidra.store.schema.steps import Step

CONVERTING: Mapping[Kind, type[Converting]] = MappingProxyType({Kind.CONVERT: Converting, Kind.SEAL: Sealing})
"""What is done in the steps of a conversion."""


def migration_steps(changes: Changes, wanted: Wanted, kept: Kept, dialect: sa.Dialect, at: int) -> list[Step]:
    """Return the steps after which a Model that had to wait can be in force.

    What takes long comes first, under the names of before; then follow, one upon the other, those after which who has
    the configuration before fails.
    """
    ddl, renames = Ddl(dialect), Renames.between(wanted, kept)
    making = Making(ddl, wanted, kept, renames, Fencing(ddl, renames, kept), at)
    steps = list(_unique_beside(ddl, changes, wanted, renames))
    converting = [CONVERTING[change.kind](making, change, changes) for change in changes if change.kind in CONVERTING]
    for one in converting:
        steps += one.before()
    if any(change.kind in {Kind.RENAME, Kind.RENAME_VALUE} for change in changes):
        steps.append(rename_step(ddl, changes, wanted, kept, making.fencing))
    steps += [one.switch() for one in converting]
    return [*steps, *(step for one in converting for step in one.after())]


def _unique_beside(ddl: Ddl, changes: Changes, wanted: Wanted, renames: Renames) -> Iterator[Step]:
    """Yield what builds unique indexes of large tables, under their names of now, while all go on to write."""
    converted = {(change.detail["table"], change.detail["column"]) for change in changes if change.kind in CONVERTING}
    tables = {table.name: table for table in wanted.tables.all}
    for change in changes:
        if change.kind is Kind.ADD_INDEX and change.level is Class.MIGRATED:
            table = tables[change.detail["table"]]
            index = next(one for one in table.indexes if one.name == change.detail["index"])
            if converted.isdisjoint((table.name, column.name) for column in index.columns):
                former = {column.name: renames.column(table.name, column.name) for column in table.columns}
                yield built_beside(
                    ddl, index_of(index, str(index.name), table, renames.table(table.name), former), change.says
                )


def later_steps(changes: Iterable[Change], wanted: Wanted, kept: Kept, dialect: sa.Dialect, at: int) -> Iterator[Step]:
    """Yield the steps that follow when a Model is in force: indexes beside, computed values, what is set aside."""
    ddl = Ddl(dialect)
    tables = {table.name: table for table in wanted.tables.all}
    for change in changes:
        if change.kind is Kind.ADD_INDEX:
            yield _index(ddl, tables[change.detail["table"]], change.detail["index"])
        elif change.kind is Kind.RECOMPUTE:
            detail = change.detail
            said = meaning_set(ddl, detail["place"], wanted.declared()[detail["place"]])
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
        return built_beside(ddl, index, f"index {name}")
    forget = f"DROP INDEX IF EXISTS {ddl.quote(name)}"
    return Step(f"index {name}", before=(forget, ddl.index(index)))
