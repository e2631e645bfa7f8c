"""The files that Git tracks: what a clone holds, and nothing that a build or a person left behind."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tracked(root: Path) -> list[Path]:
    """Every tracked file that exists, as an absolute path."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        pytest.skip("this is no Git checkout")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := root / name).is_file()]


@pytest.fixture(scope="session")
def sources(root: Path, tracked: list[Path]) -> list[Path]:
    """The tracked Python files of the product: no tests, no benchmarks."""
    rooms = [root / room for room in ("metamodel", "core", "ui", "baseline", "plugins")]
    return [path for path in tracked if path.suffix == ".py" and any(path.is_relative_to(room) for room in rooms)]


@pytest.fixture(scope="session")
def templates(tracked: list[Path]) -> list[Path]:
    """The tracked Jinja templates."""
    return [path for path in tracked if path.suffix in {".html", ".jinja", ".j2"} and "templates" in path.parts]


@pytest.fixture(scope="session")
def lines(root: Path, tracked: list[Path]) -> list[tuple[str, str]]:
    """Every line of every tracked text file, each with its place `path:line`."""
    return [line for path in tracked for line in placed_lines(path, root)]


def placed_lines(path: Path, root: Path) -> Iterator[tuple[str, str]]:
    """The lines of a text file with their places; none of a binary file."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        yield f"{path.relative_to(root)}:{number}", line
