"""Audit entries about access: who signed in or out, whose password or rights changed, which token came or went."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import orjson

from sidra.access.actor import Actor
from sidra.audit.chain import Chain
from sidra.store.database import Connection, Store


class Entries:
    """Writes to the audit of one affiliate's store, in the transaction of what it tells of.

    An entry has ids and the name of who acts, never a login, an address or a secret.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def _chain(self) -> Chain:
        return Chain(self._store)

    def write(  # noqa: PLR0913 - what an entry is made of
        self,
        connection: Connection,
        action: str,
        actor: Actor,
        at: int,
        *,
        about: str = "",
        key: bytes | None = None,
        reason: str | None = None,
        said: Sequence[str] = (),
    ) -> None:
        """Keep that an actor did something at a moment, in µs since 1970; `about` is the table that has the `key`.

        `said` names what it was about, in words without personal data.
        """
        entry = (at, actor.id, actor.name, action, about, key, None, reason, orjson.dumps(said).decode())
        self._chain.append(connection, [(entry, None)])
