"""Plain data as the text of YAML that stands in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.explaining.show import INDENT, scalar

LINE_WIDTH: Final = 110
"""A map that does not fit into a line of this many characters is written over several."""


_ESCAPED: Final = frozenset('"\\')


def inline(data: Data) -> str:
    """Return data on one line."""
    if isinstance(data, Mapping):
        return "{" + ", ".join(f"{key(name)}: {inline(value)}" for name, value in data.items()) + "}"
    if isinstance(data, Sequence) and not isinstance(data, str):
        return "[" + ", ".join(map(inline, data)) + "]"
    if isinstance(data, str) and "'" not in data and data.isprintable() and not _ESCAPED.isdisjoint(data):
        # What needs no escapes in other quotes is read more easily there: patterns, values in quotes.
        return f"'{data}'"
    return scalar(data)


def key(name: str) -> str:
    """Return a name as a key; those of instructions need no quotes."""
    return f"${scalar(name[1:])}" if name[:1] == "$" and name[1:].isidentifier() else inline(name)


def lines(name: str, data: Data, indent: str) -> list[str]:
    """Return an entry of a map in block style: on one line where it fits and is no map of maps."""
    return list(_lines(name, data, indent))


def _lines(name: str, data: Data, indent: str) -> Iterator[str]:
    head = f"{indent}{key(name)}:"
    whole = f"{head} {inline(data)}"
    if not isinstance(data, Mapping) or not data or (len(whole) <= LINE_WIDTH and not _holds_maps(data)):
        yield whole
        return
    yield head
    for inner, value in data.items():
        yield from _lines(inner, value, indent + INDENT)


def _holds_maps(data: Mapping[str, Data]) -> bool:
    """Tell whether a map has nothing but maps: it is one of names, each of which gets a line."""
    return all(isinstance(value, Mapping) and value for value in data.values())
