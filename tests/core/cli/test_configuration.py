import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.metamodel.configurations import write

from sidra.cli import main

RIGHT = {
    "baseline/individual.yaml": "entity: individual\nattributes:\n  given_name: {type: string, max_length: 60}\n",
    "affiliates/sn/individual.yaml": "entity: individual\nattributes:\n  given_name: {max_length: 40, $why: Law}\n",
}
WRONG = {**RIGHT, "affiliates/sn/individual.yaml": "entity: individual\nattributes:\n  given_nam: {hidden: true}\n"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var"}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    monkeypatch.delenv("SIDRA_PLUGINS", raising=False)
    return tmp_path


def run(*words: str) -> Result:
    """What the command `sidra` prints, and how it ends."""
    return CliRunner().invoke(main, words)


def test_a_check_that_finds_nothing_ends_with_zero(home: Path) -> None:
    write(home, RIGHT)
    result = run("check")
    assert (result.exit_code, result.output) == (0, "sn: nothing wrong\n")


def test_a_check_that_finds_something_ends_with_one(home: Path) -> None:
    write(home, WRONG)
    result = run("check", "sn")
    assert result.exit_code == 1
    assert result.output.startswith(
        "error[E101]: no `given_nam` in `attributes`\n --> affiliates/sn/individual.yaml:3:3"
    )


def test_a_check_that_only_warns_ends_with_zero(home: Path) -> None:
    write(home, {**RIGHT, "affiliates/sn/process.yaml": "process: x_sn_portability\n"})
    result = run("check", "sn")
    assert result.exit_code == 0
    assert result.output.startswith("warning[E425]: documents of kind `process` are checked, and nothing acts on them")


def test_findings_as_json(home: Path) -> None:
    write(home, WRONG)
    result = run("check", "--json")
    assert [found["code"] for found in json.loads(result.output)] == ["E101"]


def test_a_check_of_an_affiliate_that_is_not_there(home: Path) -> None:
    write(home, RIGHT)
    result = run("check", "zz")
    assert (result.exit_code, result.output) == (2, "error[E112]: no affiliate `zz`\n  = help: there are `sn`\n")


def test_a_check_where_nothing_is_set_up_is_refused(home: Path) -> None:
    result = run("check")
    assert result.exit_code == 2
    assert result.output.startswith(
        f"error[R001]: there is no affiliate in {home}\n  = help: run `sidra` in the folder"
    )


@pytest.mark.parametrize("command", ["schema", "reference"])
def test_a_folder_that_cannot_be_written_is_named(home: Path, command: str) -> None:
    write(home, RIGHT)
    (home / "taken").write_text("", encoding="utf-8")
    result = run(command, "--out", str(home / "taken" / "below"))
    assert result.exit_code == 2
    assert f"Invalid value for '--out': Not a directory ({home}/taken/below)" in result.output


def test_a_setting_that_is_unknown(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDRA_NONSENSE", "1")
    result = run("check")
    assert (result.exit_code, result.output.split(":")[0]) == (2, "error[R001]")


def test_an_explanation(home: Path) -> None:
    write(home, RIGHT)
    result = run("explain", "sn", "individual.attributes.given_name.max_length")
    assert result.output.startswith(
        "entity.individual.attributes.given_name.max_length = 40\n  in force affiliate:sn   40 "
    )
    as_json = run("explain", "sn", "individual.attributes.given_name.max_length", "--json")
    assert json.loads(as_json.output)["value"] == "40"


def test_a_path_that_leads_nowhere(home: Path) -> None:
    write(home, RIGHT)
    result = run("explain", "sn", "individual.atributes")
    assert result.exit_code == 2
    assert result.output == "error[E125]: no `atributes` in `individual`\n  = help: did you mean `attributes`?\n"


def test_effective_yaml(home: Path) -> None:
    write(home, RIGHT)
    shown = run("show", "sn", "individual.attributes.given_name")
    assert shown.output == "type: string\nmax_length: 40\n"
    with_layers = run("show", "sn", "individual.attributes.given_name", "--layers")
    assert with_layers.output == "type: string  # group\nmax_length: 40  # affiliate:sn\n"
    as_json = run("show", "sn", "individual.attributes", "--json")
    assert json.loads(as_json.output) == {"given_name": {"type": "string", "max_length": 40}}


def test_schemas_are_written(home: Path) -> None:
    write(home, RIGHT)
    result = run("schema", "--out", "schemas", "--affiliate", "sn")
    assert result.output == f"{len(list((home / 'schemas').glob('*.json')))} schemas in schemas\n"
    assert "individual" in (home / "schemas/rule.schema.json").read_text(encoding="utf-8")


def test_the_pages_of_the_reference_are_written(home: Path) -> None:
    assert run("reference", "--out", "pages").exit_code == 0
    names = ["cli.md", "errors.md", "hooks.md", "keywords.md", "settings.md", "widgets.md"]
    assert sorted(path.name for path in (home / "pages").iterdir()) == names


def test_without_a_path_the_documents_are_listed(home: Path) -> None:
    write(home, RIGHT)
    assert run("show", "sn").output == "entity.individual\nlayer.meridian\nlayer.sn\npack.core\n"
    assert run("show", "sn", "entity").output == "entity.individual\n"
    assert json.loads(run("show", "sn", "layer", "--json").output) == ["layer.meridian", "layer.sn"]
    assert run("show", "sn", "screen").output == "\n"


def test_comments_have_no_place_in_json(home: Path) -> None:
    write(home, RIGHT)
    result = run("show", "sn", "individual", "--json", "--layers")
    assert (result.exit_code, "give --json or --layers" in result.output) == (2, True)


def test_a_kind_alone_is_not_explained(home: Path) -> None:
    write(home, RIGHT)
    told = run("explain", "sn", "entity")
    assert told.output.startswith("error[E125]: `entity` is a kind of documents; say which one\n  = help: there are")
