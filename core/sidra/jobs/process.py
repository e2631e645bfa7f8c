"""The process of a worker: its affiliates, its database, and how it ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from types import FrameType

from sidra.affiliates.registry import Affiliates
from sidra.errors import NotFound
from sidra.jobs.database import JobsDatabase
from sidra.jobs.worker import Worker
from sidra.releases.serving import REQUIRED, folders_in_force
from sidra.web.log import configure
from sidra.web.reload import Reloader

CONNECTIONS = 12
"""As many as work at once, and a few for those that look after it."""


def run_worker(
    affiliates: Affiliates, *, only: Iterable[str] = (), reloads: bool = False, parent: int | None = None
) -> None:
    """Do durable work until the process is told to end, or its parent is gone.

    Raises NotFound for an affiliate that there is not, JobsUnavailable where the database cannot be used.
    """
    settings = affiliates.settings
    configure(settings.log_level)
    stop = threading.Event()

    def told(_: int, __: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    _check(only, affiliates.names)
    affiliates.load_all()
    refresh: Callable[[], None] | None = None
    if reloads or settings.releases == REQUIRED:
        refresh = Reloader(affiliates, folders_in_force(settings))
    worker = Worker(affiliates, JobsDatabase.of(settings, connections=CONNECTIONS), only=only, refresh=refresh)
    if parent is not None:
        threading.Thread(target=_follow, args=(parent, stop), name="sidra-parent", daemon=True).start()
    worker.run(stop)
    affiliates.close()
    sys.stdout.flush()
    # Work that does not end in time is taken over by another worker: this process does not wait for it.
    os._exit(0)


def _check(only: Iterable[str], known: Iterable[str]) -> None:
    names = frozenset(known)
    for name in only:
        if name not in names:
            hint = f"there are: {', '.join(sorted(names))}"
            raise NotFound(f"no affiliate `{name[:60]}` is served", hint=hint)


def _follow(parent: int, stop: threading.Event) -> None:
    """End with the process that started this one, however that ended."""
    while not stop.wait(1.0):
        if os.getppid() != parent:
            stop.set()
