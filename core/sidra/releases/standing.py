"""Whether what somebody said of a proposal still counts: as long as its account is there, and may say it today."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import orjson
import sqlalchemy as sa

from sidra.access.actor import person_roles
from sidra.access.tables import access_tables_alone
from sidra.runtime import Runtime
from sidra.store.database import Connection
from sidra.store.identifiers import id_bytes
from sidra.store.prepared import Prepared, given

Lapse = Literal["", "account", "function", "author"]
LAPSES: Final[Mapping[Lapse, str]] = MappingProxyType(
    {
        "account": "the account is shut or gone",
        "function": "the person has not got the function any more",
        "author": "the person is the author of the proposal",
    }
)
"""Why an approval counts no more, in a sentence."""


class Standing:
    """Asks accounts as they are, and the configuration in force, about those who spoke."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        account = access_tables_alone().account
        chosen = sa.select(account.c.roles, account.c.disabled).where(account.c.id == given("key"))
        self._accounts = Prepared(runtime.store, chosen)

    def lapse(self, connection: Connection, by_id: str, function: str, author_id: str) -> Lapse:
        """Return why what somebody said for a function counts no more; empty where it does."""
        if by_id == author_id:
            return "author"
        roles = self._roles_of(connection, by_id)
        if roles is None:
            return "account"
        return "" if self._runtime.profile(roles).may_use(function) else "function"

    def _roles_of(self, connection: Connection, by_id: str) -> frozenset[str] | None:
        try:
            rows = self._accounts.rows_on(connection, key=id_bytes(by_id))
        except ValueError:
            return None
        return next((person_roles(orjson.loads(roles)) for roles, is_disabled in rows if not is_disabled), None)
