"""Durable work as people see it: its states, its order, and how a page of it follows another."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import orjson
import sqlalchemy as sa

from sidra.errors import BadQuery
from sidra.jobs.database import JobsDatabase

FAILED = frozenset({"failed", "waits for retry"})
_STATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "waiting": ("ENQUEUED",),
        "planned": ("DELAYED",),
        "running": ("PENDING",),
        "done": ("SUCCESS",),
        "cancelled": ("CANCELLED",),
        "waits for retry": ("ERROR",),
        "failed": ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"),
    }
)
"""What the engine calls each state; `waits for retry` is a failure that has a time for its next try."""
STATES = tuple(_STATES)
_NAMES: Mapping[str, str] = MappingProxyType(
    {status: state for state, statuses in _STATES.items() for status in statuses}
)


@dataclass(frozen=True, slots=True)
class JobView:
    """One piece of work, as it stands."""

    id: str
    affiliate: str
    name: str
    state: str
    payload: Mapping[str, Any]
    priority: int
    made_at: datetime.datetime
    begun_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    due_at: datetime.datetime | None
    """When it is begun, where it is planned, or tried again."""
    tries: int
    """How often it failed."""
    done: int
    total: int
    code: str
    reason: str

    @property
    def mark(self) -> str:
        """Where the next page begins after this one."""
        return f"{int(self.made_at.timestamp() * 1000)}~{self.id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some pieces of work, the newest first."""

    jobs: tuple[JobView, ...]
    after: str
    """The mark for the next page; empty on the last one."""


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker that was heard of lately."""

    SILENCE: ClassVar[int] = 4000
    """Whoever was not heard of for so many milliseconds is dead: its work is taken over."""

    id: str
    host: str
    process: int
    started_at: datetime.datetime

    @classmethod
    def of(cls, row: Any) -> WorkerView:  # noqa: ANN401 - a value of the library's, or JSON of the caller's
        """Return the worker of a row."""
        return cls(row.id, row.host, row.process, _required(row.started_at))


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """When a schedule was last begun."""

    slot: str
    """The local date and time that it was for, or from which on it is looked after."""
    fired_ms: int | None
    job: str | None

    @property
    def fired_at(self) -> datetime.datetime | None:
        """When its last piece of work was asked for."""
        return moment(self.fired_ms)


def selection(database: JobsDatabase) -> sa.Select[Any]:
    """Return what is read of work, from our table and the engine's."""
    job, workflow = database.job, database.workflow
    names = ("status", "priority", "started_at_epoch_ms", "completed_at", "delay_until_epoch_ms")
    return sa.select(job, *(workflow.c[name] for name in names)).join(workflow, workflow.c.workflow_uuid == job.c.id)


def conditions(
    database: JobsDatabase, affiliate: str | None, state: str | None, name: str | None, after: str
) -> list[sa.ColumnElement[bool]]:
    """Return what the pieces of a page have in common; raises BadQuery."""
    job = database.job
    found: list[sa.ColumnElement[bool]] = []
    if affiliate is not None:
        found.append(job.c.affiliate == affiliate)
    if name is not None:
        found.append(job.c.name == name)
    if state is not None:
        found += _in_state(database, state)
    if after:
        made_at, _, key = after.partition("~")
        if not key or not made_at.isascii() or not made_at.isdigit():
            raise BadQuery("that is no mark of a page", hint="use the one that the last page gave")
        found.append(sa.tuple_(job.c.made_at, job.c.id) < sa.tuple_(sa.literal(int(made_at)), sa.literal(key)))
    return found


def _in_state(database: JobsDatabase, state: str) -> list[sa.ColumnElement[bool]]:
    statuses = _STATES.get(state)
    if statuses is None:
        raise BadQuery(f"no state `{state[:40]}`", hint=f"there are: {', '.join(_STATES)}")
    found: list[sa.ColumnElement[bool]] = [database.workflow.c.status.in_(statuses)]
    if state in FAILED:
        retry_at = database.job.c.retry_at
        found.append(retry_at.is_(None) if state == "failed" else retry_at.is_not(None))
    return found


def statuses_of(state: str) -> tuple[str, ...]:
    """Return what the engine calls a state."""
    return _STATES[state]


def page_of(jobs: list[JobView], limit: int) -> Page:
    """Return the page of what was read: one more than it has."""
    return Page(tuple(jobs[:limit]), jobs[limit - 1].mark if len(jobs) > limit else "")


def view(row: Any) -> JobView:  # noqa: ANN401 - a value of the library's, or JSON of the caller's
    """Return the piece of work of a row."""
    state = _NAMES.get(row.status, row.status)
    if row.status == "ERROR":
        state = "failed" if row.retry_at is None else "waits for retry"
    return JobView(
        id=row.id,
        affiliate=row.affiliate,
        name=row.name,
        state=state,
        payload=orjson.loads(row.payload),
        priority=row.priority,
        made_at=_required(row.made_at),
        begun_at=moment(row.started_at_epoch_ms),
        ended_at=moment(row.completed_at),
        due_at=moment(row.retry_at if state == "waits for retry" else row.delay_until_epoch_ms),
        tries=row.tries,
        done=row.done,
        total=row.total,
        code=row.code or "",
        reason=row.reason or "",
    )


def moment(milliseconds: int | None) -> datetime.datetime | None:
    """Return a moment of the database, in UTC."""
    return None if milliseconds is None else _required(milliseconds)


def _required(milliseconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
