"""What a database still has on its disk of rows that are gone: taken off it after personal data went."""

from __future__ import annotations

import structlog

from sidra.errors import Busy
from sidra.store.database import Store

SQLITE = ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
POSTGRESQL = ("VACUUM",)


def scrub(store: Store) -> bool:
    """Rewrite what a database keeps, so that no former value is left on its disk; tell whether it could.

    Where others hold the database, it is left for the next time: what is gone is gone for everyone who asks it.
    """
    steps = POSTGRESQL if store.dialect.name == "postgresql" else SQLITE
    try:
        with store.reading() as connection:
            for step in steps:
                connection.execute(step)
    except Busy:
        structlog.get_logger("sidra.privacy").warning("not scrubbed", hint="run `VACUUM` when nobody works")
        return False
    return True
