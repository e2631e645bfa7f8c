"""The worker beside the server is started with it, started anew where it dies, and ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sidra.web import companion
from sidra.web.companion import Companion

WORKER = "import os, pathlib, time; pathlib.Path('{folder}', str(os.getpid())).touch(); time.sleep(60)"
DYING = "import os, pathlib; pathlib.Path('{folder}', str(os.getpid())).touch()"


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[int]]:
    """The processes that were started so far."""
    monkeypatch.setattr(companion, "PROGRAM", WORKER.format(folder=tmp_path))
    monkeypatch.setattr(companion, "LEAST_SECONDS", 0.05)
    return lambda: [int(path.name) for path in sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)]


@pytest.fixture
def started(begun: Callable[[], list[int]]) -> Iterator[Companion]:
    made = Companion(reloads=False)
    made.start()
    until(lambda: len(begun()) == 1)
    yield made
    made.stop()


def test_a_worker_that_dies_is_started_anew(started: Companion, begun: Callable[[], list[int]]) -> None:
    (first,) = begun()
    os.kill(first, signal.SIGKILL)
    until(lambda: len(begun()) == 2)
    assert not is_there(first)
    assert is_there(begun()[1])


def test_a_worker_that_cannot_be_started_is_tried_again(
    begun: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    start, tries = subprocess.Popen, []

    def full(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the class that it stands for
        tries.append(1)
        if len(tries) == 1:
            raise BlockingIOError("no process is left")
        return start(*given, **named)

    monkeypatch.setattr(subprocess, "Popen", full)
    made = Companion(reloads=False)
    made.start()
    until(lambda: len(begun()) == 1)
    made.stop()


def test_it_ends_with_the_server_and_is_not_started_anew(started: Companion, begun: Callable[[], list[int]]) -> None:
    (first,) = begun()
    started.stop()
    assert not is_there(first)
    time.sleep(0.3)
    assert begun() == [first]


def test_a_worker_that_dies_at_once_is_started_ever_more_seldom(
    tmp_path: Path, begun: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companion, "PROGRAM", DYING.format(folder=tmp_path))
    monkeypatch.setattr(companion, "LEAST_SECONDS", 0.4)
    made = Companion(reloads=False)
    made.start()
    time.sleep(1.5)
    made.stop()
    assert 1 <= len(begun()) <= 3
