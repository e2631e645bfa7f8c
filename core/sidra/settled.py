"""The files of a configuration on the disk, which are not read again while their stamps say that they are the same."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sidra.versions.placing import waiting
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.nodes import Source
from sidra_metamodel.reading.files import Files

SETTLED_NANOSECONDS: Final = 2_000_000_000
"""A file that changed a shorter time ago may change again before the clock of its file system ticks."""

_HEAD: Final = "layer.yaml"


class SettledFiles(Files):
    """Files that are told from each other by number, size and the times of their last changes.

    A layer that an upgrade was writing when it was killed is read as if that had been finished.
    """

    _waiting: Mapping[Path, bytes | None] = MappingProxyType({})

    def unsaved(self, folder: Path) -> Iterable[Path]:
        """Return the files of a layer that a stopped upgrade has still to make."""
        self._look(folder)
        new = (path for path in self._waiting if path.suffix == ".yaml" and path.is_relative_to(folder))
        return [path for path in new if not path.exists()]

    def _look(self, folder: Path) -> None:
        others = {path: data for path, data in self._waiting.items() if not path.is_relative_to(folder)}
        self._waiting = {**others, **waiting(folder)}

    def read(self, path: Path, source: Source, diagnostics: Diagnostics) -> bytes | None:
        """Return what a file holds, or is to hold; nothing, and no finding, for one that is to go."""
        return self._waiting[path] if path in self._waiting else super().read(path, source, diagnostics)

    def stamp(self, path: Path) -> Hashable:
        """Return what is equal only while a file holds what it held; None where only its bytes tell."""
        if path.name == _HEAD:
            # It is read before the other files of its layer.
            self._look(path.parent)
        if path in self._waiting:
            return None
        try:
            found = path.stat()
        except OSError:
            return None
        if max(found.st_mtime_ns, found.st_ctime_ns) > time.time_ns() - SETTLED_NANOSECONDS:
            return None
        # Programs may set the time of the last change of the contents, not that of any change of the file.
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
