"""What a database still has on its disk of rows that are gone: taken off it at night, after personal data went.

Rewriting a large file takes minutes in which nobody else writes to it, and a night's erasures need it once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from sidra.errors import Busy
from sidra.privacy.tables import scrub_table
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.store.database import Connection, Store

ONLY = 0
"""The id of the one row that says it."""
# Texts that were found by their parts stand in its segments until these become one.
MERGED = "INSERT INTO sidra_search_text (sidra_search_text) VALUES ('optimize')"
CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"
# Else the copy that it makes of the whole file would be in memory.
COPY_ON_DISK, COPY_IN_MEMORY = "PRAGMA temp_store=FILE", "PRAGMA temp_store=MEMORY"


def want_scrubbing(store: Store, connection: Connection, at: int) -> None:
    """Keep, in the transaction in which personal values go, that they are to go from the disk as well."""
    table = scrub_table(sa.MetaData())
    insert = (postgresql.insert if store.dialect.name == "postgresql" else sqlite.insert)(table)
    statement: Any = insert.values(id=given("id"), at=given("at"))
    news = {"at": statement.excluded.at}
    Prepared(store, statement.on_conflict_do_update(index_elements=["id"], set_=news)).run_on(
        connection, id=ONLY, at=at
    )


def scrub_wanted(store: Store) -> bool:
    """Scrub a database where values went since it was last done; tell whether nothing is left to be scrubbed."""
    table = scrub_table(sa.MetaData())
    wanted = Prepared(store, sa.select(table.c.at)).one()
    if wanted is None:
        return True
    if not scrub(store):
        return False
    # What went meanwhile wants it again.
    Prepared(store, sa.delete(table).where(table.c.at == given("at"))).run(at=wanted[0])
    return True


def scrub(store: Store) -> bool:
    """Rewrite what a database keeps, so that no former value is left on its disk; tell whether it could.

    Where others hold the database, it is left for the next time: what is gone is gone for everyone who asks it.
    """
    try:
        is_done = _vacuumed(store) if store.dialect.name == "postgresql" else _rewritten(store)
    except Busy:
        is_done = False
    if not is_done:
        hint = "it is tried again the next night; `sidra privacy scrub` does it when nobody works"
        structlog.get_logger("sidra.privacy").warning("not scrubbed", hint=hint)
    return is_done


def _vacuumed(store: Store) -> bool:
    with store.apart() as connection:
        connection.execute("VACUUM")
    return True


def _rewritten(store: Store) -> bool:
    with store.writing() as connection:
        connection.execute(MERGED)
    with store.apart() as connection:
        connection.execute(COPY_ON_DISK)
        try:
            connection.execute("VACUUM")
        finally:
            connection.execute(COPY_IN_MEMORY)
        # Who reads what was before keeps it: then the log is not emptied, and says so.
        is_kept = connection.execute(CHECKPOINT).fetchone()[0]
    return not is_kept
