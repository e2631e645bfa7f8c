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


@job("find_duplicates_after_feed", on=("feed.loaded",), priority=LATER)
def find_after_feed(work: JobWork, payload: Payload) -> None:
    """Compare the records that a run of a feed has made: a feed is not held up by what may be one thing."""
    from sidra.identity.finding import find_duplicates  # noqa: PLC0415 - whoever only asks for work does not load it
    from sidra.interfaces.loading import FeedLoader  # noqa: PLC0415
    from sidra.store.codecs import encode_datetime  # noqa: PLC0415

    loader = FeedLoader(work.runtime, str(payload["feed"]))
    run = loader.get(str(payload["run_id"]))
    if run is None:
        return

    def go_on(search: Search) -> bool:
        work.progress(search.read, 0)
        return True

    # Of every entity: a feed makes more than the records it is named after, such as the persons of its customers.
    find_duplicates(work.runtime, go_on, since=encode_datetime(run.started_at))


JOBS = (find_probable_duplicates, find_after_feed)
