"""Runs the tests of a proposed configuration beside the requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.jobs.handlers import SOON, Payload, job

if TYPE_CHECKING:
    from sidra.jobs.work import JobWork


@job("test_plan", on=("plan.tests_asked",), priority=SOON, tries=1)
def test_plan(work: JobWork, payload: Payload) -> None:
    """Run the tests of a proposal, and keep how they end; what keeps them from being run is kept as well."""
    from sidra.releases.trying_run import run  # noqa: PLC0415 - whoever only asks for work does not load what does it

    run(work, str(payload["proposal"]))


JOBS = (test_plan,)
