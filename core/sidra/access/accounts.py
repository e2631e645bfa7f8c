"""Accounts of people: who they are, what they may do, and how they prove it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from sidra.access.actor import OPERATOR, STRANGER, Actor, person_roles
from sidra.access.passwords import Passwords, why_unfit
from sidra.access.tables import ACCOUNT, AccessTables
from sidra.access.throttle import Throttle
from sidra.audit.entries import Entries
from sidra.clock import Clock, utc_now
from sidra.errors import Duplicate, Invalid, NotFound, Problem, Unauthenticated
from sidra.store.codecs import encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text, new_id
from sidra.store.prepared import Prepared, Row, given

MAX_LOGIN_CHARACTERS = 254
MAX_TYPED_CHARACTERS = 8 * MAX_LOGIN_CHARACTERS
"""Nothing longer becomes a login by composing it, whose work grows with the square of the marks on one letter."""
COLUMNS = ("id", "login", "name", "roles", "units", "locale", "disabled", "password_hash")


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in."""

    id: str
    login: str
    name: str
    roles: frozenset[str]
    units: tuple[str, ...] = ()
    locale: str = "en"
    is_disabled: bool = False

    def actor(self, affiliate: str) -> Actor:
        """The person as one who acts on the records of an affiliate."""
        return Actor(self.id, self.name, self.roles, self.units, self.locale, affiliate)


class Accounts:
    """The accounts of one affiliate's store."""

    def __init__(
        self, store: Store, tables: AccessTables, *, clock: Clock = utc_now, passwords: Passwords | None = None
    ) -> None:
        self._store, self._clock, self._table = store, clock, tables.account
        self._passwords = passwords or Passwords()
        self._throttle = Throttle(store, tables, clock)
        chosen = sa.select(*(self._table.c[name] for name in COLUMNS))
        self._by_login = Prepared(store, chosen.where(self._table.c.login == given("key")))
        self._by_id = Prepared(store, chosen.where(self._table.c.id == given("key")))
        self._all = Prepared(store, chosen.order_by(self._table.c.login))
        self._insert = Prepared(store, self._table.insert())
        of_account = tables.session.c.account_id == given("key")
        self._end_sessions = Prepared(store, tables.session.delete().where(of_account))
        self._entries = Entries(store)

    def create(
        self,
        login: str,
        name: str,
        password: str,
        roles: Iterable[str],
        *,
        units: Iterable[str] = (),
        locale: str = "en",
    ) -> Account:
        """The new account; raises Invalid for an unfit login or password, Duplicate where the login is taken."""
        login = normalise_login(login)
        _check_new(login, password)
        now = encode_datetime(self._clock())
        account_id = new_id(now // 1000)
        account = Account(account_id, login, name.strip() or login, person_roles(roles), tuple(units), locale)
        columns = _columns(account, self._passwords.hash(password), now)
        with self._store.writing() as connection:
            if self.find(login) is not None:
                raise Duplicate("the login is taken", fields=["login"], hint="choose another one")
            self._insert.run_on(connection, **columns)
            self._entries.write(connection, "account_create", OPERATOR, now, about=ACCOUNT, key=id_bytes(account_id))
        return account

    def sign_in(self, login: str, password: str, *, address: str) -> Account:
        """The account whose password this is.

        Raises TooManyAttempts, or Unauthenticated, which does not tell whether there is such an account.
        """
        login = normalise_login(login)
        attempt = self._throttle.begin(login, address)
        row = self._by_login.one(key=login)
        fits = self._passwords.fits(row[-1] if row else None, password)
        if row is None or not fits or row[6]:
            self._failed(row)
            raise Unauthenticated(
                "the login or the password is not right", hint="check both; case counts in a password"
            )
        self._throttle.succeeded(login, attempt)
        if self._passwords.is_outdated(row[-1]):
            changes = {"password_hash": self._passwords.hash(password)}
            with self._store.writing() as connection:
                self._change_on(connection, row[0], changes)
        return _account(row)

    def _failed(self, row: Row | None) -> None:
        key, now = row[0] if row else None, encode_datetime(self._clock())
        with self._store.writing() as connection:
            # What was typed may be a password: the entry names the account, if there is one, and nothing else.
            self._entries.write(connection, "sign_in_failed", STRANGER, now, about=ACCOUNT, key=key)

    def get(self, account_id: str) -> Account | None:
        """The account, unless there is none or it is disabled."""
        row = self._by_id.one(key=id_bytes(account_id))
        return None if row is None or row[6] else _account(row)

    def find(self, login: str) -> Account | None:
        """The account with a login, disabled or not."""
        row = self._by_login.one(key=normalise_login(login))
        return None if row is None else _account(row)

    def list(self) -> list[Account]:
        """All accounts, disabled ones too, by login."""
        return [_account(row) for row in self._all.all()]

    def set_password(self, login: str, password: str, *, by: Actor = OPERATOR) -> int:
        """Give an account a new password: how many of its sessions ended with it. Raises Invalid or NotFound."""
        account = self._existing(login)
        _check_new(account.login, password)
        changed_at = encode_datetime(self._clock())
        hashed = self._passwords.hash(password)
        changes = {"password_hash": hashed, "password_changed_at": changed_at}
        return self._change(account, changes, "password_change", by, ends_sessions=True)

    def set_roles(self, login: str, roles: Iterable[str], *, units: Iterable[str] = (), by: Actor = OPERATOR) -> None:
        """Give an account other roles and units, in force at its next request. Raises NotFound."""
        account = self._existing(login)
        changes = {"roles": _list(sorted(person_roles(roles))), "units": _list(units)}
        self._change(account, changes, "roles_change", by)

    def disable(self, login: str, *, disabled: bool = True, by: Actor = OPERATOR) -> int:
        """Shut an account out, or let it in again: how many of its sessions ended with it. Raises NotFound."""
        action = "account_disable" if disabled else "account_enable"
        return self._change(self._existing(login), {"disabled": disabled}, action, by, ends_sessions=disabled)

    def _existing(self, login: str) -> Account:
        account = self.find(login)
        if account is None:
            raise NotFound("there is no such account", hint="upper and lower case of a login do not count")
        return account

    def _change(
        self, account: Account, changes: Mapping[str, object], action: str, by: Actor, *, ends_sessions: bool = False
    ) -> int:
        key, now = id_bytes(account.id), encode_datetime(self._clock())
        with self._store.writing() as connection:
            self._change_on(connection, key, changes)
            self._entries.write(connection, action, by, now, about=ACCOUNT, key=key)
            return self._end_sessions.run_on(connection, key=key) if ends_sessions else 0

    def _change_on(self, connection: Connection, key: bytes, changes: Mapping[str, object]) -> None:
        update = self._table.update().where(self._table.c.id == given("key")).values(changes)
        Prepared(self._store, update).run_on(connection, key=key)


def normalise_login(login: str) -> str:
    """The form in which logins are stored and compared: composed, without blanks around, without case."""
    # A lone surrogate is no character: the store could not keep it.
    characters = login.encode("utf-8", "replace").decode()
    if len(characters) > MAX_TYPED_CHARACTERS:
        return characters
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", characters).strip().casefold()).strip()


def _check_new(login: str, password: str) -> None:
    problems = []
    if not login or len(login) > MAX_LOGIN_CHARACTERS or not login.isprintable():
        reason = f"a login has 1 to {MAX_LOGIN_CHARACTERS} printable characters"
        problems.append(Problem("R607", "login", reason))
    reason_against = why_unfit(password, login)
    if reason_against:
        problems.append(Problem("R607", "password", reason_against))
    if problems:
        raise Invalid(problems)


def _columns(account: Account, password_hash: str, now: int) -> dict[str, object]:
    return {
        "id": id_bytes(account.id),
        "login": account.login,
        "name": account.name,
        "password_hash": password_hash,
        "roles": _list(sorted(account.roles)),
        "units": _list(account.units),
        "locale": account.locale,
        "disabled": account.is_disabled,
        "created_at": now,
        "password_changed_at": now,
    }


def _list(names: Iterable[str]) -> str:
    return orjson.dumps(list(names)).decode()


def _account(row: Row) -> Account:
    key, login, name, roles, units, locale, is_disabled, _ = row
    read_roles, read_units = person_roles(orjson.loads(roles)), tuple(orjson.loads(units))
    return Account(id_text(key), login, name, read_roles, read_units, locale, bool(is_disabled))
