"""Sessions of people who signed in: revocable, rotated at sign-in, ended by idleness and by age."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.access.hashing import hashed
from sidra.access.tables import ACCOUNT, AccessTables
from sidra.audit.entries import Entries
from sidra.clock import Clock, utc_now
from sidra.store.codecs import MICROSECOND, decode_datetime, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text, new_id
from sidra.store.prepared import Prepared, Row, given

IDLE_LIMIT = datetime.timedelta(minutes=30)
ABSOLUTE_LIMIT = datetime.timedelta(hours=12)
TOUCH_EVERY = datetime.timedelta(minutes=1)
"""A request renews the idle limit; to write at each would make every reader a writer."""
TOKEN_BYTES = 32


PROOF_LIFETIME = datetime.timedelta(minutes=10)
"""Whoever proved to be there longer ago proves it again before changing how one signs in."""
COLUMNS = ("id", "account_id", "created_at", "seen_at", "expires_at", "proved_at", "browser", "network", "provider")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a person signs in from: what the list of sessions tells, and no more."""

    browser: str = ""
    """Such as `Firefox, Linux`."""
    network: str = ""
    """The address without its last part."""
    provider: str = ""
    """The issuer that vouched for the person; empty where the password did."""
    provider_session: str = ""


UNKNOWN_ORIGIN = Origin()


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, from where, and until when."""

    id: str
    account_id: str
    created_at: datetime.datetime
    seen_at: datetime.datetime
    expires_at: datetime.datetime
    proved_at: datetime.datetime
    browser: str = ""
    network: str = ""
    provider: str = ""


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
        is_token, is_account = session.c.token_hash == given("key"), session.c.account_id == given("account")
        # A session that has no id is of a version of Sidra that knew none; it is over.
        chosen = sa.select(*(session.c[name] for name in COLUMNS)).where(session.c.id.is_not(None))
        is_alive = sa.and_(session.c.expires_at > given("now"), session.c.seen_at > given("idle_since"))
        self._get = Prepared(store, chosen.where(is_token))
        self._list = Prepared(store, chosen.where(is_account, is_alive).order_by(session.c.created_at.desc()))
        self._insert = Prepared(store, session.insert())
        self._touch = Prepared(store, session.update().where(is_token).values(seen_at=given("now")))
        self._prove = Prepared(
            store, session.update().where(is_token).values(proved_at=given("now"), token_hash=given("other"))
        )
        self._delete = Prepared(store, session.delete().where(is_token))
        self._end = Prepared(store, session.delete().where(is_account, session.c.id == given("id")))
        self._end_others = Prepared(store, session.delete().where(is_account, session.c.token_hash != given("key")))
        of_provider = (session.c.provider == given("provider"), session.c.provider_session == given("session"))
        self._of_provider = Prepared(store, sa.select(session.c.account_id, session.c.id).where(*of_provider))
        vouched = (session.c.provider == given("provider"), is_account)
        self._vouched = Prepared(store, sa.select(session.c.account_id, session.c.id).where(*vouched))
        self._entries = Entries(store)
        is_over = sa.or_(session.c.expires_at <= given("now"), session.c.seen_at <= given("idle_since"))
        self._sweep = Prepared(store, session.delete().where(is_over))

    def open(self, person: Actor, *, replaces: str | None = None, origin: Origin = UNKNOWN_ORIGIN) -> str:
        """The token of a new session; that of before signing in ends, so that nobody can plant one.

        Sessions that are over go with it: whoever reads must not wait for the turn to write.
        """

        def write(connection: Connection) -> str:
            return self.open_on(connection, person, replaces=replaces, origin=origin)

        return self._store.transact(write)

    def open_on(self, connection: Connection, person: Actor, *, replaces: str | None, origin: Origin) -> str:
        """The same in a transaction that the caller holds."""
        token, now, key = secrets.token_urlsafe(TOKEN_BYTES), encode_datetime(self._clock()), id_bytes(person.id)
        self._sweep.run_on(connection, now=now, idle_since=now - self._idle)
        if replaces:
            self._delete.run_on(connection, key=hashed(replaces))
        self._insert.run_on(
            connection,
            token_hash=hashed(token),
            account_id=key,
            created_at=now,
            seen_at=now,
            expires_at=now + self._absolute,
            id=id_bytes(new_id(now // 1000)),
            proved_at=now,
            browser=origin.browser,
            network=origin.network,
            provider=origin.provider,
            provider_session=origin.provider_session,
        )
        self._entries.write(connection, "sign_in", person, now, about=ACCOUNT, key=key)
        return token

    def get(self, token: str, *, renews: bool = True) -> Session | None:
        """The session of a token, renewed unless nobody need be there; None where there is none or it is over."""
        row, now = self._get.one(key=hashed(token)), encode_datetime(self._clock())
        if row is None:
            return None
        seen_at, expires_at = row[3], row[4]
        if now >= expires_at or now - seen_at >= self._idle:
            return None
        if renews and now - seen_at >= TOUCH_EVERY // MICROSECOND:
            # A page does not wait for a long write of somebody else: the next request renews as well.
            self._touch.run_if_free(key=hashed(token), now=now)
        return _session(row)

    def list(self, account_id: str) -> list[Session]:
        """The sessions of an account in which somebody could act now, the newest first."""
        now = encode_datetime(self._clock())
        found = self._list.all(account=id_bytes(account_id), now=now, idle_since=now - self._idle)
        return [_session(row) for row in found]

    def is_proved(self, session: Session) -> bool:
        """Whether the person proved to be there so lately that how one signs in may be changed."""
        return self._clock() - session.proved_at < PROOF_LIFETIME

    def prove(self, token: str, person: Actor) -> str:
        """The new token of a session whose person has just proved to be there: whoever had the old one is out."""
        other, now = secrets.token_urlsafe(TOKEN_BYTES), encode_datetime(self._clock())

        def write(connection: Connection) -> None:
            self._prove.run_on(connection, key=hashed(token), now=now, other=hashed(other))
            self._entries.write(connection, "sign_in_again", person, now, about=ACCOUNT, key=id_bytes(person.id))

        self._store.transact(write)
        return other

    def revoke(self, token: str, person: Actor | None) -> None:
        """End one session, which is that of a person; None where nobody can act in it any more."""
        now = encode_datetime(self._clock())

        def write(connection: Connection) -> None:
            if self._delete.run_on(connection, key=hashed(token)) and person is not None:
                self._entries.write(connection, "sign_out", person, now, about=ACCOUNT, key=id_bytes(person.id))

        self._store.transact(write)

    def end(self, account_id: str, session_id: str, *, by: Actor) -> bool:
        """Whether a session of an account was ended by this call."""
        try:
            wanted = id_bytes(session_id)
        except ValueError:
            return False

        def write(connection: Connection) -> bool:
            ended = self._end.run_on(connection, account=id_bytes(account_id), id=wanted) > 0
            if ended:
                self._note_end(connection, account_id, by)
            return ended

        return self._store.transact(write)

    def end_others(self, account_id: str, token: str = "", *, by: Actor) -> int:
        """How many sessions of an account were ended: all but that of the token."""

        def write(connection: Connection) -> int:
            ended = self._end_others.run_on(connection, account=id_bytes(account_id), key=hashed(token))
            if ended:
                self._note_end(connection, account_id, by)
            return ended

        return self._store.transact(write)

    def end_of_provider(self, provider: str, *, session: str = "", account_id: str = "", by: Actor) -> int:
        """How many sessions were ended that a provider vouched for: that which it names, or those of an account."""
        if session:
            found = self._of_provider.all(provider=provider, session=session)
        else:
            found = self._vouched.all(provider=provider, account=id_bytes(account_id))
        return sum(self.end(id_text(account), id_text(key), by=by) for account, key in found)

    def _note_end(self, connection: Connection, account_id: str, by: Actor) -> None:
        now = encode_datetime(self._clock())
        self._entries.write(connection, "session_end", by, now, about=ACCOUNT, key=id_bytes(account_id))


def network_of(address: str) -> str:
    """An address without its last part: enough to recognise one's own network, and less than an address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    prefix = 24 if found.version == 4 else 48  # noqa: PLR2004 - as the versions are called
    return str(ipaddress.ip_network((found, prefix), strict=False))


def csrf_token(session_token: str) -> str:
    """The token that forms of a session carry: it follows from the session's own and does not give it away."""
    return hmac.new(session_token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).hexdigest()


def is_csrf_token(session_token: str, given_token: str) -> bool:
    """Whether a form's token belongs to the session, compared in constant time."""
    return hmac.compare_digest(csrf_token(session_token), given_token.encode("ascii", "replace").decode())


def _session(row: Row) -> Session:
    key, account_id, created_at, seen_at, expires_at, proved_at, browser, network, provider = row
    return Session(
        id_text(key),
        id_text(account_id),
        decode_datetime(created_at),
        decode_datetime(seen_at),
        decode_datetime(expires_at),
        decode_datetime(proved_at),
        browser,
        network,
        provider,
    )
