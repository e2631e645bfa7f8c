"""Saved YAML in force at the next request: `sidra serve --reload`."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import structlog

from sidra.web.sites import State
from sidra_metamodel.diagnostics import Severity
from sidra_metamodel.render import render

# When it changed, its size, and which file it is: an editor that writes a new file and renames it changes the last.
Stamp = tuple[int, int, int]


class Affiliates(Protocol):
    """What is asked of the registry of affiliates."""

    @property
    def names(self) -> Iterable[str]:
        """All affiliates of the settings."""

    def state(self, name: str) -> State | None:
        """What is known of one of them."""

    def reload(self, changed: Iterable[Path]) -> object:
        """Load anew what the changed files concern; a broken file changes nothing but the diagnostics."""


class Reloader:
    """Looks, before a request begins, whether any file below some folders is another one than at the last look.

    A watcher alone would tell a moment later, and a person who saves and at once reloads the page must see the change.
    """

    def __init__(self, affiliates: Affiliates, folders: Iterable[Path]) -> None:
        self._affiliates = affiliates
        self._folders = tuple(folders)
        self._lock = threading.Lock()
        self._seen = snapshot(self._folders)

    def __call__(self) -> None:
        """Put in force what was saved since the last look; others who ask meanwhile wait for it."""
        with self._lock:
            found = snapshot(self._folders)
            if found == self._seen:
                return
            changed = sorted(Path(path) for path, _ in self._seen.items() ^ found.items())
            self._seen = found
            self._reload(list(dict.fromkeys(changed)))

    def _reload(self, changed: list[Path]) -> None:
        before = self._told()
        began = time.perf_counter()
        self._affiliates.reload(changed)
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        log = structlog.get_logger("sidra.web")
        log.info("reloaded", files=[path.name for path in changed], milliseconds=milliseconds)
        for name, text in self._told().items():
            if text and text != before.get(name):
                log.error("configuration", affiliate=name, in_force="last good", diagnostics=text)

    def _told(self) -> Mapping[str, str]:
        return {name: _errors(self._affiliates.state(name)) for name in self._affiliates.names}


def _errors(state: State | None) -> str:
    found = [] if state is None else [one for one in state.diagnostics if one.severity is Severity.ERROR]
    return render(found)


def snapshot(folders: Iterable[Path]) -> dict[str, Stamp]:
    """The stamp of each file below some folders; what begins with a dot is passed over."""
    return {path: stamp for folder in folders for path, stamp in _files(folder)}


def _files(folder: Path | str) -> Iterator[tuple[str, Stamp]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir():
            yield from _files(entry.path)
            continue
        try:
            found = entry.stat()
        except OSError:
            continue
        yield entry.path, (found.st_mtime_ns, found.st_size, found.st_ino)


def watch(folders: Iterable[Path], refresh: Callable[[], None], stop: threading.Event) -> threading.Thread:
    """A thread that refreshes as soon as something is saved, so that the log tells before anybody asks for a page."""
    from watchfiles import watch as changes  # noqa: PLC0415 - only where files are watched

    def run() -> None:
        existing = [folder for folder in folders if folder.is_dir()]
        for _ in changes(*existing, stop_event=stop, debounce=50, step=20, raise_interrupt=False):
            try:
                refresh()
            except Exception as error:  # noqa: BLE001 - the watcher outlives whatever a file does to the loader
                structlog.get_logger("sidra.web").error("reload failed", error=type(error).__name__)

    thread = threading.Thread(target=run, name="sidra-watch", daemon=True)
    thread.start()
    return thread
