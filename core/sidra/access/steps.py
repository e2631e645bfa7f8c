"""What somebody has begun and not yet proved: short-lived, used once, and good for nothing else.

A half session is no session: it stands in a table of its own, so that no mistake elsewhere makes it one.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import orjson
import sqlalchemy as sa

from sidra.access.hashing import hashed
from sidra.access.tables import AccessTables
from sidra.access.throttle import Attempts, stranger_subject
from sidra.clock import Clock
from sidra.store.codecs import MICROSECOND, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

StepKind = Literal["code", "enrol", "provider"]
LIFETIME = datetime.timedelta(minutes=10)
TOKEN_BYTES = 32
BEGUN_BY_ADDRESS = 600
"""More than all people of a large office in a quarter of an hour, and too few to fill a disk."""


@dataclass(frozen=True, slots=True)
class Step:
    """What has been begun, by which account if that is known."""

    kind: StepKind
    account_id: str
    content: Mapping[str, str]


class Steps:
    """The steps of one affiliate's store; a token leaves it once, when the step is begun."""

    def __init__(self, store: Store, tables: AccessTables, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._attempts = Attempts(store, tables)
        step = tables.step
        is_token = step.c.token_hash == given("key")
        columns = sa.select(step.c.kind, step.c.account_id, step.c.content, step.c.expires_at)
        self._get = Prepared(store, columns.where(is_token))
        self._insert = Prepared(store, step.insert())
        self._delete = Prepared(store, step.delete().where(is_token))
        is_account = step.c.account_id == given("key")
        self._end = Prepared(store, step.delete().where(is_account))
        self._replace = Prepared(store, step.delete().where(is_account, step.c.kind == given("kind")))
        self._sweep = Prepared(store, step.delete().where(step.c.expires_at <= given("now")))

    def begin(
        self,
        kind: StepKind,
        account_id: str = "",
        content: Mapping[str, str] | None = None,
        *,
        replaces: bool = False,
        address: str | None = None,
    ) -> str:
        """The token of a new step; with `replaces`, those of the same kind that the account began before are over.

        An `address` that is named is that of a stranger, who begins only so many: raises TooManyAttempts.
        """
        token, now = secrets.token_urlsafe(TOKEN_BYTES), encode_datetime(self._clock())
        count = (stranger_subject(address or ""), BEGUN_BY_ADDRESS, now, "too many began to sign in from here")
        if address is not None:
            with self._store.reading() as reading:
                # Who is shut out waits for no turn to write, and takes none from others.
                self._attempts.check(reading, *count)

        def write(connection: Connection) -> None:
            if address is not None:
                self._attempts.add(connection, *count)
            self._sweep.run_on(connection, now=now)
            if replaces:
                self._replace.run_on(connection, key=id_bytes(account_id), kind=kind)
            self._insert.run_on(
                connection,
                token_hash=hashed(token),
                kind=kind,
                account_id=id_bytes(account_id) if account_id else None,
                content=orjson.dumps(dict(content or {})).decode(),
                expires_at=now + LIFETIME // MICROSECOND,
            )

        self._store.transact(write)
        return token

    def get(self, token: str) -> Step | None:
        """The step of a token; None where there is none or it is over."""
        row = self._get.one(key=hashed(token))
        if row is None or row[3] <= encode_datetime(self._clock()):
            return None
        return Step(row[0], id_text(row[1]) if row[1] is not None else "", orjson.loads(row[2]))

    def take(self, token: str) -> Step | None:
        """The step of a token, which is of no use to anybody afterwards."""
        found = self.get(token)
        if found is None or not self._delete.run(key=hashed(token)):
            return None
        return found

    def end(self, connection: Connection, account: bytes) -> None:
        """End all steps of an account."""
        self._end.run_on(connection, key=account)
