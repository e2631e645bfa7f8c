import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

UNESCAPED = re.compile(r"\|\s*safe\b|\bMarkup\(|\{%-?\s*autoescape\s+false")
ROUND_TRIP = re.compile(r"(?<![\w-])hx-[a-z]")
REFUSED_BY_CSP = re.compile(r"<[a-z][^<>]*?\s(?:style|on[a-z]+)\s*=")
MACRO = re.compile(r"\{%-?\s*macro\b.*?\bendmacro\s*-?%\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def blank(match: re.Match[str]) -> str:
    """As many lines as the match had, so that the places of what follows stay right."""
    return "\n" * match[0].count("\n")


def found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """What matches, each with the line on which it ends."""
    for match in pattern.finditer(text):
        yield f"{text.count(chr(10), 0, match.end()) + 1}: {match[0]}"


Search = Callable[[re.Pattern[str]], list[str]]


def search(templates: list[Path], *left_out: re.Pattern[str]) -> Search:
    """A search over templates that passes over parts of them."""
    texts = {path: path.read_text(encoding="utf-8") for path in templates}
    for part in left_out:
        texts = {path: part.sub(blank, text) for path, text in texts.items()}
    return lambda pattern: [f"{path}:{hit}" for path, text in texts.items() for hit in found(pattern, text)]


@pytest.fixture
def outside_comments(templates: list[Path]) -> Search:
    """Searches all templates, comments left out."""
    return search(templates, COMMENT)


@pytest.fixture
def outside_macros(templates: list[Path]) -> Search:
    """Searches all templates, comments and macros left out."""
    return search(templates, COMMENT, MACRO)


@pytest.fixture
def in_markup(templates: list[Path]) -> Search:
    """Searches the markup of all templates: neither comments nor what Jinja evaluates."""
    return search(templates, COMMENT, EXPRESSION)


def test_no_template_writes_a_value_unescaped(outside_comments: Search) -> None:
    assert outside_comments(UNESCAPED) == []


def test_htmx_stays_inside_macros(outside_macros: Search) -> None:
    assert outside_macros(ROUND_TRIP) == []


def test_no_template_has_an_inline_style_or_handler(in_markup: Search) -> None:
    assert in_markup(REFUSED_BY_CSP) == []


def test_a_round_trip_outside_a_macro_is_found_with_its_line() -> None:
    text = "{% macro a() %}\n<a hx-get='/x'></a>\n{%- endmacro -%}\n<p\n hx-post='/y'></p>"
    assert list(found(ROUND_TRIP, MACRO.sub(blank, text))) == ["5: hx-p"]


def test_an_inline_style_is_told_from_an_argument_of_a_macro() -> None:
    text = "{{ button('a', style='b', only='c') }}<b data-style='d'>on = 'e'</b>\n<p class='{{ x }}'\n style='f'>"
    assert list(found(REFUSED_BY_CSP, EXPRESSION.sub(blank, text))) == ["3: <p class=''\n style="]
