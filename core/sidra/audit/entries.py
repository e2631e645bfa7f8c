"""Audit entries about access: who signed in or out, whose password or rights changed, which token came or went."""

from __future__ import annotations

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.audit.tables import audit_tables
from sidra.store.database import Connection, Store
from sidra.store.prepared import Prepared


class Entries:
    """Writes to the audit of one affiliate's store, in the transaction of what it tells of.

    An entry has ids and the name of who acts, never a login, an address or a secret.
    """

    def __init__(self, store: Store) -> None:
        self._insert = Prepared(store, audit_tables(sa.MetaData()).entry.insert())

    def write(
        self, connection: Connection, action: str, actor: Actor, at: int, *, about: str = "", key: bytes | None = None
    ) -> None:
        """Keep that an actor did something at a moment, in µs since 1970; `about` is the table that has the `key`."""
        self._insert.run_on(
            connection,
            sequence=None,
            at=at,
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            entity=about,
            record_id=key,
            version=None,
            reason=None,
            changed="[]",
        )
