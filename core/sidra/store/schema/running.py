"""Runs the steps of migrations: wherever it is ended, another run goes on and comes to the same end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from sidra.errors import Busy
from sidra.store.codecs import ID
from sidra.store.database import PATIENCE_SECONDS, Connection, Statement, Store
from sidra.store.identifiers import NO_ID, id_text
from sidra.store.prepared import given
from sidra.store.schema.clearing import clear_some
from sidra.store.schema.conversions import Reseal, Unfit, conversion_of
from sidra.store.schema.ddl import Written
from sidra.store.schema.evolve import SchemaMismatch
from sidra.store.schema.journal import Entry, Journal
from sidra.store.schema.steps import Clear, Fill

CHUNK = 500
LOCK_SECONDS = 2.0
"""How long tables that are in use are waited for: who comes after us waits as long."""
TRIES = 30
PAUSE_SECONDS = 0.5
SHARED = "merge or correct the records that share a value, then run `sidra db apply` again"

Result = TypeVar("Result")


class ValueUnfit(SchemaMismatch):
    """A value of a record cannot be kept as it must be without losing something."""

    code = "R101"


class Telling(Protocol):
    """What is told while steps run."""

    def __call__(self, entry: Entry, event: str, count: int = 0) -> None:
        """Hear that a step begins, has done some rows, is about to be kept, or has ended."""


Keep = Callable[[Connection, str | None, int], None]
"""Keeps, in the transaction of some records, the id of the last of them, None where these were all; their number."""


class Recompute(Protocol):
    """Computes an entity's values anew."""

    def __call__(self, entity: str, after: str | None, keep: Keep) -> bool:
        """Compute some records in one transaction, in which `keep` is called; return whether these were all."""


class Sealer(Protocol):
    """Knows the keys of a store."""

    def reseal(self, unseals: str, seals: str) -> Callable[[str, bytes], str]:
        """Return what `Reseal` says."""

    def emptied(self, connection: Connection) -> None:
        """Hear, in the transaction in which the last of them goes, that values of before were emptied."""


def tell_nobody(entry: Entry, event: str, count: int = 0) -> None:
    """Tell nobody."""


class Runner:
    """Runs the steps of one store."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], int],
        tell: Telling = tell_nobody,
        recompute: Recompute | None = None,
        sealer: Sealer | None = None,
    ) -> None:
        self.store, self._now, self._tell, self._recompute, self._sealer = store, now, tell, recompute, sealer
        self.journal = Journal(store)

    def run(self) -> int:
        """Do all steps that are to be done; return how many these were. Raises Busy, ValueUnfit."""
        with self.store.reading() as connection:
            entries = self.journal.unfinished(connection)
        for entry in entries:
            self._tell(entry, "begins")
            self._one(entry)
            self._tell(entry, "ended")
        return len(entries)

    def _write(self, function: Callable[[Connection], Result]) -> Result:
        return self.store.transact(function, patience=PATIENCE_SECONDS)

    def _one(self, entry: Entry) -> None:
        self._write(lambda connection: self.journal.begin(connection, entry, self._now()))
        match entry.step.form:
            case "change":
                patiently(lambda: self._change(entry))
            case "beside":
                self._beside(entry)
            case "fill":
                if entry.step.fill is not None:
                    self._fill(entry, entry.step.fill)
            case "clear":
                if entry.step.clear is not None:
                    self._clear(entry, entry.step.clear)
            case "recompute":
                while not self._computed(entry):
                    pass

    def _change(self, entry: Entry) -> None:
        with self.store.reshaping(lock_seconds=LOCK_SECONDS) as connection:
            if self.journal.is_ended(connection, entry):
                return
            for statement in entry.step.before:
                connection.execute(statement)
            if entry.step.fill is not None:
                self._fill_rest(connection, entry.step.fill)
            for statement in entry.step.after:
                connection.execute(statement)
            self.journal.end(connection, entry, self._now())
            self._tell(entry, "is kept")

    def _fill_rest(self, connection: Connection, fill: Fill) -> None:
        try:
            if fill.clears:
                clear_left(self.store, connection, fill)
            while fill_some(self.store, connection, fill, reseal=self._reseal)[0]:
                pass
        except self.store.errors as error:
            if self.store.refusal(error) is None:
                raise
            raise ValueUnfit(f"values of `{fill.table}` become the same, and may not", hint=SHARED) from error

    def _beside(self, entry: Entry) -> None:
        try:
            with self.store.apart() as connection:
                for statement in entry.step.before:
                    connection.execute(statement)
                    self._tell(entry, "did")
        except self.store.errors as error:
            if self.store.refusal(error) is None:
                raise
            self._withdraw(entry)
            raise SchemaMismatch(f"it cannot be that {entry.step.says}: some have", hint=SHARED) from error
        self._write(lambda connection: self.journal.end(connection, entry, self._now()))

    def _withdraw(self, entry: Entry) -> None:
        """Take away what was left of an index; with it goes a plan of which nothing but indexes is there yet."""
        with self.store.apart() as connection:
            connection.execute(entry.step.before[0])
        self._write(lambda connection: self.journal.withdraw(connection, entry))

    def _fill(self, entry: Entry, fill: Fill) -> None:
        """Go through the rows until little is left, or no less than before: the step that follows fills the rest.

        Whoever writes meanwhile puts rows back, and could do so for ever.
        """
        before = None
        while True:
            count = self._pass(entry, fill)
            if count < CHUNK or (before is not None and count >= before):
                return self._write(lambda connection: self.journal.end(connection, entry, self._now()))
            before = count

    def _pass(self, entry: Entry, fill: Fill) -> int:
        """Go once through the rows that are not filled; return how many these were."""
        total, last = 0, NO_ID
        while True:
            count, last = self._write(partial(self._chunk, entry, fill, last))
            total += count
            if count < CHUNK:
                return total

    def _chunk(self, entry: Entry, fill: Fill, after: bytes, connection: Connection) -> tuple[int, bytes]:
        if self.journal.is_ended(connection, entry):
            return 0, after
        count, last = fill_some(self.store, connection, fill, after, reseal=self._reseal)
        self.journal.reach(connection, entry, None, count)
        self._tell(entry, "filled", count)
        return count, last

    @property
    def _reseal(self) -> Reseal | None:
        return self._sealer.reseal if self._sealer is not None else None

    def _clear(self, entry: Entry, clear: Clear) -> None:
        last: bytes | None = NO_ID
        while last is not None:
            last = self._write(partial(self._cleared, entry, clear, last))

    def _cleared(self, entry: Entry, clear: Clear, after: bytes, connection: Connection) -> bytes | None:
        """Empty some rows after an id; return the last of them, None where these were all."""
        if self.journal.is_ended(connection, entry):
            return None
        ids = clear_some(self.store, connection, clear, after, CHUNK)
        self.journal.reach(connection, entry, None, len(ids))
        if len(ids) < CHUNK:
            if self._sealer is not None:
                self._sealer.emptied(connection)
            self.journal.end(connection, entry, self._now())
        self._tell(entry, "filled", len(ids))
        return ids[-1] if len(ids) == CHUNK else None

    def _computed(self, entry: Entry) -> bool:
        if self._recompute is None:
            raise TypeError("nobody computes values here")
        with self.store.reading() as connection:
            found = [one for one in self.journal.unfinished(connection) if _key(one) == _key(entry)]
        if not found:
            return True

        def keep(connection: Connection, last: str | None, count: int) -> None:
            self.journal.reach(connection, entry, last, count)
            if last is None:
                for statement in entry.step.after:
                    connection.execute(statement)
                self.journal.end(connection, entry, self._now())
            self._tell(entry, "filled", count)

        return self._recompute(entry.step.subject[0], found[0].reached, keep)


def _key(entry: Entry) -> tuple[str, int]:
    return entry.plan, entry.number


def patiently(function: Callable[[], Result]) -> Result:
    """Return what a function gives; where tables are in use it tries again, so that others get their turn between."""
    for _ in range(TRIES - 1):
        try:
            return function()
        except Busy:
            time.sleep(PAUSE_SECONDS)
    return function()


def fill_some(
    store: Store, connection: Connection, fill: Fill, after: bytes = NO_ID, *, reseal: Reseal | None = None
) -> tuple[int, bytes]:
    """Fill some rows after an id that are not filled as they are; return how many and the last. Raises ValueUnfit."""
    convert = conversion_of(asdict(fill), fill.locale, reseal)
    if convert is None:
        raise TypeError(f"no way from {fill.before} to {fill.after}")
    select, update = _statements(store, fill)
    rows = select.run(connection, {"k_after": after}).fetchall()
    changes = []
    for id, value in rows:
        try:
            changes.append({"k_id": id, "new": None if value is None else convert(value, id)})
        except Unfit as error:
            raise ValueUnfit(
                f"`{fill.table}.{fill.target.removeprefix('next_')}` of {id_text(id)} cannot be kept as {fill.after}",
                hint="correct the record, then run `sidra db apply` again: it goes on where it was",
            ) from error
    if changes:
        connection.executemany(update.sql, [update.parameters(change) for change in changes])
    return len(rows), rows[-1][0] if rows else after


def clear_left(store: Store, connection: Connection, fill: Fill) -> None:
    """Empty what is not filled as it is now."""
    cells = _Cells(fill)
    changed = sa.update(cells.table).where(cells.is_left, cells.target.is_not(None))
    store.compile(changed.values({fill.target: sa.null()})).run(connection, {})


class _Cells:
    def __init__(self, fill: Fill) -> None:
        self.source: sa.ColumnClause[Any] = sa.column(fill.source, Written(fill.source_type))
        self.target: sa.ColumnClause[Any] = sa.column(fill.target, Written(fill.target_type))
        self.seen: sa.ColumnClause[Any] = sa.column(fill.seen, Written(fill.source_type))
        self.id: sa.ColumnClause[Any] = sa.column("id", ID)
        self.table = sa.table(fill.table, self.id, self.source, self.target, self.seen)
        self.is_left = self.source.is_distinct_from(self.seen)


def _statements(store: Store, fill: Fill) -> tuple[Statement, Statement]:
    cells = _Cells(fill)
    select = sa.select(cells.id, cells.source).where(cells.is_left, cells.id > given("k_after")).order_by(cells.id)
    update = sa.update(cells.table).where(cells.id == given("k_id"))
    changed = update.values({fill.target: given("new"), fill.seen: cells.source})
    return store.compile(select.limit(sa.literal_column(str(CHUNK)))), store.compile(changed)
