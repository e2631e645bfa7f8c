"""Where a character of a scalar's value stands in its file: behind quotes, escapes, folds and indentation."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from sidra_metamodel.nodes import Node, pack_position

_CODE_DIGITS: Final = MappingProxyType({"x": 2, "u": 4, "U": 8})


def node_at(node: Node, offset: int) -> Node:
    """Return a node that stands at a character of a scalar's text, so that a finding can point at it."""
    place = node.place
    text = node.source.text
    start = _start_of_line(text, place.line) + place.column - 1
    end = _align(text, start, str(node.value), offset)
    line = text.count("\n", 0, end) + 1
    column = end - (text.rfind("\n", 0, end) + 1) + 1
    return Node(None, node.source, pack_position(line, column))


def _start_of_line(text: str, line: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start


def _align(text: str, at: int, value: str, offset: int) -> int:
    """Walk the file and the value side by side until `offset` characters of the value are passed."""
    opening = text[at : at + 1]
    if opening in {"'", '"'}:
        at += 1
    elif opening in {"|", ">"}:
        at = text.find("\n", at) + 1
    for character in value[:offset]:
        at += _width(text, at, character, opening)
    while text[at : at + 1].isspace() and value[offset : offset + 1] not in {text[at], ""}:
        at += 1
    return min(at, len(text))


def _width(text: str, at: int, character: str, opening: str) -> int:
    """Return how many characters of the file stand for one of the value."""
    found = text[at : at + 1]
    if opening == '"' and found == "\\":
        return 2 + _CODE_DIGITS.get(text[at + 1 : at + 2], 0)
    if opening == "'" and found == "'":
        return 2
    if character.isspace() or not found.isspace():
        # A line break of the file is one space of the value, whatever indentation follows.
        return _blank(text, at) if character.isspace() and found.isspace() and found != " " else 1
    blank = _blank(text, at)
    return blank + _width(text, at + blank, character, opening)


def _blank(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end].isspace():
        end += 1
    return end - at
