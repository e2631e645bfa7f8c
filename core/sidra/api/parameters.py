"""A query string taken apart: names, comparisons and values, before anyone knows what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from sidra.errors import BadQuery

MAX_QUERY_CHARACTERS = 8000
MAX_VALUES = 200
SYMBOLS = {"=": "eq", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "!=": "ne", "*=": "regex"}
SUFFIXES = frozenset({"eq", "ne", "gt", "gte", "lt", "lte", "regex"})
# `a=v`, `a>v` (also sent as `a%3Ev`), `a>=v`; a value may hold any of the signs.
_COMPARISON = re.compile(r"([^=<>!*]*)(>=|<=|!=|\*=|=|>|<)(.*)", re.DOTALL)
# A comma between values, unless a backslash stands before it.
_COMMA = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `name=value` of a query: the comparison, and the values of which any may hold."""

    name: str
    op: str
    text: str
    """As written, decoded."""

    @property
    def values(self) -> tuple[str, ...]:
        """The alternatives: separated by commas or semicolons, where `;a=v` repeats the name."""
        return tuple(value for part in self.text.split(";") for value in self._alternatives(part))

    def _alternatives(self, part: str) -> Iterator[str]:
        again = _COMPARISON.fullmatch(part)
        if again is not None and again[1] and again[1] == self.name:
            part = again[3]
        for value in _COMMA.split(part):
            yield value.replace("\\,", ",")


def read_parameters(query: str) -> list[Parameter]:
    """The parameters of a query string, in order; raises BadQuery where it is too long or no text."""
    if len(query) > MAX_QUERY_CHARACTERS:
        raise BadQuery(f"a query has {MAX_QUERY_CHARACTERS} characters at most", hint="narrow the list in fewer words")
    return [_parameter(part) for part in query.split("&") if part]


def _parameter(part: str) -> Parameter:
    try:
        text = unquote_plus(part, errors="strict")
    except UnicodeDecodeError as error:
        raise BadQuery("the query is no UTF-8", hint="encode characters beyond ASCII as UTF-8") from error
    if "\0" in text:
        raise BadQuery("the query holds a character that no value has", hint="leave out %00")
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise BadQuery(f"`{text[:40]}` has no value", hint="write name=value")
    name, op = found[1], SYMBOLS[found[2]]
    base, _, suffix = name.rpartition(".")
    if op == "eq" and base and suffix in SUFFIXES:
        return Parameter(base, suffix, found[3])
    return Parameter(name, op, found[3])
