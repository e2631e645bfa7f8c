"""Sessions of people who signed in: revocable, rotated at sign-in, ended by idleness and by age."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.access.tables import ACCOUNT, AccessTables
from sidra.audit.entries import Entries
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
        self._entries = Entries(store)
        is_over = sa.or_(session.c.expires_at <= given("now"), session.c.seen_at <= given("idle_since"))
        self._sweep = Prepared(store, session.delete().where(is_over))

    def open(self, person: Actor, *, replaces: str | None = None) -> str:
        """The token of a new session; that of before signing in ends, so that nobody can plant one.

        Sessions that are over go with it: whoever reads must not wait for the turn to write.
        """
        token, now, key = secrets.token_urlsafe(TOKEN_BYTES), encode_datetime(self._clock()), id_bytes(person.id)
        with self._store.writing() as connection:
            self._sweep.run_on(connection, now=now, idle_since=now - self._idle)
            if replaces:
                self._delete.run_on(connection, key=_hash(replaces))
            self._insert.run_on(
                connection,
                token_hash=_hash(token),
                account_id=key,
                created_at=now,
                seen_at=now,
                expires_at=now + self._absolute,
            )
            self._entries.write(connection, "sign_in", person, now, about=ACCOUNT, key=key)
        return token

    def get(self, token: str) -> Session | None:
        """The session of a token, renewed; None where there is none or it is over."""
        row, now = self._get.one(key=_hash(token)), encode_datetime(self._clock())
        if row is None:
            return None
        account_id, created_at, seen_at, expires_at = row
        if now >= expires_at or now - seen_at >= self._idle:
            return None
        if now - seen_at >= TOUCH_EVERY // MICROSECOND:
            # A page does not wait for a long write of somebody else: the next request renews as well.
            self._touch.run_if_free(key=_hash(token), now=now)
        return Session(id_text(account_id), decode_datetime(created_at), decode_datetime(expires_at))

    def revoke(self, token: str, person: Actor | None) -> None:
        """End one session, which is that of a person; None where nobody can act in it any more."""
        now = encode_datetime(self._clock())
        with self._store.writing() as connection:
            if self._delete.run_on(connection, key=_hash(token)) and person is not None:
                self._entries.write(connection, "sign_out", person, now, about=ACCOUNT, key=id_bytes(person.id))


def csrf_token(session_token: str) -> str:
    """The token that forms of a session carry: it follows from the session's own and does not give it away."""
    return hmac.new(session_token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).hexdigest()


def is_csrf_token(session_token: str, given_token: str) -> bool:
    """Whether a form's token belongs to the session, compared in constant time."""
    return hmac.compare_digest(csrf_token(session_token), given_token.encode("ascii", "replace").decode())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
