"""A worker: it does durable work, takes over that of workers that died, and begins what is due."""

from __future__ import annotations

import os
import random
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa
import structlog

from sidra.errors import Busy, NotFound, SidraError
from sidra.jobs.database import JobsDatabase, is_passing, patiently
from sidra.jobs.engine import Doing, Engine
from sidra.jobs.errors import JobFailed, JobsUnavailable
from sidra.jobs.handlers import MOST_TRIES, Handlers
from sidra.jobs.living import BEAT_SECONDS, Living
from sidra.jobs.reading import selection, view
from sidra.jobs.relay import Relay
from sidra.jobs.scheduling import Scheduler
from sidra.jobs.service import Jobs
from sidra.jobs.work import JobWork, Reports, Standing
from sidra.runtime import Runtime
from sidra.web.log import frames

if TYPE_CHECKING:
    from sidra.affiliates.registry import Affiliates

TICK_SECONDS = 0.5
GRACE_SECONDS = 8
"""How long work may go on once the worker is told to end; then another worker takes it over."""
LONGEST_WAIT_SECONDS = 3600.0
CLAIMED = 60_000
"""Milliseconds for which failed work that is due is left to the worker that saw it first."""
CHECK_SECONDS = 0.2
"""How seldom a handler that reports often looks whether its work was cancelled."""


class Worker:
    """One worker: a process has one, and ends with it."""

    def __init__(
        self,
        affiliates: Affiliates,
        database: JobsDatabase,
        *,
        only: Iterable[str] = (),
        handlers: Handlers | None = None,
        refresh: Callable[[], None] | None = None,
    ) -> None:
        """only: names of the affiliates that it serves, all without; refresh: looks for changed configuration."""
        self.id = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.jobs = Jobs(database, handlers)
        self._affiliates, self._database, self._refresh = affiliates, database, refresh
        self._only = frozenset(only)
        self._is_ending = False
        self._log = structlog.get_logger("sidra.jobs").bind(worker=self.id)
        self._living = Living(database, self.id)
        self.relay = Relay(self.jobs, self.runtimes)
        self.scheduler = Scheduler(self.jobs)

    def runtimes(self) -> list[Runtime]:
        """Return the affiliates that it serves and that can be served now."""
        names = [name for name in self._affiliates.names if not self._only or name in self._only]
        return [runtime for name in names if (runtime := self._affiliates.get(name)) is not None]

    def run(self, stop: threading.Event) -> None:
        """Do work until told to end; then take nothing new, and end within seconds."""
        self._database.prepare()
        self._living.beat()
        doing = Doing(self._perform, self.is_passing, self._failed, self._served)
        engine = Engine(self._database, self.id, doing, self.jobs.handlers.by_name.values())
        self._log.info("work begun", affiliates=sorted(runtime.affiliate for runtime in self.runtimes()))
        self.relay.begun = engine.wake
        thread, ended = self.relay.start(), threading.Event()
        living = threading.Thread(target=self._live, args=(engine, ended), name="sidra-living", daemon=True)
        living.start()
        while not stop.wait(TICK_SECONDS):
            self._turn(self._look)
            self._turn(self._retry_due)
            self._turn(lambda: self.scheduler.fire(self.runtimes()))
        self._is_ending = True
        self.relay.stop()
        thread.join(GRACE_SECONDS)
        engine.stop(GRACE_SECONDS)
        ended.set()
        living.join(GRACE_SECONDS)
        self._turn(self._living.leave)
        self._log.info("work ended")

    def _live(self, engine: Engine, ended: threading.Event) -> None:
        """Be heard of, whatever else takes its time, and take over from those that are not."""
        while not ended.wait(BEAT_SECONDS):
            self._turn(self._living.beat)
            if not self._is_ending:
                self._turn(lambda: self._take_over(engine))

    def _turn(self, turn: Callable[[], object]) -> None:
        """Do what is to be done now and then; what fails is done at the next turn."""
        try:
            turn()
        except Exception as error:  # noqa: BLE001 - whatever fails here, the worker goes on
            why = error.code if isinstance(error, SidraError) else type(error).__name__
            self._log.warning("turn failed", why=why, frames=frames(error)[-3:])

    def _served(self) -> frozenset[str]:
        """Return the affiliates whose work it takes: that of others waits for a worker that serves them."""
        return frozenset(runtime.affiliate for runtime in self.runtimes())

    def _look(self) -> None:
        if self._refresh is not None:
            self._refresh()

    def _take_over(self, engine: Engine) -> None:
        """Put the work of the dead back into its line."""
        dead = self._living.dead()
        if dead:
            self._log.warning("work taken over", of=dead, pieces=engine.take_over(dead))

    def _retry_due(self) -> None:
        """Put failed work back into its line when its time has come."""
        job, workflow = self._database.job, self._database.workflow
        due = selection(self._database).where(job.c.retry_at <= self._database.now, workflow.c.status == "ERROR")
        with self._database.engine.connect() as connection:
            found = connection.execute(due.limit(100)).all()
        for row in found:
            if self._claim(row.id, row.retry_at):
                self.jobs.rewind(view(row))

    def _claim(self, job_id: str, retry_at: int) -> bool:
        """Tell whether it is this worker that puts it back: another one may have, and it may have ended since."""
        job = self._database.job
        mine = job.update().where(job.c.id == job_id, job.c.retry_at == retry_at)
        with self._database.engine.begin() as connection:
            # Where this worker dies before it has put it back, another one does later.
            return connection.execute(mine.values(retry_at=self._database.now + CLAIMED)).rowcount == 1

    def is_passing(self, error: BaseException) -> bool:
        """Tell whether work may succeed a moment later: it is tried again at once, and is not said to have failed."""
        return isinstance(error, Busy | JobsUnavailable) or is_passing(error)

    def _perform(self, job_id: str) -> None:
        """Do a piece of work; raises JobFailed, or what passes."""
        job = self._database.job
        wanted = sa.select(job.c.affiliate, job.c.name, job.c.payload).where(job.c.id == job_id)
        with self._database.engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return
        runtime = self._affiliates.get(row.affiliate)
        if runtime is None:
            raise JobFailed(f"`{row.affiliate}` is not served now", code=NotFound.code)
        try:
            work = JobWork(runtime, job_id, row.name, self._reports(job_id), self._affiliates.settings, self.jobs)
            self.jobs.handlers.get(row.name).run(work, orjson.loads(row.payload))
        except Exception as error:
            if self.is_passing(error):
                raise
            raise self._failure(job_id, row.name, error) from None

    def _failure(self, job_id: str, name: str, error: Exception) -> JobFailed:
        if isinstance(error, SidraError):
            self._log.warning("work failed", job=job_id, work=name, why=error.code)
            return JobFailed(error.reason, code=error.code, hint=error.hint)
        self._log.error("work failed", job=job_id, work=name, why=type(error).__name__, frames=frames(error))
        return JobFailed(f"it ended by an unforeseen {type(error).__name__}")

    def _reports(self, job_id: str) -> Reports:
        looked_at = 0.0
        found: Standing = "ours"

        def standing() -> Standing:
            nonlocal looked_at, found
            if found == "ours" and time.monotonic() - looked_at > CHECK_SECONDS:
                looked_at, found = time.monotonic(), patiently(lambda: self._standing(job_id))
            return "lost" if self._is_ending and found == "ours" else found

        return Reports(lambda done, total: self._note(job_id, done, total), standing)

    def _standing(self, job_id: str) -> Standing:
        workflow = self._database.workflow
        wanted = sa.select(workflow.c.status, workflow.c.executor_id).where(workflow.c.workflow_uuid == job_id)
        with self._database.engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is not None and tuple(row) == ("PENDING", self.id):
            return "ours"
        return "cancelled" if row is None or row.status == "CANCELLED" else "lost"

    def _note(self, job_id: str, done: int, total: int) -> None:
        self._change(job_id, {"done": done, "total": total})

    def _failed(self, job_id: str, failure: JobFailed) -> None:
        """Keep why work failed, and when it is tried again: after the last try it waits for a person."""
        name, tries = self._failures(job_id)
        handler = self.jobs.handlers.by_name.get(name)
        tries, retry_at = tries + 1, None
        if tries < (handler.tries if handler is not None else MOST_TRIES):
            first = handler.wait_seconds if handler is not None else LONGEST_WAIT_SECONDS
            wait = min(LONGEST_WAIT_SECONDS, first * 2 ** (tries - 1))
            milliseconds = int(wait * random.uniform(0.8, 1.2) * 1000)  # noqa: S311 - no secret
            retry_at = self._database.now + milliseconds
        values: dict[str, object] = {
            "tries": tries,
            "retry_at": retry_at,
            "code": failure.code,
            "reason": failure.reason[:500],
        }
        self._change(job_id, values)

    def _failures(self, job_id: str) -> tuple[str, int]:
        """Return the name of a piece of work, and how often it failed so far."""
        job = self._database.job

        def read() -> tuple[str, int]:
            with self._database.engine.connect() as connection:
                row = connection.execute(sa.select(job.c.name, job.c.tries).where(job.c.id == job_id)).one()
                return row.name, row.tries

        return patiently(read)

    def _change(self, job_id: str, values: dict[str, object]) -> None:
        table = self._database.job

        def change() -> None:
            with self._database.engine.begin() as connection:
                connection.execute(table.update().where(table.c.id == job_id).values(values))

        patiently(change)
