"""Looks at night whether an affiliate runs on what was released, on tables that nobody else has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from sidra.jobs.handlers import LATER, Payload, job

if TYPE_CHECKING:
    from sidra.jobs.work import JobWork


@job("check_drift", priority=LATER)
def check_drift(work: JobWork, payload: Payload) -> None:
    """Log what is otherwise than it was released, at one affiliate."""
    del payload
    # Whoever only asks for work does not load what does it.
    from sidra.releases.drifting import drift_in_force  # noqa: PLC0415
    from sidra.releases.serving import REQUIRED  # noqa: PLC0415

    home = work.settings.home if work.settings.releases == REQUIRED else None
    for one in drift_in_force(work.runtime, home):
        structlog.get_logger("sidra.releases").warning("drift", affiliate=work.runtime.affiliate, what=one)


JOBS = (check_drift,)
