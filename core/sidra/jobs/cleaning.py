"""Takes away what nobody needs any more: finished work, sessions and attempts that are over, old notes of steps.

And lets the database learn what it has now.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sidra.jobs.handlers import LATER, Payload, job

if TYPE_CHECKING:
    from sidra.jobs.work import JobWork
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime

DONE_KEPT = datetime.timedelta(days=8)
"""Longer than a schedule may be late: what was begun is known by its id."""
FAILED_KEPT = datetime.timedelta(days=90)
STEPS_KEPT = FAILED_KEPT + datetime.timedelta(days=30)
"""Longer than work may be done again: what it has done is not to be done twice then."""


@job("clean_up", priority=LATER)
def clean_up(work: JobWork, payload: Payload) -> None:
    """Delete, at one affiliate, what is over."""
    del payload
    from sidra.access.sweeping import sweep
    from sidra.jobs.work import Steps
    from sidra.preferences.forgetting import forget_strangers
    from sidra.store.codecs import encode_datetime

    now = work.runtime.now()
    sweep(work.runtime.store, now)
    _sweep_entered(work.runtime, now)
    forget_strangers(work.runtime)
    work.runtime.notifications.sweep(now)
    work.runtime.bulk.sweep(now)
    work.runtime.events.sweep(now)
    work.runtime.signals.sweep(encode_datetime(now))
    Steps(work.runtime).forget(encode_datetime(now - STEPS_KEPT))
    work.runtime.store.analyse()
    affiliate = work.runtime.affiliate
    for states, kept in ((("done", "cancelled"), DONE_KEPT), (("failed",), FAILED_KEPT)):
        while ids := work.jobs.ended(affiliate, states, kept):
            work.jobs.delete(ids)
            work.progress(0, 0)


def _sweep_entered(runtime: Runtime, now: datetime.datetime) -> None:
    """Delete drafts that are old, files that no record was saved with, and lists as files after their day."""
    from sidra.files.service import UNSAVED_KEPT
    from sidra.store.codecs import encode_datetime

    def work(unit: UnitOfWork) -> int:
        runtime.drafts.sweep(unit.connection, now)
        runtime.sent.sweep(unit.connection, now)
        swept = runtime.files.sweep(unit, encode_datetime(now - UNSAVED_KEPT))
        return swept + runtime.exports.sweep(unit, now)

    while runtime.transact(runtime.system_actor, work):
        pass


JOBS = (clean_up,)
