"""Parsed files, kept by the hash of their content."""

from __future__ import annotations

from pathlib import Path

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.nodes import Source
from sidra_metamodel.reading import ReadDocument, read_file


class Cache:
    """Reads files, and remembers what it read."""

    def read(self, path: Path, source: Source, diagnostics: Diagnostics) -> ReadDocument | None:
        """Return the document in a file, or None after recording why it holds none."""
        return read_file(path, source.path, source.layer, source.rank, diagnostics)
