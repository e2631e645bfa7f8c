import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidra_metamodel.codes import CODES, title

CODE = re.compile(r'"(E\d{3})"')
HEADLINE = re.compile(r"(?m)^\s*(?:error|warning)\[(E\d{3})\]: \S")


def used_codes(root: Path) -> set[str]:
    sources = [path for path in (root / "metamodel/sidra_metamodel").rglob("*.py") if path.name != "codes.py"]
    return {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def codes_with_an_exact_text(root: Path) -> set[str]:
    """The codes of the texts that a test compares whole: those that it hands to `expected` right where it compares."""
    sources = (root / "tests/metamodel").rglob("test_*.py")
    return {code for path in sources for code in compared_codes(path.read_text(encoding="utf-8"))}


def compared_codes(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and any(isinstance(operator, ast.Eq) for operator in node.ops):
            for side in (node.left, *node.comparators):
                if isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id == "expected":
                    yield from HEADLINE.findall(written(side.args[0]))


def written(text: ast.expr) -> str:
    """A literal text; what an f-string puts in is left out."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def test_every_code_in_use_is_explained_and_every_explained_one_is_in_use(root: Path) -> None:
    assert used_codes(root) ^ set(CODES) == set()


def test_every_explanation_has_a_short_title_and_a_way_out() -> None:
    assert all(0 < len(title(code)) < 60 and len(text) > len(title(code)) + 1 for code, text in CODES.items())


@pytest.mark.parametrize("code", CODES)
def test_there_is_a_test_with_the_exact_text_of(code: str, codes_with_an_exact_text: set[str]) -> None:
    assert code in codes_with_an_exact_text


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ('assert said == expected("""\n    error[E101]: no `a`\n\n    warning[E210]: b\n""")', ["E101", "E210"]),
        ('assert said == expected(f"error[E101]: no `{name}`")', ["E101"]),
        ('assert expected("error[E101]: no `a`") == said', ["E101"]),
        ('assert "error[E101]: no `a`" in said', []),
        ('assert expected("error[E101]: no `a`") in said', []),
        ('assert said == ["E101"]', []),
        ('assert said == expected("the code E101")', []),
    ],
)
def test_a_text_counts_only_where_it_is_compared_whole(source: str, codes: list[str]) -> None:
    assert list(compared_codes(source)) == codes
