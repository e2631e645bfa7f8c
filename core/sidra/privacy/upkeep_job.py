"""What privacy does by itself, as durable work: it goes on where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.jobs.handlers import LATER, Payload, job

if TYPE_CHECKING:
    from sidra.jobs.work import JobWork


@job("apply_retention", priority=LATER)
def retain(work: JobWork, payload: Payload) -> None:
    """Let go, at one affiliate, of what has been kept long enough."""
    del payload
    from sidra.privacy.retaining import apply_retention  # noqa: PLC0415 - whoever only asks for work does not load it

    done = apply_retention(work.runtime)
    work.progress(sum(one.count for one in done), 0)


@job("reseal", priority=LATER)
def seal_anew(work: JobWork, payload: Payload) -> None:
    """Seal, at one affiliate, what is not under the current keys, as once `encrypt: true` was added."""
    del payload
    from sidra.privacy.resealing import reseal  # noqa: PLC0415 - see above

    reseal(work.runtime, work.progress)


JOBS = (retain, seal_anew)
