"""The files of a configuration on the disk, which are not read again while their stamps say that they are the same."""

from __future__ import annotations

import time
from collections.abc import Hashable
from pathlib import Path
from typing import Final

from sidra_metamodel.reading.files import Files

SETTLED_NANOSECONDS: Final = 2_000_000_000
"""A file that changed a shorter time ago may change again before the clock of its file system ticks."""


class SettledFiles(Files):
    """Files that are told from each other by number, size and the times of their last changes."""

    def stamp(self, path: Path) -> Hashable:
        """Return what is equal only while a file holds what it held; None where only its bytes tell."""
        try:
            found = path.stat()
        except OSError:
            return None
        if max(found.st_mtime_ns, found.st_ctime_ns) > time.time_ns() - SETTLED_NANOSECONDS:
            return None
        # Programs may set the time of the last change of the contents, not that of any change of the file.
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
