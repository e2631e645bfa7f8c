from pathlib import Path

import pytest
from tests.metamodel.configurations import LANGUAGE

from sidra_metamodel import nodes, package
from sidra_metamodel.layering.fingerprint import compiler_version
from sidra_metamodel.reading.cache import Cache

FOLDERS = {"reading", "layering", "governing", "checking", "model", "explaining", "kinds", "expressions"}


def test_the_source_is_that_of_every_folder() -> None:
    files = package.source_files()
    assert Path(nodes.__file__) in files
    assert {file.parent.name for file in files} >= FOLDERS


def test_what_was_kept_is_good_for_one_source_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "directives.py"
    changed.write_text("", encoding="utf-8")
    monkeypatch.setattr("sidra_metamodel.reading.cache.source_files", lambda: [changed])
    monkeypatch.setattr("sidra_metamodel.layering.fingerprint.source_files", lambda: [changed])
    compiler_version.cache_clear()
    before = compiler_version(), key_of(tmp_path)
    changed.write_text("a change", encoding="utf-8")
    compiler_version.cache_clear()
    after = compiler_version(), key_of(tmp_path)
    compiler_version.cache_clear()
    assert before[0] != after[0]
    assert before[1] != after[1]


def key_of(folder: Path) -> bytes:
    """What a shelf keeps its documents under."""
    return Cache(folder / "cache", LANGUAGE.registry).shelf("x")._compiler
