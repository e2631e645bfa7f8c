"""Tokens of API clients: each bound to one affiliate and one role, hashed at rest, with an end."""

from __future__ import annotations

import datetime
import hashlib
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from sidra.access.actor import OPERATOR, SYSTEM_ROLE, Actor
from sidra.access.tables import TOKEN, AccessTables
from sidra.audit.entries import Entries
from sidra.clock import Clock, utc_now
from sidra.errors import Forbidden
from sidra.store.codecs import MICROSECOND, decode_datetime, encode_datetime
from sidra.store.database import Store
from sidra.store.identifiers import id_bytes, id_text, new_id
from sidra.store.prepared import Prepared, Row, given

PREFIX = "sidra"
"""Begins every token, so that scanners of repositories recognise one that was committed."""
LIFETIME = datetime.timedelta(days=90)
REMEMBERED = datetime.timedelta(seconds=5)
"""How long a process believes what it read of a token: one that another process revokes ends that much later."""
MAX_REMEMBERED = 1024
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token that was issued; its secret is not."""

    id: str
    name: str
    role: str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    revoked_at: datetime.datetime | None


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
        token = tables.token
        columns = (token.c.id, token.c.name, token.c.role, token.c.created_at, token.c.expires_at, token.c.revoked_at)
        mine = sa.select(*columns, token.c.units).where(token.c.affiliate == affiliate)
        self._get = Prepared(store, mine.where(token.c.token_hash == given("key")))
        self._list = Prepared(store, mine.order_by(token.c.id))
        self._insert = Prepared(store, token.insert())
        revocation = token.update().where(token.c.id == given("key"), token.c.revoked_at.is_(None))
        self._revoke = Prepared(store, revocation.values(revoked_at=given("now")))

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
        text = f"{PREFIX}_{self._affiliate}_{secrets.token_urlsafe(SECRET_BYTES)}"
        now = encode_datetime(self._clock())
        key = id_bytes(new_id(now // 1000))
        with self._store.writing() as connection:
            self._insert.run_on(
                connection,
                id=key,
                token_hash=_hash(text),
                affiliate=self._affiliate,
                role=role,
                name=name or role,
                units=orjson.dumps(list(units)).decode(),
                created_at=now,
                expires_at=now + lifetime // MICROSECOND,
                revoked_at=None,
            )
            self._entries.write(connection, "token_issue", by, now, about=TOKEN, key=key)
        return text

    def actor(self, text: str, *, locale: str = "en") -> Actor | None:
        """Who acts with a token; None where it is unknown, of another affiliate, over, or revoked.

        What was read is believed for five seconds at most, and not after this object has revoked a token.
        """
        key, now = (_hash(text), locale), encode_datetime(self._clock())
        known = self._known.get(key)
        if known is not None and known.since <= now < known.until:
            return known.actor
        return self._read(key, now)

    def _read(self, key: tuple[bytes, str], now: int) -> Actor | None:
        revocations = self._revocations
        row = self._get.one(key=key[0])
        if row is None or row[5] is not None or now >= row[4]:
            return None
        units = tuple(orjson.loads(row[6]))
        actor = Actor(id_text(row[0]), f"token:{row[1]}", frozenset({row[2]}), units, key[1], self._affiliate)
        with self._lock:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            # Who revokes between the reading and this line must not find the token believed again.
            if self._revocations == revocations:
                self._known[key] = _Known(actor, now, min(now + REMEMBERED // MICROSECOND, row[4]))
        return actor

    def list(self) -> list[Token]:
        """All tokens that were issued, the oldest first."""
        return [_token(row) for row in self._list.all()]

    def revoke(self, token_id: str, *, by: Actor = OPERATOR) -> bool:
        """Whether a token in force was ended by this call; afterwards this object lets nobody in with it."""
        try:
            key, now = id_bytes(token_id), encode_datetime(self._clock())
        except ValueError:
            return False
        with self._store.writing() as connection:
            is_ended = self._revoke.run_on(connection, key=key, now=now) > 0
            if is_ended:
                self._entries.write(connection, "token_revoke", by, now, about=TOKEN, key=key)
        with self._lock:
            self._revocations += 1
            self._known.clear()
        return is_ended


def _token(row: Row) -> Token:
    key, name, role, created_at, expires_at, revoked_at, _ = row
    ended = None if revoked_at is None else decode_datetime(revoked_at)
    return Token(id_text(key), name, role, decode_datetime(created_at), decode_datetime(expires_at), ended)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
