"""Files that people bring by the browser: kept aside while durable work loads them, then deleted."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import IO

from sidra.access.actor import Actor
from sidra.interfaces.files import FileRefused
from sidra.interfaces.loading import FeedLoader

ENDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"csv": (".csv", ".txt", ".tsv"), "ndjson": (".ndjson", ".jsonl", ".json"), "excel": (".xlsx", ".xlsm")}
)
"""What the name of a file may end in, by the format that its feed declares."""
MAX_NAME_CHARACTERS = 100
COPIED_BYTES = 1 << 16
MEGABYTE = 1024 * 1024


KEPT_SECONDS = 3 * 24 * 60 * 60
"""A file that nothing has loaded for so long is deleted: files of customers must not lie about."""


class Uploads:
    """The files that wait for durable work."""

    def __init__(self, folder: Path, most_megabytes: int) -> None:
        self.folder = folder
        self.most_megabytes = most_megabytes
        self._sweep()

    def start(self, loader: FeedLoader, name: str, content: IO[bytes], actor: Actor) -> None:
        """Keep a file aside, and that it is to be loaded: whatever dies afterwards, it is, once.

        Raises FileRefused for a file that is too large, of another type, or cannot serve; Conflict while the feed is
        loading another one; Forbidden without the function `feeds`. Then nothing is loaded or kept.
        """
        self._sweep()
        path = self._kept(loader.feed.shape.format, name, content)
        try:
            loader.begin(path, actor, is_alone=True, upload=path.parent.name)
        except BaseException:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise

    def _sweep(self) -> None:
        """Delete what was kept when its process was killed, and what nothing ever loaded."""
        for left in self.folder.glob("*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > KEPT_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)

    def _kept(self, format: str, name: str, content: IO[bytes]) -> Path:
        plain = _plain(name)
        if not plain.lower().endswith(ENDINGS[format]):
            reason, endings = f"{plain} does not end in {' or '.join(ENDINGS[format])}", " ".join(ENDINGS[format])
            raise FileRefused(reason, hint=f"save it as {format}", slip="ending", endings=endings)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = Path(tempfile.mkdtemp(dir=self.folder)) / plain
        try:
            self._copy(content, path)
        except BaseException:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        return path

    def _copy(self, content: IO[bytes], path: Path) -> None:
        size = 0
        with open(path, "xb", opener=_private) as file:
            while piece := content.read(COPIED_BYTES):
                size += len(piece)
                if size > self.most_megabytes * MEGABYTE:
                    reason = f"{path.name} is larger than {self.most_megabytes} MB"
                    hint = "divide it, or ask an operator to run `sidra feed run`"
                    raise FileRefused(reason, hint=hint, slip="too_large", megabytes=self.most_megabytes)
                file.write(piece)


def _plain(name: str) -> str:
    """Return the name of a file as a browser tells it, without folders and what no file name should have."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(character if character.isprintable() else "_" for character in last)
    return kept[-MAX_NAME_CHARACTERS:].lstrip(".") or "file"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
