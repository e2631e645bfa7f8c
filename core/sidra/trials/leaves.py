"""What an overlay says, value by value, and the same overlay without one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sidra_metamodel.governing.levels import LIMITS, TEXTS
from sidra_metamodel.governing.spots import Path
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.language import Keyword, NamedShape, RecordShape, Shape, UnionShape
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.layering.sets import is_change
from sidra_metamodel.nodes import Node
from sidra_metamodel.reading.parsing import ReadDocument
from sidra_metamodel.registry import Registry
from sidra_metamodel.traits import OPEN

APART: Final = frozenset({"layer", "pack", "translation", Test.kind})
"""Kinds that are no part of what tests are about: who an affiliate is, in which words, and the tests themselves."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that an overlay says, or one element that it adds, replaces or takes away."""

    document: ReadDocument
    path: Path
    node: Node
    level: int
    """1 texts, order, hiding; 2 limits and additions; 3 parts that are replaced or removed."""


def leaves_of(
    folder: LayerFolder, registry: Registry, levels: Mapping[tuple[str, str], Mapping[Path, int]]
) -> list[Leaf]:
    """Return what a layer says, by document and place; `levels` has its changes by document, those of none are its own.

    Texts that people read are left out.
    """
    found: list[Leaf] = []
    for document in folder.documents:
        if document.kind not in APART:
            shape = RecordShape(registry.kinds[document.kind])
            known = levels.get((document.kind, document.name))
            found += _below(document, shape, document.node, (), None, known)
    return found


Levels = Mapping[Path, int] | None


def _below(
    document: ReadDocument, shape: Shape, node: Node, path: Path, word: Keyword | None, levels: Levels
) -> Iterator[Leaf]:
    for name, child in node.items.items():
        keyword, inner = _inside(shape, name, word)
        if inner is None or (isinstance(inner, NamedShape) and inner.is_label):
            continue
        here = (*path, name)
        is_element = isinstance(shape, NamedShape)
        if not child.is_map or is_change(child) or not child.value:
            yield Leaf(document, here, child, _level(here, keyword, levels, is_element=is_element))
            continue
        if is_element and _is_whole(here, child, levels):
            yield Leaf(document, here, child, _level(here, keyword, levels, is_element=True))
        yield from _below(document, inner, child, here, keyword, levels)


def _is_whole(path: Path, node: Node, levels: Levels) -> bool:
    """Tell whether the layer adds an element, or replaces it, rather than saying some of its keywords."""
    return levels is None or path in levels or node.directive("replace") is not None


def _level(path: Path, word: Keyword | None, levels: Levels, *, is_element: bool) -> int:
    """Return how far a leaf goes: as the change that it is a part of, but no further than its own keyword."""
    if levels is not None and path in levels:
        return levels[path]
    if word is not None and word.rule is OPEN and not word.site and not word.refers and not is_element:
        return TEXTS
    around = (level for length in range(1, len(path)) if (level := (levels or {}).get(path[:length])) is not None)
    return max(LIMITS, *around, LIMITS)


def _inside(shape: Shape, name: str, word: Keyword | None) -> tuple[Keyword | None, Shape | None]:
    """Return the keyword that a name stands for or belongs to, and the shape of its value."""
    match shape:
        case RecordShape():
            found = shape.keywords.get(name)
            return found, found.shape if found is not None else None
        case NamedShape(of=of):
            return word, of
        case UnionShape(alternatives=alternatives):
            maps = [one for one in alternatives if isinstance(one, RecordShape | NamedShape)]
            return _inside(maps[0], name, word) if maps else (word, None)
        case _:
            return word, None


def without(folder: LayerFolder, leaf: Leaf) -> LayerFolder:
    """Return a layer that does not say one thing."""
    documents = []
    for document in folder.documents:
        if document is not leaf.document:
            documents.append(document)
            continue
        root = _dropped(document.node, leaf.path)
        documents.append(ReadDocument(document.kind, document.name, root))
    return replace(folder, documents=tuple(documents))


def _dropped(node: Node, path: Path) -> Node:
    """Return a map without what stands at a path; maps that are left empty go along, unless they are the document."""
    items = dict(node.items)
    inner = _dropped(items[path[0]], path[1:]) if len(path) > 1 else None
    if inner is None or (not inner.value and not _instructs(inner)):
        del items[path[0]]
    else:
        items[path[0]] = inner
    return Node(items, node.source, node.at, node.key_at, node.text, node.under, node.directives)


def _instructs(node: Node) -> bool:
    return any(name in {"remove", "replace", "before", "after", "first", "last"} for name in node.directives or ())
