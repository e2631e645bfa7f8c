"""Slows down guessing: so many failures in a while, counted by account and by address."""

from __future__ import annotations

import datetime
import hashlib

import sqlalchemy as sa

from sidra.access.tables import AccessTables
from sidra.clock import Clock
from sidra.errors import TooManyAttempts
from sidra.store.codecs import MICROSECOND, encode_datetime
from sidra.store.database import Store
from sidra.store.prepared import Prepared, given

FAILURES_OF_ACCOUNT = 5
FAILURES_OF_ADDRESS = 50
WINDOW = datetime.timedelta(minutes=15)
WINDOW_MICROSECONDS = WINDOW // MICROSECOND
SECOND_MICROSECONDS = 1_000_000


class Throttle:
    """Failed attempts of the last fifteen minutes, in the store, so that all workers count together."""

    def __init__(self, store: Store, tables: AccessTables, clock: Clock) -> None:
        self._store, self._clock = store, clock
        attempt = tables.attempt
        is_subject, is_recent = attempt.c.subject_hash == given("subject"), attempt.c.at > given("since")
        newest = sa.select(attempt.c.at).where(is_subject, is_recent).order_by(attempt.c.at.desc())
        self._newest = Prepared(store, newest.limit(FAILURES_OF_ADDRESS))
        self._add = Prepared(store, attempt.insert())
        self._forget = Prepared(store, attempt.delete().where(is_subject))
        self._sweep = Prepared(store, attempt.delete().where(attempt.c.at <= given("since")))

    def check(self, login: str, address: str) -> None:
        """Raise TooManyAttempts where the account or the address has failed too often lately."""
        now = encode_datetime(self._clock())
        for subject, limit in ((_account(login), FAILURES_OF_ACCOUNT), (_address(address), FAILURES_OF_ADDRESS)):
            failures = self._newest.all(subject=subject, since=now - WINDOW_MICROSECONDS)
            if len(failures) >= limit:
                _refuse(failures[limit - 1][0] + WINDOW_MICROSECONDS - now)

    def failed(self, login: str, address: str) -> None:
        """Count a failure against the account and the address; failures that no longer count are swept away."""
        now = encode_datetime(self._clock())
        with self._store.writing() as connection:
            self._sweep.run_on(connection, since=now - WINDOW_MICROSECONDS)
            for subject in (_account(login), _address(address)):
                self._add.run_on(connection, subject_hash=subject, at=now)

    def succeeded(self, login: str) -> None:
        """Forget the failures of an account; those of the address stay, since it may be guessing others."""
        self._forget.run(subject=_account(login))


def _refuse(wait_microseconds: int) -> None:
    seconds = max(1, -(-wait_microseconds // SECOND_MICROSECONDS))
    raise TooManyAttempts(
        "too many failed attempts to sign in",
        retry_after_seconds=seconds,
        hint=f"try again in {-(-seconds // 60)} min",
    )


def _account(login: str) -> bytes:
    return _hash("account", login)


def _address(address: str) -> bytes:
    return _hash("address", address)


def _hash(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()
