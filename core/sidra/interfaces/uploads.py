"""Files that people bring by the browser: kept aside while a run in the background loads them, then deleted."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO

import structlog

from sidra.access.actor import Actor
from sidra.errors import SidraError
from sidra.interfaces.files import FileRefused
from sidra.interfaces.loading import FeedLoader, Loading

ENDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"csv": (".csv", ".txt", ".tsv"), "ndjson": (".ndjson", ".jsonl", ".json")}
)
"""What the name of a file may end in, by the format that its feed declares."""
MAX_NAME_CHARACTERS = 100
COPIED_BYTES = 1 << 16
MEGABYTE = 1024 * 1024


class Uploads:
    """The files that one process loads."""

    def __init__(self, folder: Path, most_megabytes: int) -> None:
        self.folder = folder
        self.most_megabytes = most_megabytes
        self._threads: dict[str, threading.Thread] = {}
        self._own: set[Path] = set()
        self._sweep()

    def start(self, loader: FeedLoader, name: str, content: IO[bytes], actor: Actor) -> None:
        """Keep a file aside and begin to load it; returns once its first rows are about to be loaded.

        Raises FileRefused for a file that is too large, of another type, or cannot serve; Conflict while the feed is
        loading another one; Forbidden without the function `feeds`. Then nothing is loaded or kept.
        """
        self._sweep()
        path = self._kept(loader.feed.shape.format, name, content)
        try:
            loading = loader.begin(path, actor, is_alone=True)
        except BaseException:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        # A daemon: a process that is told to end does not wait for a long file. Whole chunks are loaded by then.
        thread = threading.Thread(target=_load, args=(loading, path), name=f"feed-{loader.feed.name}", daemon=True)
        self._threads = {key: one for key, one in self._threads.items() if one.is_alive()}
        self._threads[loading.run_id] = thread
        thread.start()

    def wait(self) -> None:
        """Return when nothing is under way."""
        for thread in list(self._threads.values()):
            thread.join()

    def _sweep(self) -> None:
        """Delete what processes left behind that were killed: files of customers must not lie about."""
        for left in self.folder.glob("*-*"):
            process = left.name.partition("-")[0]
            if left not in self._own and (process == str(os.getpid()) or not _is_alive(process)):
                shutil.rmtree(left, ignore_errors=True)

    def _kept(self, format: str, name: str, content: IO[bytes]) -> Path:
        plain = _plain(name)
        if not plain.lower().endswith(ENDINGS[format]):
            raise FileRefused(f"{plain} does not end in {' or '.join(ENDINGS[format])}", hint=f"save it as {format}")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=self.folder)) / plain
        self._own.add(path.parent)
        try:
            self._copy(content, path)
        except BaseException:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        return path

    def _copy(self, content: IO[bytes], path: Path) -> None:
        size = 0
        with path.open("xb") as file:
            while piece := content.read(COPIED_BYTES):
                size += len(piece)
                if size > self.most_megabytes * MEGABYTE:
                    reason = f"{path.name} is larger than {self.most_megabytes} MB"
                    raise FileRefused(reason, hint="divide it, or ask an operator to run `sidra feed run`")
                file.write(piece)


def _plain(name: str) -> str:
    """Return the name of a file as a browser tells it, without folders and what no file name should have."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(character if character.isprintable() else "_" for character in last)
    return kept[-MAX_NAME_CHARACTERS:].lstrip(".") or "file"


def _load(loading: Loading, path: Path) -> None:
    """Load the rows, and tell the log what became of them: nobody else would hear of it."""
    log = structlog.get_logger("sidra.feeds").bind(feed=loading.feed.name, affiliate=loading.runtime.affiliate)
    why = ""
    try:
        log.info("feed loaded", **loading.finish().plain())
    except SidraError as error:
        why = error.code
    except Exception as error:  # noqa: BLE001 - the edge of a thread
        why = type(error).__name__
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)
    if why:
        log.error("feed stopped", why=why)


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
