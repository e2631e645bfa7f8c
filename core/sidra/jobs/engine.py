"""The engine of durable work: DBOS, set up in the one way in which it keeps what we promise."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from sidra.jobs.errors import EngineRunning, JobFailed
from sidra.jobs.handlers import Handler
from sidra.jobs.serializing import JsonSerializer, as_failure, refuse_pickles
from sidra.jobs.service import QUEUE, VERSION, WORKFLOW, queue_of

if TYPE_CHECKING:
    from dbos import DBOS, DBOSConfig, Queue
    from dbos._sys_db import SystemDatabase

    from sidra.jobs.database import JobsDatabase

MOST_ON_SQLITE = 4
"""More at once only wait for the one that writes."""
MOST_ON_POSTGRESQL = 8
TAKE_OVERS = 50
"""Work that brought down so many workers is given to no more."""
STEP_TRIES = 9
FIRST_WAIT = 0.25
"""Doubled each time: a database may be away for a minute without any work failing for it."""
BUSY_SECONDS, IDLE_SECONDS = 0.01, 0.5
LIMITED_SECONDS = 0.25
ENDING_SECONDS = 0.05
EXPECTED = frozenset({"DBOSAwaitedWorkflowCancelledError"})
"""Errors of the engine that a person brings about by cancelling work."""


@dataclass(frozen=True, slots=True)
class Doing:
    """How a worker does work, by its id."""

    perform: Callable[[str], None]
    """Raises Ended, an error that may pass, or JobFailed."""
    is_passing: Callable[[BaseException], bool]
    failed: Callable[[str, JobFailed], None]
    """Notes why it failed and when it is tried again."""
    served: Callable[[], Container[str]]
    """The affiliates whose work may be taken now."""


def configuration(database: JobsDatabase, executor: str) -> DBOSConfig:
    """Return the settings of the engine: nothing of its proprietary parts, and one version for ever."""
    return {
        "name": VERSION,
        "system_database_engine": database.engine,
        "dbos_system_schema": database.job.schema or "dbos",
        "application_version": VERSION,
        "executor_id": executor,
        "serializer": JsonSerializer(),  # type: ignore[typeddict-item]  # it has the same methods
        "use_listen_notify": False,
        "run_migrations": False,
        "notification_listener_polling_interval_sec": 1.0,
        "scheduler_polling_interval_sec": 3600.0,
        "log_level": "ERROR",
        "enable_otlp": False,
    }


def migrate(database: JobsDatabase) -> None:
    """Bring the engine's own tables to its version; connects without starting it."""
    _leave_no_settings()
    from dbos._sys_db import SystemDatabase

    refuse_pickles()
    _quiet()
    made = SystemDatabase.create(
        system_database_url=database.url,
        engine_kwargs={},
        engine=database.engine,
        schema=database.job.schema or "dbos",
        serializer=JsonSerializer(),  # type: ignore[arg-type]  # it has the same methods
        executor_id=None,
        use_listen_notify=False,
    )
    made.run_migrations()


class Engine:
    """The engine of this process, which can have one."""

    def __init__(self, database: JobsDatabase, executor: str, doing: Doing, handlers: Iterable[Handler]) -> None:
        """Start it; raises EngineRunning where there is one: the engine would silently go on with its settings."""
        _leave_no_settings()
        from dbos import DBOS, _dbos

        if _dbos._dbos_global_instance is not None:
            hint = "one process does work for one database: start another one"
            raise EngineRunning("the engine of durable work runs in this process already", hint=hint)
        refuse_pickles()
        _quiet()
        self._dbos = DBOS
        self.executor = executor
        self._instance = DBOS(config=configuration(database, executor))
        _register(DBOS, doing)
        self._served = doing.served
        self._has_work = True
        self._woken = threading.Event()
        self._main: Queue | None = None
        self._launch()
        self.most = MOST_ON_SQLITE if database.kind == "sqlite" else MOST_ON_POSTGRESQL
        self._main = DBOS.register_queue(
            QUEUE,
            worker_concurrency=self.most,
            # One place is always left to the others: however much an affiliate has, another one's work begins.
            partition_worker_concurrency=self.most - 1,
            polling_interval_sec=BUSY_SECONDS,
            on_conflict="always_update",
        )
        for handler in handlers:
            if handler.is_limited:
                self._register_limited(handler)

    def _launch(self) -> None:
        """Start the engine; it knows the lines of workers before this one, and is paced from its first look on."""
        from dbos._sys_db import SystemDatabase

        create = SystemDatabase.create

        def paced(*given: Any, **named: Any) -> SystemDatabase:  # noqa: ANN401 - the arguments of the library's own
            made = create(*given, **named)
            self._pace(made)
            return made

        SystemDatabase.create = paced  # type: ignore[method-assign]
        try:
            self._dbos.launch()
        finally:
            SystemDatabase.create = create  # type: ignore[method-assign]

    def _register_limited(self, handler: Handler) -> None:
        limit = None if handler.rate is None else {"limit": handler.rate.most, "period": handler.rate.seconds}
        most = handler.most_at_once
        self._dbos.register_queue(
            queue_of(handler.name, is_limited=True),
            worker_concurrency=self.most if most is None else min(self.most, most),
            # By partition too, though without a limit of theirs: only so the affiliates can be told apart.
            partition_worker_concurrency=self.most if most is None else min(self.most, most),
            global_concurrency=most,
            limiter=limit,  # type: ignore[arg-type]  # of its two keys
            polling_interval_sec=LIMITED_SECONDS,
            on_conflict="always_update",
        )

    def _pace(self, database: SystemDatabase) -> None:
        """Look for work often while there is some, seldom while there is none, at once when told.

        The engine asks for its queue's settings before each look, and then for the affiliates that have work.
        """
        settings, partitions = database.get_queue, database.get_queue_partitions

        def get_queue(name: str, **more: Any) -> Queue | None:  # noqa: ANN401 - a value of the library's, or JSON of the caller's
            if name != QUEUE or self._main is None:
                return settings(name, **more)
            if not self._has_work and self._woken.wait(IDLE_SECONDS):
                self._woken.clear()
            return self._main

        def get_queue_partitions(queue_name: str) -> list[str]:
            found = partitions(queue_name)
            served = self._served() if found else ()
            mine = [name for name in found if name in served]
            if queue_name == QUEUE:
                self._has_work = bool(mine)
            return mine

        database.get_queue = get_queue  # type: ignore[method-assign]
        database.get_queue_partitions = get_queue_partitions  # type: ignore[method-assign]

    def wake(self) -> None:
        """Look for work at once: some was asked for."""
        self._woken.set()

    def active(self) -> int:
        """Return how many pieces of work are being done here."""
        return len(self._instance._active_workflows_set.activeList())

    def take_over(self, executors: list[str]) -> int:
        """Put the unfinished work of dead workers back into its line; returns how much it is."""
        return len(self._instance._recover_pending_workflows(executors))

    def stop(self, seconds: float) -> None:
        """Take nothing new, and end when what is being done has ended, or the time is up."""
        for thread in self._instance.background_thread_stop_events:
            thread.set()
        end = time.monotonic() + seconds
        while self.active() and time.monotonic() < end:
            time.sleep(ENDING_SECONDS)
        self._dbos.destroy()


def _register(dbos: type[DBOS], doing: Doing) -> None:
    from dbos._error import DBOSException, DBOSMaxStepRetriesExceeded

    @dbos.step(
        name="do",
        retries_allowed=True,
        max_attempts=STEP_TRIES,
        interval_seconds=FIRST_WAIT,
        backoff_rate=2.0,
        should_retry=doing.is_passing,
    )
    def do(job_id: str) -> None:
        doing.perform(job_id)

    # A thin loop: what is to be done and how far it is stands in our tables, so that new code can finish old work.
    @dbos.workflow(name=WORKFLOW, max_recovery_attempts=TAKE_OVERS)
    def run() -> None:
        job_id = str(dbos.workflow_id)
        try:
            do(job_id)
        except DBOSMaxStepRetriesExceeded:
            failure = JobFailed("what it needs stayed away for a minute", code="R060")
        except DBOSException:
            # The engine tells itself that another worker goes on with it, or that it was cancelled.
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails here, the worker goes on
            failure = as_failure(error)
        else:
            return
        doing.failed(job_id, failure)
        raise failure from None


def _leave_no_settings() -> None:
    """Let no variable of the surroundings turn on what is proprietary, or give the engine another name."""
    for name in [name for name in os.environ if name.startswith("DBOS_")]:
        del os.environ[name]


def _quiet() -> None:
    """Let the engine tell our log that something went wrong, and not what: its texts may hold values."""
    logger = logging.getLogger("dbos")
    if not any(isinstance(handler, _Relayed) for handler in logger.handlers):
        logger.handlers = [_Relayed(level=logging.ERROR)]
        logger.propagate = False


class _Relayed(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, JobFailed) or type(error).__name__ in EXPECTED:
            # The worker has told of it, or a person wanted it.
            return
        told: dict[str, Any] = {"place": f"{record.module}:{record.lineno}"}
        if error is not None:
            told["error"] = type(error).__name__
        structlog.get_logger("sidra.jobs").error("engine", **told)
