"""The worker that `sidra serve` has beside its web processes: started with them, started anew, ended with them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import structlog

from sidra.errors import SidraError
from sidra.web.log import frames

ENDING_SECONDS = 15.0
"""How long the worker may take to end what it does."""
LEAST_SECONDS, MOST_SECONDS = 1.0, 30.0
"""Before a worker that died is started anew: ever later, where it dies at once."""
STANDARD_STREAMS = 3


class Companion:
    """One worker process, and what starts it anew."""

    def __init__(self, work: Callable[[], object]) -> None:
        """work: what the process does until it is told to end; forked, it shares what this one has loaded."""
        self._work = work
        self._process: multiprocessing.Process | None = None
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sidra-worker", daemon=True)

    def start(self) -> None:
        """Start it: it has the settings of this process, and what this one has loaded."""
        self._thread.start()

    def stop(self) -> None:
        """End it, with what it does, or at once where that takes too long."""
        self._is_ending.set()
        process = self._process
        if process is not None and process.is_alive():
            process.terminate()
        self._thread.join(ENDING_SECONDS)
        if process is not None and process.is_alive():
            process.kill()
            self._thread.join(ENDING_SECONDS)

    def _worked(self) -> int | str | None:
        """Run a worker to its end; returns the code that it ends with, or why it cannot begin."""
        process = multiprocessing.Process(target=_begin, args=(self._work,), name="sidra-worker", daemon=True)
        try:
            process.start()
        except OSError as error:
            # No memory or no process is left: it may be there again a moment later.
            return type(error).__name__
        self._process = process
        if self._is_ending.is_set():
            process.terminate()
        process.join()
        return process.exitcode

    def _watch(self) -> None:
        wait = LEAST_SECONDS
        while not self._is_ending.is_set():
            begun = time.monotonic()
            code = self._worked()
            wait = LEAST_SECONDS if time.monotonic() - begun > MOST_SECONDS else min(wait * 2, MOST_SECONDS)
            if not self._is_ending.is_set():
                structlog.get_logger("sidra.jobs").error("worker died", code=code, again_in_seconds=wait)
                self._is_ending.wait(wait)


def _begin(work: Callable[[], object]) -> None:
    """Work, apart from what the server has open: its socket would stay taken as long as this process lives."""
    # What the server does when it is told to end is not what ends this process.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.closerange(STANDARD_STREAMS, os.sysconf("SC_OPEN_MAX"))
    try:
        work()
    except SidraError as error:
        told: dict[str, object] = {"code": error.code, "reason": error.reason, "hint": error.hint}
    except Exception as error:  # noqa: BLE001 - it is started anew, and the log says why
        told = {"reason": type(error).__name__, "frames": frames(error)}
    else:
        return
    structlog.get_logger("sidra.jobs").error("worker cannot work", **told)
    sys.exit(1)
