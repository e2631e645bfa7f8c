"""The port of durable work: the only way in which the rest of the program asks for it and looks at it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sidra.errors import BadQuery, Invalid, NotFound, Problem
from sidra.jobs.database import JobsDatabase, patiently, unavailable
from sidra.jobs.errors import NotPossible
from sidra.jobs.handlers import Handlers, installed_handlers
from sidra.jobs.reading import (
    FAILED,
    JobView,
    Page,
    ScheduleView,
    WorkerView,
    conditions,
    page_of,
    selection,
    statuses_of,
    view,
)
from sidra.jobs.serializing import JsonSerializer, refuse_pickles

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

WORKFLOW = "sidra.job"
VERSION = "sidra"
"""Of the application, for ever: new code finishes the work that old code began."""
QUEUE = "sidra"
NOWHERE = "nowhere"
"""A line that no worker has."""
MAX_PAYLOAD = 4096
MAX_LISTED = 500
WEB_SECONDS = 3.0
"""How long whoever asks waits for a database that is away."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A piece of work that is asked for."""

    affiliate: str
    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    """What it is known by at the affiliate: asked for twice, it is done once."""
    priority: int | None = None
    not_before: datetime.datetime | None = None

    @property
    def id(self) -> str:
        """The id of the job."""
        return f"{self.affiliate}:{self.key}"


class Jobs:
    """Durable work, as everybody but the workers sees it."""

    def __init__(
        self, database: JobsDatabase, handlers: Handlers | None = None, *, patience: float = WEB_SECONDS
    ) -> None:
        """The database is looked at when the first question comes; `patience`: seconds, where it is away."""
        self.database, self._patience = database, patience
        self.handlers = handlers or installed_handlers()

    @cached_property
    def _client(self) -> DBOSClient:
        from dbos import DBOSClient

        refuse_pickles()
        return DBOSClient(
            system_database_engine=self.database.engine,
            dbos_system_schema=self.database.job.schema or "dbos",
            serializer=JsonSerializer(),  # type: ignore[arg-type]  # it has the same methods
            application_name=VERSION,
            lazy=True,
            retry_connection_errors=False,
        )

    def enqueue(
        self,
        affiliate: str,
        name: str,
        payload: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        priority: int | None = None,
        not_before: datetime.datetime | None = None,
    ) -> str:
        """Return the id of work that is done soon, once, whatever dies; the same key gives the same work.

        The payload is ids and names, as JSON. Raises UnknownWork, Invalid, JobsUnavailable.
        """
        wish = Wish(affiliate, name, payload or {}, key or str(uuid.uuid4()), priority, not_before)
        return self.enqueue_all([wish])[0]

    def enqueue_all(self, wishes: Iterable[Wish]) -> list[str]:
        """Return the ids of work that is asked for together: all of it is kept, or none. Raises as `enqueue`."""
        wanted = list(wishes)

        def keep() -> None:
            with self.database.engine.begin() as connection:
                for wish in wanted:
                    self.keep(connection, wish)

        patiently(keep, seconds=self._patience)
        return [wish.id for wish in wanted]

    def keep(self, connection: sa.Connection, wish: Wish) -> bool:
        """Keep a wish in a transaction of the caller's; returns whether it is new."""
        options = self._options(wish)
        job = self.database.job
        values = {
            "id": wish.id,
            "affiliate": wish.affiliate,
            "name": wish.name,
            "payload": _text(wish.payload),
            "made_at": self.database.now,
            "tries": 0,
            "done": 0,
            "total": 0,
        }
        insert = sqlite.insert(job) if self.database.kind == "sqlite" else postgresql.insert(job)
        if connection.execute(insert.values(values).on_conflict_do_nothing()).rowcount == 0:
            return False
        self._client.enqueue_in_transaction(connection, options)
        return True

    def _options(self, wish: Wish) -> EnqueueOptions:
        handler = self.handlers.get(wish.name)
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": queue_of(wish.name, is_limited=handler.is_limited),
            "workflow_id": wish.id,
            "app_version": VERSION,
            "priority": wish.priority if wish.priority is not None else handler.priority,
            "queue_partition_key": wish.affiliate,
        }
        if wish.not_before is not None:
            wait = (wish.not_before - datetime.datetime.now(datetime.UTC)).total_seconds()
            options["delay_seconds"] = max(0.0, wait)
        return options

    def list(
        self,
        affiliate: str | None = None,
        *,
        state: str | None = None,
        name: str | None = None,
        after: str = "",
        limit: int = 50,
    ) -> Page:
        """Return work, the newest first; `after` is the mark of the last page. Raises BadQuery, JobsUnavailable."""
        if not 1 <= limit <= MAX_LISTED:
            raise BadQuery(f"a page has 1 to {MAX_LISTED} pieces of work")
        where = conditions(self.database, affiliate, state, name, after)
        made, key = self.database.job.c.made_at.desc(), self.database.job.c.id.desc()
        wanted = selection(self.database).where(*where).order_by(made, key).limit(limit + 1)
        return page_of([view(row) for row in self._rows(wanted)], limit)

    def get(self, job_id: str, affiliate: str | None = None) -> JobView:
        """Return a piece of work; raises NotFound, for one of another affiliate too."""
        rows = self._rows(selection(self.database).where(self.database.job.c.id == job_id))
        found = [view(row) for row in rows if affiliate in {None, row.affiliate}]
        if not found:
            raise NotFound("there is no such work", hint="see `sidra jobs list`")
        return found[0]

    def progress(self, job_id: str) -> tuple[int, int]:
        """Return how much of a piece of work is done, and of how much; 0 of 0 where nothing is known of that."""
        found = self.get(job_id)
        return found.done, found.total

    def cancel(self, job_id: str, affiliate: str | None = None) -> None:
        """Let work not be begun, or end at its next step; what is done stays. Raises NotPossible for ended work."""
        found = self.get(job_id, affiliate)
        if found.state in {"done", "cancelled"}:
            raise NotPossible(f"the work is {found.state}", hint="only what has not ended can be cancelled")
        if found.state in FAILED:
            # The engine cancels only what has not ended: meanwhile it waits where nobody takes it.
            self._change(job_id, retry_at=None)
            self._put(found, NOWHERE)
        patiently(lambda: self._client.cancel_workflow(job_id), seconds=self._patience)

    def retry(self, job_id: str, affiliate: str | None = None) -> None:
        """Do work again that failed or was cancelled; its steps that are done stay done. Raises NotPossible."""
        found = self.get(job_id, affiliate)
        if found.state not in {*FAILED, "cancelled"}:
            raise NotPossible(f"the work is {found.state}", hint="only what failed or was cancelled is done again")
        self._change(job_id, retry_at=None, tries=0, code=None, reason=None)
        self.rewind(found)

    def rewind(self, found: JobView) -> None:
        """Put ended work back into its line."""
        handler = self.handlers.by_name.get(found.name)
        self._put(found, queue_of(found.name, is_limited=handler is not None and handler.is_limited))

    def _put(self, found: JobView, queue: str) -> None:
        patiently(
            lambda: self._client.rewind_workflow(found.id, queue_name=queue, queue_partition_key=found.affiliate),
            seconds=self._patience,
        )

    def retry_failed(self, name: str, affiliate: str | None = None) -> int:
        """Do all work of a name again that failed; returns how much it is."""
        count, page = 0, self.list(affiliate, state="failed", name=name, limit=MAX_LISTED)
        while True:
            for found in page.jobs:
                self.retry(found.id)
            count += len(page.jobs)
            if not page.after:
                return count
            # On from there, not from the beginning: what fails again at once would be retried for ever.
            page = self.list(affiliate, state="failed", name=name, after=page.after, limit=MAX_LISTED)

    def workers(self) -> tuple[WorkerView, ...]:
        """Return the workers that are alive."""
        worker = self.database.worker
        age = (self.database.now - worker.c.seen_at).label("age")
        rows = self._rows(sa.select(worker, age).order_by(worker.c.started_at))
        return tuple(WorkerView.of(row) for row in rows if row.age < WorkerView.SILENCE)

    def schedules(self, affiliate: str) -> dict[str, ScheduleView]:
        """Return when the schedules of an affiliate were last begun, by name."""
        table = self.database.schedule
        rows = self._rows(sa.select(table).where(table.c.affiliate == affiliate))
        return {row.name: ScheduleView(row.slot, row.fired_at, row.job) for row in rows}

    def ended(self, affiliate: str, states: Iterable[str], kept: datetime.timedelta) -> tuple[str, ...]:
        """Return ids of work that ended so, longer ago than it is kept; not all at once."""
        workflow, since = self.database.workflow, self.database.now - kept // datetime.timedelta(milliseconds=1)
        names = [name for state in states for name in statuses_of(state)]
        wanted = selection(self.database).where(
            self.database.job.c.affiliate == affiliate,
            # Work that was tried again and done keeps the time of its last try.
            sa.or_(self.database.job.c.retry_at.is_(None), workflow.c.status != "ERROR"),
            workflow.c.status.in_(names),
            workflow.c.completed_at < since,
        )
        return tuple(row.id for row in self._rows(wanted.limit(MAX_LISTED)))

    def delete(self, ids: Iterable[str]) -> None:
        """Delete work with all that the engine keeps of it."""
        gone = [*ids]
        self._client.delete_workflows(gone)
        with self.database.engine.begin() as connection:
            connection.execute(self.database.job.delete().where(self.database.job.c.id.in_(gone)))

    def close(self) -> None:
        """Close every connection."""
        if "_client" in self.__dict__:
            self._client.destroy()
        self.database.close()

    def _change(self, job_id: str, **values: object) -> None:
        def change() -> None:
            with self.database.engine.begin() as connection:
                connection.execute(self.database.job.update().where(self.database.job.c.id == job_id).values(values))

        patiently(change, seconds=self._patience)

    def _rows(self, statement: sa.Select[Any]) -> tuple[Any, ...]:
        def read() -> tuple[Any, ...]:
            with self.database.engine.connect() as connection:
                return tuple(connection.execute(statement))

        try:
            return patiently(read, seconds=self._patience)
        except sa.exc.SQLAlchemyError as error:
            raise unavailable(error) from error


def queue_of(name: str, *, is_limited: bool) -> str:
    """Return the line in which work of a name waits: one for all, and one for each that is limited."""
    return f"{QUEUE}.{name}" if is_limited else QUEUE


def _text(payload: Mapping[str, Any]) -> str:
    try:
        text = orjson.dumps(dict(payload)).decode()
    except TypeError:
        text = ""
    if not text or len(text) > MAX_PAYLOAD:
        reason = f"what a job is given is JSON of at most {MAX_PAYLOAD} characters: ids, not records"
        raise Invalid([Problem("R604", "payload", reason)])
    return text
