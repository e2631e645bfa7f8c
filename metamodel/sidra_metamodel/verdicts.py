"""Which configurations were found clean before, so that an unchanged one is not checked again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sidra_metamodel.diagnostics import Diagnostics


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Remembers clean configurations in a folder, one empty file each; without a folder it remembers nothing."""

    folder: Path | None

    def are_clean(self, version: str) -> bool:
        """Tell whether a configuration of this fingerprint was checked and nothing was found."""
        return self.folder is not None and (self.folder / version).is_file()

    def keep(self, version: str, found: Diagnostics) -> None:
        """Remember a configuration if nothing was found; a folder that cannot be written only costs time."""
        if self.folder is None or len(found):
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / version).touch()
        except OSError:
            return
