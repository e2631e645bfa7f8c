"""The persons of an affiliate as colleagues see them: by login, with name, roles and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from sidra.access.tables import access_tables_alone
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_text
from sidra.store.prepared import Prepared, Row, given

COLUMNS = ("id", "login", "name", "roles", "units", "disabled")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account."""

    id: str
    login: str
    name: str
    roles: frozenset[str]
    units: tuple[str, ...]
    is_disabled: bool = False


class People:
    """The persons of one store; what is told of them is what colleagues may know."""

    def __init__(self, store: Store) -> None:
        table = access_tables_alone().account
        chosen = sa.select(*(table.c[name] for name in COLUMNS))
        self._by_login = Prepared(store, chosen.where(table.c.login == given("login")))
        self._all = Prepared(store, chosen.order_by(table.c.login))

    def find(self, login: str, connection: Connection | None = None) -> Person | None:
        """Return the person with a login, shut out or not."""
        found = self._by_login
        rows = found.all(login=login) if connection is None else found.rows_on(connection, login=login)
        return _person(rows[0]) if rows else None

    def by_login(self, connection: Connection | None = None) -> Mapping[str, Person]:
        """Return all of them by login, those too who are shut out."""
        rows = self._all.all() if connection is None else self._all.rows_on(connection)
        return {person.login: person for person in map(_person, rows)}


def _person(row: Row) -> Person:
    key, login, name, roles, units, disabled = row
    return Person(id_text(key), login, name, frozenset(orjson.loads(roles)), tuple(orjson.loads(units)), bool(disabled))
