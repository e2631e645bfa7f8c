"""What a database has, so that two of them can be compared, and an affiliate's store in a test."""

from __future__ import annotations

import re
from typing import Any

from tests.core.models import model_of

from sidra.access.actor import system_actor
from sidra.affiliates.migrating import Migrating
from sidra.privacy.keys import KeyRing
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.fences import VERSION
from sidra.store.schema.evolve import released
from sidra.store.schema.shape import kept_in

FENCED = re.compile(rf"{VERSION}_\d+")
KEYS = KeyRing.in_memory()


def runtime(store: Store, *documents: str) -> Runtime:
    """The Runtime of documents on a store, which is brought to them."""
    return Runtime(model_of(*documents), store, keys=KEYS)


def migrating(store: Store, *documents: str) -> Migrating:
    """What changes the store to documents."""
    return Migrating(model_of(*documents), store, KEYS)


def create(made: Runtime, entity: str, **values: Any) -> Record:  # noqa: ANN401 - of any type
    """A new record."""
    return made.records(system_actor("test")).create(entity, values)


def rows(made: Runtime, entity: str, *names: str) -> list[tuple[Any, ...]]:
    """Values of all records, in the order in which they were made."""
    found = made.records(system_actor("test")).list(entity, Query(sort=("created_at",), limit=200)).records
    return [tuple(record[name] for name in names) for record in found]


def shape(store: Store) -> dict[str, tuple[dict[str, str], set[str]]]:
    """The columns and indexes by table, without what is aside or left of what cannot go, and without fences."""
    with store.reading() as connection:
        kept = kept_in(store, connection)
    aside = {(one.table, one.kept_as) for one in kept.aside}
    gone = {one.kept_as for one in kept.aside if not one.column} | {one.table for one in kept.aside if not one.column}
    return {
        table: (
            {FENCED.sub(VERSION, name): type_ for name, type_ in sorted(columns.items()) if (table, name) not in aside},
            {name for name in kept.indexes.get(table, set()) if not name.startswith("sqlite_")},
        )
        for table, columns in kept.columns.items()
        if table not in gone
    }


def parts(store: Store) -> frozenset[str]:
    """What the store says that it was brought to."""
    return released(store)
