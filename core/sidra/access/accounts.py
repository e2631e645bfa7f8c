"""Accounts of people: who they are, what they may do, and how they prove it."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import orjson
import sqlalchemy as sa

from sidra.access.actor import OPERATOR, STRANGER, Actor, person_roles
from sidra.access.devices import Devices
from sidra.access.passwords import Passwords, why_unfit
from sidra.access.steps import Steps
from sidra.access.tables import ACCOUNT, AccessTables
from sidra.access.throttle import Throttle, account_subject, code_subject
from sidra.audit.entries import Entries
from sidra.clock import Clock, utc_now
from sidra.errors import Duplicate, Invalid, NotFound, Problem, Unauthenticated
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text, new_id
from sidra.store.prepared import Prepared, Row, given
from sidra.store.storable import REPLACED, storable

MAX_LOGIN_CHARACTERS = 254
MAX_TYPED_CHARACTERS = 8 * MAX_LOGIN_CHARACTERS
"""Nothing longer becomes a login by composing it, whose work grows with the square of the marks on one letter."""
COLUMNS = ("id", "login", "name", "roles", "units", "locale", "disabled", "failures", "signed_in_at", "password_hash")
NO_PASSWORD = ""
"""The hash of an account that signs in by an identity provider alone: nothing fits it."""


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
    has_password: bool = True
    failures: int = 0
    """How often somebody failed to prove to be this person since the last time it worked."""
    signed_in_at: datetime.datetime | None = None
    """When it last worked."""

    def actor(self, affiliate: str) -> Actor:
        """The person as one who acts on the records of an affiliate."""
        return Actor(self.id, self.name, self.roles, self.units, self.locale, affiliate, login=self.login)


class Accounts:
    """The accounts of one affiliate's store."""

    def __init__(
        self, store: Store, tables: AccessTables, *, clock: Clock = utc_now, passwords: Passwords | None = None
    ) -> None:
        self._store, self._clock, self._table = store, clock, tables.account
        self._passwords = passwords or Passwords()
        self._throttle = Throttle(store, tables, clock)
        self._devices, self._steps = Devices(store, tables, clock), Steps(store, tables, clock)
        chosen = sa.select(*(self._table.c[name] for name in COLUMNS))
        self._by_login = Prepared(store, chosen.where(self._table.c.login == given("key")))
        self._by_id = Prepared(store, chosen.where(self._table.c.id == given("key")))
        self._all = Prepared(store, chosen.order_by(self._table.c.login))
        self._insert = Prepared(store, self._table.insert())
        of_account = tables.session.c.account_id == given("key")
        self._end_sessions = Prepared(store, tables.session.delete().where(of_account))
        is_account = self._table.c.id == given("key")
        self._count = Prepared(store, counted_failure(self._table))
        self._noted = Prepared(
            store, self._table.update().where(is_account).values(failures=0, signed_in_at=given("now"))
        )
        self._entries = Entries(store)

    def create(  # noqa: PLR0913 - what an account is made of
        self,
        login: str,
        name: str,
        password: str | None,
        roles: Iterable[str],
        *,
        units: Iterable[str] = (),
        locale: str = "en",
        by: Actor = OPERATOR,
    ) -> Account:
        """The new account; without a password it signs in by an identity provider alone.

        Raises Invalid for an unfit login or password, Duplicate where the login is taken.
        """
        login = normalise_login(login)
        _check_new(login, name, password)
        now = encode_datetime(self._clock())
        account_id = new_id(now // 1000)
        given_name, hashed = (
            storable(name).strip() or login,
            NO_PASSWORD if password is None else self._passwords.hash(password),
        )
        account = Account(account_id, login, given_name, person_roles(roles), tuple(units), locale)
        account = replace(account, has_password=password is not None)
        columns = _columns(account, hashed, now)

        def write(connection: Connection) -> None:
            self._insert.run_on(connection, **columns)
            self._entries.write(connection, "account_create", by, now, about=ACCOUNT, key=id_bytes(account_id))

        try:
            self._store.transact(write)
        except self._store.errors as error:
            if self._store.refusal(error) is None:
                raise
            raise Duplicate("the login is taken", fields=["login"], hint="choose another one") from error
        return account

    def sign_in(self, login: str, password: str, *, address: str, device: str = "") -> Account:
        """The account whose password this is; `device` is the token of a browser that may have signed in before.

        Raises TooManyAttempts, or Unauthenticated, which does not tell whether there is such an account.
        """
        login = normalise_login(login)
        row = self._by_login.one(key=login)
        subject = account_subject(login, device if row is not None and self._devices.knows(row[0], device) else "")
        attempt = self._throttle.begin(subject, address)
        fits = self._passwords.fits(row[-1] if row else None, password)
        if row is None or not fits or row[6]:
            self._failed(row, attempt)
            raise Unauthenticated(
                "the login or the password is not right", hint="check both; case counts in a password"
            )
        outdated = self._passwords.is_outdated(row[-1])
        renewed = {"password_hash": self._passwords.hash(password)} if outdated else {}

        def write(connection: Connection) -> None:
            self._throttle.succeeded(connection, subject, attempt)
            if renewed:
                self._change_on(connection, row[0], renewed)

        self._store.transact(write)
        return _account(row)

    def _failed(self, row: Row | None, attempt: bytes) -> None:
        key, now = row[0] if row else None, encode_datetime(self._clock())

        def write(connection: Connection) -> None:
            self._throttle.failed(connection, attempt)
            if key is not None:
                self._count.run_on(connection, key=key)
            # What was typed may be a password: the entry names the account, if there is one, and nothing else.
            self._entries.write(connection, "sign_in_failed", STRANGER, now, about=ACCOUNT, key=key)

        self._store.transact(write)

    def welcome(self, connection: Connection, account_id: str, device: str) -> str:
        """Note that a person has come in; the token that this browser keeps from now on."""
        self._noted.run_on(connection, key=id_bytes(account_id), now=encode_datetime(self._clock()))
        return self._devices.remember(connection, account_id, device)

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
        account = self.existing(login)
        _check_new(account.login, account.name, password)
        changed_at = encode_datetime(self._clock())
        hashed = self._passwords.hash(password)
        changes = {"password_hash": hashed, "password_changed_at": changed_at}
        return self._change(account, changes, "password_change", by, ends_sessions=True)

    def set_roles(self, login: str, roles: Iterable[str], *, units: Iterable[str] = (), by: Actor = OPERATOR) -> None:
        """Give an account other roles and units, and end its sessions where that changes them. Raises NotFound."""
        account = self.existing(login)
        wanted, of_units = person_roles(roles), tuple(units)
        if (wanted, of_units) == (account.roles, account.units):
            return
        changes = {"roles": _list(sorted(wanted)), "units": _list(of_units)}
        self._change(account, changes, "roles_change", by, ends_sessions=True)

    def unlock(self, login: str, *, by: Actor = OPERATOR) -> None:
        """Let an account try again at once that was guessed at too often. Raises NotFound."""
        account = self.existing(login)
        key, now = id_bytes(account.id), encode_datetime(self._clock())

        def write(connection: Connection) -> None:
            self._throttle.unlock(connection, account_subject(account.login))
            self._throttle.unlock(connection, code_subject(account.id))
            self._entries.write(connection, "account_unlock", by, now, about=ACCOUNT, key=key)

        self._store.transact(write)

    def disable(self, login: str, *, disabled: bool = True, by: Actor = OPERATOR) -> int:
        """Shut an account out, or let it in again: how many of its sessions ended with it. Raises NotFound."""
        action = "account_disable" if disabled else "account_enable"
        return self._change(self.existing(login), {"disabled": disabled}, action, by, ends_sessions=disabled)

    def existing(self, login: str) -> Account:
        """The account with a login, disabled or not; raises NotFound."""
        account = self.find(login)
        if account is None:
            raise NotFound("there is no such account", hint="upper and lower case of a login do not count")
        return account

    def _change(
        self, account: Account, changes: Mapping[str, object], action: str, by: Actor, *, ends_sessions: bool = False
    ) -> int:
        key, now = id_bytes(account.id), encode_datetime(self._clock())

        def write(connection: Connection) -> int:
            self._change_on(connection, key, changes)
            self._entries.write(connection, action, by, now, about=ACCOUNT, key=key)
            if not ends_sessions:
                return 0
            # Whoever knew the old password may have begun to sign in with it, or own a browser that we know.
            self._steps.end(connection, key)
            self._devices.forget(connection, key)
            return self._end_sessions.run_on(connection, key=key)

        return self._store.transact(write)

    def _change_on(self, connection: Connection, key: bytes, changes: Mapping[str, object]) -> None:
        update = self._table.update().where(self._table.c.id == given("key")).values(changes)
        Prepared(self._store, update).run_on(connection, key=key)


def counted_failure(account: sa.Table) -> sa.Update:
    """The statement that counts one more failure to prove to be the account `key`."""
    failures = sa.func.coalesce(account.c.failures, 0) + 1
    return account.update().where(account.c.id == given("key")).values(failures=failures)


def normalise_login(login: str) -> str:
    """The form in which logins are stored and compared: composed, without blanks around, without case."""
    characters = storable(login)
    if len(characters) > MAX_TYPED_CHARACTERS:
        return characters
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", characters).strip().casefold()).strip()


def _check_new(login: str, name: str, password: str | None) -> None:
    problems = []
    if not login or len(login) > MAX_LOGIN_CHARACTERS or not login.isprintable() or REPLACED in login:
        reason = f"a login has 1 to {MAX_LOGIN_CHARACTERS} printable characters"
        problems.append(Problem("R607", "login", reason))
    reason_against = None if password is None else why_unfit(password, login, name)
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
        "failures": 0,
        "signed_in_at": None,
    }


def _list(names: Iterable[str]) -> str:
    return orjson.dumps(list(names)).decode()


def _account(row: Row) -> Account:
    key, login, name, roles, units, locale, is_disabled, failures, signed_in_at, hashed = row
    return Account(
        id_text(key),
        login,
        name,
        person_roles(orjson.loads(roles)),
        tuple(orjson.loads(units)),
        locale,
        bool(is_disabled),
        hashed != NO_PASSWORD,
        failures or 0,
        None if signed_in_at is None else decode_datetime(signed_in_at),
    )
