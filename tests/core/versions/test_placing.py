"""Several files in place of others: all or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidra.versions import placing
from sidra.versions.placing import Unplaced, finish, place
from sidra_metamodel.versions.standing import is_unfinished


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "entities").mkdir()
    (tmp_path / "entities/a.yaml").write_text("entity: a\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("entity: b\n", encoding="utf-8")
    return tmp_path


def said(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in folder.rglob("*.yaml")}


def test_files_are_written_made_and_taken_away(folder: Path) -> None:
    place(folder, {folder / "entities/a.yaml": "new", folder / "b.yaml": None, folder / "c/d.yaml": "made"})
    assert said(folder) == {"entities/a.yaml": "new", "c/d.yaml": "made"}
    assert not [one for one in folder.iterdir() if one.name.startswith(".")]


def test_what_cannot_be_written_leaves_all_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = said(folder)

    def full(file: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(placing, "_write", full)
    with pytest.raises(Unplaced) as refused:
        place(folder, {folder / "b.yaml": "new"})
    assert refused.value.reason == f"{folder.name} cannot be written: No space left on device"
    assert (said(folder), is_unfinished(folder), finish(folder)) == (before, False, False)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_what_was_killed_midway_is_finished_later(folder: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    texts = {folder / "b.yaml": "two", folder / "c.yaml": "three", folder / "entities/a.yaml": "one"}
    killed_after(after, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        place(folder, texts)
    monkeypatch.undo()
    assert is_unfinished(folder)
    assert finish(folder)
    assert said(folder) == {"b.yaml": "two", "c.yaml": "three", "entities/a.yaml": "one"}
    assert not is_unfinished(folder)


def killed_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program end once so many files are in their places."""
    replace = Path.replace
    done: list[Path] = []

    def replaced(self: Path, target: Path) -> Path:
        if len(done) == count:
            raise KeyboardInterrupt
        done.append(target)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replaced)
