"""Loads a feed: rows of a file become records, by chunks, each in one transaction; rejected rows go to quarantine."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path

import orjson
import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.access.prepared import Prepared, given
from sidra.errors import Conflict, Duplicate, Forbidden, Invalid, NotFound, Problem
from sidra.interfaces.files import FileShape, Row, read_rows, read_texts
from sidra.interfaces.mapping import Mapped, RecordMapper, columns_of, compile_check
from sidra.interfaces.quarantine import Quarantine, Reject
from sidra.interfaces.tables import feed_tables
from sidra.interfaces.upserting import Outcome, Upsert
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime
from sidra.store.codecs import encode_datetime
from sidra.store.identifiers import id_bytes, new_id
from sidra_metamodel.expressions import Environment
from sidra_metamodel.kinds.interface import Interface, QualityRule

CHUNK_ROWS = 500
FEEDS = "feeds"
"""The function that lets a person run feeds."""


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

    def plain(self) -> dict[str, int]:
        """Return the counts by name."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


Progress = Callable[[Counts], None]


class FeedLoader:
    """One feed of one affiliate, compiled."""

    def __init__(self, runtime: Runtime, name: str) -> None:
        """Compile a feed. Raises NotFound for a name that is no feed of the affiliate."""
        feed = runtime.model.interfaces.get(name)
        if feed is None or feed.kind_ != "feed" or feed.into is None or feed.key is None:
            known = sorted(each for each, one in runtime.model.interfaces.items() if one.kind_ == "feed")
            raise NotFound(f"there is no feed `{name}`", hint=f"there are: {', '.join(known) or 'none'}")
        self._runtime = runtime
        self._feed = feed
        self._shape = file_shape(feed)
        self._mapper = RecordMapper(runtime.model, runtime.model.entity(feed.into), feed.map, feed.key)
        self._quality = [(rule, compile_check(runtime.model, rule.check)) for rule in feed.quality.values()]
        tables = feed_tables(sa.MetaData())
        self.quarantine = Quarantine(runtime.store, tables)
        run = tables.run
        self._begin = Prepared(runtime.store, run.insert())
        kept = run.update().where(run.c.id == given("key"))
        self._note = Prepared(runtime.store, kept.values(counts=given("counts"), finished_at=given("finished_at")))

    def run(self, path: Path, actor: Actor, progress: Progress = lambda counts: None) -> Counts:
        """Load a file; returns what became of its rows.

        Each chunk is one transaction, so that a run that is stopped has loaded whole chunks, and running it again goes
        on. Raises FileRefused when the file cannot serve, Forbidden without the function `feeds`.
        """
        _require(self._runtime, actor)
        return self._load(read_rows(path, self._shape), path.name, actor, progress)

    def replay(self, reject_id: str, texts: Mapping[str, str], actor: Actor) -> Reject | None:
        """Load a corrected row; returns the row as it is kept when it is rejected again, else None."""
        _require(self._runtime, actor)
        kept = self.quarantine.get(reject_id)
        row = next(read_texts([{**kept.texts, **texts}]))
        counts = self._load(iter([replace(row, line=kept.line)]), "correction", actor, lambda counts: None)
        if counts.quarantined:
            return next((one for one in self.quarantine.list(self._feed.name) if one.line == kept.line), None)
        self.quarantine.drop(kept.id)
        return None

    def _load(self, rows: Iterator[Row], file: str, actor: Actor, progress: Progress) -> Counts:
        first = list(itertools.islice(rows, 1))
        run_id = self._begin_run(file, actor)
        counts = Counts()
        for chunk in _chunks(itertools.chain(first, rows), self._feed.commit_every or CHUNK_ROWS):
            with self._runtime.unit_of_work(actor) as work:
                counts = self._load_chunk(work, run_id, chunk, counts)
                self._note_run(work, run_id, counts)
            progress(counts)
        with self._runtime.unit_of_work(actor) as work:
            self._note_run(work, run_id, counts, finished=True)
        return counts

    def _load_chunk(self, work: UnitOfWork, run_id: str, chunk: list[Row], counts: Counts) -> Counts:
        upsert = Upsert(work)
        for row in chunk:
            environment = self._environment(work, row)
            problems = [Problem("R622", "", row.problem)] if row.problem else []
            mapped = None if problems else self._mapper.map(row.values, environment, problems)
            outcome: Outcome | None = None
            if mapped is not None and not problems:
                problems = self._check(environment, mapped)
                if all(problem.severity != "error" for problem in problems):
                    outcome, refused = _attempt(work, upsert, mapped)
                    problems += refused
            counts = self._note_row(work, run_id, row, outcome, problems, counts)
        return counts

    def _note_row(  # noqa: PLR0913, PLR0917 - the parts of one row's end
        self, work: UnitOfWork, run_id: str, row: Row, outcome: Outcome | None, problems: list[Problem], counts: Counts
    ) -> Counts:
        key = self._key_of(row)
        warned = int(any(problem.severity == "warning" for problem in problems))
        if outcome is not None:
            self.quarantine.clear(work.connection, self._feed.name, key)
            return counts.plus(read=1, warned=warned, **{outcome: 1})
        reject = Reject(work.new_id(), self._feed.name, key, row.line, row.values, tuple(problems), work.now)
        self.quarantine.put(work.connection, run_id, reject, work.microseconds)
        return counts.plus(read=1, quarantined=1)

    def _key_of(self, row: Row) -> str:
        """Return the text that tells the row from others: that of the feed's key, or its line."""
        item = self._feed.map.get(self._feed.key or "")
        column = item.from_ if item is not None and item.from_ else self._feed.key
        return row.values.get(column or "", "").strip() or f"line {row.line}"

    def _environment(self, work: UnitOfWork, row: Row) -> Environment:
        environment = work.records.environment({})
        return replace(environment, names={"source": row.values, "target": {}})

    def _check(self, environment: Environment, mapped: Mapped) -> list[Problem]:
        whole = replace(environment, names={**environment.names, "target": mapped.as_target()})
        return [_broken(rule, self._runtime) for rule, holds in self._quality if not holds(whole)]

    def _begin_run(self, file: str, actor: Actor) -> str:
        now = encode_datetime(self._runtime.now())
        run_id = new_id(now // 1000)
        self._begin.run(
            id=id_bytes(run_id),
            feed=self._feed.name,
            file=file,
            started_at=now,
            started_by=actor.id,
            finished_at=None,
            counts="{}",
        )
        return run_id

    def _note_run(self, work: UnitOfWork, run_id: str, counts: Counts, *, finished: bool = False) -> None:
        finished_at = work.microseconds if finished else None
        text = orjson.dumps(counts.plain()).decode()
        self._note.run_on(work.connection, key=id_bytes(run_id), counts=text, finished_at=finished_at)


def file_shape(feed: Interface) -> FileShape:
    """Return how a feed's files are written."""
    return FileShape(feed.format or "csv", columns_of(feed), feed.delimiter or ",", feed.encoding or "utf-8")


def _require(runtime: Runtime, actor: Actor) -> None:
    if not actor.is_system and FEEDS not in runtime.profile(actor.roles).functions:
        raise Forbidden("you may not run feeds", hint=f"ask for a role with the function `{FEEDS}`")


def _chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rest = iter(rows)
    while chunk := list(itertools.islice(rest, size)):
        yield chunk


def _broken(rule: QualityRule, runtime: Runtime) -> Problem:
    message = rule.message.text(*runtime.model.locales) or f"`{rule.name}` does not hold"
    severity = "error" if rule.severity == "reject" else "warning"
    return Problem("R623", "", message, "correct the row and replay it", severity)


def _attempt(work: UnitOfWork, upsert: Upsert, mapped: Mapped) -> tuple[Outcome | None, list[Problem]]:
    """Save a row's records, or none of them with the reasons."""
    try:
        with _savepoint(work):
            return upsert.save(mapped), []
    except Invalid as refusal:
        return None, list(refusal.problems)
    except (Duplicate, NotFound, Conflict, Forbidden) as refusal:
        return None, [Problem(refusal.code, "", refusal.reason, refusal.hint)]


@contextmanager
def _savepoint(work: UnitOfWork) -> Iterator[None]:
    work.connection.execute("SAVEPOINT feed_row")
    try:
        yield
    except BaseException:
        work.connection.execute("ROLLBACK TO feed_row")
        raise
    finally:
        work.connection.execute("RELEASE feed_row")
