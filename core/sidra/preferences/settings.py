"""The settings of one account: JSON by key, such as the columns of a list or the tours that were seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from sidra.errors import BadQuery
from sidra.preferences.tables import preference_tables_alone
from sidra.store.identifiers import id_bytes
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.runtime import Runtime
    from sidra.store.database import Connection, Store

MOST_BYTES = 16 * 1024
"""Of one value."""
MOST_KEYS = 500
"""Of one account: a few for each list that there is."""
KEY = re.compile(r"[a-z][a-z0-9_.:-]{0,119}")


class PreferenceStatements:
    """What is asked of the settings of one store; kept with its Runtime."""

    def __init__(self, store: Store) -> None:
        table = preference_tables_alone().setting
        is_own = table.c.account_id == given("account")
        is_one = sa.and_(is_own, table.c.key == given("key"))
        self.read = Prepared(store, sa.select(table.c.value).where(is_one))
        begins = sa.and_(is_own, table.c.key >= given("first"), table.c.key < given("last"))
        self.read_below = Prepared(store, sa.select(table.c.key, table.c.value).where(begins))
        self.count = Prepared(store, sa.select(sa.func.count()).where(is_own, table.c.key != given("key")))
        self.drop = Prepared(store, table.delete().where(is_one))
        self.add = Prepared(store, table.insert().values({column.name: given(column.name) for column in table.c}))


class Preferences:
    """What one account has set; nobody else reads or writes it."""

    def __init__(self, runtime: Runtime, account_id: str) -> None:
        self._runtime, self._account = runtime, id_bytes(account_id)

    # JSON has no narrower type.
    def read(self, key: str) -> Any:  # noqa: ANN401
        """Return the JSON of a key; None where nothing is set."""
        row = self._runtime.preferences.read.one(account=self._account, key=key)
        return None if row is None else orjson.loads(row[0])

    def read_below(self, prefix: str) -> dict[str, Any]:
        """Return the JSON of all keys that begin with a prefix, which is asked for at once."""
        found = self._runtime.preferences.read_below.all(account=self._account, first=prefix, last=prefix + "\x7f")
        return {key: orjson.loads(value) for key, value in found}

    def write(self, key: str, value: object) -> None:
        """Keep the JSON of a key instead of what was there; None forgets it. Raises BadQuery for too much."""
        if KEY.fullmatch(key) is None:
            raise BadQuery("no such preference", hint="a key has small letters, digits and `_ . : -`, 120 at most")
        text = None if value is None else _written(value)
        self._runtime.store.transact(lambda connection: self._write(connection, key, text))

    def _write(self, connection: Connection, key: str, text: str | None) -> None:
        statements = self._runtime.preferences
        statements.drop.run_on(connection, account=self._account, key=key)
        if text is None:
            return
        (count,) = statements.count.rows_on(connection, account=self._account, key=key)[0]
        if count >= MOST_KEYS:
            raise BadQuery(f"{MOST_KEYS} preferences are kept at most", hint="reset a list that is not used any more")
        statements.add.run_on(connection, account_id=self._account, key=key, value=text)


def _written(value: object) -> str:
    try:
        text = orjson.dumps(value)
    except TypeError as error:
        raise BadQuery("a preference is JSON", hint="give texts, numbers, lists and objects") from error
    if len(text) > MOST_BYTES:
        raise BadQuery(f"a preference has {MOST_BYTES} bytes at most", hint="keep less of it")
    return text.decode()
