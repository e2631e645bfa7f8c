"""The comparison of all affiliates for screens: made beside the requests, so that none waits for it long."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count

import structlog
from pyramid.config import Configurator

from sidra.comparing.comparisons import Comparisons
from sidra.comparing.readiness import Readiness, newest
from sidra.comparing.report import report
from sidra.records.bounded import Bounded
from sidra.settings import Settings
from sidra.web.reload import snapshot
from sidra_metamodel.comparing.comparison import Comparison

PATIENCE_SECONDS = 0.5
"""So long the first request of all waits; after that it is told that the counting goes on."""
MOST_REPORTS = 8
"""Gap analyses that are kept: of one comparison, in some languages, for readers of other affiliates."""


def includeme(config: Configurator) -> None:
    """The comparison that all requests of the process share."""
    config.registry.compared = Compared(config.registry.sidra_settings)


@dataclass(frozen=True, slots=True)
class Counted:
    """All affiliates side by side, and how ready each is for the newest baseline."""

    comparison: Comparison
    readiness: Mapping[str, Readiness]
    newest: str
    number: int = 0
    """Which of the comparisons of the process it is: what was drawn of it holds as long as there is no other."""


class Compared:
    """Gives the last comparison; where files have changed since, the next one is begun and not waited for."""

    def __init__(self, settings: Settings, patience: float = PATIENCE_SECONDS) -> None:
        self._settings, self._patience = settings, patience
        self._comparisons = Comparisons(settings)
        self._lock = threading.Lock()
        self._stamps: object = None
        self._found: Counted | None = None
        self._numbers = count(1)
        self._reports: Bounded[Hashable, str] = Bounded(MOST_REPORTS)
        self._thread: threading.Thread | None = None

    def of(self, today: date) -> Counted | None:
        """Return the last comparison; None while the first one is being made, or where it cannot be."""
        stamps = (today, snapshot((self._settings.baseline, self._settings.baselines, *self._settings.affiliates)))
        with self._lock:
            is_busy = self._thread is not None and self._thread.is_alive()
            if stamps != self._stamps and not is_busy:
                self._stamps = stamps
                self._thread = threading.Thread(target=self._count, args=(today,), name="comparison", daemon=True)
                self._thread.start()
            waiting = self._thread
        if waiting is not None and self._found is None:
            waiting.join(self._patience)
        return self._found

    def report(self, seen: Counted, language: str) -> str:
        """Return the gap analysis of what somebody sees of a comparison; drawn once, until there is another one."""
        affiliates = tuple(seen.comparison.affiliates)
        key = (seen.number, affiliates, language)
        return self._reports.get(key, lambda: report(seen.comparison, affiliates, language, seen.readiness))

    def settle(self) -> None:
        """Wait until no comparison is under way."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _count(self, today: date) -> None:
        try:
            made = self._comparisons.of(today)
            ready, last = self._comparisons.readiness(), newest(self._comparisons.configuration)
            self._found = Counted(made, ready, last, next(self._numbers))
        except Exception as error:  # noqa: BLE001 - the thread ends here; the next look begins anew
            self._stamps = None
            structlog.get_logger("sidra.web").error("comparison", error=type(error).__name__)
