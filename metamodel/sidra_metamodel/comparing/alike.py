"""When two affiliates say the same: local names without their prefix, and elements without their labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from functools import cache
from typing import Final

from sidra_metamodel.explaining.paths import record_of
from sidra_metamodel.language import Document, Keyword, NamedShape, RecordShape, Shape, UnionShape
from sidra_metamodel.nodes import Node

ANY_PREFIX: Final = "x_*_"
"""Stands for the prefix of each affiliate."""

Strip = Callable[[str], str]
"""Gives a text with an affiliate's prefix written as that of any."""

LOCAL_NAME: Final = re.compile(r"\bx_\*_\w+")
"""A local name whose prefix is that of any affiliate."""


@cache
def stripping(prefix: str | None) -> Strip:
    """Return what writes the names of a layer with this prefix as those of any layer."""
    if not prefix:
        return lambda text: text
    own = re.compile(rf"\bx_{re.escape(prefix)}_(?=\w)")
    return lambda text: own.sub(ANY_PREFIX, text) if "x_" in text else text


def shape_at(document: type[Document], path: tuple[str, ...]) -> Shape | None:
    """Return the shape of what stands at a path of a document; None where the language has none."""
    shape: Shape | None = RecordShape(document)
    for name in path:
        shape = shape_below(shape, name)
    return shape


def shape_below(shape: Shape | None, name: str) -> Shape | None:
    """Return the shape of what stands under a name."""
    alternatives = shape.alternatives if isinstance(shape, UnionShape) else (shape,)
    for each in alternatives:
        if isinstance(each, RecordShape) and name in each.keywords:
            return each.keywords[name].shape
        if isinstance(each, NamedShape):
            return each.of
    return None


def keyword_at(document: type[Document], path: tuple[str, ...]) -> Keyword | None:
    """Return the keyword in whose value a path ends; None where the language has none."""
    shape: Shape | None = RecordShape(document)
    found: Keyword | None = None
    for name in path:
        record = record_of(shape) if shape is not None else None
        found = record.keywords.get(name, found) if record is not None else found
        shape = shape_below(shape, name)
    return found


def is_label(shape: Shape | None) -> bool:
    """Tell whether a value is a text in several languages."""
    return isinstance(shape, NamedShape) and shape.is_label


def content(node: Node, shape: Shape | None, strip: Strip) -> Hashable:
    """Return what a node says but for its labels, in which order ever; equal contents have equal meaning."""
    if node.is_map:
        inner = ((name, child, shape_below(shape, name)) for name, child in node.items.items())
        return frozenset((strip(name), content(child, of, strip)) for name, child, of in inner if not is_label(of))
    if isinstance(node.value, tuple):
        return tuple(content(entry, None, strip) for entry in node.value)
    return type(node.value).__name__, strip(node.value) if isinstance(node.value, str) else node.value


def words(found: Hashable) -> Iterator[str]:
    """Yield the texts of a content, names and values."""
    if isinstance(found, frozenset | tuple):
        for part in found:
            yield from words(part)
    elif isinstance(found, str):
        yield found
