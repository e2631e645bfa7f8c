"""Folders in which a group and its affiliates take new versions of the baseline, for tests of the commands."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from sidra.cli import main
from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.versions.manifest import files_of

SETTINGS = ("SIDRA_BASELINE", "SIDRA_AFFILIATES", "SIDRA_HOME", "SIDRA_PLUGINS")
Change = tuple[str, str, str]
"""A file of the baseline, a text in it, and what takes its place."""


def run(*words: str) -> Result:
    """What the command `sidra` prints, and how it ends."""
    return CliRunner().invoke(main, words)


def done(*words: str) -> str:
    """What a command prints that ends well."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.output


def baseline(root: Path, folder: Path, *changes: Change) -> None:
    """Copy the baseline of the checkout, changed."""
    for path, file in files_of(root / "baseline/sidra_baseline").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder / path)
    change(folder, *changes)


def change(folder: Path, *changes: Change) -> None:
    """Change files of a baseline."""
    for path, old, new in changes:
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text, f"{path} no longer says {old}"
        (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def edit(file: Path, path: tuple[str, ...], value: Data) -> None:
    """Write a value in a file of an overlay."""
    edits = Edits(file.read_text(encoding="utf-8"))
    edits.set(path, value)
    file.write_text(edits.text, encoding="utf-8")


def snapshot(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def lines(before: Mapping[str, bytes], after: Mapping[str, bytes], path: str) -> list[str]:
    """The lines of a file that went, and those that came."""
    old, new = (one.get(path, b"").decode().splitlines() for one in (before, after))
    return [
        line
        for line in difflib.unified_diff(old, new, n=0, lineterm="")
        if line[:1] in "+-" and line[:3] not in {"+++", "---"}
    ]
