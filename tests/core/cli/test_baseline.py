"""`sidra baseline` where there is nothing but a baseline: the repository of the group."""

import shutil
from pathlib import Path

import pytest
from tests.core.cli.workshops import run
from tests.metamodel.versions.versioned import install

CUSTOMER = "entity: customer\ntitle: name\nattributes:\n  name: {type: string, max_length: 60}\n"


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A baseline 1.0.0, and no affiliate anywhere."""
    install(tmp_path, "1.0.0", {"customer.yaml": CUSTOMER}, {})
    shutil.rmtree(tmp_path / "affiliates")
    (tmp_path / "sidra.yaml").write_text("baseline: baseline\nplugins: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_group_packs_keeps_and_numbers_its_baseline_without_any_affiliate(group: Path) -> None:
    packed = run("baseline", "pack", "--out", "group.tar.gz")
    assert (packed.exit_code, packed.output) == (0, "group.tar.gz: the baseline 1.0.0\n")
    assert (group / "group.tar.gz").is_file()
    assert run("baseline", "add").output == "baseline 1.0.0: taken\n"
    assert run("baseline", "add", "group.tar.gz").output == "baseline 1.0.0: it was there already\n"
    for path, before, after in (("layer.yaml", "1.0.0", "1.0.1"), ("customer.yaml", "60", "70")):
        file = group / "baseline" / path
        file.write_text(file.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    numbered = run("baseline", "version", "--since", "1.0.0")
    assert numbered.exit_code == 1
    assert numbered.output.splitlines()[-1].endswith("must be 1.1.0 at least; its layer.yaml says 1.0.1")
    assert run("baseline", "list").output == "1.0.0\tkept\t\t\n1.0.1\tinstalled\t\t\n"


def test_a_version_that_is_not_there_is_told_beside_those_that_are(group: Path) -> None:
    refused = run("baseline", "version", "--since", "7.7.7")
    assert refused.exit_code == 2
    assert "there are `1.0.0`; `sidra baseline add` takes another version" in refused.output


def test_what_is_about_affiliates_wants_some(group: Path) -> None:
    for words in (("baseline", "lock"), ("check",)):
        refused = run(*words)
        assert (refused.exit_code, "R001" in refused.output) == (2, True)
