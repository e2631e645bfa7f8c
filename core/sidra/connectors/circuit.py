"""A system that fails is left alone for a while; then one call tries whether it is back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half_open"]


class CircuitBreaker:
    """Counts failures one after the other; each process counts for itself."""

    def __init__(self, failures: int, open_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = failures, open_seconds, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._is_trying = False

    @property
    def state(self) -> State:
        """Whether calls go through, none does, or one that tries."""
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._clock() - self._opened_at >= self._seconds else "open"

    def enter(self) -> bool:
        """Whether a call may go through now; who may tells the end by `succeeded`, `failed` or `left`."""
        with self._lock:
            state = self.state
            if state == "closed":
                return True
            if state == "open" or self._is_trying:
                return False
            self._is_trying = True
            return True

    def succeeded(self) -> None:
        """The system answered."""
        with self._lock:
            self._failures, self._opened_at, self._is_trying = 0, None, False

    def failed(self) -> None:
        """The system failed."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._most or self._is_trying:
                self._opened_at = self._clock()
            self._is_trying = False

    def left(self) -> None:
        """The call ended by what says nothing about the system."""
        with self._lock:
            self._is_trying = False
