"""Plugins come and go, so import-linter, whose contracts name packages, cannot hold what follows."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

OURS = {"sidra", "sidra_metamodel", "sidra_ui", "sidra_baseline"}


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.fixture
def plugins(root: Path) -> set[str]:
    """The packages and modules in `plugins/`."""
    return {path.stem for path in (root / "plugins").glob("sidra_*")}


def test_plugins_import_sidra_only(root: Path, sources: list[Path], plugins: set[str]) -> None:
    inside = [path for path in sources if path.is_relative_to(root / "plugins")]
    # A plugin may import its own modules.
    own = {path: path.relative_to(root / "plugins").parts[0].removesuffix(".py") for path in inside}
    forbidden = (OURS | plugins) - {"sidra"}
    assert [
        f"{path} imports {name}" for path in inside for name in imported(path) if name in forbidden - {own[path]}
    ] == []


def test_nothing_imports_a_plugin(root: Path, sources: list[Path], plugins: set[str]) -> None:
    outside = [path for path in sources if not path.is_relative_to(root / "plugins")]
    assert [f"{path} imports {name}" for path in outside for name in imported(path) if name in plugins] == []
