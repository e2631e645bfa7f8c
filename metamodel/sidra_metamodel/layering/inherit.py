"""Subtypes: what a supertype declares counts for them, with what they say themselves on top."""

from __future__ import annotations

from collections.abc import Sequence

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.language import Document, Element, RecordShape, keywords_of
from sidra_metamodel.layering.merge import merge
from sidra_metamodel.nodes import Node


def supertype(root: Node) -> str | None:
    """Return the name of the document that `is_a` names, or None."""
    node = root.items.get("is_a")
    return node.value if node and isinstance(node.value, str) else None


def inherited(line: Sequence[Node], document: type[Document]) -> Node:
    """Return a document merged over its supertypes; `line` has it first, then each supertype, the nearest first."""
    result = line[-1]
    for root in reversed(line[:-1]):
        # Whatever is wrong with the parts was found when they were merged, or is found on the result.
        result = merge(_passed_on(result, document), root, RecordShape(document), Diagnostics())
    return result


def _passed_on(node: Node, element: type[Element]) -> Node:
    """Return what subtypes inherit: all but what the supertype says of itself alone."""
    words = keywords_of(element)
    items: dict[str, Node] = {}
    for key, child in node.items.items():
        word = words.get(key)
        if word is not None and isinstance(word.shape, RecordShape):
            items[key] = _passed_on(child, word.shape.element) if child.is_map else child
        elif word is None or not word.own:
            items[key] = child
    return Node(items, node.source, node.at, node.key_at, None, node.under, node.directives)
