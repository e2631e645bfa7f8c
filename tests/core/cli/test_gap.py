"""`sidra gap` and `sidra promote` on copies of the demonstration: what three do alike is found, promoted, proven."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sidra.cli import main
from sidra.cli.exits import Exit

NAMES = ("eg", "pl", "sn")


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".yaml", ".json", ".lock"}:
            yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


@pytest.fixture
def installation(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demonstration affiliates and the baseline in a folder of their own."""
    shutil.copytree(root / "affiliates", tmp_path / "affiliates")
    shutil.copytree(root / "baseline", tmp_path / "baseline")
    shutil.copy(root / "sidra.yaml", tmp_path / "sidra.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIDRA_BASELINE", "baseline/sidra_baseline")
    monkeypatch.setenv("SIDRA_AFFILIATES", "affiliates/*")
    monkeypatch.setenv("SIDRA_HOME", "var")
    return tmp_path


@pytest.fixture
def alike(installation: Path) -> Path:
    """The same installation, where all three affiliates have the same field."""
    for name in NAMES:
        file = installation / "affiliates" / name / "entities" / "household.yaml"
        file.write_text(
            f"entity: household\n$why: Every shop asks for it\nattributes:\n"
            f"  # What they say of themselves.\n  x_{name}_motto: {{type: string, max_length: 44, min_length: 2}}\n",
            encoding="utf-8",
        )
    return installation


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_the_gap_of_all_affiliates_has_a_line_for_each(installation: Path) -> None:
    result = run("gap")
    assert result.exit_code == Exit.DONE
    assert [line.split("\t")[0] for line in result.output.splitlines()] == [*NAMES]


def test_the_matrix_has_the_domains(installation: Path) -> None:
    found = json.loads(run("gap", "--matrix", "--json").output)
    assert sorted(found["affiliates"]) == [*NAMES]
    assert {"party", "process", "roles", "screens"} <= found["affiliates"]["sn"]["domains"].keys()
    line = run("gap", "sn", "--matrix").output.splitlines()
    assert len(line) == 1
    assert line[0].startswith("sn\t")


def test_the_gap_of_one_affiliate_names_every_override_with_its_place(installation: Path) -> None:
    output = run("gap", "sn").output
    assert "entity.individual.attributes.given_name.max_length\tL2\t50\t60" in output
    assert "affiliates/sn/entities/individual.yaml:" in output


def test_an_unknown_affiliate_is_a_wrong_word(installation: Path) -> None:
    result = run("gap", "sx")
    assert result.exit_code == Exit.USAGE
    assert "E112" in result.output


def test_what_changes_nothing_is_deleted_and_everybody_still_checks(installation: Path) -> None:
    file = installation / "affiliates" / "sn" / "entities" / "household.yaml"
    file.write_text("entity: household\nattributes:\n  name: {type: string}\n", encoding="utf-8")
    before = json.loads(run("gap", "--json").output)
    dead = {name: [one["path"] for one in told["dead"]] for name, told in before["affiliates"].items()}
    # What is shipped says nothing that is said already: the one line is that of this test.
    assert dead == {"eg": [], "pl": [], "sn": ["entity.household.attributes.name.type"]}
    assert "1 override that changes nothing, in 1 file;" in run("gap", "--fix").output
    after = json.loads(run("gap", "--json").output)
    assert not any(one["dead"] for one in after["affiliates"].values())
    assert not file.exists()
    assert {name: one["reuse"] for name, one in after["affiliates"].items()} == {
        name: one["reuse"] for name, one in before["affiliates"].items()
    }
    assert run("check").exit_code == Exit.DONE


def test_a_field_that_three_have_is_proposed_promoted_and_no_override_any_more(alike: Path) -> None:
    path = "entity.household.attributes.x_*_motto"
    found = {one["path"]: one for one in json.loads(run("gap", "--json").output)["candidates"]}
    assert (found[path]["affiliates"], found[path]["to"], found[path]["name"]) == ([*NAMES], "core", "motto")
    before = dict(texts(alike))
    shown = run("promote", path, "--dry-run")
    assert shown.exit_code == Exit.DONE
    assert dict(texts(alike)) == before
    done = json.loads(run("promote", path, "--json").output)
    assert (done["adopters"], done["kept"], done["version"], done["written"]) == ([*NAMES], [], "1.1.0", True)
    after = dict(texts(alike))
    assert [name for name in after if after[name] != before.get(name)] == [
        "baseline/sidra_baseline/core/entities/household.yaml"
    ]
    assert sorted(before.keys() - after.keys()) == [f"affiliates/{name}/entities/household.yaml" for name in NAMES]
    assert "$was: [x_eg_motto, x_pl_motto, x_sn_motto]" in after["baseline/sidra_baseline/core/entities/household.yaml"]
    assert run("check").exit_code == Exit.DONE
    left = [one["path"] for one in json.loads(run("gap", "--json").output)["candidates"]]
    assert path not in left


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("household.attributes.x_sn_moto",), Exit.USAGE),
        (("household.attributes.x_sn_motto", "--to", "nowhere"), Exit.USAGE),
        (("household.attributes.x_sn_motto", "--rename", "name"), Exit.REFUSED),
        (("household.attributes.x_sn_motto", "--approve", "xx"), Exit.USAGE),
    ],
)
def test_what_cannot_be_promoted_changes_nothing(alike: Path, words: tuple[str, ...], code: Exit) -> None:
    before = dict(texts(alike))
    assert run("promote", *words).exit_code == code
    assert dict(texts(alike)) == before


def test_a_file_that_cannot_be_replaced_leaves_all_as_it_was(alike: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(texts(alike))
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "household.yaml" and "baseline" in target.parts and self.name.endswith("new"):
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    result = run("promote", "household.attributes.x_sn_motto")
    assert result.exit_code == Exit.OUTSIDE
    assert "E286" in result.output
    assert dict(texts(alike)) == before


def test_a_report_that_cannot_be_written_is_a_wrong_word(installation: Path) -> None:
    assert run("gap", "--html", "nowhere/report.html").exit_code == Exit.USAGE
    assert run("gap", "--html", "report.html", "--language", "xx").exit_code == Exit.USAGE
    assert run("gap", "--html", "report.html").exit_code == Exit.DONE
    assert "<!doctype html>" in (installation / "report.html").read_text(encoding="utf-8")
