"""Which steps of migrations there are, and how far they have come; kept in the store that they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from sidra.store.database import Connection, Store
from sidra.store.prepared import given
from sidra.store.schema.keeping import STEP_TABLE, aside_table, step_table
from sidra.store.schema.steps import Step


@dataclass(frozen=True, slots=True)
class Entry:
    """A step of a plan, as far as it has come."""

    plan: str
    number: int
    step: Step
    reached: str | None
    """Of a step in chunks, the id of the last record that is done."""
    done: int
    """Rows so far."""
    started: int | None
    """In µs since 1970, as `ended`."""
    ended: int | None
    goal: str
    """The revision that the plan leads to; empty where releases are not kept."""


class Journal:
    """The steps of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._table = table = step_table(sa.MetaData())
        self._add = store.compile(table.insert())
        this = (table.c.plan == given("k_plan"), table.c.number == given("k_number"))
        self._begin = store.compile(table.update().where(*this, table.c.started.is_(None)).values(started=given("at")))
        reached: dict[Any, Any] = {"reached": given("reached"), "done": table.c.done + given("count")}
        self._reach = store.compile(table.update().where(*this).values(reached))
        self._end = store.compile(table.update().where(*this).values(ended=given("at")))
        self._forget = store.compile(table.delete().where(table.c.plan == given("k_plan"), table.c.ended.is_(None)))
        columns = (table.c[name] for name in ("plan", "number", "step", "reached", "done", "started", "ended", "goal"))
        self._all = store.compile(sa.select(*columns).order_by(table.c.plan, table.c.number))

    def prepare(self, connection: Connection) -> None:
        """Make the tables that it is kept in, where they are missing."""
        existing = self._store.columns(connection)
        for table in (self._table, aside_table(sa.MetaData())):
            if table.name not in existing:
                connection.execute(str(CreateTable(table).compile(dialect=self._store.dialect)))

    def entries(self, connection: Connection) -> list[Entry]:
        """Return all steps, those of the first plan first."""
        if STEP_TABLE not in self._store.columns(connection):
            return []
        rows = self._all.run(connection, {}).fetchall()
        return [Entry(plan, number, Step.loads(step), *rest) for plan, number, step, *rest in rows]

    def unfinished(self, connection: Connection) -> list[Entry]:
        """Return the steps that are to be done yet."""
        return [entry for entry in self.entries(connection) if entry.ended is None]

    def is_ended(self, connection: Connection, entry: Entry) -> bool:
        """Tell whether somebody has done a step meanwhile."""
        return all((one.plan, one.number) != (entry.plan, entry.number) for one in self.unfinished(connection))

    def add(self, connection: Connection, plan: str, steps: Sequence[Step], goal: str) -> None:
        """Write down the steps of a plan, and the revision that it leads to."""
        for number, step in enumerate(steps, 1):
            row = {"plan": plan, "number": number, "change": step.says, "step": step.dumps(), "goal": goal, "done": 0}
            self._add.run(connection, {**dict.fromkeys(("reached", "started", "ended")), **row})

    def withdraw(self, connection: Connection, entry: Entry) -> None:
        """Forget what a plan has left, if all that it has done before a step was to build indexes."""
        plan = [one for one in self.entries(connection) if one.plan == entry.plan]
        if all(one.step.form == "beside" for one in plan if one.ended is not None):
            self._forget.run(connection, {"k_plan": entry.plan})

    def begin(self, connection: Connection, entry: Entry, at: int) -> None:
        """Write down that a step has begun."""
        self._begin.run(connection, {**_key(entry), "at": at})

    def reach(self, connection: Connection, entry: Entry, reached: str | None, count: int) -> None:
        """Write down how far a step has come."""
        self._reach.run(connection, {**_key(entry), "reached": reached, "count": count})

    def end(self, connection: Connection, entry: Entry, at: int) -> None:
        """Write down that a step is done."""
        self._end.run(connection, {**_key(entry), "at": at})


def _key(entry: Entry) -> dict[str, object]:
    return {"k_plan": entry.plan, "k_number": entry.number}
