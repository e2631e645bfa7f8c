from pathlib import Path

import pytest

from sidra_metamodel.directives import DIRECTIVES
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.language import Element, keywords_of
from sidra_metamodel.reference import SITES, errors_page, keywords_page
from sidra_metamodel.registry import Registry
from sidra_metamodel.traits import Site

PAGE = keywords_page(Registry(BUILT_IN_KINDS))


@pytest.mark.parametrize("document", BUILT_IN_KINDS, ids=lambda document: document.kind)
def test_each_kind_and_each_of_its_keywords_is_in_the_reference(document: type[Element]) -> None:
    section = PAGE.split(f"## `{document.kind}`\n")[1].split("\n## ")[0]  # type: ignore[attr-defined]  # a document
    assert [name for name in keywords_of(document) if f"| `{name}`" not in section] == []


def test_each_instruction_of_overlays_is_in_the_reference() -> None:
    assert [name for name in DIRECTIVES if f"| `${name}` |" not in PAGE] == []


def test_each_place_of_expressions_says_what_it_sees() -> None:
    assert set(SITES) == set(Site)


def test_the_keywords_page_is_up_to_date(root: Path) -> None:
    assert (root / "docs/reference/keywords.md").read_text(encoding="utf-8") == PAGE, "run `sidra reference`"


def test_a_code_becomes_a_heading_with_its_way_out() -> None:
    assert errors_page({"E1": "No name. Give one."}).endswith("## E1: No name\n\nGive one.\n")
