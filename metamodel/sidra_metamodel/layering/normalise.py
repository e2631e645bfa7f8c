"""Short forms to long ones before anything is merged: `[a, b]`, bare labels, bare values, `{$set: …}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.directives import Position, checked_directives
from sidra_metamodel.language import (
    Document,
    ListShape,
    NamedShape,
    RecordShape,
    ScalarShape,
    Shape,
    UnionShape,
)
from sidra_metamodel.nodes import Node

_TEXT_TYPES: Final = frozenset({"string", "name", "expression", "duration"})


def normalise(root: Node, document: type[Document], diagnostics: Diagnostics) -> Node:
    """Return a document's root with every short form written out; unchanged parts are the same nodes."""
    return _Normaliser(diagnostics).value(root, RecordShape(document), Position.ROOT)


def long_form(node: Node, shape: Shape, diagnostics: Diagnostics) -> Node:
    """Return a value that stands in no document, with its short forms written out."""
    return _Normaliser(diagnostics).value(node, shape, Position.VALUE)


class _Normaliser:
    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics

    def value(self, node: Node, shape: Shape, position: Position) -> Node:
        """Return a node as its shape wants it."""
        if node.directives is not None:
            node = self._instructed(node, shape, position)
        return _FORMS[type(shape)](self, node, shape)

    def _instructed(self, node: Node, shape: Shape, position: Position) -> Node:
        fitting = checked_directives(node, shape, position, self._diagnostics) or {}
        directives = {name: self._directive(name, value) for name, value in fitting.items()} or None
        given = fitting.get("set")
        if given is None:
            return Node(node.value, node.source, node.at, node.key_at, node.text, None, directives)
        return Node(given.value, node.source, given.at, node.key_at, given.text, None, directives)

    @staticmethod
    def _directive(name: str, node: Node) -> Node:
        return _as_list(node) if name in {"add", "drop"} else node

    def scalar(self, node: Node, shape: ScalarShape) -> Node:
        """Return a scalar whose type is text as it was written: `1.0` stays `1.0`."""
        if type(node.value) is str or node.text is None or node.value is None or shape.type not in _TEXT_TYPES:
            return node
        return Node(node.text, node.source, node.at, node.key_at, node.text, None, node.directives)

    def list(self, node: Node, shape: ListShape) -> Node:
        """Return a list; one scalar stands for a list of one where the keyword says so."""
        if isinstance(node.value, dict) or node.value is None:
            return node
        listed = _as_list(node) if shape.single else node
        if not isinstance(listed.value, tuple) or shape.item.type not in _TEXT_TYPES:
            return listed
        entries = tuple(self.scalar(entry, shape.item) for entry in listed.value)
        return listed if all(map(_same, entries, listed.value)) else _with_value(listed, entries)

    def named(self, node: Node, shape: NamedShape) -> Node:
        """Return a map of names; a list of them stands for elements without content, a bare label for English."""
        if shape.is_label:
            if not isinstance(node.value, dict | tuple) and node.value is not None:
                english = self.scalar(Node(node.value, node.source, node.at, node.at, node.text), ScalarShape("string"))
                return _with_value(node, {"en": english})
        elif isinstance(node.value, tuple) and isinstance(shape.of, RecordShape | NamedShape):
            node = self._names(node)
        if not isinstance(node.value, dict):
            return node
        position = Position.VALUE if shape.is_label else Position.NAMED
        return self._children(node, lambda _key: shape.of, position)

    def _names(self, node: Node) -> Node:
        found: dict[str, Node] = {}
        for entry in node.entries:
            name = entry.text if entry.text is not None else entry.value
            if not isinstance(name, str):
                return node
            if name in found:
                self._diagnostics.error(
                    "E007",
                    f"`{name}` stands twice in one list of names",
                    entry,
                    notes=[note("first here", found[name])],
                    help="keep one of them",
                )
            found.setdefault(name, Node({}, entry.source, entry.at, entry.at))
        return _with_value(node, found)

    def record(self, node: Node, shape: RecordShape) -> Node:
        """Return a map of keywords; a bare value stands for the element's main keyword."""
        if isinstance(node.value, dict):
            keywords = shape.keywords
            return self._children(node, lambda key: keywords[key].shape if key in keywords else None, Position.VALUE)
        shorthand = shape.element.shorthand
        if shorthand is None or node.value is None:
            return node
        bare = Node(node.value, node.source, node.at, node.at, node.text)
        bare = self.value(bare, shape.keywords[shorthand].shape, Position.VALUE)
        return _with_value(node, {shorthand: bare})

    def union(self, node: Node, shape: UnionShape) -> Node:
        """Return a value as the one of several shapes that it has the form of."""
        chosen = alternative_for(node, shape)
        return node if chosen is None else _FORMS[type(chosen)](self, node, chosen)

    def _children(self, node: Node, shape_of: Callable[[str], Shape | None], position: Position) -> Node:
        changed: dict[str, Node] = {}
        for key, child in node.items.items():
            shape = shape_of(key)
            # Text is the form of most values, and as long as it will be.
            is_text = type(child.value) is str and child.directives is None and type(shape) is ScalarShape
            if shape is not None and not is_text:
                long = self.value(child, shape, position)
                if long is not child:
                    changed[key] = long
        return _with_value(node, {**node.items, **changed}) if changed else node


# Dispatch by the shape's type, which the signature of each method then narrows.
_FORMS: Final[Mapping[type, Callable[[_Normaliser, Node, Any], Node]]] = {
    ScalarShape: _Normaliser.scalar,
    ListShape: _Normaliser.list,
    NamedShape: _Normaliser.named,
    RecordShape: _Normaliser.record,
    UnionShape: _Normaliser.union,
}


def alternative_for(node: Node, shape: UnionShape) -> Shape | None:
    """Return the alternative of a union that a value has the form of, or None when it fits none."""
    value = node.value
    fitting: list[Shape]
    if isinstance(value, dict):
        fitting = [each for each in shape.alternatives if isinstance(each, NamedShape | RecordShape)]
    elif isinstance(value, tuple):
        fitting = [each for each in shape.alternatives if isinstance(each, ListShape)]
    else:
        scalars = [each for each in shape.alternatives if isinstance(each, ScalarShape)]
        fitting = [each for each in scalars if _fits(value, each.type)] or [*scalars]
    return fitting[0] if fitting else None


def _fits(value: object, type_name: str) -> bool:
    match value:
        case bool():
            return type_name == "boolean"
        case int():
            return type_name in {"integer", "number"}
        case float():
            return type_name == "number"
        case _:
            return type_name in _TEXT_TYPES


def _as_list(node: Node) -> Node:
    if isinstance(node.value, dict | tuple) or node.value is None:
        return node
    return _with_value(node, (Node(node.value, node.source, node.at, 0, node.text),))


def _with_value(node: Node, value: dict[str, Node] | tuple[Node, ...]) -> Node:
    return Node(value, node.source, node.at, node.key_at, None, None, node.directives)


def _same(one: Node, other: Node) -> bool:
    return one is other
