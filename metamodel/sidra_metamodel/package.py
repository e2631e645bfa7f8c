"""The source of this package: what a configuration means follows from it, so what was kept is good for one source."""

from __future__ import annotations

from pathlib import Path


def source_files() -> list[Path]:
    """Return the files of the whole package, sorted."""
    return sorted(Path(__file__).parent.rglob("*.py"))
