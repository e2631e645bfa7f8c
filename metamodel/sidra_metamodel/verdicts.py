"""What earlier checks found, so that an unchanged configuration is not checked again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sidra_metamodel.diagnostics import Diagnostic, Diagnostics
from sidra_metamodel.render import from_json, to_json


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Remembers, in a file each, what was found about configurations without errors; without a folder, nothing."""

    folder: Path | None

    def find(self, version: str) -> list[Diagnostic] | None:
        """Return what was found about a configuration of this fingerprint; None if that is not known."""
        if self.folder is None:
            return None
        try:
            return from_json(json.loads((self.folder / f"{version}.json").read_bytes()))
        except (OSError, ValueError, KeyError, TypeError):
            # Not there, or not what `keep` wrote: the check is made again.
            return None

    def keep(self, version: str, found: Diagnostics) -> None:
        """Remember warnings, or that there are none; a folder that cannot be written only costs time."""
        if self.folder is None or found.has_errors:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{version}.json").write_text(json.dumps(to_json(found)), encoding="utf-8")
        except OSError:
            return
