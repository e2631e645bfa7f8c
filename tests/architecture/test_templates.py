import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

UNESCAPED = re.compile(r"\|\s*safe\b|\bMarkup\(|\{%-?\s*autoescape\s+false")
ROUND_TRIP = re.compile(r"(?<![\w-])hx-[a-z]")
REFUSED_BY_CSP = re.compile(r"\s(?:style|on[a-z]+)\s*=\s*[\"']")
MACRO = re.compile(r"\{%-?\s*macro\b.*?\bendmacro\s*-?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def blank(match: re.Match[str]) -> str:
    """As many lines as the match had, so that the places of what follows stay right."""
    return "\n" * match[0].count("\n")


def found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.search(line):
            yield f"{number}: {line.strip()}"


Search = Callable[[re.Pattern[str]], list[str]]


@pytest.fixture
def outside_comments(templates: list[Path]) -> Search:
    """Searches all templates, comments left out."""
    texts = {path: COMMENT.sub(blank, path.read_text(encoding="utf-8")) for path in templates}
    return lambda pattern: [f"{path}:{hit}" for path, text in texts.items() for hit in found(pattern, text)]


@pytest.fixture
def outside_macros(templates: list[Path]) -> Search:
    """Searches all templates, comments and macros left out."""
    texts = {path: MACRO.sub(blank, COMMENT.sub(blank, path.read_text(encoding="utf-8"))) for path in templates}
    return lambda pattern: [f"{path}:{hit}" for path, text in texts.items() for hit in found(pattern, text)]


def test_no_template_writes_a_value_unescaped(outside_comments: Search) -> None:
    assert outside_comments(UNESCAPED) == []


def test_htmx_stays_inside_macros(outside_macros: Search) -> None:
    assert outside_macros(ROUND_TRIP) == []


def test_no_template_has_an_inline_style_or_handler(outside_comments: Search) -> None:
    assert outside_comments(REFUSED_BY_CSP) == []


def test_a_round_trip_outside_a_macro_is_found_with_its_line() -> None:
    text = "{% macro a() %}\n<a hx-get='/x'></a>\n{%- endmacro -%}\n<p\n hx-post='/y'></p>"
    assert list(found(ROUND_TRIP, MACRO.sub(blank, text))) == ["5: hx-post='/y'></p>"]
