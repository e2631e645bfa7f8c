"""The worker that `sidra serve` has beside its web processes: started with them, started anew, ended with them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import structlog

ENDING_SECONDS = 15.0
"""How long the worker may take to end what it does."""
LEAST_SECONDS, MOST_SECONDS = 1.0, 30.0
"""Before a worker that died is started anew: ever later, where it dies at once."""
PROGRAM = "from sidra.cli import main; main(prog_name='sidra')"


class Companion:
    """One worker process, and what starts it anew."""

    def __init__(self, *, reloads: bool) -> None:
        """reloads: whether it puts saved YAML in force."""
        self._command = [sys.executable, "-c", PROGRAM, "work", "--parent", str(os.getpid())]
        self._command += ["--reload"] if reloads else []
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sidra-worker", daemon=True)

    def start(self) -> None:
        """Start it, in the surroundings of this process: it has the same settings."""
        self._thread.start()

    def stop(self) -> None:
        """End it, with what it does, or at once where that takes too long."""
        self._is_ending.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
        self._thread.join(ENDING_SECONDS)
        if process is not None and process.poll() is None:
            process.kill()

    def _worked(self) -> int | str:
        """Run a worker to its end; returns the code that it ends with, or why it cannot begin."""
        try:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        except OSError as error:
            # No memory or no process is left: it may be there again a moment later.
            return type(error).__name__
        if self._is_ending.is_set():
            self._process.terminate()
        return self._process.wait()

    def _watch(self) -> None:
        wait = LEAST_SECONDS
        while not self._is_ending.is_set():
            begun = time.monotonic()
            code = self._worked()
            wait = LEAST_SECONDS if time.monotonic() - begun > MOST_SECONDS else min(wait * 2, MOST_SECONDS)
            if not self._is_ending.is_set():
                structlog.get_logger("sidra.jobs").error("worker died", code=code, again_in_seconds=wait)
                self._is_ending.wait(wait)
