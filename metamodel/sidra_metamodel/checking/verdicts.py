"""What earlier checks found, so that an unchanged configuration is not checked again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sidra_metamodel.diagnostics import Diagnostic, Diagnostics
from sidra_metamodel.render import from_json, to_json


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Remembers in a folder what the last check without errors found, by name; without a folder, nothing."""

    folder: Path | None

    def find(self, name: str, version: str) -> list[Diagnostic] | None:
        """Return what was found about this version of a configuration; None if it is not the last that was kept."""
        if self.folder is None:
            return None
        try:
            kept = json.loads((self.folder / f"{name}.json").read_bytes())
            return from_json(kept["found"]) if kept["version"] == version else None
        except (OSError, ValueError, KeyError, TypeError):
            # Not there, or not what `keep` wrote: the check is made again.
            return None

    def keep(self, name: str, version: str, found: Diagnostics) -> None:
        """Remember warnings, or that there are none; a folder that cannot be written only costs time."""
        if self.folder is None or found.has_errors:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            kept = json.dumps({"version": version, "found": to_json(found)})
            (self.folder / f"{name}.json").write_text(kept, encoding="utf-8")
        except OSError:
            return
