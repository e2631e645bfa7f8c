"""Which workers are alive: each says so once a second, and whoever is silent is taken for dead."""

from __future__ import annotations

import os
import socket
import time

import sqlalchemy as sa

from sidra.jobs.database import JobsDatabase
from sidra.jobs.reading import WorkerView

BEAT_SECONDS = 1.0
FORGOTTEN = 24 * 60 * 60 * 1000
"""Milliseconds after which nobody asks any more who a dead worker was."""


class Living:
    """What a worker says of itself, and hears of the others, by the clock of the database."""

    def __init__(self, database: JobsDatabase, worker: str) -> None:
        self._database, self._worker = database, worker
        self._trusts_from = 0.0

    def beat(self) -> None:
        """Tell the others that this worker is alive."""
        table, now = self._database.worker, self._database.now
        mine = table.c.id == self._worker
        with self._database.engine.begin() as connection:
            silent = connection.execute(sa.select(now - table.c.seen_at).where(mine)).scalar()
            if silent is None:
                connection.execute(table.delete().where(table.c.seen_at < now - FORGOTTEN))
                row = {"id": self._worker, "host": socket.gethostname(), "process": os.getpid()}
                connection.execute(table.insert().values(**row, started_at=now, seen_at=now))
            else:
                connection.execute(table.update().where(mine).values(seen_at=now))
        if silent is not None and abs(silent) > WorkerView.SILENCE / 2:
            # The database was away, this machine slept, or a clock was set: the others may be alive, and have not said
            # so yet.
            self._trusts_from = time.monotonic() + WorkerView.SILENCE / 1000

    def dead(self) -> list[str]:
        """Return the workers that are dead and have left work unfinished; to be asked right after a beat."""
        if time.monotonic() < self._trusts_from:
            return []
        workflow, worker, now = self._database.workflow, self._database.worker, self._database.now
        # Who was heard of in the future died before a clock was set back.
        heard = worker.c.seen_at.between(now - WorkerView.SILENCE, now + WorkerView.SILENCE)
        alive = sa.select(worker.c.id).where(sa.or_(heard, worker.c.id == self._worker))
        running = sa.select(workflow.c.executor_id).where(workflow.c.status == "PENDING").distinct()
        with self._database.engine.connect() as connection:
            return [row[0] for row in connection.execute(running.where(workflow.c.executor_id.not_in(alive)))]

    def leave(self) -> None:
        """Be gone at once for the others, who need not wait until nothing was heard for a while."""
        table = self._database.worker
        with self._database.engine.begin() as connection:
            connection.execute(table.delete().where(table.c.id == self._worker))
