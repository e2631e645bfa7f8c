"""Slows down guessing: of passwords, counted by account and by address, and of masked values, counted by actor."""

from __future__ import annotations

import datetime
import hashlib

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.access.masks import HIDDEN
from sidra.access.tables import AccessTables
from sidra.audit.journal import Event, Journal
from sidra.clock import Clock
from sidra.errors import TooManyAttempts
from sidra.store.codecs import MICROSECOND, encode_datetime
from sidra.store.database import Connection, Store, add_row
from sidra.store.prepared import given

FAILURES_OF_ACCOUNT = 5
FAILURES_OF_ADDRESS = 50
LOOKUPS_OF_ACTOR = 100
"""More than the calls that one agent can take, and too few to try out what a number leaves open."""
WINDOW = datetime.timedelta(minutes=15)
WINDOW_MICROSECONDS = WINDOW // MICROSECOND
SECOND_MICROSECONDS = 1_000_000


class Attempts:
    """What subjects have tried in the last fifteen minutes, in the store, so that all workers count together.

    An attempt is counted before its outcome is known, so that no more than the limit can be under way at once.
    """

    def __init__(self, store: Store, tables: AccessTables) -> None:
        attempt = tables.attempt
        is_subject, is_recent = attempt.c.subject_hash == given("subject"), attempt.c.at > given("since")
        newest = sa.select(attempt.c.at).where(is_subject, is_recent).order_by(attempt.c.at.desc())
        self._newest = store.compile(newest.limit(1).offset(given("others")))
        self._add = store.compile(attempt.insert())
        self._forget = store.compile(attempt.delete().where(is_subject))
        self._take_back = store.compile(attempt.delete().where(sa.literal_column("rowid") == given("number")))
        self._sweep = store.compile(attempt.delete().where(attempt.c.at <= given("since")))

    def check(self, connection: Connection, subject: bytes, limit: int, now: int, told: str) -> None:
        """Raise TooManyAttempts, `told` why, where a subject has tried as often as it may; `now` in µs."""
        wanted = {"subject": subject, "since": now - WINDOW_MICROSECONDS, "others": limit - 1}
        last = self._newest.run(connection, wanted).fetchone()
        if last is not None:
            _refuse(last[0] + WINDOW_MICROSECONDS - now, told)

    def add(self, connection: Connection, subject: bytes, limit: int, now: int, told: str) -> int:
        """Count an attempt, and return its number; raises as `check` does. What no longer counts is swept away.

        The connection is inside a transaction that writes, in which nobody else counts.
        """
        self.check(connection, subject, limit, now, told)
        self._sweep.run(connection, {"since": now - WINDOW_MICROSECONDS})
        return add_row(connection, self._add.sql, {"subject_hash": subject, "at": now})

    def take_back(self, connection: Connection, number: int) -> None:
        """Forget one attempt."""
        self._take_back.run(connection, {"number": number})

    def forget(self, connection: Connection, subject: bytes) -> None:
        """Forget the attempts of a subject."""
        self._forget.run(connection, {"subject": subject})


class Throttle:
    """Failures to sign in, by account and by address; an attempt is one until it has succeeded."""

    def __init__(self, store: Store, tables: AccessTables, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._attempts = Attempts(store, tables)

    def begin(self, login: str, address: str) -> int:
        """Count an attempt against the account and the address, and return the number that `succeeded` takes.

        Raises TooManyAttempts where either has failed too often lately, or has as many attempts under way.
        """
        told, now = "too many failed attempts to sign in", encode_datetime(self._clock())
        of_account = (_account(login), FAILURES_OF_ACCOUNT, now, told)
        of_address = (_address(address), FAILURES_OF_ADDRESS, now, told)
        with self._store.reading() as reading:
            # Who is shut out waits for no turn to write, and takes none from others.
            self._attempts.check(reading, *of_account)
            self._attempts.check(reading, *of_address)
        with self._store.writing() as connection:
            self._attempts.add(connection, *of_account)
            return self._attempts.add(connection, *of_address)

    def succeeded(self, login: str, number: int) -> None:
        """Forget all attempts of an account, and of its address this one: it may be guessing others."""
        with self._store.writing() as connection:
            self._attempts.forget(connection, _account(login))
            self._attempts.take_back(connection, number)


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
            self._journal.append(connection, event)
            return
        subject, told = _hash("lookup", actor.id), "too many masked values were looked up"
        with self._store.writing() as writing:
            if counts:
                self._attempts.add(writing, subject, LOOKUPS_OF_ACTOR, encode_datetime(at), told)
            self._journal.append(writing, event)


def _refuse(wait_microseconds: int, told: str) -> None:
    seconds = max(1, -(-wait_microseconds // SECOND_MICROSECONDS))
    raise TooManyAttempts(told, retry_after_seconds=seconds, hint=f"try again in {-(-seconds // 60)} min")


def _account(login: str) -> bytes:
    return _hash("account", login)


def _address(address: str) -> bytes:
    return _hash("address", address)


def _hash(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()
