"""Where the bytes of files come from: the disk, or an editor that holds what is not saved."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from pathlib import Path

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.nodes import Source
from sidra_metamodel.reading.parsing import read_bytes


class Files:
    """The files of a configuration as they are on the disk."""

    def read(self, path: Path, source: Source, diagnostics: Diagnostics) -> bytes | None:
        """Return what a file holds, or None after recording why it cannot be read."""
        return read_bytes(path, source, diagnostics)

    def stamp(self, path: Path) -> Hashable:  # noqa: ARG002 - nothing but the bytes tells here
        """Return what is equal only while a file holds what it held; None where only its bytes tell."""
        return None

    def unsaved(self, folder: Path) -> Iterable[Path]:  # noqa: ARG002 - the disk has no such files
        """Return the files below a folder that the disk does not have."""
        return ()
