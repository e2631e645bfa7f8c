"""Saved YAML in force at the next request: `sidra serve --reload`."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

import structlog

from sidra.errors import SidraError
from sidra.hookspecs import PROJECT
from sidra.web.sites import State
from sidra_metamodel.diagnostics import Severity
from sidra_metamodel.render import render

# When it changed, its size, and which file it is: an editor that writes a new file and renames it changes the last.
Stamp = tuple[int, int, int]

TURN_SECONDS = 0.005
RESTART = "the code of plugins is read at the start: end `sidra serve` and start it again"


class Affiliates(Protocol):
    """What is asked of the registry of affiliates."""

    @property
    def names(self) -> Iterable[str]:
        """All affiliates of the settings."""

    def state(self, name: str) -> State | None:
        """What is known of one of them, after loading what is new of it."""

    def reload(self) -> object:
        """Read the files anew; who is concerned is loaded when it is asked for."""


class Reloader:
    """Looks, before a request begins, whether any file below some folders is another one than at the last look.

    A watcher alone would tell a moment later, and a person who saves and at once reloads the page must see the change.
    """

    def __init__(self, affiliates: Affiliates, folders: Iterable[Path], code: Iterable[Path] = ()) -> None:
        """code: folders and files of plugins, which are told of and never read again."""
        self._affiliates = affiliates
        self.folders, self.code = tuple(folders), tuple(code)
        self._lock = threading.Lock()
        self._seen = snapshot(self.folders)
        self._failed: dict[str, Stamp] | None = None
        self._code = snapshot(self.code)
        self._told = {name: affiliates.state(name) for name in affiliates.names}

    def __call__(self) -> None:
        """Read what was saved since the last look; others who ask meanwhile wait for it."""
        with self._lock:
            found = snapshot(self.folders)
            if found == self._seen:
                return
            try:
                self._affiliates.reload()
            except Exception as error:  # noqa: BLE001 - what is in force is served, whatever happens to the folders
                self._tell_failure(found, error)
                return
            structlog.get_logger("sidra.web").info("saved", files=_changed(self._seen, found))
            self._seen = found

    def _tell_failure(self, found: dict[str, Stamp], error: Exception) -> None:
        """Tell once of files that could not be looked at; they are looked at again at the next request."""
        if found == self._failed:
            return
        self._failed = found
        reason = f"{error.reason}; {error.hint}" if isinstance(error, SidraError) else type(error).__name__
        structlog.get_logger("sidra.web").error("reload failed", in_force="last good", error=reason)

    def settle(self) -> None:
        """Load the affiliates that nobody has asked for since their files were saved, and tell what became of all."""
        for name in self._affiliates.names:
            state = self._affiliates.state(name)
            if state is not self._told.get(name):
                _tell(name, state, self._told.get(name))
                self._told[name] = state
            # Whoever waits for another affiliate gets the turn.
            time.sleep(TURN_SECONDS)
        found = snapshot(self.code)
        if found != self._code:
            files = _changed(self._code, found)
            structlog.get_logger("sidra.web").warning(
                "plugin changed", files=files, in_force="as started", help=RESTART
            )
            self._code = found


def _changed(before: Mapping[str, Stamp], after: Mapping[str, Stamp]) -> list[str]:
    return list(dict.fromkeys(Path(path).name for path, _ in sorted(before.items() ^ after.items())))


def _tell(name: str, state: State | None, before: State | None) -> None:
    text = _errors(state)
    log = structlog.get_logger("sidra.web")
    if not text:
        log.info("reloaded", affiliate=name)
    elif text != _errors(before):
        log.error("configuration", affiliate=name, in_force="last good", diagnostics=text)


def _errors(state: State | None) -> str:
    found = [] if state is None else [one for one in state.diagnostics if one.severity is Severity.ERROR]
    return render(found)


def snapshot(places: Iterable[Path]) -> dict[str, Stamp]:
    """The stamp of each file that is one of some places or below them; what begins with a dot is passed over."""
    return {path: stamp for place in places for path, stamp in _files(place)}


def _files(place: Path | str) -> Iterator[tuple[str, Stamp]]:
    try:
        entries = list(os.scandir(place))
    except NotADirectoryError:
        yield from _stamped(Path(place))
        return
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir():
            yield from _files(entry.path)
            continue
        yield from _stamped(entry)


def _stamped(file: os.DirEntry[str] | Path) -> Iterator[tuple[str, Stamp]]:
    try:
        found = file.stat()
    except OSError:
        return
    yield os.fspath(file), (found.st_mtime_ns, found.st_size, found.st_ino)


def code_of(plugins: Iterable[str]) -> tuple[Path, ...]:
    """Where the code of loaded plugins stands: a folder or a file each."""
    modules = {entry.name: entry.module for entry in entry_points(group=PROJECT)}
    loaded = (sys.modules.get(modules.get(name, name)) for name in plugins)
    files = (Path(module.__file__) for module in loaded if module is not None and module.__file__)
    return tuple(file.parent if file.name == "__init__.py" else file for file in files)


def watch(reloader: Reloader, stop: threading.Event) -> threading.Thread:
    """A thread that loads as soon as something is saved, so that the log tells before anybody asks for a page."""
    from watchfiles import watch as changes  # noqa: PLC0415 - only where files are watched

    def run() -> None:
        existing = [place for place in (*reloader.folders, *reloader.code) if place.exists()]
        for _ in changes(*existing, stop_event=stop, debounce=50, step=20, raise_interrupt=False):
            try:
                reloader()
                reloader.settle()
            except Exception as error:  # noqa: BLE001 - the watcher outlives whatever a file does to the loader
                structlog.get_logger("sidra.web").error("reload failed", error=type(error).__name__)

    thread = threading.Thread(target=run, name="sidra-watch", daemon=True)
    thread.start()
    return thread
