import os
from pathlib import Path

import pytest
from tests.metamodel.configurations import expected

from sidra_metamodel.promoting.proposal import FileChange
from sidra_metamodel.promoting.writing import NotWritten, write_all
from sidra_metamodel.render import refusal


def change(path: Path, before: str | None, after: str | None) -> FileChange:
    return FileChange(path, path.name, "affiliate:sn", before, after)


def test_all_files_are_changed_made_and_deleted_and_nothing_is_left_beside_them(tmp_path: Path) -> None:
    changed, gone, new = tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "new" / "c.yaml"
    changed.write_text("1")
    gone.write_text("2")
    changed.chmod(0o640)
    write_all([change(changed, "1", "one"), change(gone, "2", None), change(new, None, "three")])
    assert (changed.read_text(), new.read_text(), gone.exists()) == ("one", "three", False)
    assert changed.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.yaml", "c.yaml", "new"]


def test_a_failure_in_the_middle_leaves_every_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed, gone, last = tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.yaml"
    changed.write_text("1")
    gone.write_text("2")
    last.write_text("3")
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target == last and "new" in self.name:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(NotWritten) as caught:
        write_all([change(changed, "1", "one"), change(gone, "2", None), change(last, "3", "three")])
    assert refusal(caught.value) == expected("""
        error[E286]: c.yaml: No space left on device
          = help: nothing was changed; let this user write there, then do the same again
    """)
    assert [path.read_text() for path in (changed, gone, last)] == ["1", "2", "3"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml", "c.yaml"]


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("theirs")
    with pytest.raises(NotWritten, match="somebody else has changed it"):
        write_all([change(file, "1", "one")])
    assert file.read_text() == "theirs"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "closed" / "a.yaml"
    file.parent.mkdir()
    file.write_text("1")
    file.parent.chmod(0o500)
    with pytest.raises(NotWritten, match="Permission denied"):
        write_all([change(file, "1", "one")])
    file.parent.chmod(0o700)
    assert file.read_text() == "1"
