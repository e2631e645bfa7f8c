"""Durable work done at once, in the process of a test, as a worker would do it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from sidra.errors import SidraError
from sidra.jobs.handlers import Handlers, installed_handlers
from sidra.jobs.relay import wishes_of
from sidra.jobs.service import Jobs
from sidra.jobs.work import JobWork, Reports, Standing
from sidra.runtime import Runtime
from sidra.settings import Settings


def settings_of(home: Path) -> Settings:
    """Settings of an installation that has a data folder, and nothing that work would read."""
    return Settings(home=home, affiliates=(), baseline=home / "base", plugins=())


def work_through(
    runtime: Runtime, home: Path | Settings, *, handlers: Handlers | None = None, standing: Standing = "ours"
) -> list[Exception]:
    """Take up all that happened in a store, and do what it begins; returns what failed."""
    failed: list[Exception] = []
    known = handlers or installed_handlers()
    settings = home if isinstance(home, Settings) else settings_of(home)
    while rows := runtime.outbox.oldest(100):
        for row in rows:
            for wish in wishes_of(runtime, row, known):
                work = JobWork(
                    runtime,
                    wish.id,
                    wish.name,
                    Reports(lambda *_: None, lambda: standing),
                    settings,
                    cast("Jobs", None),
                )
                try:
                    known.get(wish.name).run(work, wish.payload)
                except (SidraError, ArithmeticError) as error:
                    failed.append(error)
        runtime.outbox.done(row.id for row in rows)
    return failed
