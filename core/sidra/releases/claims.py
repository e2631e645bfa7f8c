"""Whose turn it is to put something in force: one at a time for each affiliate, on whatever machine."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.clock import Clock, utc_now
from sidra.errors import SidraError
from sidra.releases.errors import Claimed
from sidra.releases.tables import release_tables
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.prepared import Prepared, Row, given

TURN: Final = "release"
"""The one row that there is, while somebody has the turn."""
LEASE_SECONDS: Final = 60
"""How long whoever has the turn is believed to be alive without saying so."""
BEAT_SECONDS: Final = 10.0
WAIT: Final = (
    "wait until that has ended, or for a minute where its process died; `sidra releases` tells what is in force"
)
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
NUMBERS: Final = Path("/proc/self/ns/pid")
COLUMNS: Final = ("token", "host", "space", "process", "by_name", "what", "at", "until")


@dataclass(frozen=True, slots=True)
class Claim:
    """The turn of one who puts something in force."""

    token: str


class Claims:
    """The turns of one affiliate's store."""

    def __init__(self, store: Store, clock: Clock = utc_now) -> None:
        self._store, self._clock = store, clock
        table = release_tables(sa.MetaData()).claim
        mine = (table.c.name == TURN, table.c.token == given("mine"))
        self._held = Prepared(store, sa.select(*(table.c[name] for name in COLUMNS)).where(table.c.name == TURN))
        of_revision = (table.c.revision == given("revision"), table.c.until > given("now"))
        self._applied = Prepared(store, sa.select(table.c.by_name, table.c.what).where(*of_revision))
        self._take = Prepared(store, table.insert())
        self._renew = Prepared(store, table.update().where(*mine).values(until=given("later")))
        self._drop = Prepared(store, table.delete().where(*mine))

    @contextmanager
    def held(self, what: str, by: Actor, revision: str | None = None) -> Iterator[Claim]:
        """Lend the turn, and say every few seconds that its holder is alive; raises Claimed where another has it.

        revision: what is put in force, whose proposal stays as it is meanwhile.
        """
        claim, ended = Claim(uuid.uuid4().hex), threading.Event()
        self._taken(claim, what, by, revision)
        alive = threading.Thread(target=self._beat, args=(claim, ended), name="sidra-claim", daemon=True)
        alive.start()
        try:
            yield claim
        finally:
            ended.set()
            alive.join()
            # Where the database is away, the turn runs out by itself.
            with suppress(SidraError, self._store.errors):
                self._drop.run(mine=claim.token)

    def keep(self, connection: Connection, claim: Claim) -> None:
        """Make sure, to the end of a transaction, that the turn was not taken over; raises Claimed."""
        if not self._renew.run_on(connection, mine=claim.token, later=self._until()):
            raise Claimed("somebody else has taken the turn over, since this process was silent for long", hint=WAIT)

    def demand_free(self, connection: Connection, revision: str) -> None:
        """Raise Claimed while somebody puts a revision in force."""
        for name, doing in self._applied.rows_on(connection, revision=revision, now=encode_datetime(self._clock())):
            raise Claimed(f"{name} has begun to {doing}", hint=WAIT)

    def _taken(self, claim: Claim, what: str, by: Actor, revision: str | None) -> None:
        try:
            self._store.transact(lambda connection: self._take_on(connection, claim, what, by, revision))
        except self._store.errors as error:
            if self._store.refusal(error) is None:
                raise
            raise Claimed("somebody else has just begun to put something in force", hint=WAIT) from error

    def _take_on(self, connection: Connection, claim: Claim, what: str, by: Actor, revision: str | None) -> None:
        for row in self._held.rows_on(connection):
            if self._is_alive(row):
                host, _, process, name, doing, at = row[1:7]
                began = f"{decode_datetime(at):%Y-%m-%d %H:%M:%S} UTC"
                raise Claimed(f"{name} has begun to {doing} at {began} (process {process} on {host})", hint=WAIT)
            self._drop.run_on(connection, mine=row[0])
        now = encode_datetime(self._clock())
        self._take.run_on(
            connection,
            name=TURN,
            token=claim.token,
            host=socket.gethostname(),
            space=_space(),
            process=os.getpid(),
            by_name=by.name,
            what=what,
            revision=revision,
            at=now,
            until=self._until(),
        )

    def _is_alive(self, row: Row) -> bool:
        host, space, process, until = *row[1:4], row[7]
        is_gone = (host, space) == (socket.gethostname(), _space()) and not _is_running(process)
        return not is_gone and until > encode_datetime(self._clock())

    def _until(self) -> int:
        return encode_datetime(self._clock()) + LEASE_SECONDS * 1_000_000

    def _beat(self, claim: Claim, ended: threading.Event) -> None:
        while not ended.wait(BEAT_SECONDS):
            # Somebody else may write for long; the next beat comes soon.
            with suppress(SidraError, self._store.errors):
                self._renew.run(mine=claim.token, later=self._until())


def _space() -> str:
    """Return in which start of the machine and which namespace numbers of processes mean anything; empty if unknown."""
    with suppress(OSError):
        return f"{BOOT.read_text(encoding='ascii').strip()} {NUMBERS.readlink()}"
    return ""


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
