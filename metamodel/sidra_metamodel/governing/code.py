"""Code of plugins that configuration makes use of: functions, types, widgets, kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from sidra_metamodel.governing.levels import CODE
from sidra_metamodel.governing.spots import Change
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import PluginCode

_TYPED: Final = frozenset({"type", "base"})
"""Keywords that name a scalar type."""
_DRAWN: Final = frozenset({"widget", "use"})
"""Keywords that name a widget: `widget: stars`, or `widget: {use: stars, …}`."""


def code_of(node: Node | None, code: PluginCode, name: str = "") -> frozenset[str]:
    """Return the names of plugins' functions, types and widgets that a value, given to a keyword, makes use of."""
    return frozenset(_names(node, code, name)) if node is not None and code else frozenset()


def _names(node: Node, code: PluginCode, name: str) -> Iterator[str]:
    if isinstance(node.value, str):
        if (name in _TYPED and node.value in code.types) or (name in _DRAWN and node.value in code.widgets):
            yield node.value
        yield from _calls(node.value, code.functions)
    for entry in node.entries:
        yield from _names(entry, code, name)
    for key, child in node.items.items():
        yield from _names(child, code, key)


def _calls(text: str, functions: frozenset[str]) -> list[str]:
    return _pattern(functions).findall(text) if functions and "(" in text else []


@lru_cache(maxsize=8)
def _pattern(functions: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(map(re.escape, sorted(functions)))})\s*\(")


def raised(change: Change, below: Node, above: Node, code: PluginCode) -> Change:
    """Return a change at the level of code where it makes use of code that was not used there below."""
    if not code:
        return change
    name = change.path[-1] if change.path else ""
    brought = code_of(above.get(*change.path), code, name) - code_of(below.get(*change.path), code, name)
    return Change(change.path, CODE) if brought else change
