"""What work there is: each topic says by a tuple `JOBS` what it does, here they come together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sidra.jobs.errors import UnknownWork

if TYPE_CHECKING:
    from sidra.jobs.work import JobWork

MOST_TRIES = 5
SOON, NORMAL, LATER = 1, 5, 9
"""Priorities: the least number goes first, whoever waits longest among equals."""

# What a job is given is JSON that whoever enqueued it wrote.
Payload = Mapping[str, Any]
Run = Callable[["JobWork", Payload], None]


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many are begun in a period, by all workers together."""

    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Handler:
    """Work of one name, and how it is done."""

    name: str
    run: Run
    on: frozenset[str] = frozenset()
    """Events that begin it."""
    tries: int = MOST_TRIES
    """After so many failures it waits for a person."""
    wait_seconds: float = 10.0
    """Before it is tried again, doubled each time, up to an hour."""
    priority: int = NORMAL
    rate: Rate | None = None
    most_at_once: int | None = None
    """Of all affiliates and workers together."""

    @property
    def is_limited(self) -> bool:
        """Whether its pieces wait in a line of their own."""
        return self.rate is not None or self.most_at_once is not None


def job(  # noqa: PLR0913 - each is a property of its own
    name: str,
    *,
    on: Iterable[str] = (),
    tries: int = MOST_TRIES,
    wait_seconds: float = 10.0,
    priority: int = NORMAL,
    rate: Rate | None = None,
    most_at_once: int | None = None,
) -> Callable[[Run], Handler]:
    """Make a function the handler of work of a name; a topic lists it in its tuple `JOBS`."""

    def made(run: Run) -> Handler:
        return Handler(name, run, frozenset(on), tries, wait_seconds, priority, rate, most_at_once)

    return made


class Handlers:
    """All handlers, by name and by event."""

    def __init__(self, handlers: Iterable[Handler]) -> None:
        """Raise ValueError where two have one name."""
        found: dict[str, Handler] = {}
        for handler in handlers:
            if found.setdefault(handler.name, handler) is not handler:
                raise ValueError(f"two handlers are named `{handler.name}`")
        self.by_name: Mapping[str, Handler] = MappingProxyType(found)
        events = {event for handler in found.values() for event in handler.on}
        self.by_event: Mapping[str, tuple[Handler, ...]] = MappingProxyType(
            {event: tuple(handler for handler in found.values() if event in handler.on) for event in events}
        )

    def get(self, name: str) -> Handler:
        """Return the handler of a name; raises UnknownWork."""
        found = self.by_name.get(name)
        if found is None:
            hint = f"there is: {', '.join(sorted(self.by_name))}"
            raise UnknownWork(f"nothing here does the work `{name[:60]}`", hint=hint)
        return found


@cache
def installed_handlers() -> Handlers:
    """Return what the topics of the program do."""
    from sidra.audit import exporting
    from sidra.bulk import doing
    from sidra.channels import sending
    from sidra.events import delivering
    from sidra.exports import doing as making
    from sidra.identity import find_job
    from sidra.interfaces import upload_job
    from sidra.jobs import cleaning
    from sidra.privacy import upkeep_job
    from sidra.releases import drift_job, trying_job

    topics = (
        *(exporting, doing, delivering, making, find_job, upload_job, cleaning, sending, upkeep_job, drift_job),
        trying_job,
    )
    return Handlers(handler for topic in topics for handler in topic.JOBS)
