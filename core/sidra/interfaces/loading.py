"""Loads a feed: rows of a file become records, by chunks, each in one transaction; rejected rows go to quarantine."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.errors import Busy, Forbidden, Invalid, Problem, SidraError
from sidra.interfaces.chunk import Chunk
from sidra.interfaces.feed import Feed
from sidra.interfaces.files import Row
from sidra.interfaces.quarantine import PAGE, Quarantine, Reject
from sidra.interfaces.runs import SHOWN_RUNS, Counts, Run, RunEnded, Runs
from sidra.interfaces.sheets import Rows, open_rows
from sidra.interfaces.tables import feed_tables
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime
from sidra.store.database import PATIENCE_SECONDS
from sidra.store.gathering import NotAdded
from sidra_metamodel.collecting import collection_paused

FEEDS = "feeds"
"""The function that lets a person run feeds and see what they rejected."""

NOTHING = Counts()
UPLOADED = "feed.uploaded"
"""Happens when a person has brought a file."""
LOADED = "feed.loaded"
"""The event of a run of any feed that has made or changed records."""
CANCELLED = "R066"
"""The code of a run that a person ended."""
UNFORESEEN = "R500"
"""The code of what ends a run without being one of our errors."""

Progress = Callable[[Counts, int], None]
"""Is told after each chunk what became of the rows so far, and how many there are at most."""


def _tell_nobody(counts: Counts, most: int) -> None:
    del counts, most


class FeedLoader:
    """One feed of one affiliate."""

    def __init__(self, runtime: Runtime, name: str) -> None:
        """Compile a feed. Raises NotFound for a name that is no feed of the affiliate."""
        self._runtime = runtime
        self.feed = Feed(runtime.model, name)
        """How its file is written, and what a row of it describes."""
        tables = feed_tables(sa.MetaData())
        self._runs = Runs(runtime.store, tables)
        self.quarantine = Quarantine(runtime.store, tables)
        """For the program itself; people see their rows through `rejects`."""

    def run(self, path: Path, actor: Actor, progress: Progress = _tell_nobody) -> Counts:
        """Load a file; returns what became of its rows.

        Each chunk is one transaction, so that a run that is stopped has loaded whole chunks, and running it again loads
        the rest. Raises Forbidden without the function `feeds`, FileRefused when the file cannot serve; then nothing is
        loaded.
        """
        return self.begin(path, actor).finish(progress)

    def begin(self, path: Path, actor: Actor, *, is_alone: bool = False, upload: str = "") -> Loading:
        """Look through a file and keep that a run begins; returns what loads its rows. Raises as `run` does.

        With `is_alone`, raises Conflict while another run of the feed is under way. `upload`: the folder of a file
        that durable work loads, which begins once this is kept.
        """
        self._require(actor)
        file = open_rows(path, self.feed.shape)

        def begin(work: UnitOfWork) -> str:
            name, rows = self.feed.name, file.lines
            began = self._runs.begin(work, name, path.name, actor, rows_at_most=rows, is_alone=is_alone, upload=upload)
            if upload:
                scopes = None if actor.scopes is None else sorted(actor.scopes)
                work.emit(UPLOADED, payload={"feed": name, "run_id": began, "account": actor.id, "scopes": scopes})
            return began

        run_id = self._runtime.transact(actor, begin)
        return Loading(self._runtime, self.feed, self._runs, self.quarantine, file, actor, run_id)

    def resume(self, run: Run, path: Path, actor: Actor) -> Loading:
        """Return what loads the rows that a run has still before it. Raises as `run` does."""
        self._require(actor)
        file = open_rows(path, self.feed.shape)
        return Loading(self._runtime, self.feed, self._runs, self.quarantine, file, actor, run.id, run.counts)

    def get(self, run_id: str) -> Run | None:
        """Return a run, for the program itself; None where there is none."""
        return self._runs.get(self.feed.name, run_id)

    def stop(self, run_id: str, code: str) -> None:
        """Keep that a run has ended before its end: for the program itself."""
        actor = self._runtime.system_actor
        self._runtime.transact(actor, lambda work: self._runs.stop(work, run_id, code))

    def cancel(self, actor: Actor) -> bool:
        """End the run that is under way, after the rows that are being loaded; returns whether there was one.

        Raises Forbidden without the function `feeds`.
        """
        last = next(iter(self.runs(actor, limit=1)), None)
        if last is None or not last.is_under_way(self._runtime.now()):
            return False
        self._runtime.transact(actor, lambda work: self._runs.stop(work, last.id, CANCELLED))
        return True

    def runs(self, actor: Actor, *, limit: int = SHOWN_RUNS) -> list[Run]:
        """Return the last runs, the newest first. Raises Forbidden without the function `feeds`."""
        self._require(actor)
        return self._runs.newest(self.feed.name, limit)

    def has_run(self) -> bool:
        """Tell whether the feed ever ran to its end."""
        return self._runs.has_ended(self.feed.name)

    def rejects(self, actor: Actor, *, limit: int = PAGE, offset: int = 0) -> list[Reject]:
        """Return rows in quarantine, by line, as far as the actor may read them. Raises Forbidden as `runs` does."""
        self._require(actor)
        return list(map(self._shown_to(actor), self.quarantine.list(self.feed.name, limit=limit, offset=offset)))

    def reject(self, reject_id: str, actor: Actor) -> Reject:
        """Return one row in quarantine, as far as the actor may read it. Raises NotFound, and Forbidden as `runs`."""
        self._require(actor)
        return self._shown_to(actor)(self.quarantine.get(self.feed.name, reject_id))

    def _shown_to(self, actor: Actor) -> Callable[[Reject], Reject]:
        return self.feed.showing.to(self._runtime.profile(actor.roles, actor.scopes))

    def reject_count(self, actor: Actor) -> int:
        """Return how many rows are in quarantine. Raises Forbidden without the function `feeds`."""
        self._require(actor)
        return self.quarantine.count(self.feed.name)

    def replay(self, reject_id: str, texts: Mapping[str, str], actor: Actor) -> Reject | None:
        """Load a row of the quarantine with some columns corrected.

        Returns None when it is loaded, else the row as it is kept now, with the reasons. Raises Forbidden without the
        function `feeds`, NotFound for a row that is not in quarantine, Invalid for a column that it does not have.
        """
        self._require(actor)
        kept = self.quarantine.get(self.feed.name, reject_id)
        self._check_columns(kept, texts)
        row = Row(1, kept.line, {**kept.texts, **texts})

        def replay(work: UnitOfWork) -> Reject | None:
            still = Chunk(work, self.feed, self.quarantine, kept.run_id, "").replay(kept, row)
            return None if still is None else self._shown_to(actor)(still)

        return self._runtime.transact(actor, replay)

    def _require(self, actor: Actor) -> None:
        if not actor.is_system and FEEDS not in self._runtime.profile(actor.roles, actor.scopes).functions:
            raise Forbidden("you may not run feeds", hint=f"ask for a role with the function `{FEEDS}`")

    def _check_columns(self, kept: Reject, texts: Mapping[str, str]) -> None:
        known = {*kept.texts, *self.feed.shape.columns}
        unknown = [column for column in texts if column not in known]
        if unknown:
            hint = f"there are: {', '.join(sorted(known))}"
            raise Invalid([Problem("R611", column, "the row has no such column") for column in unknown], hint=hint)


@dataclass(frozen=True, slots=True)
class Loading:
    """A run that has begun: its rows are loaded by `finish`, at once or in a thread of its own."""

    runtime: Runtime
    feed: Feed
    runs: Runs
    quarantine: Quarantine
    file: Rows
    actor: Actor
    run_id: str
    before: Counts = NOTHING
    """What was loaded when an earlier worker died."""

    def finish(self, progress: Progress = _tell_nobody) -> Counts:
        """Load the rows; returns what became of them. What ends it early is kept with the run, and raised."""
        try:
            return self._load(progress)
        except (RunEnded, Busy):
            # Cancelled, gone on with elsewhere, or to be tried again.
            raise
        except SidraError as error:
            self._stop(error.code)
            raise
        except Exception:
            self._stop(UNFORESEEN)
            raise

    def _load(self, progress: Progress) -> Counts:
        counts = self.before
        rest = itertools.islice(self.file.rows(), counts.read, None)
        for rows in _chunks(rest, self.feed.chunk_rows):
            try:
                counts = self._load_chunk(rows, counts, gathers=True)
            except NotAdded:
                counts = self._load_chunk(rows, counts, gathers=False)
            progress(counts, self.file.lines)
        self.runtime.transact(self.actor, lambda work: self._end(work, counts), patience=PATIENCE_SECONDS)
        if counts.loaded:
            # The rows are kept: where the database has no time to learn of them now, it does at night.
            with suppress(Busy):
                self.runtime.store.analyse()
        return counts

    def _end(self, work: UnitOfWork, counts: Counts) -> None:
        self.runs.expect(work, self.run_id, counts)
        self.runs.note(work, self.run_id, counts, is_finished=True)
        name = self.feed.name
        work.emit(f"feed.{name}.finished", payload={"feed": name, "run_id": self.run_id, **counts.plain()})
        if counts.loaded:
            work.emit(LOADED, payload={"feed": name, "run_id": self.run_id})

    def _load_chunk(self, rows: list[Row], counts: Counts, *, gathers: bool) -> Counts:
        def load(work: UnitOfWork) -> Counts:
            self.runs.expect(work, self.run_id, counts)
            loaded = Chunk(work, self.feed, self.quarantine, self.run_id, self.file.path.name).load(rows, counts)
            self.runs.note(work, self.run_id, loaded)
            return loaded

        # What a chunk makes stays until its end, and looking for cycles in it took a tenth of the time.
        with collection_paused():
            return self.runtime.transact(self.actor, load, gathers=gathers, patience=PATIENCE_SECONDS)

    def _stop(self, code: str) -> None:
        # Where the store takes nothing more, the run counts as ended once it has noted nothing for a while.
        with suppress(SidraError, self.runtime.store.errors):
            self.runtime.transact(self.actor, lambda work: self.runs.stop(work, self.run_id, code))


def _chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rest = iter(rows)
    while chunk := list(itertools.islice(rest, size)):
        yield chunk
