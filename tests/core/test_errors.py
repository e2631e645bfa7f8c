import inspect
import re
from pathlib import Path

from sidra import errors
from sidra.errors import CODES, Duplicate, Invalid, Problem, SidraError
from sidra_metamodel.codes import CODES as CONFIGURATION_CODES


def test_every_error_of_the_run_time_has_a_title_and_a_way_out() -> None:
    raised = {
        kind.code
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, SidraError) and kind is not SidraError
    }
    assert raised - set(CODES) == set()
    assert [code for code, text in CODES.items() if text.count(". ") < 1 or not text.endswith(".")] == []


def test_every_code_that_the_program_uses_is_explained(root: Path) -> None:
    files = (root / "core/sidra").rglob("*.py")
    used = {code for path in files for code in re.findall(r'"([ER]\d{3})"', path.read_text(encoding="utf-8"))}
    assert used - set(CONFIGURATION_CODES) - set(CODES) == set()


def test_an_invalid_record_says_all_its_problems_at_once() -> None:
    error = Invalid([Problem("R601", "name", "Enter a value."), Problem("R604", "age", "Enter at most 5.")])
    assert error.reason == "name: Enter a value.; age: Enter at most 5."


def test_a_problem_of_the_whole_record_is_told_without_a_place() -> None:
    assert Invalid([Problem("R610", "", "No."), Problem("R601", "name", "Yes.")]).reason == "No.; name: Yes."


def test_a_problem_of_an_owned_record_names_its_place() -> None:
    problem = Problem("R601", "phone_number", "Enter a value.", "hint", "warning")
    assert problem.below("contact_media[0]").path == "contact_media[0].phone_number"
    assert Problem("R610", "", "No.").below("contact_media[0]").path == "contact_media[0]"
    assert problem.below("x").severity == "warning"


def test_a_duplicate_names_the_shared_attributes_and_not_the_other_record() -> None:
    assert Duplicate("taken", fields=["national_number"]).fields == ("national_number",)
