from pathlib import Path

from sidra import errors
from sidra.configuration import reference_pages
from sidra_metamodel.codes import CODES


def test_the_pages_of_the_reference_are_up_to_date(root: Path) -> None:
    written = {name: (root / "docs/reference" / name).read_text(encoding="utf-8") for name in reference_pages()}
    assert written == reference_pages(), "run `sidra reference`"


def test_every_code_is_a_heading_of_the_reference() -> None:
    page = reference_pages()["errors.md"]
    assert [code for code in {**CODES, **errors.CODES} if f"\n## {code}: " not in page] == []
