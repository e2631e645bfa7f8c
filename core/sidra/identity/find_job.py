"""Searches for records that may be one thing, as durable work: it goes on where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.jobs.handlers import LATER, Payload, job

if TYPE_CHECKING:
    from sidra.identity.finding import Search
    from sidra.jobs.work import JobWork


@job("find_duplicates", priority=LATER)
def find_probable_duplicates(work: JobWork, payload: Payload) -> None:
    """Look through an affiliate's records, and keep pairs for people to decide."""
    del payload
    from sidra.identity.finding import find_duplicates  # noqa: PLC0415 - whoever only asks for work does not load it

    def go_on(search: Search) -> bool:
        work.progress(search.read, 0)
        return True

    find_duplicates(work.runtime, go_on)


JOBS = (find_probable_duplicates,)
