"""Takes up what happened in the stores: each event begins the work that waits for it, once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator

import structlog

from sidra.errors import Invalid, SidraError
from sidra.jobs.handlers import Handlers
from sidra.jobs.outbox import Happening, nobody
from sidra.jobs.service import Jobs, Wish
from sidra.runtime import Runtime

BATCH = 500
LEAST_SECONDS, MOST_SECONDS = 0.05, 1.0
"""How soon it looks again: at once after it found something, then ever more seldom."""
DELIVER = "deliver_events"
MOST_REST_SECONDS = 10.0
"""How long, at most, an affiliate is left alone whose outbox cannot be read."""


class Relay:
    """The relay of one worker. Several may run: the id of a piece of work follows from what began it."""

    def __init__(self, jobs: Jobs, runtimes: Callable[[], Iterable[Runtime]]) -> None:
        """runtimes: of the affiliates that this worker serves, asked for anew each time."""
        self._jobs, self._runtimes = jobs, runtimes
        self._woken = threading.Event()
        self._is_ending = False
        self.begun: Callable[[], None] = nobody
        """Is called once work was asked for."""
        self._failed: dict[str, str] = {}
        self._rests: dict[str, tuple[float, float]] = {}
        """Of the affiliates whose outbox could not be read: until when it is left alone, and for how long then."""
        self._left: set[str] = set()
        """Ids of what stays in an outbox, which the log was told of."""

    def start(self) -> threading.Thread:
        """Begin, in a thread of its own."""
        thread = threading.Thread(target=self._run, name="sidra-relay", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End after the batch that is under way."""
        self._is_ending = True
        self._woken.set()

    def _run(self) -> None:
        wait = LEAST_SECONDS
        while not self._is_ending:
            self._woken.clear()
            found = sum(self._tried(runtime) for runtime in self._runtimes())
            wait = LEAST_SECONDS if found else min(wait * 2, MOST_SECONDS)
            if found < BATCH and self._woken.wait(wait):
                wait = LEAST_SECONDS

    def _tried(self, runtime: Runtime) -> int:
        runtime.outbox.wake = self._woken.set
        until, seconds = self._rests.get(runtime.affiliate, (0.0, LEAST_SECONDS))
        if time.monotonic() < until:
            return 0
        try:
            count = self.take(runtime)
        except Exception as error:  # noqa: BLE001 - whatever fails here, the worker goes on
            self._tell(runtime.affiliate, error)
            # A database that is away may take seconds to say so, for which the other affiliates would wait.
            self._rests[runtime.affiliate] = time.monotonic() + seconds, min(seconds * 2, MOST_REST_SECONDS)
            return 0
        self._failed.pop(runtime.affiliate, None)
        self._rests.pop(runtime.affiliate, None)
        return count

    def _tell(self, affiliate: str, error: Exception) -> None:
        """Tell the log of an outbox that cannot be read: once, as long as it is for the same reason."""
        why = error.code if isinstance(error, SidraError) else type(error).__name__
        if self._failed.get(affiliate) != why:
            self._failed[affiliate] = why
            structlog.get_logger("sidra.jobs").warning("outbox waits", affiliate=affiliate, why=why)

    def take(self, runtime: Runtime) -> int:
        """Take up the oldest of what happened in a store; returns how much it was."""
        rows = runtime.outbox.oldest(BATCH)
        try:
            self._begin(runtime, rows)
        except Invalid:
            # One that no work can be begun for stays, and must not hold up those after it.
            rows = [row for row in rows if self._is_begun(runtime, row)]
        self._tell_subscribers(runtime, rows)
        # Only what is known to be kept is forgotten; killed before that, the same ids are asked for again.
        runtime.outbox.done(row.id for row in rows)
        return len(rows)

    def _tell_subscribers(self, runtime: Runtime, rows: list[Happening]) -> None:
        """Keep what happened in the log of events, and ask for it to be delivered to each who waits for it."""
        waiting = runtime.events.keep(rows)
        if waiting:
            self._jobs.enqueue_all(
                Wish(runtime.affiliate, DELIVER, {"subscription": one}, key=f"{rows[-1].id}:{one}") for one in waiting
            )
            self.begun()

    def _begin(self, runtime: Runtime, rows: Iterable[Happening]) -> None:
        wishes = [wish for row in rows for wish in wishes_of(runtime, row, self._jobs.handlers)]
        if wishes:
            self._jobs.enqueue_all(wishes)
            self.begun()

    def _is_begun(self, runtime: Runtime, row: Happening) -> bool:
        try:
            self._begin(runtime, [row])
        except Invalid as error:
            if row.id not in self._left:
                self._left.add(row.id)
                told = {"affiliate": runtime.affiliate, "of": row.event, "id": row.id, "why": error.code}
                structlog.get_logger("sidra.jobs").error("event stays in the outbox", **told)
            return False
        return True

    def settle(self, seconds: float = 10.0) -> None:
        """Take up all that happened so far."""
        end = time.monotonic() + seconds
        while any(self.take(runtime) for runtime in self._runtimes()) and time.monotonic() < end:
            pass


def wishes_of(runtime: Runtime, row: Happening, handlers: Handlers) -> Iterator[Wish]:
    """Yield the work that an event begins: `<affiliate>:<outbox id>:<name>` each."""
    for event in events_of(runtime, row):
        for handler in handlers.by_event.get(event, ()):
            yield Wish(runtime.affiliate, handler.name, row.told(), key=f"{row.id}:{handler.name}")


def events_of(runtime: Runtime, row: Happening) -> Iterator[str]:
    """Yield the names of what happened: that of the entity, and those of the kinds that it is of."""
    yield row.event
    prefix = f"{row.entity}."
    if row.entity in runtime.model.entities and row.event.startswith(prefix):
        for kind in runtime.model.ancestors(row.entity):
            yield f"{kind}.{row.event.removeprefix(prefix)}"
