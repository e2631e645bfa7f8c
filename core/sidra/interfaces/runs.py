"""Runs of feeds: how many rows went which way, kept with each chunk that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import orjson
import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.interfaces.tables import FeedTables
from sidra.records.work import UnitOfWork
from sidra.store.codecs import encode_datetime
from sidra.store.database import Store
from sidra.store.identifiers import id_bytes
from sidra.store.prepared import Prepared, given


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


class Runs:
    """The runs of one store; one that has no end was stopped."""

    def __init__(self, store: Store, tables: FeedTables) -> None:
        run = tables.run
        self._begin = Prepared(store, run.insert())
        same = run.update().where(run.c.id == given("key"))
        ended = sa.select(run.c.id).where(run.c.feed == given("of"), run.c.finished_at.is_not(None))
        self._ended = Prepared(store, ended.limit(1))
        self._note = Prepared(store, same.values(counts=given("counts"), finished_at=given("finished_at")))

    def begin(self, work: UnitOfWork, feed: str, file: str, actor: Actor) -> str:
        """Return the id of a new run."""
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
        )
        return run_id

    def note(self, work: UnitOfWork, run_id: str, counts: Counts, *, is_finished: bool = False) -> None:
        """Keep how far a run is."""
        finished_at = work.microseconds if is_finished else None
        self._note.run_on(work.connection, key=id_bytes(run_id), counts=_text(counts), finished_at=finished_at)

    def has_ended(self, feed: str) -> bool:
        """Tell whether a feed ever ran to its end."""
        return self._ended.one(of=feed) is not None


def _text(counts: Counts) -> str:
    return orjson.dumps(counts.plain()).decode()
