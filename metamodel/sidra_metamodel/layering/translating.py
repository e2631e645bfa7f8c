"""Documents of kind `translation`: texts by path, laid over the labels of the documents that the paths name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.language import Document, NamedShape, RecordShape, Shape
from sidra_metamodel.layering.clashes import Clashes
from sidra_metamodel.layering.renames import present_name
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean

Key = tuple[str, str]

Texts = dict[str, "Texts | Node"]
"""Texts of one document as a tree of the parts of their paths."""

TRANSLATION: Final = "translation"
"""The kind of documents that hold texts by path."""
_HEADER_PARTS: Final = 2


def translated(  # noqa: PLR0913, PLR0917 - what is translated, by what, and where findings go
    key: Key,
    line: Sequence[Node],
    locale: str,
    texts: Texts,
    kinds: Mapping[str, type[Document]],
    orders: Mapping[str, frozenset[str]],
    diagnostics: Diagnostics,
    version: str | None = None,
) -> Node | None:
    """Return the new merged root of a document that a translation gives texts to; None where there is no document.

    `line` has the document's merged root and those of its supertypes, nearest first. Elements keep the places of their
    declarations; a path that leads to no label is recorded.
    """
    kind, name = key
    laying = _Laying(locale, [name], Clashes(diagnostics, orders), diagnostics, version)
    if not line:
        laying.refuse(texts, f"there is no {kind} `{name}`")
        return None
    return laying.over(line, texts, RecordShape(kinds[kind]))


def parts_of(path: str) -> list[str]:
    """Return kind, name and keywords of a path to a text; at least a kind and a name, which may be empty."""
    parts = path.split(".")
    return [*parts, ""][: max(len(parts), _HEADER_PARTS)]


def texts_by_document(translation: Node, diagnostics: Diagnostics) -> Mapping[Key, Texts]:
    """Return the texts of a translation by the kind and name of the documents that they belong to."""
    found: dict[Key, Texts] = {}
    for path, node in translation.items.items():
        parts = path.split(".")
        if len(parts) <= _HEADER_PARTS or not all(parts):
            diagnostics.error(
                "E107",
                f"`{path}` is no path to a text",
                node,
                key=True,
                help="write kind, name and keywords with dots between: `entity.customer.label`",
            )
        elif isinstance(node.value, dict | tuple):
            diagnostics.error("E107", f"`{path}` is given no text", node, help="write one text, in quotes")
        elif not _inserted(found.setdefault((parts[0], parts[1]), {}), parts[2:], node):
            way_out = "each path leads to a label, none goes through one"
            diagnostics.error(
                "E107", f"`{path}` and another path lead through each other", node, key=True, help=way_out
            )
    return found


def _inserted(texts: Texts, parts: list[str], node: Node) -> bool:
    for part in parts[:-1]:
        inner = texts.setdefault(part, {})
        if not isinstance(inner, dict):
            return False
        texts = inner
    return texts.setdefault(parts[-1], node) is node


class _Laying:
    """Lays the texts of one locale over one document."""

    def __init__(
        self, locale: str, path: list[str], clashes: Clashes, diagnostics: Diagnostics, version: str | None
    ) -> None:
        self._locale = locale
        self._path = path
        self._clashes = clashes
        self._diagnostics = diagnostics
        self._version = version

    def over(self, line: Sequence[Node], texts: Texts, shape: Shape | None) -> Node:
        """Return the first node of a line with the texts in it; the others are what it inherits from."""
        own = line[0]
        changed: dict[str, Node] = {}
        for written, inner in texts.items():
            key = self._present(written, line, inner)
            self._path.append(key)
            found = [child for node in line if (child := node.items.get(key)) is not None]
            inner_shape = _shape_below(shape, key)
            if isinstance(inner, Node):
                if isinstance(inner_shape, NamedShape) and inner_shape.is_label:
                    changed[key] = self._label(own.items.get(key), inner)
                else:
                    self.refuse(inner, f"`{key}` is no text here")
            elif not found or found[0].directive("remove"):
                self.refuse(
                    inner, f"there is no `{key}`", did_you_mean(key, [name for node in line for name in node.items])
                )
            else:
                first = own.items.get(key) or _empty(_first(inner))
                changed[key] = self.over([first, *found[1 if key in own.items else 0 :]], inner, inner_shape)
            self._path.pop()
        return _with_items(own, {**own.items, **changed}) if changed else own

    def _present(self, written: str, line: Sequence[Node], texts: Texts | Node) -> str:
        """Return what the element of a text is called now."""
        if isinstance(texts, Node) or any(written in node.items for node in line):
            return written
        names = (present_name(written, _first(texts), node.items, self._diagnostics, self._version) for node in line)
        return next((name for name in names if name != written), written)

    def _label(self, below: Node | None, text: Node) -> Node:
        if below is None or not below.is_map:
            return Node({self._locale: text}, text.source, text.at, text.key_at, None, below)
        former = below.items.get(self._locale)
        new = Node(text.value, text.source, text.at, text.key_at, text.text, former)
        if former is not None:
            self._clashes.values(former, new, [*self._path, self._locale])
        return _with_items(below, {**below.items, self._locale: new})

    def refuse(self, texts: Texts | Node, reason: str, way_out: str = "") -> None:
        """Record each of the texts as one that nobody will see."""
        if isinstance(texts, dict):
            for inner in texts.values():
                self.refuse(inner, reason, way_out)
        else:
            message = f"the text belongs to nothing: {reason}"
            self._diagnostics.error(
                "E107", message, texts, key=True, help=way_out or "correct the path, or delete the line"
            )


def _shape_below(shape: Shape | None, key: str) -> Shape | None:
    if isinstance(shape, RecordShape):
        keyword = shape.keywords.get(key)
        return keyword.shape if keyword else None
    return shape.of if isinstance(shape, NamedShape) else None


def _first(texts: Texts) -> Node:
    inner: Texts | Node = texts
    while isinstance(inner, dict):
        inner = next(iter(inner.values()))
    return inner


def _empty(text: Node) -> Node:
    """Return an element that exists only to refine an inherited one with a text."""
    return Node({}, text.source, text.at, text.key_at)


def _with_items(node: Node, items: dict[str, Node]) -> Node:
    return Node(items, node.source, node.at, node.key_at, None, node.under, node.directives)
