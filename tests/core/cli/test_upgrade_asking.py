"""How `sidra upgrade` speaks with somebody: what it asks, what it does not, and what comes before any question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.core.cli.workshops import run, snapshot
from tests.core.versions.test_taking import FIRST, OVERLAY, baseline, said
from tests.metamodel.versions.versioned import install, pack

from sidra.cli import main
from sidra_metamodel.editing.pieces import Data

SECOND: dict[str, Data] = {
    "name": {"type": "string", "max_length": 30, "label": {"en": "Name"}},
    "telephone": {"type": "string"},
    "mail": {"type": "string"},
}
"""Names are shorter, and there is no fax any more."""
UPGRADE = """
    upgrade: to_1_1
    version: 1.1.0
    moves: {mail: {from: entity.customer.attributes.mail, to: entity.customer.attributes.telephone}}
"""
TO = ("--to", "1.1.0")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Senegal on the baseline 1.0.0, and 1.1.0 beside it."""
    install(tmp_path, "1.0.0", {"customer.yaml": baseline(FIRST)}, {"affiliates/sn/customer.yaml": OVERLAY})
    pack(tmp_path, "1.1.0", {"customer.yaml": baseline(SECOND), "upgrades/1.1.yaml": UPGRADE})
    (tmp_path / "sidra.yaml").write_text("home: .\nplugins: []\nbaseline: baseline\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(*answers: str) -> Result:
    words = ["upgrade", "sn", *TO, "--interactive"]
    return CliRunner().invoke(main, words, input="".join(f"{one}\n" for one in answers))


def test_only_what_can_be_done_is_offered_and_a_slip_is_asked_again(folder: Path) -> None:
    result = asked("edit", "[", "25", "accept", "adopt", "adopt")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("sn: from the baseline 1.0.0 to 1.1.0, 4 overrides\n\nOVERTAKEN  entity.customer")
    questions = [line for line in result.output.splitlines() if line.startswith("  what now")]
    assert [line.partition(")")[0] for line in questions] == [
        "  what now (adopt, edit",
        "  what now (adopt",
        "  what now (adopt",
        "  what now (adopt",
    ]
    assert "Error: `[` is no value in YAML" in result.output
    assert "'accept' is not 'adopt'." in result.output
    assert "name: {max_length: 25, label: {en: Full name}}" in said(folder)
    assert "fax" not in said(folder)


def test_another_value_of_what_is_gone_is_no_answer(folder: Path) -> None:
    path = "entity.customer.attributes.fax.hidden"
    result = run("upgrade", "sn", *TO, "--apply", "--adopt", "all", "--edit", f"{path}=false")
    assert result.exit_code == 3
    assert f"error[E249]: 1 to be decided: `{path}`" in result.output


def test_nothing_is_asked_where_no_answer_would_do(folder: Path) -> None:
    rule = "rule: x_sn_told\nkind: validate\non: customer\ncheck: fax != ''\nmessage: {en: No}\n"
    (folder / "affiliates/sn/rule.yaml").write_text(rule, encoding="utf-8")
    before = snapshot(folder / "affiliates")
    result = asked()
    assert result.exit_code == 3
    assert "what now" not in result.output
    assert "error[R761]: on the baseline 1.1.0 sn would not check\n  = help: mend it by hand" in result.output
    assert "no name `fax` here" in result.output
    assert snapshot(folder / "affiliates") == before


def test_what_is_wrong_already_is_told_first_and_is_no_finding_of_the_version(folder: Path) -> None:
    file = folder / "affiliates/sn/customer.yaml"
    file.write_text(OVERLAY.replace("  name: {max", "  nmae: {max"), encoding="utf-8")
    result = run("upgrade", "sn", *TO)
    assert result.exit_code == 1
    first = "This is wrong on the baseline 1.0.0 already, and is to be mended first:\n\nerror[E101]: no `nmae`"
    assert first in result.output
    assert (result.output.count("E101"), "attributes.nmae" in result.output) == (1, False)
    plain = json.loads(run("upgrade", "sn", *TO, "--json").output)
    assert [one["code"] for one in plain["wrong_before"]] == ["E101"]
    taken = run("upgrade", "sn", *TO, "--apply", "--adopt", "all")
    assert taken.exit_code == 3
    assert taken.output.startswith("error[R761]: sn does not check on the baseline 1.0.0, which it has\n")


def test_what_the_version_mends_is_no_obstacle(folder: Path) -> None:
    file = folder / "affiliates/sn/customer.yaml"
    file.write_text("entity: customer\nattributes:\n  telephone: {hidden: true}\n", encoding="utf-8")
    result = run("upgrade", "sn", *TO)
    assert result.exit_code == 0
    assert "wrong" not in result.output
    assert run("upgrade", "sn", *TO, "--apply").exit_code == 0


def test_the_way_back_says_that_codemods_are_not_undone(folder: Path) -> None:
    file = folder / "affiliates/sn/customer.yaml"
    file.write_text("entity: customer\nattributes:\n  mail: {hidden: true}   # by post\n", encoding="utf-8")
    there = run("upgrade", "sn", *TO)
    assert "way back" not in there.output
    assert run("upgrade", "sn", *TO, "--apply").exit_code == 0
    assert "telephone: {hidden: true}   # by post" in said(folder)
    back = run("upgrade", "sn", "--to", "1.0.0")
    assert back.output.splitlines()[1] == (
        "This is the way back: what `upgrades/` rewrote on the way there is not rewritten back."
    )
    assert "! ORPHAN             L1  entity.customer.attributes.telephone.hidden" in back.output


def test_what_is_taken_twice_is_written_once(folder: Path) -> None:
    assert run("upgrade", "sn", *TO, "--apply", "--adopt", "all").exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in (folder / "affiliates").rglob("*")}
    again = run("upgrade", "sn", *TO, "--apply")
    assert again.output == "sn is on the baseline 1.1.0 now: no file had to be written.\n"
    after = {path: path.stat().st_mtime_ns for path in (folder / "affiliates/sn").rglob("*.yaml")}
    assert after.items() <= before.items()


def test_nothing_comes_along_with_an_affiliate(folder: Path) -> None:
    result = run("upgrade", "sn", *TO, "--together")
    assert result.exit_code == 3
    assert result.output.splitlines() == [
        "error[R761]: sn is an affiliate, and nothing comes along with it",
        "  = help: leave `--together` out, or name its region",
    ]
