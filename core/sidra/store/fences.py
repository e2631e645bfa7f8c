"""What keeps out who has a configuration before: the column of the version, which all statements of records name.

Where values are converted, sealed or renamed under a name that stays, the same step renames this column. Whoever does
not know its new name fails, instead of reading and writing values that mean something else now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.store.meanings import KEPT, meaning_table

if TYPE_CHECKING:
    from sidra.store.database import Store

FENCE = "fence "
"""What the places begin with, among those of columns, of how often the version of a table was renamed."""
VERSION = "version"


def version_column(fence: int) -> str:
    """Return what the column of the version is called in the database after so many renames."""
    return f"{VERSION}_{fence}" if fence else VERSION


def fences_in(meanings: Mapping[str, str]) -> dict[str, int]:
    """Return the numbers of renames by table."""
    return {place.removeprefix(FENCE): int(known) for place, known in meanings.items() if place.startswith(FENCE)}


def kept_fences(store: Store) -> dict[str, int]:
    """Return the numbers of renames by table, as a database has them."""
    table = meaning_table(sa.MetaData())
    with store.reading() as connection:
        if KEPT not in store.columns(connection):
            return {}
        select = sa.select(table.c.place, table.c.meaning).where(table.c.place.startswith(FENCE))
        return fences_in(dict(store.compile(select).run(connection, {}).fetchall()))
