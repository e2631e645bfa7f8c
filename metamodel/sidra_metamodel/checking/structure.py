"""Whether an effective document has the form that its kind asks for; all errors, each at its place."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Final, NamedTuple

import jsonschema
from jsonschema.exceptions import ValidationError

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.directives import DIRECTIVES
from sidra_metamodel.forms import as_map, fits, is_name, refuse_form
from sidra_metamodel.language import (
    Document,
    Element,
    ListShape,
    NamedShape,
    RecordShape,
    Shape,
    UnionShape,
    once_per_class,
)
from sidra_metamodel.nodes import Node, Place
from sidra_metamodel.schema import effective_schema
from sidra_metamodel.suggest import did_you_mean, listed

_DEPTH: Final = 4
"""Steps below a document: two, each a keyword and the names in it."""


def sound(
    document: type[Document],
    node: Node,
    lost: set[str],
    diagnostics: Diagnostics,
    blamed: Container[Place] = frozenset(),
) -> Node | None:
    """Return a document's root without the parts that lack the form they should have, after recording those.

    What a lower layer says takes their place. None when too little is left to be a document. The names of what is left
    out are added to `lost`; nothing is recorded inside what is `blamed` already. jsonschema needs about a hundred times
    as long as `fits`, so it is asked only about a document that has an error.
    """
    shape = RecordShape(document)
    if fits(node, shape):
        return node
    for error in _validator(document).iter_errors(node.plain()):
        _report(error, node, document, blamed, diagnostics)
    return _pruned(node, shape, lost)


def _pruned(node: Node, shape: Shape, lost: set[str]) -> Node | None:
    """Return what of a node has its shape, or what a lower layer says there, or None when neither has."""
    if fits(node, shape):
        return node
    map_shape = as_map(shape)
    if not node.is_map or not isinstance(map_shape, RecordShape | NamedShape):
        return _pruned(node.under, shape, lost) if node.under else None
    kept: dict[str, Node] = {}
    for name, child in node.items.items():
        inner = _pruned_child(child, name, map_shape, lost)
        if inner is None:
            lost.add(name)
        else:
            kept[name] = inner
    pruned = _with_items(node, kept)
    return pruned if fits(pruned, shape) else None


def _pruned_child(child: Node, name: str, shape: RecordShape | NamedShape, lost: set[str]) -> Node | None:
    if isinstance(shape, NamedShape):
        return _pruned(child, shape.of, lost) if is_name(name, shape) else None
    keyword = shape.keywords.get(name)
    return _pruned(child, keyword.shape, lost) if keyword is not None else None


def _with_items(node: Node, items: dict[str, Node]) -> Node:
    return Node(items, node.source, node.at, node.key_at, None, node.under, node.directives)


@once_per_class
def _validator(document: type[Element]) -> jsonschema.Draft202012Validator:
    schema = effective_schema(document) if issubclass(document, Document) else {}
    return jsonschema.Draft202012Validator(schema)


def _causes(error: ValidationError) -> Iterator[ValidationError]:
    """Go through the errors that a person can act on: inside the alternative that the value was meant to be."""
    alternatives: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        alternatives.setdefault(inner.schema_path[0], []).append(inner)
    meant = [inner for inner in alternatives.values() if not any(_is_other_form(one, error) for one in inner)]
    if len(meant) != 1:
        yield error
    for inner in meant[0] if len(meant) == 1 else ():
        yield from _causes(inner)


def _is_other_form(inner: ValidationError, outer: ValidationError) -> bool:
    """Tell whether an alternative failed because the value is not even of its form."""
    return inner.validator in {"type", "enum", "pattern"} and len(inner.absolute_path) == len(outer.absolute_path)


_NAMES: Final = (
    ("name", "names have lower case letters, digits and `_`, and begin with a letter"),
    ("language", "write it as `fr` or `pt-BR`"),
)


class _Found(NamedTuple):
    """Where an error is: the node, what it should be, its path, and the nodes on the way."""

    node: Node
    shape: Shape
    path: tuple[str, ...]
    way: tuple[Node, ...]


def _find(node: Node, shape: Shape, steps: Iterable[str | int]) -> _Found:
    """Follow a path of jsonschema through nodes and shapes."""
    path: tuple[str, ...] = ()
    way: tuple[Node, ...] = ()
    for step in steps:
        if isinstance(step, int):
            node, shape = node.entries[step], _list_item(shape)
        else:
            node, shape = node.items[step], _child_shape(shape, step)
            path, way = (*path, step), (*way, node)
    return _Found(node, shape, path, way)


def _child_shape(shape: Shape, name: str) -> Shape:
    match shape:
        case RecordShape():
            return shape.keywords[name].shape
        case NamedShape(of=of):
            return of
        case UnionShape(alternatives=alternatives):
            maps = [one for one in alternatives if isinstance(one, RecordShape | NamedShape)]
            return _child_shape(maps[0], name)
        case _:
            return shape


def _list_item(shape: Shape) -> Shape:
    match shape:
        case ListShape(item=item):
            return item
        case UnionShape(alternatives=alternatives):
            return next((_list_item(one) for one in alternatives if isinstance(one, ListShape)), shape)
        case _:
            return shape


def _report(
    error: ValidationError,
    root: Node,
    document: type[Document],
    blamed: Container[Place],
    diagnostics: Diagnostics,
) -> None:
    for cause in _causes(error):
        found = _find(root, RecordShape(document), cause.absolute_path)
        if any(node.key_place in blamed for node in found.way):
            continue
        if cause.validator == "additionalProperties":
            _report_unknown(found, diagnostics)
        elif cause.validator == "required":
            _report_missing(found, diagnostics)
        else:
            refuse_form(found.node, found.shape, found.path, diagnostics)


def _report_unknown(found: _Found, diagnostics: Diagnostics) -> None:
    shape = as_map(found.shape)
    where = f"`{'.'.join(found.path)}`" if found.path else "the document"
    for name, child in found.node.items.items():
        if isinstance(shape, RecordShape) and name not in shape.keywords:
            elsewhere = _deeper(name, shape, found.node.items.get("kind"))
            there = did_you_mean(name, shape.keywords) or f"there are {listed(shape.keywords)}"
            help_ = f"it belongs in `{elsewhere}`" if elsewhere else there
            help_ = f"did you mean `${name}`?" if name in DIRECTIVES else help_
            diagnostics.report("E121", f"no keyword `{name}` in {where}", child, key=True, help=help_)
        elif isinstance(shape, NamedShape) and not is_name(name, shape):
            what, way = _NAMES[shape.is_label]
            diagnostics.report("E122", f"`{name}` in {where} is no {what}", child, key=True, help=way)


def _deeper(name: str, shape: RecordShape, kind: Node | None) -> str:
    """Give the one path on which a keyword stands below a shape, at its least depth; empty where there is none.

    What only other kinds of the same document have is passed over.
    """
    told = shape.keywords.items()
    fitting = [(key, one) for key, one in told if kind is None or not one.of_kind or kind.value in one.of_kind]
    level: list[tuple[str, Shape]] = [(f".{key}", as_map(one.shape)) for key, one in fitting]
    for _ in range(_DEPTH):
        records = [(path, one) for path, one in level if isinstance(one, RecordShape)]
        found = [f"{path}.{name}".lstrip(".") for path, one in records if name in one.keywords]
        if found:
            return found[0] if len(found) == 1 else ""
        level = [(f"{path}{inner}", below) for path, one in level for inner, below in _below(one)]
    return ""


def _below(shape: Shape) -> Iterator[tuple[str, Shape]]:
    if isinstance(shape, RecordShape):
        for name, keyword in shape.keywords.items():
            yield f".{name}", as_map(keyword.shape)
    elif isinstance(shape, NamedShape):
        yield ".<name>", as_map(shape.of)


def _report_missing(found: _Found, diagnostics: Diagnostics) -> None:
    shape = as_map(found.shape)
    assert isinstance(shape, RecordShape)  # noqa: S101 - only the schema of a record requires anything
    given = found.node.items
    # A misspelling of the keyword says the same better.
    misspelt = {did_you_mean(name, shape.keywords) for name in given if name not in shape.keywords}
    for name, word in shape.keywords.items():
        if word.required and name not in given and f"did you mean `{name}`?" not in misspelt:
            where = f"`{'.'.join(found.path)}`" if found.path else "the document"
            diagnostics.report("E123", f"{where} lacks `{name}`", found.node, key=True, help=word.doc)
