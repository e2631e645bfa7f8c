import re
from pathlib import Path

from sidra import errors
from sidra.error_reference import error_reference, main
from sidra_metamodel.codes import CODES

CODE = re.compile(r'"([ER]\d{3})"')


def test_the_page_of_errors_is_up_to_date(root: Path) -> None:
    page = (root / "docs/reference/errors.md").read_text(encoding="utf-8")
    assert page == error_reference(), "run: python -m sidra.error_reference docs/reference/errors.md"


def test_every_code_is_a_heading() -> None:
    headings = re.findall(r"^### (.*)$", error_reference(), re.MULTILINE)
    assert headings == [*sorted(CODES), *sorted(errors.CODES)]


def test_every_code_that_the_program_uses_is_explained(root: Path) -> None:
    used = {
        code for path in (root / "core/sidra").rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert used - set(CODES) - set(errors.CODES) == set()


def test_the_page_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    main([str(tmp_path / "errors.md")])
    assert (tmp_path / "errors.md").read_text(encoding="utf-8") == error_reference()
