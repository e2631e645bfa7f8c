"""A worker of an installation whose one effect is a mark for each account that was made; run as a program."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from sidra.affiliates.registry import Affiliates
from sidra.jobs.cleaning import clean_up
from sidra.jobs.database import JobsDatabase
from sidra.jobs.handlers import Handlers, Payload, job
from sidra.jobs.work import JobWork
from sidra.jobs.worker import Worker
from sidra.records.work import UnitOfWork
from sidra.settings import load_settings


@job("mark_account", on=("account.created",), wait_seconds=0.2)
def mark_account(work: JobWork, payload: Payload) -> None:
    """The effect that is counted."""

    def put(unit: UnitOfWork) -> str:
        return unit.system.create("mark", {"text": str(payload["record_id"])}, work=unit).id

    work.once("mark", put)


HANDLERS = Handlers((mark_account, clean_up))


def main(folder: Path) -> None:
    """Be a worker until told to end."""
    settings, stop = load_settings({}, folder), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    affiliates = Affiliates(settings)
    Worker(affiliates, JobsDatabase.of(settings, connections=10), handlers=HANDLERS).run(stop)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
