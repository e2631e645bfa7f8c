"""Slows down guessing: of passwords, counted by account and by address, and of masked values, counted by actor."""

from __future__ import annotations

import datetime
import ipaddress
import threading
import time

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.access.hashing import hashed
from sidra.access.masks import HIDDEN
from sidra.access.tables import AccessTables
from sidra.audit.journal import Event, Journal
from sidra.clock import Clock
from sidra.errors import TooManyAttempts
from sidra.store.codecs import MICROSECOND, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, new_id
from sidra.store.prepared import given

FAILURES_OF_ACCOUNT = 5
FAILURES_OF_ADDRESS = 50
LOOKUPS_OF_ACTOR = 100
"""More than the calls that one agent can take, and too few to try out what a number leaves open."""
WINDOW = datetime.timedelta(minutes=15)
WINDOW_MICROSECONDS = WINDOW // MICROSECOND
SECOND_MICROSECONDS = 1_000_000
UNDER_WAY = 10 * SECOND_MICROSECONDS
"""How long an attempt may take; one that is older has failed, whatever became of its process."""
TURNS, TURN_SECONDS = 40, 0.05
"""How often somebody looks again who comes while as many others are trying as may."""
NETWORK_BITS = 64
"""Of an IPv6 address: what every line is given at least."""
MAX_WAITING = 4
"""Whoever floods the server holds no more of its threads than these."""


class Attempts:
    """What subjects have tried in the last fifteen minutes, in the store, so that all workers count together.

    An attempt is counted before its outcome is known, so that no more than the limit can be under way at once.
    """

    def __init__(self, store: Store, tables: AccessTables) -> None:
        attempt = tables.attempt
        is_subject, is_recent = attempt.c.subject_hash == given("subject"), attempt.c.at > given("since")
        is_over = sa.or_(attempt.c.under_way.is_not(sa.true()), attempt.c.at <= given("given_up"))
        newest = sa.select(attempt.c.at).where(is_subject, is_recent).order_by(attempt.c.at.desc())
        self._newest = store.compile(newest.limit(1).offset(given("others")))
        self._newest_over = store.compile(newest.where(is_over).limit(1).offset(given("others")))
        self._add = store.compile(attempt.insert())
        self._forget = store.compile(attempt.delete().where(is_subject))
        self._settle = store.compile(attempt.update().where(attempt.c.id == given("key")).values(under_way=sa.false()))
        self._take_back = store.compile(attempt.delete().where(attempt.c.id == given("key")))
        self._sweep = store.compile(attempt.delete().where(attempt.c.at <= given("since")))

    def check(self, connection: Connection, subject: bytes, limit: int, now: int, told: str) -> None:
        """Raise TooManyAttempts, `told` why, where a subject has tried as often as it may; `now` in µs."""
        wanted = {"subject": subject, "since": now - WINDOW_MICROSECONDS, "others": limit - 1}
        last = self._newest.run(connection, wanted).fetchone()
        if last is not None:
            _refuse(last[0] + WINDOW_MICROSECONDS - now, told)

    def has_failed(self, connection: Connection, subject: bytes, limit: int, now: int) -> bool:
        """Whether a subject has failed as often as it may, without those attempts that are still under way."""
        since, given_up = now - WINDOW_MICROSECONDS, now - UNDER_WAY
        wanted = {"subject": subject, "since": since, "given_up": given_up, "others": limit - 1}
        return self._newest_over.run(connection, wanted).fetchone() is not None

    def add(
        self, connection: Connection, subject: bytes, limit: int, now: int, told: str, attempt: bytes = b""
    ) -> None:
        """Count an attempt; raises as `check` does. What no longer counts is swept away.

        The connection is inside a transaction that writes, in which nobody else counts. An `attempt` that is named is
        under way until it is settled or taken back.
        """
        self.check(connection, subject, limit, now, told)
        self._sweep.run(connection, {"since": now - WINDOW_MICROSECONDS})
        key = attempt or id_bytes(new_id(now // 1000))
        self._add.run(connection, {"subject_hash": subject, "at": now, "id": key, "under_way": bool(attempt)})

    def settle(self, connection: Connection, attempt: bytes) -> None:
        """Keep that an attempt has failed."""
        self._settle.run(connection, {"key": attempt})

    def take_back(self, connection: Connection, attempt: bytes) -> None:
        """Forget one attempt."""
        self._take_back.run(connection, {"key": attempt})

    def forget(self, connection: Connection, subject: bytes) -> None:
        """Forget the attempts of a subject."""
        self._forget.run(connection, {"subject": subject})


class Throttle:
    """Failures to prove to be somebody, by account and by address; an attempt is one until it has succeeded.

    A browser in which the account has signed in before has a count of its own: who guesses elsewhere locks nobody out
    of theirs.
    """

    def __init__(self, store: Store, tables: AccessTables, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._attempts = Attempts(store, tables)
        self._waiting = threading.BoundedSemaphore(MAX_WAITING)

    def begin(self, subject: bytes, address: str) -> bytes:
        """Count an attempt against a subject and an address, and return what `failed` and `succeeded` take.

        Raises TooManyAttempts where either has failed too often lately. Where it is only that as many others are
        trying at this moment as may, it waits for them a little.
        """
        try:
            return self._begin(subject, address)
        except TooManyAttempts:
            if self._has_failed(subject, address) or not self._waiting.acquire(blocking=False):
                raise
        try:
            return self._begin_later(subject, address)
        finally:
            self._waiting.release()

    def _begin_later(self, subject: bytes, address: str) -> bytes:
        for _ in range(TURNS):
            time.sleep(TURN_SECONDS)
            try:
                return self._begin(subject, address)
            except TooManyAttempts:
                if self._has_failed(subject, address):
                    raise
        return self._begin(subject, address)

    def _begin(self, subject: bytes, address: str) -> bytes:
        told, now = "too many failed attempts to sign in", encode_datetime(self._clock())
        of_subject = (subject, FAILURES_OF_ACCOUNT, now, told)
        of_address = (_address(address), FAILURES_OF_ADDRESS, now, told)
        with self._store.reading() as reading:
            # Who is shut out waits for no turn to write, and takes none from others.
            self._attempts.check(reading, *of_subject)
            self._attempts.check(reading, *of_address)
        attempt = id_bytes(new_id(now // 1000))

        def add(connection: Connection) -> None:
            self._attempts.add(connection, *of_subject, attempt)
            self._attempts.add(connection, *of_address, attempt)

        self._store.transact(add)
        return attempt

    def _has_failed(self, subject: bytes, address: str) -> bool:
        now = encode_datetime(self._clock())
        with self._store.reading() as reading:
            return self._attempts.has_failed(reading, subject, FAILURES_OF_ACCOUNT, now) or self._attempts.has_failed(
                reading, _address(address), FAILURES_OF_ADDRESS, now
            )

    def failed(self, connection: Connection, attempt: bytes) -> None:
        """Keep that an attempt has failed, in the transaction that tells of it."""
        self._attempts.settle(connection, attempt)

    def succeeded(self, connection: Connection, subject: bytes, attempt: bytes) -> None:
        """Forget all attempts of a subject, and of its address this one: it may be guessing others."""
        self._attempts.forget(connection, subject)
        self._attempts.take_back(connection, attempt)

    def unlock(self, connection: Connection, subject: bytes) -> None:
        """Forget the attempts of a subject, so that it may try again."""
        self._attempts.forget(connection, subject)


def account_subject(login: str, device: str = "") -> bytes:
    """What failures to sign in to an account are counted by; `device` is the token of a browser that it knows."""
    return hashed(f"{device}\0{login}", "device") if device else hashed(login, "account")


def code_subject(account_id: str) -> bytes:
    """What failures to give a one-time code of an account are counted by."""
    return hashed(account_id, "code")


def stranger_subject(address: str) -> bytes:
    """What the steps are counted by that a stranger begins."""
    return hashed(_address(address).hex(), "stranger")


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
        subject, told = hashed(actor.id, "lookup"), "too many masked values were looked up"

        def leave_trace(writing: Connection) -> None:
            if counts:
                self._attempts.add(writing, subject, LOOKUPS_OF_ACTOR, encode_datetime(at), told)
            self._journal.append(writing, event)

        self._store.transact(leave_trace)


def _refuse(wait_microseconds: int, told: str) -> None:
    seconds = max(1, -(-wait_microseconds // SECOND_MICROSECONDS))
    raise TooManyAttempts(told, retry_after_seconds=seconds, hint=f"try again in {-(-seconds // 60)} min")


def _address(address: str) -> bytes:
    """What an address is counted by: of IPv6 the network, since whoever has one address there has all of its."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return hashed(address, "address")
    found = getattr(found, "ipv4_mapped", None) or found
    is_old = found.version == 4  # noqa: PLR2004 - as the version is called
    return hashed(str(found if is_old else ipaddress.ip_network((found, NETWORK_BITS), strict=False)), "address")
