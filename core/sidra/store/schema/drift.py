"""What a database has otherwise than it was brought to: somebody else has changed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sidra.store.database import Connection, Store
from sidra.store.schema.changes import Change, Changes, Kind
from sidra.store.schema.difference import difference
from sidra.store.schema.evolve import SchemaMismatch, is_large
from sidra.store.schema.keeping import ASIDE_TABLE
from sidra.store.schema.shape import Kept, Wanted, kept_in

BROKEN = frozenset({Kind.ADD_TABLE, Kind.ADD_COLUMN, Kind.REFUSE, Kind.CONVERT, Kind.SEAL})
"""Of what differs, that without which records cannot be read."""
MENDED = "`sidra db apply` adds what is missing, empty; for its values, restore a backup"


class SchemaDrift(SchemaMismatch):
    """Somebody else took away or changed what the records are kept in."""

    code = "R102"


@dataclass(frozen=True, slots=True)
class Drift:
    """What somebody else did to the tables of a store."""

    broken: tuple[Change, ...] = ()
    """Without these, records cannot be read or written."""
    missing: tuple[Change, ...] = ()
    """Indexes: lists are slow without them, and what must be unique may not be."""
    foreign: tuple[str, ...] = ()
    """Tables and columns that are not ours; they are left alone."""

    def refuse(self) -> None:
        """Raise SchemaDrift where records cannot be read."""
        if self.broken:
            raise SchemaDrift("; ".join(change.says for change in self.broken), hint=MENDED)


def drift(store: Store, connection: Connection, wanted: Wanted) -> Drift:
    """Return what differs between a database and the Model that it was brought to before."""
    kept = kept_in(store, connection)
    changes = difference(wanted, kept, store.dialect)
    broken = tuple(change for change in changes if change.kind in BROKEN)
    missing = tuple(
        change
        for change in changes
        if change.kind is Kind.ADD_INDEX
        and (change.detail["unique"] or not is_large(connection, store, change.detail["table"]))
    )
    return Drift(broken, missing, tuple(foreign(changes, wanted, kept)))


def foreign(changes: Changes, wanted: Wanted, kept: Kept) -> Iterator[str]:
    """Yield the tables and columns that are neither wanted, nor were, nor are kept aside."""
    tables = {table.name: table for table in wanted.tables.all}
    aside = {(one.table, one.kept_as) for one in kept.aside if one.column} | {
        (one.kept_as, "") for one in kept.aside if not one.column
    }
    left = {(change.detail["table"], change.detail["column"]) for change in changes if change.kind is Kind.SET_ASIDE}
    for name, columns in kept.columns.items():
        table = tables.get(name)
        if table is None:
            known = (name, "") in aside or (name, "") in left or name == ASIDE_TABLE or name.startswith("sidra_search")
            if not known and not name.startswith("sqlite_"):
                yield name
            continue
        for column in columns:
            if column not in {one.name for one in table.columns} and (name, column) not in aside | left:
                yield f"{name}.{column}"
