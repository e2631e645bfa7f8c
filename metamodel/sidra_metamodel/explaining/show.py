"""Effective configuration as YAML, with the layer that each value comes from when it is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from sidra_metamodel.directives import REASONS
from sidra_metamodel.nodes import Node

_PLAIN: Final = re.compile(r"[^\W\d_][\w ./+-]*|\d+\.\d+\.\d+", re.ASCII)
_NOT_TEXT: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
INDENT: Final = "  "


def to_yaml(node: Node, *, layers: bool = False) -> str:
    """Return a node as YAML in block style; with `layers`, a comment names the layer of each value."""
    if node.is_map and node.items:
        return "\n".join(_lines(node, "", layers=layers)) + "\n"
    return f"{flow(node)}{_comment(node, layers=layers)}\n"


def _lines(node: Node, indent: str, *, layers: bool) -> Iterator[str]:
    for name, child in node.items.items():
        if child.is_map and child.items:
            yield f"{indent}{scalar(name)}:"
            yield from _lines(child, indent + INDENT, layers=layers)
        else:
            yield f"{indent}{scalar(name)}: {flow(child)}{_comment(child, layers=layers)}"


def _comment(node: Node, *, layers: bool) -> str:
    return f"  # {node.source.layer}" if layers else ""


def flow(node: Node, *, instructions: bool = False) -> str:
    """Return a node as YAML on one line; with `instructions`, the `$keys` too, but for reasons."""
    if node.is_map:
        said = _instructions(node) if instructions else []
        inner = (f"{scalar(name)}: {flow(child, instructions=instructions)}" for name, child in node.items.items())
        return "{" + ", ".join((*said, *inner)) + "}"
    if isinstance(node.value, tuple):
        return "[" + ", ".join(flow(entry) for entry in node.entries) + "]"
    return scalar(node.value)


def _instructions(node: Node) -> list[str]:
    return [f"${name}: {flow(value)}" for name, value in (node.directives or {}).items() if name not in REASONS]


def scalar(value: object) -> str:
    """Return a scalar as YAML 1.2 reads it back; text in quotes where it would be taken for something else."""
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT and not value.endswith(" ")
        return value if is_plain else "".join(map(_printable, json.dumps(value, ensure_ascii=False)))
    if isinstance(value, float):
        return _float(value)
    return json.dumps(value)


def _printable(character: str) -> str:
    """Return a character as YAML takes it inside quotes: some that JSON leaves alone must be escaped there."""
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _float(value: float) -> str:
    special = {float("inf"): ".inf", float("-inf"): "-.inf"}
    return special.get(value, ".nan" if value != value else repr(value))  # noqa: PLR0124 - only a NaN differs from itself
