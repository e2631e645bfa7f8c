"""Sessions of people who signed in: revocable, rotated at sign-in, ended by idleness and by age."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from sidra.access.tables import AccessTables
from sidra.clock import Clock, utc_now
from sidra.store.codecs import MICROSECOND, decode_datetime, encode_datetime
from sidra.store.database import Store
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

IDLE_LIMIT = datetime.timedelta(minutes=30)
ABSOLUTE_LIMIT = datetime.timedelta(hours=12)
TOUCH_EVERY = datetime.timedelta(minutes=1)
"""A request renews the idle limit; to write at each would make every reader a writer."""
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and until when."""

    account_id: str
    created_at: datetime.datetime
    expires_at: datetime.datetime


class Sessions:
    """The sessions of one affiliate's store; tokens leave it once, when they are made."""

    def __init__(
        self,
        store: Store,
        tables: AccessTables,
        *,
        clock: Clock = utc_now,
        idle_limit: datetime.timedelta = IDLE_LIMIT,
        absolute_limit: datetime.timedelta = ABSOLUTE_LIMIT,
    ) -> None:
        self._store, self._clock = store, clock
        self._idle, self._absolute = idle_limit // MICROSECOND, absolute_limit // MICROSECOND
        session = tables.session
        is_token = session.c.token_hash == given("key")
        columns = (session.c.account_id, session.c.created_at, session.c.seen_at, session.c.expires_at)
        self._get = Prepared(store, sa.select(*columns).where(is_token))
        self._insert = Prepared(store, session.insert())
        self._touch = Prepared(store, session.update().where(is_token).values(seen_at=given("now")))
        self._delete = Prepared(store, session.delete().where(is_token))
        self._delete_all = Prepared(store, session.delete().where(session.c.account_id == given("account")))
        is_over = sa.or_(session.c.expires_at <= given("now"), session.c.seen_at <= given("idle_since"))
        self._sweep = Prepared(store, session.delete().where(is_over))

    def open(self, account_id: str, *, replaces: str | None = None) -> str:
        """The token of a new session; that of before signing in ends, so that nobody can plant one."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), encode_datetime(self._clock())
        self._write(token, id_bytes(account_id), now, now + self._absolute, replaces)
        return token

    def rotate(self, token: str) -> str | None:
        """A fresh token for a session that lives on with its age; None where it is over."""
        session = self.get(token)
        if session is None:
            return None
        fresh, expires = secrets.token_urlsafe(TOKEN_BYTES), encode_datetime(session.expires_at)
        self._write(fresh, id_bytes(session.account_id), encode_datetime(session.created_at), expires, token)
        return fresh

    def get(self, token: str) -> Session | None:
        """The session of a token, renewed; None where there is none or it is over."""
        row, now = self._get.one(key=_hash(token)), encode_datetime(self._clock())
        if row is None:
            return None
        account_id, created_at, seen_at, expires_at = row
        if now >= expires_at or now - seen_at >= self._idle:
            self._delete.run(key=_hash(token))
            return None
        if now - seen_at >= TOUCH_EVERY // MICROSECOND:
            self._touch.run(key=_hash(token), now=now)
        return Session(id_text(account_id), decode_datetime(created_at), decode_datetime(expires_at))

    def revoke(self, token: str) -> None:
        """End one session."""
        self._delete.run(key=_hash(token))

    def revoke_all(self, account_id: str) -> int:
        """How many sessions of an account were ended: all of them."""
        return self._delete_all.run(account=id_bytes(account_id))

    def sweep(self) -> int:
        """How many sessions were over and are now gone."""
        now = encode_datetime(self._clock())
        return self._sweep.run(now=now, idle_since=now - self._idle)

    def _write(self, token: str, account: bytes, created_at: int, expires_at: int, replaced: str | None) -> None:
        now = encode_datetime(self._clock())
        with self._store.writing() as connection:
            if replaced:
                self._delete.run_on(connection, key=_hash(replaced))
            self._insert.run_on(
                connection,
                token_hash=_hash(token),
                account_id=account,
                created_at=created_at,
                seen_at=now,
                expires_at=expires_at,
            )


def csrf_token(session_token: str) -> str:
    """The token that forms of a session carry: it follows from the session's own and does not give it away."""
    return hmac.new(session_token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).hexdigest()


def is_csrf_token(session_token: str, given_token: str) -> bool:
    """Whether a form's token belongs to the session, compared in constant time."""
    return hmac.compare_digest(csrf_token(session_token), given_token.encode("ascii", "replace").decode())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
