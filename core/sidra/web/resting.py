"""What a process gives back of affiliates that nobody asks for: their connections, and the memory of these."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

IDLE_SECONDS = 60.0
"""How long nobody asks for an affiliate before its connections are closed; opening one again takes a millisecond."""


class Affiliates(Protocol):
    """What is asked of the registry of affiliates."""

    def let_go(self) -> int:
        """Close connections that nobody has asked anything since the last time; returns of how many affiliates."""


def begin_resting(affiliates: Affiliates, stop: threading.Event, *, seconds: float = IDLE_SECONDS) -> threading.Thread:
    """A thread that gives back now and then, and ends with the process."""

    def run() -> None:
        while not stop.wait(seconds):
            if affiliates.let_go():
                give_back()

    thread = threading.Thread(target=run, name="sidra-resting", daemon=True)
    thread.start()
    return thread


def give_back() -> None:
    """Give the machine the memory that was freed, where the C library keeps it for later and can be told not to."""
    with suppress(AttributeError, OSError):
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
        trim(0)
