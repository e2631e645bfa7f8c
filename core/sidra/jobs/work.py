"""What a handler works with: its affiliate's records, its progress, and steps that are done once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import orjson
import sqlalchemy as sa

from sidra.access.actor import Actor, system_actor
from sidra.jobs.tables import job_tables
from sidra.store.database import PATIENCE_SECONDS
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.jobs.service import Jobs
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra.settings import Settings

NOTED_SECONDS = 0.5
"""How seldom progress is noted: a handler may tell of it as often as it likes."""


class Ended(BaseException):
    """The work is not to go on here: it was cancelled, or its worker ends; what is done stays done.

    No Exception, so that nothing that catches errors keeps the work from ending.
    """


Standing = Literal["ours", "cancelled", "lost"]
"""`lost`: another worker has taken it over, or this one ends."""


@dataclass(frozen=True, slots=True)
class Reports:
    """What a worker does for a handler that reports to it."""

    note: Callable[[int, int], None]
    standing: Callable[[], Standing]


@dataclass(slots=True)
class JobWork:
    """One piece of work, while it is done."""

    runtime: Runtime
    job_id: str
    """Also the key that makes a call to another system safe to repeat."""
    name: str
    reports: Reports
    settings: Settings
    """Those of the installation."""
    jobs: Jobs
    """For who has to ask for more work, or look at it."""
    _noted: float = field(default=0.0, init=False)

    @property
    def home(self) -> Path:
        """The data folder of the installation."""
        return self.settings.home

    @property
    def actor(self) -> Actor:
        """The program itself, as the audit names it."""
        return system_actor(f"job:{self.name}", affiliate=self.runtime.affiliate, locale=self.runtime.model.locales[0])

    def progress(self, done: int, total: int) -> None:
        """Note how far the work is, between two steps; raises Ended where it is not to go on. Total 0: nobody knows."""
        now = time.monotonic()
        if 0 < total <= done or now - self._noted > NOTED_SECONDS:
            self._noted = now
            self.reports.note(done, total)
        if self.reports.standing() != "ours":
            raise Ended

    def is_cancelled(self) -> bool:
        """Tell whether somebody cancelled the work."""
        return self.reports.standing() == "cancelled"

    def key(self, step: str) -> str:
        """Return the id of a step: what another system is given, so that a call twice is a call once."""
        return f"{self.job_id}:{step}"

    # The result is JSON of the caller's.
    def once(self, step: str, function: Callable[[UnitOfWork], Any], *, actor: Actor | None = None) -> Any:  # noqa: ANN401 - a value of the library's, or JSON of the caller's
        """Return what a function made of a unit of work: it is kept together with the fact that the step is done.

        A step that is done is not done again: its result, small JSON, is what it was.
        """
        steps = Steps(self.runtime)
        key = self.key(step)

        def attempt(unit: UnitOfWork) -> Any:  # noqa: ANN401 - a value of the library's, or JSON of the caller's
            kept = steps.result(unit, key)
            if kept is not None:
                return orjson.loads(kept)
            result = function(unit)
            steps.keep(unit, key, orjson.dumps(result).decode())
            return result

        return self.runtime.transact(actor or self.actor, attempt, patience=PATIENCE_SECONDS)


class Steps:
    """The steps that are done in one store."""

    def __init__(self, runtime: Runtime) -> None:
        self._table = job_tables(sa.MetaData()).step
        self._store = runtime.store

    def result(self, unit: UnitOfWork, key: str) -> str | None:
        """Return what a step gave, None where it is not done."""
        table = self._table
        statement = self._store.compile(sa.select(table.c.result).where(table.c.id == given("key")))
        row = statement.run(unit.connection, {"key": key}).fetchone()
        return None if row is None else str(row[0])

    def keep(self, unit: UnitOfWork, key: str, result: str) -> None:
        """Keep that a step is done, in the transaction of what it did."""
        places = {column.name: given(column.name) for column in self._table.columns}
        insert = Prepared(self._store, self._table.insert().values(places))
        insert.run_on(unit.connection, id=key, at=unit.microseconds, result=result)

    def forget(self, before: int) -> int:
        """Delete the steps of long ago (µs since 1970); returns how many they are."""
        return Prepared(self._store, self._table.delete().where(self._table.c.at < given("before"))).run(before=before)
