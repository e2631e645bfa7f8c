"""Documents as YAML that people go on with: the header first, short elements on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from sidra_metamodel.language import keywords_of
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry

WIDTH: Final = 118
OPEN_DEPTH: Final = 1
"""Maps down to here stand on lines of their own, however short they are."""
_PLAIN: Final = re.compile(r"[^\W\d_][\w ./+’'-]*|\d+(s|min|h|d|w|mo|y)|~\d+\.\d+|\d+\.\d+\.\d+")
_NOT_TEXT: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
LAST: Final = ("why", "ticket", "until", "category")
"""Instructions that stand behind places and values; on the document itself they stand first."""


def files(documents: Mapping[Key, Node], registry: Registry) -> Iterator[tuple[str, str]]:
    """Yield the path below the layer's folder and the text of each document."""
    for (kind, name), node in documents.items():
        folder = registry.kinds[kind].folder
        path = "layer.yaml" if kind == "layer" else f"{folder}/{name}.yaml"
        order = {word: place for place, word in enumerate(keywords_of(registry.kinds[kind]))}
        items = dict(sorted(node.items.items(), key=lambda item: order.get(item[0], len(order))))
        ordered = Node(items, node.source, node.at, node.key_at, None, None, node.directives)
        yield path, document_text(kind, name, ordered)


def document_text(kind: str, name: str, node: Node) -> str:
    """Return a document as a file."""
    said = [f"${word}: {_flow(value)}" for word, value in (node.directives or {}).items()]
    return "\n".join([f"{kind}: {name}", *said, *_lines(node, "", 1)]) + "\n"


def _lines(node: Node, indent: str, depth: int) -> Iterator[str]:
    for name, child in node.items.items():
        short = f"{indent}{_scalar(name)}: {_flow(child)}"
        has_maps = any(_is_full(one) for one in child.items.values())
        if not _is_full(child) or (len(short) <= WIDTH and (depth > OPEN_DEPTH or not has_maps)):
            yield short
        else:
            yield f"{indent}{_scalar(name)}:"
            inner = f"{indent}  "
            yield from (f"{inner}${word}: {_flow(value)}" for word, value in _instructions(child))
            yield from _lines(child, inner, depth + 1)


def _is_full(node: Node) -> bool:
    return node.is_map and bool(node.items or node.directives)


def _instructions(node: Node) -> list[tuple[str, Node]]:
    found = list((node.directives or {}).items())
    return [one for one in found if one[0] not in LAST] + [one for one in found if one[0] in LAST]


def _flow(node: Node) -> str:
    if node.is_map:
        said = (f"${word}: {_flow(value)}" for word, value in _instructions(node))
        inner = (f"{_scalar(name)}: {_flow(child)}" for name, child in node.items.items())
        return "{" + ", ".join((*said, *inner)) + "}"
    if isinstance(node.value, tuple):
        return "[" + ", ".join(map(_flow, node.entries)) + "]"
    return _scalar(node.value)


def yaml_of(plain: object) -> str:
    """Return plain data as YAML on one line."""
    match plain:
        case dict():
            return "{" + ", ".join(f"{_scalar(str(name))}: {yaml_of(value)}" for name, value in plain.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(yaml_of, plain)) + "]"
        case _:
            return _scalar(plain)


def _scalar(value: object) -> str:
    """Return a scalar as YAML 1.2 reads it back, in as few quotes as it takes."""
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT and not value.endswith(" "):
        return value
    if "\\" in value and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in quoted)
