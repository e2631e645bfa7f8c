import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from ruamel.yaml import YAML

from sidra.cli import main
from sidra.onboarding.workbook import FIRST, LABELS, LISTS, NAMES

ANSWERS = Path(__file__).parents[1] / "onboarding" / "answers.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which commands are run."""
    for name in [name for name in os.environ if name.startswith("SIDRA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=typed, catch_exceptions=False)


def made(folder: Path) -> Path:
    found = run("new", "affiliate", "jo", "--answers", str(ANSWERS))
    assert found.exit_code == 0, found.output
    return folder / "affiliates" / "jo"


def test_a_country_begins_in_an_empty_folder_and_checks(folder: Path) -> None:
    jordan = made(folder)
    assert run("check", "jo").output == "jo: nothing wrong\n"
    individual = (jordan / "entities" / "individual.yaml").read_text(encoding="utf-8")
    assert "$why: Civil Status Law 9/2001" in individual
    assert r"pattern: ['[29]\d{9}']" in individual
    assert (jordan / "layer.yaml").read_text(encoding="utf-8").startswith("layer: jo\nlevel: affiliate\n")
    assert sorted(path.name for path in (folder / "affiliates").iterdir()) == ["jo"]


def test_its_first_tests_pass(folder: Path) -> None:
    jordan = made(folder)
    names = {path.stem for path in (jordan / "tests").iterdir()}
    assert {"x_jo_entity_individual_as_answered", "x_jo_role_agent_as_answered"} <= names
    found = run("test", "jo", "-k", "as_answered", "--json")
    assert found.exit_code == 0, found.output


def test_the_report_tells_coverage_gaps_and_what_comes_next(folder: Path) -> None:
    found = run("new", "affiliate", "jo", "--answers", str(ANSWERS), "--json")
    told = json.loads(found.output)
    by_domain = {one["domain"]: one for one in told["coverage"]}
    assert by_domain["party"]["configured"] >= 1
    assert by_domain["sales"]["gaps"] == 1
    gaps = {(one["effort"], one["what"]) for one in told["gaps"]}
    assert ("plugin", "Pay by a mobile wallet") in gaps
    assert ("extend", "`complaint` calls `x_jo_prepaid`, which is no connector yet") in gaps
    assert not any("`billing`" in what for _, what in gaps)
    assert told["changes"]["replace"] >= 1
    assert told["people"] == {"agent": 40}
    readme = (folder / "affiliates" / "jo" / "README.md").read_text(encoding="utf-8")
    for part in ("# Jordan", "| party |", "Pay by a mobile wallet", "sidra feed run jo x_jo_individual_sheet FILE"):
        assert part in readme, part


def test_wrong_answers_are_told_at_their_place_and_nothing_is_written(folder: Path) -> None:
    (folder / "answers.yaml").write_text("questionnaire: jo\nentites: {}\n", encoding="utf-8")
    found = run("new", "affiliate", "jo", "--answers", "answers.yaml")
    assert found.exit_code == 3
    assert "error[E121]: no question `entites`" in found.output
    assert "--> answers.yaml:2:1" in found.output
    assert "did you mean `entities`?" in found.output
    assert [path.name for path in folder.iterdir() if path.name != "var"] == ["answers.yaml"]


def test_a_folder_that_is_there_is_left_alone(folder: Path) -> None:
    jordan = made(folder)
    before = {path: path.read_bytes() for path in jordan.rglob("*") if path.is_file()}
    found = run("new", "affiliate", "jo", "--answers", str(ANSWERS))
    assert found.exit_code == 3
    assert "R196" in found.output
    assert {path: path.read_bytes() for path in jordan.rglob("*") if path.is_file()} == before


def test_a_disk_that_fails_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", fail)
    found = run("new", "affiliate", "jo", "--answers", str(ANSWERS))
    assert found.exit_code == 2
    assert "'--out': No space left on device" in found.output
    assert not (folder / "affiliates").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("affiliate", "J-O"),
        ("affiliate", "jo", "--answers", "none.yaml"),
        ("affiliate", "jo", "--questions", "none/questions.yaml"),
    ],
)
def test_wrong_words_are_refused(folder: Path, words: tuple[str, ...]) -> None:
    del folder
    assert run("new", *words).exit_code == 2


def test_the_questionnaire_is_written_to_be_filled_in(folder: Path) -> None:
    found = run("new", "affiliate", "jo", "--questions", "jo.yaml")
    assert found.exit_code == 0
    text = (folder / "jo.yaml").read_text(encoding="utf-8")
    assert "currency: JOD\n" in text
    assert "#       family_name: {used: true, label: " in text
    assert run("new", "affiliate", "jo", "--questions", "jo.yaml").exit_code == 2
    assert run("new", "affiliate", "jo", "--answers", "jo.yaml").exit_code == 0


ENTER = "\n"
FIRST_QUESTIONS = ENTER * 10
"""Those about the layer, its week and its reason: what is offered holds."""


def test_the_questions_are_asked_and_answers_are_kept_as_they_come(folder: Path) -> None:
    found = run("new", "affiliate", "jo", typed="XX\nJO\ncore, b2b\n")
    assert found.exit_code != 0
    assert YAML(typ="safe").load(folder / "jo-answers.yaml")["tiers"] == ["core", "b2b"]
    assert not (folder / "affiliates").exists()


def test_a_second_call_goes_on_behind_the_last_answer(folder: Path) -> None:
    run("new", "affiliate", "jo", typed="JO\ncore, b2b\n")
    found = run("new", "affiliate", "jo", typed=ENTER * 40)
    assert "Going on behind the last answer" in found.output
    assert "country:" not in found.output
    assert found.exit_code == 0, found.output
    kept = YAML(typ="safe").load(folder / "jo-answers.yaml")
    assert kept == {"questionnaire": "jo", "country": "JO", "tiers": ["core", "b2b"]} | {
        name: kept[name]
        for name in ("label", "locales", "currency", "time_zone", "working_week", "data")
        if name in kept
    }
    assert run("check", "jo").exit_code == 0


def test_a_name_that_there_is_not_is_asked_again(folder: Path) -> None:
    del folder
    found = run("new", "affiliate", "jo", typed=f"JO\ncore\n{ENTER * 10}indvidual\n{ENTER * 40}")
    assert "no entity `indvidual`; did you mean `individual`?" in found.output


def test_things_of_the_countrys_own_are_asked_for_by_name(folder: Path) -> None:
    first = f"JO\ncore\n{ENTER * 6}The law\n"
    units = "Amman, amman\namman\nregion\nAmman\n"
    found = run("new", "affiliate", "jo", typed=f"{first}{units}{ENTER * 40}")
    assert found.exit_code == 0, found.output
    assert "`Amman` is no name" in found.output
    layer = YAML(typ="safe").load(folder / "affiliates" / "jo" / "layer.yaml")
    assert layer["units"] == {"amman": {"kind": "region", "label": {"en": "Amman"}}}


def filled(folder: Path, *people: dict[str, object]) -> Path:
    book = load_workbook(made(folder) / "data.xlsx")
    page = book["individual"]
    columns = {cell.value: cell.column for cell in page[NAMES]}
    for row, person in enumerate(people, FIRST):
        for name, value in person.items():
            page.cell(row, columns[name], value)
    book.save(folder / "filled.xlsx")
    return folder / "filled.xlsx"


LAYLA: dict[str, object] = {
    "x_jo_source_key": "P1",
    "given_name": "ليلى",
    "x_jo_father_name": "أحمد",
    "family_name": "حداد",
    "gender": "أنثى",
    "national_number": "9901234567",
}


def test_the_workbook_asks_in_the_countrys_language_with_lists_and_limits(folder: Path) -> None:
    book = load_workbook(made(folder) / "data.xlsx")
    page = book["individual"]
    assert book.sheetnames[0] == "التعليمات"
    assert book[LISTS].sheet_state == "hidden"
    assert page.row_dimensions[NAMES].hidden
    assert page.sheet_view.rightToLeft
    labels = {page.cell(NAMES, cell.column).value: cell.value for cell in page[LABELS]}
    assert labels["given_name"] == "الاسم الأول *"
    assert labels["x_jo_father_name"] == "اسم الأب"
    assert "title" not in labels
    kinds = {str(one.sqref).split(":")[0][:-1]: one for one in page.data_validations.dataValidation}
    columns = {page.cell(NAMES, cell.column).value: cell.column_letter for cell in page[NAMES]}
    assert kinds[columns["gender"]].type == "list"
    assert kinds[columns["birth_date"]].type == "date"
    assert kinds[columns["national_number"]].formula2 == "10"


def test_filled_sheets_are_tried_and_loaded(folder: Path) -> None:
    file = filled(folder, LAYLA)
    tried = run("new", "check-data", "jo", str(file), "--json")
    assert tried.exit_code == 0, tried.output
    assert {one["sheet"]: one["good"] for one in json.loads(tried.output)["sheets"]}["individual"] == 1
    loaded = run("feed", "run", "jo", "x_jo_individual_sheet", str(file))
    assert loaded.exit_code == 0, loaded.output
    again = run("feed", "run", "jo", "x_jo_individual_sheet", str(file))
    assert "1 read, 1 unchanged, 0 quarantined" in again.output


def test_each_wrong_row_is_told_with_its_column_and_no_value(folder: Path) -> None:
    file = filled(
        folder, LAYLA, LAYLA | {"x_jo_source_key": "P2", "national_number": "123"}, {"x_jo_source_key": "P3"}, LAYLA
    )
    found = run("new", "check-data", "jo", str(file), "--json")
    assert found.exit_code == 1
    told = json.loads(found.output)
    wrong = {(one["row"], one["column"], one["code"]) for one in told["findings"]}
    assert (FIRST + 1, "الرقم الوطني", "R607") in wrong
    assert (FIRST + 2, "الاسم الأول", "R601") in wrong
    assert told["sheets"][0]["doubled"] == 1
    assert "123" not in "".join(one["message"] for one in told["findings"])
    assert not list((folder / "var").rglob("jo.db"))


def test_a_workbook_of_something_else_is_refused(folder: Path) -> None:
    file = filled(folder)
    book = load_workbook(file)
    for name in book.sheetnames[1:]:
        del book[name]
    book.save(file)
    found = run("new", "check-data", "jo", str(file))
    assert found.exit_code == 3
    assert "R197" in found.output


def test_sheets_that_are_as_they_should_be_are_left_alone(folder: Path) -> None:
    workbook = made(folder) / "data.xlsx"
    before = workbook.read_bytes()
    found = run("new", "sheets", "jo")
    assert found.output == "the sheets are as they should be\n"
    assert workbook.read_bytes() == before


def test_sheets_that_somebody_has_filled_are_not_written_over(folder: Path) -> None:
    filled(folder, LAYLA).replace(folder / "affiliates/jo/data.xlsx")
    before = (folder / "affiliates/jo/data.xlsx").read_bytes()
    found = run("new", "sheets", "jo")
    assert found.exit_code == 3
    assert "R198" in found.output
    assert (folder / "affiliates/jo/data.xlsx").read_bytes() == before


def test_a_label_that_begins_like_a_formula_stays_a_text(folder: Path) -> None:
    made(folder)
    layer = folder / "affiliates/jo/layer.yaml"
    text = layer.read_text(encoding="utf-8")
    layer.write_text(text.replace("label: {", 'label: {ar: "=1+1", en: "=1+1"}\n# {', 1), encoding="utf-8")
    assert run("new", "sheets", "jo").exit_code == 0
    cell = load_workbook(folder / "affiliates/jo/data.xlsx").worksheets[0]["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_answers_without_an_end_are_refused(folder: Path) -> None:
    (folder / "endless.yaml").symlink_to("/dev/zero")
    found = run("new", "affiliate", "jo", "--answers", "endless.yaml")
    assert found.exit_code == 3
    assert "E002" in found.output
