"""Runs of feeds: how many rows went which way, kept with each chunk that they belong to."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import orjson
import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.errors import Conflict
from sidra.interfaces.tables import FeedTables
from sidra.records.work import UnitOfWork
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Store
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

SILENCE = datetime.timedelta(seconds=60)
"""A run that has noted nothing for so long has ended with its process: a chunk takes seconds."""
SHOWN_RUNS = 5
COLUMNS = ("id", "file", "started_at", "finished_at", "noted_at", "rows_at_most", "stopped_by", "upload", "counts")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows went which way; `loaded` = created + updated."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    quarantined: int = 0
    warned: int = 0

    @property
    def loaded(self) -> int:
        """Rows that made or changed a record."""
        return self.created + self.updated

    def plus(self, **more: int) -> Counts:
        """Return these counts with some raised."""
        return replace(self, **{name: getattr(self, name) + number for name, number in more.items()})

    def plain(self) -> Mapping[str, int]:
        """Return the counts by name."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a feed, as it was last noted."""

    id: str
    file: str
    started_at: datetime.datetime
    finished_at: datetime.datetime | None
    noted_at: datetime.datetime
    rows_at_most: int
    """No run has more rows before it; 0 where that is not known."""
    stopped_by: str
    """The code of what ended it before its end; empty where nothing is known of that."""
    upload: str
    """The folder of the file that durable work loads; empty where somebody's own process does."""
    counts: Counts

    def is_under_way(self, now: datetime.datetime) -> bool:
        """Tell whether rows are still being loaded; durable work ends only by saying so, whatever dies meanwhile."""
        if self.finished_at is not None or self.stopped_by:
            return False
        return bool(self.upload) or now - self.noted_at < SILENCE


class RunEnded(Conflict):
    """The run was cancelled, or somebody else goes on with it."""


class Runs:
    """The runs of one store."""

    def __init__(self, store: Store, tables: FeedTables) -> None:
        run = tables.run
        self._begin = Prepared(store, run.insert())
        same = run.update().where(run.c.id == given("key"))
        ended = sa.select(run.c.id).where(run.c.feed == given("of"), run.c.finished_at.is_not(None))
        self._ended = Prepared(store, ended.limit(1))
        noted = {"counts": given("counts"), "noted_at": given("noted_at"), "finished_at": given("finished_at")}
        self._note = Prepared(store, same.values(noted))
        self._stop = Prepared(store, same.values(stopped_by=given("stopped_by"), noted_at=given("noted_at")))
        columns = [run.c[name] for name in COLUMNS]
        newest = sa.select(*columns).where(run.c.feed == given("of")).order_by(run.c.started_at.desc(), run.c.id.desc())
        self._newest = Prepared(store, newest.limit(given("limit")))
        self._newest_in = store.compile(newest.limit(given("limit")))
        self._one = Prepared(store, sa.select(*columns).where(run.c.id == given("key"), run.c.feed == given("of")))
        state = sa.select(run.c.counts, run.c.stopped_by, run.c.finished_at).where(run.c.id == given("key"))
        self._state = store.compile(state)

    def begin(  # noqa: PLR0913 - each is a property of its own
        self,
        work: UnitOfWork,
        feed: str,
        file: str,
        actor: Actor,
        *,
        rows_at_most: int = 0,
        is_alone: bool = False,
        upload: str = "",
    ) -> str:
        """Return the id of a new run; with `is_alone`, raises Conflict while another one of the feed is under way."""
        if is_alone:
            self._refuse_second(work, feed)
        run_id = work.new_id()
        self._begin.run_on(
            work.connection,
            id=id_bytes(run_id),
            feed=feed,
            file=file,
            started_at=encode_datetime(work.now),
            started_by=actor.id,
            finished_at=None,
            counts=_text(Counts()),
            rows_at_most=rows_at_most,
            noted_at=encode_datetime(work.now),
            stopped_by=None,
            upload=upload or None,
        )
        return run_id

    def get(self, feed: str, run_id: str) -> Run | None:
        """Return a run of a feed; None where there is none."""
        row = self._one.one(key=id_bytes(run_id), of=feed)
        return None if row is None else _run(row)

    def expect(self, work: UnitOfWork, run_id: str, counts: Counts) -> None:
        """Raise RunEnded unless a run goes on, and is where whoever loads it believes it to be."""
        row = self._state.run(work.connection, {"key": id_bytes(run_id)}).fetchone()
        if row is None or row[1] or row[2] is not None or Counts(**orjson.loads(row[0])) != counts:
            raise RunEnded("the run has ended, or another worker goes on with it", hint="see the runs of the feed")

    def note(self, work: UnitOfWork, run_id: str, counts: Counts, *, is_finished: bool = False) -> None:
        """Keep how far a run is."""
        now = work.microseconds
        finished_at = now if is_finished else None
        self._note.run_on(
            work.connection, key=id_bytes(run_id), counts=_text(counts), noted_at=now, finished_at=finished_at
        )

    def stop(self, work: UnitOfWork, run_id: str, code: str) -> None:
        """Keep that a run has ended before its end, by an error of this code."""
        self._stop.run_on(work.connection, key=id_bytes(run_id), stopped_by=code, noted_at=work.microseconds)

    def _refuse_second(self, work: UnitOfWork, feed: str) -> None:
        # Read in the transaction that begins the run: of two that begin at once, one collides with the other.
        rows = self._newest_in.run(work.connection, {"of": feed, "limit": SHOWN_RUNS}).fetchall()
        if any(_run(row).is_under_way(work.now) for row in rows):
            raise Conflict("this feed is loading a file already", hint="wait until it has ended")

    def newest(self, feed: str, limit: int = SHOWN_RUNS) -> list[Run]:
        """Return the last runs of a feed, the newest first."""
        return [_run(row) for row in self._newest.all(of=feed, limit=limit)]

    def has_ended(self, feed: str) -> bool:
        """Tell whether a feed ever ran to its end."""
        return self._ended.one(of=feed) is not None


def _text(counts: Counts) -> str:
    return orjson.dumps(counts.plain()).decode()


# A row is a tuple of the driver's values in the order of COLUMNS.
def _run(row: tuple[Any, ...]) -> Run:
    key, file, started_at, finished_at, noted_at, rows_at_most, stopped_by, upload, counts = row
    return Run(
        id=id_text(key),
        file=file,
        started_at=decode_datetime(started_at),
        finished_at=decode_datetime(finished_at) if finished_at is not None else None,
        noted_at=decode_datetime(noted_at if noted_at is not None else started_at),
        rows_at_most=rows_at_most or 0,
        stopped_by=stopped_by or "",
        upload=upload or "",
        counts=Counts(**orjson.loads(counts)),
    )
