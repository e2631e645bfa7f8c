"""Loads the files that people bring, as durable work: whatever dies, the rows go on where they stood."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from sidra.jobs.handlers import SOON, Payload, job

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.interfaces.loading import FeedLoader
    from sidra.interfaces.runs import Run
    from sidra.jobs.work import JobWork
    from sidra.runtime import Runtime

FOLDER = "uploads"
"""In the data folder; each file has a folder of its own there."""


@job("load_upload", on=("feed.uploaded",), priority=SOON)
def load_upload(work: JobWork, payload: Payload) -> None:
    """Load what a run has before it, and then delete its file."""
    from sidra.errors import Busy, SidraError  # noqa: PLC0415 - whoever only asks for work does not load what does it
    from sidra.interfaces.loading import CANCELLED, UNFORESEEN, FeedLoader  # noqa: PLC0415 - whoever only asks for work does not load what does it
    from sidra.jobs.work import Ended  # noqa: PLC0415 - whoever only asks for work does not load what does it

    loader = FeedLoader(work.runtime, str(payload["feed"]))
    run = loader.get(str(payload["run_id"]))
    if run is None or not run.upload:
        return
    try:
        _load(work, loader, run, _person(work.runtime, payload))
    except Ended:
        if not work.is_cancelled():
            raise
        loader.stop(run.id, CANCELLED)
    except Busy:
        raise
    except Exception as error:
        loader.stop(run.id, error.code if isinstance(error, SidraError) else UNFORESEEN)
        _erase(work, run)
        raise
    _erase(work, run)


def _load(work: JobWork, loader: FeedLoader, run: Run, actor: Actor) -> None:
    from sidra.interfaces.runs import RunEnded  # noqa: PLC0415 - whoever only asks for work does not load what does it

    path, last = work.home / FOLDER / run.upload / run.file, run
    while last.is_under_way(work.runtime.now()):
        try:
            loader.resume(last, path, actor).finish(lambda counts, most: work.progress(counts.read, most))
        except RunEnded:
            # A person cancelled it in the screen; or a worker that was thought dead has loaded some more of it.
            work.progress(last.counts.read, last.rows_at_most)
        last = loader.get(run.id) or run


def _person(runtime: Runtime, payload: Payload) -> Actor:
    """Return who brought the file, with the rights of now, and no more of them than the token had that was used.

    Raises Forbidden for who has none any more.
    """
    from sidra.access.entrance import Entrance  # noqa: PLC0415 - whoever only asks for work does not load what does it
    from sidra.errors import Forbidden  # noqa: PLC0415 - whoever only asks for work does not load what does it

    account = Entrance.of(runtime.affiliate, runtime.store).accounts.get(str(payload["account"]))
    if account is None:
        raise Forbidden("who brought the file has no account any more", hint="load it again as somebody else")
    scopes = payload["scopes"]
    return replace(account.actor(runtime.affiliate), scopes=None if scopes is None else frozenset(scopes))


def _erase(work: JobWork, run: Run) -> None:
    shutil.rmtree(work.home / FOLDER / run.upload, ignore_errors=True)


JOBS = (load_upload,)
