"""Browsers in which an account has signed in before: each keeps a token, which stands hashed in the store."""

from __future__ import annotations

import datetime
import secrets

import sqlalchemy as sa

from sidra.access.hashing import hashed
from sidra.access.tables import AccessTables
from sidra.clock import Clock
from sidra.store.codecs import MICROSECOND, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes
from sidra.store.prepared import Prepared, given

LIFETIME = datetime.timedelta(days=180)
TOKEN_BYTES = 32
MAX_CHARACTERS = 100
"""Longer than any that we give."""


class Devices:
    """The browsers that the accounts of one affiliate's store know."""

    def __init__(self, store: Store, tables: AccessTables, clock: Clock) -> None:
        device = tables.device
        self._clock = clock
        is_token, is_account = device.c.token_hash == given("token"), device.c.account_id == given("account")
        is_valid = device.c.expires_at > given("now")
        self._find = Prepared(store, sa.select(device.c.account_id).where(is_token, is_account, is_valid))
        self._insert = Prepared(store, device.insert())
        self._forget = Prepared(store, device.delete().where(is_account))
        self._drop = Prepared(store, device.delete().where(is_token))
        self._sweep = Prepared(store, device.delete().where(device.c.expires_at <= given("now")))

    def knows(self, account: bytes, token: str) -> bool:
        """Whether a browser that shows this token has signed in to the account before."""
        if not token or len(token) > MAX_CHARACTERS:
            return False
        now = encode_datetime(self._clock())
        return self._find.one(token=hashed(token), account=account, now=now) is not None

    def remember(self, connection: Connection, account_id: str, earlier: str) -> str:
        """The new token of a browser in which an account has just signed in; the one that it showed is worth nothing.

        A browser keeps one, that of who signed in last: it is at one desk.
        """
        token, now = secrets.token_urlsafe(TOKEN_BYTES), encode_datetime(self._clock())
        self._sweep.run_on(connection, now=now)
        self._drop.run_on(connection, token=hashed(earlier[:MAX_CHARACTERS]))
        expires_at = now + LIFETIME // MICROSECOND
        self._insert.run_on(
            connection, token_hash=hashed(token), account_id=id_bytes(account_id), expires_at=expires_at
        )
        return token

    def forget(self, connection: Connection, account: bytes) -> None:
        """Forget all browsers of an account."""
        self._forget.run_on(connection, account=account)
