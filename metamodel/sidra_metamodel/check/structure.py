"""Whether an effective document has the form that its kind asks for; all errors, each at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeGuard

import jsonschema
from jsonschema.exceptions import ValidationError

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.durations import UNITS, parse_duration
from sidra_metamodel.language import (
    Document,
    Element,
    Keyword,
    ListShape,
    NamedShape,
    RecordShape,
    ScalarShape,
    Shape,
    UnionShape,
    once_per_class,
)
from sidra_metamodel.nodes import Node
from sidra_metamodel.schema import LOCALE_PATTERN, NAME_PATTERN, effective_schema
from sidra_metamodel.suggest import did_you_mean, listed

_NAME: Final = re.compile(NAME_PATTERN)
_LOCALE: Final = re.compile(LOCALE_PATTERN)

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "a name",
        "string": "text",
        "expression": "an expression, as text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "`true` or `false`",
        "duration": "a span of time such as `30min`",
        "any": "a single value",
    }
)


def sound(document: type[Document], node: Node, lost: set[str], diagnostics: Diagnostics) -> Node | None:
    """Return a document's root without the parts that lack the form they should have, after recording those.

    None when too little is left to be a document. The names of what is left out are added to `lost`. jsonschema needs
    about a hundred times as long as `fits`, so it is asked only about a document that has an error.
    """
    shape = RecordShape(document)
    if fits(node, shape):
        return node
    for error in _validator(document).iter_errors(node.plain()):
        _report(error, node, document, diagnostics)
    return _pruned(node, shape, lost)


def _pruned(node: Node, shape: Shape, lost: set[str]) -> Node | None:
    """Return what of a node has its shape, or None when nothing has."""
    map_shape = _as_map(shape)
    if fits(node, shape) or not node.is_map or not isinstance(map_shape, RecordShape | NamedShape):
        return node if fits(node, shape) else None
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
        return _pruned(child, shape.of, lost)
    keyword = shape.keywords.get(name)
    return _pruned(child, keyword.shape, lost) if keyword is not None else None


def _with_items(node: Node, items: dict[str, Node]) -> Node:
    return Node(items, node.source, node.at, node.key_at, None, node.under, node.directives)


def fits(node: Node, shape: Shape) -> bool:
    """Tell whether a node has a shape, exactly as the effective schema does."""
    return _FITS[type(shape)](node, shape)


def _fits_record(node: Node, shape: RecordShape) -> bool:
    words, element = shape.keywords, shape.element
    return (
        node.is_map
        and all(
            _fits_keyword(child, words[name]) if name in words else element.open_keys and isinstance(child.value, str)
            for name, child in node.items.items()
        )
        and all(name in node.items for name, word in words.items() if word.required)
    )


def _fits_keyword(node: Node, keyword: Keyword) -> bool:
    return (node.value is None and not keyword.required) or fits(node, keyword.shape)


def _fits_named(node: Node, shape: NamedShape) -> bool:
    pattern = _LOCALE if shape.is_label else _NAME
    is_free = isinstance(shape.of, ScalarShape) and not shape.is_label
    return node.is_map and all(
        (is_free or pattern.match(name)) and fits(child, shape.of) for name, child in node.items.items()
    )


def _fits_list(node: Node, shape: ListShape) -> bool:
    return isinstance(node.value, tuple) and all(_fits_scalar(entry, shape.item) for entry in node.value)


def _fits_scalar(node: Node, shape: ScalarShape) -> bool:
    value = node.value
    if shape.values:
        return value in shape.values and isinstance(value, str)
    match shape.type:
        case "integer":
            return _is_number(value) and float(value).is_integer()
        case "number":
            return _is_number(value)
        case "boolean":
            return isinstance(value, bool)
        case "duration":
            return isinstance(value, str) and parse_duration(value) is not None
        case "any":
            return not isinstance(value, dict | tuple)
        case _:
            return isinstance(value, str)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fits_union(node: Node, shape: UnionShape) -> bool:
    return any(fits(node, alternative) for alternative in shape.alternatives)


_FITS: Final[Mapping[type, Callable[[Node, Any], bool]]] = MappingProxyType(
    {
        RecordShape: _fits_record,
        NamedShape: _fits_named,
        ListShape: _fits_list,
        ScalarShape: _fits_scalar,
        UnionShape: _fits_union,
    }
)


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
    """Where an error is: the node, what it should be, and its path."""

    node: Node
    shape: Shape
    path: tuple[str, ...]


def _find(node: Node, shape: Shape, steps: Iterable[str | int]) -> _Found:
    """Follow a path of jsonschema through nodes and shapes."""
    path: tuple[str, ...] = ()
    for step in steps:
        if isinstance(step, int):
            node, shape = node.entries[step], _list_item(shape)
        else:
            node, shape = node.items[step], _child_shape(shape, step)
            path = (*path, step)
    return _Found(node, shape, path)


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


def _as_map(shape: Shape) -> Shape:
    if isinstance(shape, UnionShape):
        return next((one for one in shape.alternatives if isinstance(one, RecordShape | NamedShape)), shape)
    return shape


def _report(error: ValidationError, root: Node, document: type[Document], diagnostics: Diagnostics) -> None:
    for cause in _causes(error):
        found = _find(root, RecordShape(document), cause.absolute_path)
        if cause.validator == "additionalProperties":
            _report_unknown(found, diagnostics)
        elif cause.validator == "required":
            _report_missing(found, diagnostics)
        else:
            _report_form(found, diagnostics)


def _report_unknown(found: _Found, diagnostics: Diagnostics) -> None:
    shape = _as_map(found.shape)
    where = f"`{'.'.join(found.path)}`" if found.path else "the document"
    for name, child in found.node.items.items():
        if isinstance(shape, RecordShape) and name not in shape.keywords:
            help_ = did_you_mean(name, shape.keywords) or f"there are {listed(shape.keywords)}"
            diagnostics.report("E121", f"no keyword `{name}` in {where}", child, key=True, help=help_)
        elif isinstance(shape, NamedShape) and not (_LOCALE if shape.is_label else _NAME).match(name):
            what, way = _NAMES[shape.is_label]
            diagnostics.report("E122", f"`{name}` in {where} is no {what}", child, key=True, help=way)


def _report_missing(found: _Found, diagnostics: Diagnostics) -> None:
    shape = _as_map(found.shape)
    assert isinstance(shape, RecordShape)  # noqa: S101 - only the schema of a record requires anything
    for name, word in shape.keywords.items():
        if word.required and name not in found.node.items:
            where = f"`{'.'.join(found.path)}`" if found.path else "the document"
            diagnostics.report("E123", f"{where} lacks `{name}`", found.node, key=True, help=word.doc)


def _report_form(found: _Found, diagnostics: Diagnostics) -> None:
    where = ".".join(found.path)
    message = f"`{where}` must be {form_of(found.shape)}, not {_given(found.node)}"
    diagnostics.error("E124", message, found.node, help=_form_help(found))


def form_of(shape: Shape) -> str:
    """Return what a value of a shape is, in words."""
    match shape:
        case ScalarShape(values=values) if values:
            return f"one of {listed(values)}"
        case ScalarShape(type=type_):
            return _WORDS[type_]
        case ListShape(item=item):
            return f"a list; each entry is {form_of(item)}"
        case NamedShape(is_label=True):
            return "text, or a map of languages"
        case NamedShape():
            return "a map of names"
        case RecordShape():
            return "a map of keywords"
        case UnionShape(alternatives=alternatives):
            return " or ".join(dict.fromkeys(map(form_of, alternatives)))


def _given(node: Node) -> str:
    match node.value:
        case None:
            return "null"
        case dict():
            return "a map"
        case tuple():
            return "a list"
        case bool():
            return f"`{str(node.value).lower()}`"
        case str():
            return f"the text `{_shortened(node.value)}`"
        case _:
            return f"the number {node.value}"


MAX_SHOWN: Final = 40


def _shortened(text: str) -> str:
    line = text.splitlines()[0] if text else ""
    return line if len(line) <= MAX_SHOWN and line == text else f"{line[:MAX_SHOWN]}…"


def _form_help(found: _Found) -> str:
    shape, value = found.shape, found.node.value
    if isinstance(shape, ScalarShape) and isinstance(value, str):
        if shape.values:
            return did_you_mean(value, shape.values)
        if shape.type == "duration":
            return f"units are {listed(UNITS)}; minutes are `min`, months are `mo`"
        if parse_plain(value):
            return "write it without quotes"
    return ""


def parse_plain(text: str) -> bool:
    """Tell whether a text would be a number or a truth value without its quotes."""
    return text in {"true", "false"} or re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", text) is not None
