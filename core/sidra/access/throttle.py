"""Slows down guessing: of passwords, counted by account and by address, and of masked values, counted by actor."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.access.masks import HIDDEN
from sidra.access.tables import AccessTables
from sidra.audit.journal import Event, Journal
from sidra.clock import Clock
from sidra.errors import TooManyAttempts
from sidra.store.codecs import MICROSECOND, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.prepared import Prepared, given

FAILURES_OF_ACCOUNT = 5
FAILURES_OF_ADDRESS = 50
LOOKUPS_OF_ACTOR = 100
"""More than the calls that one agent can take, and too few to try out what a number leaves open."""
WINDOW = datetime.timedelta(minutes=15)
WINDOW_MICROSECONDS = WINDOW // MICROSECOND
SECOND_MICROSECONDS = 1_000_000


class Attempts:
    """What subjects have tried in the last fifteen minutes, in the store, so that all workers count together."""

    def __init__(self, store: Store, tables: AccessTables) -> None:
        attempt = tables.attempt
        is_subject, is_recent = attempt.c.subject_hash == given("subject"), attempt.c.at > given("since")
        newest = sa.select(attempt.c.at).where(is_subject, is_recent).order_by(attempt.c.at.desc())
        self._newest = Prepared(store, newest.limit(1).offset(given("others")))
        self._add = Prepared(store, attempt.insert())
        self._forget = Prepared(store, attempt.delete().where(is_subject))
        self._sweep = Prepared(store, attempt.delete().where(attempt.c.at <= given("since")))

    def check(self, subject: bytes, limit: int, now: int, told: str) -> None:
        """Raise TooManyAttempts, `told` why, where a subject has tried as often as it may; `now` in µs."""
        last = self._newest.one(subject=subject, since=now - WINDOW_MICROSECONDS, others=limit - 1)
        if last is not None:
            _refuse(last[0] + WINDOW_MICROSECONDS - now, told)

    def add(self, connection: Connection, subjects: Iterable[bytes], now: int) -> None:
        """Count an attempt of each subject; attempts that no longer count are swept away."""
        self._sweep.run_on(connection, since=now - WINDOW_MICROSECONDS)
        for subject in subjects:
            self._add.run_on(connection, subject_hash=subject, at=now)

    def forget(self, subject: bytes) -> None:
        """Forget the attempts of a subject."""
        self._forget.run(subject=subject)


class Throttle:
    """Failures to sign in, by account and by address."""

    def __init__(self, store: Store, tables: AccessTables, clock: Clock) -> None:
        self._clock = clock
        self._attempts = Attempts(store, tables)

    def check(self, login: str, address: str) -> None:
        """Raise TooManyAttempts where the account or the address has failed too often lately."""
        now = encode_datetime(self._clock())
        for subject, limit in ((_account(login), FAILURES_OF_ACCOUNT), (_address(address), FAILURES_OF_ADDRESS)):
            self._attempts.check(subject, limit, now, "too many failed attempts to sign in")

    def failed(self, connection: Connection, login: str, address: str) -> None:
        """Count a failure against the account and the address."""
        self._attempts.add(connection, (_account(login), _address(address)), encode_datetime(self._clock()))

    def succeeded(self, login: str) -> None:
        """Forget the failures of an account; those of the address stay, since it may be guessing others."""
        self._attempts.forget(_account(login))


class Lookups:
    """Masked values that were looked up whole: only so many by one person, and each leaves a trace in the audit."""

    def __init__(self, store: Store, tables: AccessTables, journal: Journal) -> None:
        self._store, self._journal = store, journal
        self._attempts = Attempts(store, tables)

    def note(
        self,
        actor: Actor,
        entity: str,
        member: str,
        at: datetime.datetime,
        *,
        counts: bool = True,
        connection: Connection | None = None,
    ) -> None:
        """Note that somebody looks up a value of a masked member; raises TooManyAttempts, and then it must not be.

        Inside the transaction of a connection the trace is left, and nothing is counted.
        """
        event = Event(actor=actor, at=at, action="look_up", entity=entity, changed={member: HIDDEN})
        if connection is not None:
            self._journal.write(connection, event)
            return
        subject, now = _hash("lookup", actor.id), encode_datetime(at)
        if counts:
            self._attempts.check(subject, LOOKUPS_OF_ACTOR, now, "too many masked values were looked up")
        with self._store.writing() as writing:
            if counts:
                self._attempts.add(writing, (subject,), now)
            self._journal.write(writing, event)


def _refuse(wait_microseconds: int, told: str) -> None:
    seconds = max(1, -(-wait_microseconds // SECOND_MICROSECONDS))
    raise TooManyAttempts(told, retry_after_seconds=seconds, hint=f"try again in {-(-seconds // 60)} min")


def _account(login: str) -> bytes:
    return _hash("account", login)


def _address(address: str) -> bytes:
    return _hash("address", address)


def _hash(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()
