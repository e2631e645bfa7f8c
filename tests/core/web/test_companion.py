"""The worker beside the server is started with it, started anew where it dies, and ended with it."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, MutableMapping
from functools import partial
from pathlib import Path

import pytest
import structlog

from sidra.errors import Busy
from sidra.web import companion
from sidra.web.companion import Companion


def working(folder: Path) -> None:
    dying(folder)
    time.sleep(60)


def dying(folder: Path) -> None:
    (folder / str(os.getpid())).touch()


def refused(folder: Path) -> None:
    dying(folder)
    raise Busy("the database does not answer", hint="wait")


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
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
    monkeypatch.setattr(companion, "LEAST_SECONDS", 0.05)
    return lambda: [int(path.name) for path in sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)]


@pytest.fixture
def started(tmp_path: Path, begun: Callable[[], list[int]]) -> Iterator[Companion]:
    made = Companion(partial(working, tmp_path))
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
    tmp_path: Path, begun: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fork, tries = os.fork, []

    def full() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise BlockingIOError("no process is left")
        return fork()

    monkeypatch.setattr(os, "fork", full)
    made = Companion(partial(working, tmp_path))
    made.start()
    until(lambda: len(begun()) == 1)
    made.stop()


def test_it_ends_with_the_server_and_is_not_started_anew(started: Companion, begun: Callable[[], list[int]]) -> None:
    (first,) = begun()
    started.stop()
    assert not is_there(first)
    time.sleep(0.3)
    assert begun() == [first]


def test_it_ends_at_once_though_the_server_takes_the_signal_otherwise(
    tmp_path: Path, begun: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companion, "ENDING_SECONDS", 30.0)
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        made = Companion(partial(working, tmp_path))
        made.start()
        until(lambda: len(begun()) == 1)
        ended = time.monotonic()
        made.stop()
        assert not is_there(begun()[0])
        assert time.monotonic() - ended < companion.ENDING_SECONDS
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_worker_that_dies_at_once_is_started_ever_more_seldom(
    tmp_path: Path, begun: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companion, "LEAST_SECONDS", 0.4)
    made = Companion(partial(dying, tmp_path))
    made.start()
    time.sleep(1.5)
    made.stop()
    assert 1 <= len(begun()) <= 3


def test_a_worker_that_is_refused_is_told_of_and_started_anew(tmp_path: Path, begun: Callable[[], list[int]]) -> None:
    told = tmp_path.parent / f"{tmp_path.name}.log"

    def keep(_: object, __: str, event: MutableMapping[str, object]) -> str:
        with told.open("a", encoding="utf-8") as file:
            file.write(f"{event}\n")
        raise structlog.DropEvent

    structlog.configure(processors=[keep])
    made = Companion(partial(refused, tmp_path))
    made.start()
    until(lambda: len(begun()) == 2)
    made.stop()
    assert "'code': 'R503', 'reason': 'the database does not answer', 'hint': 'wait'" in told.read_text("utf-8")


def test_it_keeps_no_address_of_the_server_taken(tmp_path: Path, begun: Callable[[], list[int]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = listening.getsockname()
        made = Companion(partial(working, tmp_path))
        made.start()
        until(lambda: len(begun()) == 1)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)
    made.stop()


def test_it_shares_what_the_server_has_loaded(tmp_path: Path) -> None:
    loaded = object()

    def tell() -> None:
        (tmp_path / "told").write_text(str(id(loaded)), encoding="ascii")
        time.sleep(60)

    made = Companion(tell)
    made.start()
    until(lambda: (tmp_path / "told").exists() and (tmp_path / "told").read_text("ascii") == str(id(loaded)))
    made.stop()
