"""Tokens of API clients: each bound to one affiliate and one role or account, hashed at rest, with an end.

That of an account never has more rights than the account has at the moment, and of those only what its scopes name.
"""

from __future__ import annotations

import datetime
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from sidra.access.accounts import Account
from sidra.access.actor import OPERATOR, SYSTEM_ROLE, Actor, person_roles
from sidra.access.hashing import hashed
from sidra.access.scopes import narrowing
from sidra.access.tables import TOKEN, AccessTables
from sidra.audit.entries import Entries
from sidra.clock import Clock, utc_now
from sidra.errors import Forbidden, Invalid, Problem
from sidra.store.codecs import MICROSECOND, decode_datetime, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text, new_id
from sidra.store.prepared import Prepared, Row, given

PREFIX = "sidra"
"""Begins every token, so that scanners of repositories recognise one that was committed."""
LIFETIME = datetime.timedelta(days=90)
REMEMBERED = datetime.timedelta(seconds=5)
"""How long a process believes what it read of a token: one that another process revokes ends that much later."""
MAX_REMEMBERED = 1024
SECRET_BYTES = 32
SHOWN = 6
"""How many signs of a secret people see later, to recognise it by; it has forty more."""
MAX_NAME = 80
COLUMNS = (
    *("id", "name", "role", "created_at", "expires_at", "revoked_at", "account_id", "scopes", "beginning", "used_at"),
)
MAX_LIFETIME = datetime.timedelta(days=365)
MAX_OF_ACCOUNT = 50
USE_NOTED_EVERY = datetime.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token that was issued; its secret is not."""

    id: str
    name: str
    role: str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    revoked_at: datetime.datetime | None
    account_id: str = ""
    """Whose rights it has at most; empty where it was made for a role."""
    scopes: tuple[str, ...] = ()
    beginning: str = ""
    used_at: datetime.datetime | None = None

    def is_valid(self, now: datetime.datetime) -> bool:
        """Whether it lets anybody in."""
        return self.revoked_at is None and now < self.expires_at


# Inside the class below `list` is the method.
Issued = list[Token]


@dataclass(frozen=True, slots=True)
class _Known:
    """Who acts with a token, and between which moments that needs no reading; both in µs since 1970."""

    actor: Actor
    since: int
    until: int


class Tokens:
    """The tokens of one affiliate, in its store."""

    def __init__(self, store: Store, tables: AccessTables, affiliate: str, *, clock: Clock = utc_now) -> None:
        self._affiliate, self._clock = affiliate, clock
        self._known: dict[tuple[bytes, str], _Known] = {}
        self._revocations = 0
        """By this object: what was read before the last one is not believed any longer."""
        self._lock = threading.Lock()
        self._store, self._entries = store, Entries(store)
        token, account = tables.token, tables.account
        columns = [token.c[name] for name in COLUMNS]
        of_account = (
            account.c.roles,
            account.c.units,
            account.c.disabled,
            account.c.name,
            account.c.login,
            token.c.units,
        )
        mine = sa.select(*columns, *of_account).outerjoin_from(token, account, token.c.account_id == account.c.id)
        mine = mine.where(token.c.affiliate == affiliate)
        self._get = Prepared(store, mine.where(token.c.token_hash == given("key")))
        self._list = Prepared(store, mine.order_by(token.c.id))
        self._list_of = Prepared(store, mine.where(token.c.account_id == given("account")).order_by(token.c.id))
        self._insert = Prepared(store, token.insert())
        is_key = token.c.id == given("key")
        revocation = token.update().where(is_key, token.c.revoked_at.is_(None))
        self._revoke = Prepared(store, revocation.values(revoked_at=given("now")))
        self._use = Prepared(store, token.update().where(is_key).values(used_at=given("now")))

    def issue(
        self,
        role: str,
        *,
        name: str = "",
        units: Iterable[str] = (),
        lifetime: datetime.timedelta = LIFETIME,
        by: Actor = OPERATOR,
    ) -> str:
        """The text of a new token, which is shown this once; raises Forbidden for the role of the program itself."""
        if role == SYSTEM_ROLE:
            raise Forbidden("no token is issued for the program's own role", hint="choose a role of the configuration")
        return self._issue(by, lifetime, role=role, name=name or role, units=_list(units))

    def issue_for(
        self,
        account: Account,
        scopes: Iterable[str],
        *,
        name: str,
        lifetime: datetime.timedelta = LIFETIME,
    ) -> str:
        """The text of a new token of a person, which is shown this once: what its scopes name of the person's rights.

        Raises Invalid for no name, an end that is too far, or where the person has too many tokens.
        """
        reasons = {
            "name": "" if _is_name(name.strip()) else f"a name has 1 to {MAX_NAME} printable characters",
            "lifetime": "" if lifetime <= MAX_LIFETIME else f"a token is valid for {MAX_LIFETIME.days} days at most",
        }
        now = self._clock()
        if sum(one.is_valid(now) for one in self.list_of(account.id)) >= MAX_OF_ACCOUNT:
            reasons["name"] = f"a person has {MAX_OF_ACCOUNT} tokens at most; revoke one"
        problems = [Problem("R607", field, reason) for field, reason in reasons.items() if reason]
        if problems:
            raise Invalid(problems)
        by, kept = account.actor(self._affiliate), _list(sorted(scopes))
        values = {"role": "", "name": name.strip(), "units": "[]", "scopes": kept, "account_id": id_bytes(account.id)}
        return self._issue(by, lifetime, **values)

    def _issue(self, by: Actor, lifetime: datetime.timedelta, **values: object) -> str:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        text = f"{PREFIX}_{self._affiliate}_{secret}"
        now = encode_datetime(self._clock())
        key = id_bytes(new_id(now // 1000))
        row = {"account_id": None, "scopes": None, "used_at": None, "revoked_at": None, **values}

        def write(connection: Connection) -> None:
            self._insert.run_on(
                connection,
                id=key,
                token_hash=hashed(text),
                affiliate=self._affiliate,
                created_at=now,
                expires_at=now + lifetime // MICROSECOND,
                beginning=secret[:SHOWN],
                **row,
            )
            self._entries.write(connection, "token_issue", by, now, about=TOKEN, key=key)

        self._store.transact(write)
        return text

    def actor(self, text: str, *, locale: str = "en") -> Actor | None:
        """Who acts with a token; None where it is unknown, of another affiliate, over, or revoked.

        What was read is believed for five seconds at most, and not after this object has revoked a token.
        """
        return self.actor_of(hashed(text), locale=locale)

    def actor_of(self, token_hash: bytes, *, locale: str = "en") -> Actor | None:
        """The same by what the token is known by here."""
        key, now = (token_hash, locale), encode_datetime(self._clock())
        known = self._known.get(key)
        if known is not None and known.since <= now < known.until:
            return known.actor
        return self._read(key, now)

    def _read(self, key: tuple[bytes, str], now: int) -> Actor | None:
        revocations = self._revocations
        row = self._get.one(key=key[0])
        if row is None or row[5] is not None or now >= row[4]:
            return None
        actor = self._person(row, key[1]) if row[6] is not None else self._client(row, key[1])
        if actor is None:
            return None
        if row[9] is None or now - row[9] >= USE_NOTED_EVERY // MICROSECOND:
            # A client does not wait for a long write of somebody else: its next request notes it as well.
            self._use.run_if_free(key=row[0], now=now)
        with self._lock:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            # Who revokes between the reading and this line must not find the token believed again.
            if self._revocations == revocations:
                self._known[key] = _Known(actor, now, min(now + REMEMBERED // MICROSECOND, row[4]))
        return actor

    def _client(self, row: Row, locale: str) -> Actor:
        units = tuple(orjson.loads(row[-1]))
        return Actor(id_text(row[0]), f"token:{row[1]}", frozenset({row[2]}), units, locale, self._affiliate)

    def _person(self, row: Row, locale: str) -> Actor | None:
        """Who acts with a token of an account: the person, with what the account has now; None where it is disabled."""
        roles, units, is_disabled, name, login = row[-6:-1]
        if is_disabled:
            return None
        scopes = frozenset(orjson.loads(row[7]))
        named, held = narrowing(scopes).roles, person_roles(orjson.loads(roles))
        kept = held if named is None else held & named
        told = f"{name} (token:{row[1]})"
        own = tuple(orjson.loads(units))
        return Actor(id_text(row[6]), told, kept, own, locale, self._affiliate, scopes, login)

    def list(self) -> list[Token]:
        """All tokens that were issued, the oldest first."""
        return [_token(row) for row in self._list.all()]

    def list_of(self, account_id: str) -> Issued:
        """The tokens of an account, the oldest first."""
        return [_token(row) for row in self._list_of.all(account=id_bytes(account_id))]

    def revoke(self, token_id: str, *, by: Actor = OPERATOR) -> bool:
        """Whether a token in force was ended by this call; afterwards this object lets nobody in with it."""
        try:
            key, now = id_bytes(token_id), encode_datetime(self._clock())
        except ValueError:
            return False

        def write(connection: Connection) -> bool:
            is_ended = self._revoke.run_on(connection, key=key, now=now) > 0
            if is_ended:
                self._entries.write(connection, "token_revoke", by, now, about=TOKEN, key=key)
            return is_ended

        is_ended = self._store.transact(write)
        with self._lock:
            self._revocations += 1
            self._known.clear()
        return is_ended


def _token(row: Row) -> Token:
    key, name, role, created_at, expires_at, revoked_at, account, scopes, beginning, used_at = row[: len(COLUMNS)]
    return Token(
        id_text(key),
        name,
        role,
        decode_datetime(created_at),
        decode_datetime(expires_at),
        _moment(revoked_at),
        "" if account is None else id_text(account),
        tuple(orjson.loads(scopes)) if scopes else (),
        beginning or "",
        _moment(used_at),
    )


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MAX_NAME and text.isprintable()


def _moment(microseconds: int | None) -> datetime.datetime | None:
    return None if microseconds is None else decode_datetime(microseconds)


def _list(names: Iterable[str]) -> str:
    return orjson.dumps(list(names)).decode()
