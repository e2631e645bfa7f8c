from pathlib import Path

import pytest

MIRRORS = {"tests/metamodel": "metamodel/sidra_metamodel", "tests/core": "core/sidra", "tests/ui": "ui/sidra_ui"}


def packages(folder: Path) -> set[str]:
    """The packages directly inside a folder."""
    return {path.parent.name for path in folder.glob("*/__init__.py")}


def test_every_topic_of_the_runtime_has_tests_of_the_same_name(root: Path) -> None:
    tests = root / "tests/core"
    tested = {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")}
    assert packages(root / "core/sidra") - tested == set()


@pytest.mark.parametrize(("tests", "code"), MIRRORS.items())
def test_every_folder_of_tests_mirrors_one_of_the_code(root: Path, tests: str, code: str) -> None:
    folders = {path.parent.relative_to(root / tests) for path in (root / tests).rglob("test_*.py")}
    assert sorted(str(folder) for folder in folders if not (root / code / folder).is_dir()) == []
