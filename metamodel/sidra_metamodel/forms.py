"""Whether a value has the form that its keyword asks for, and what to say when it has not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeGuard

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.durations import UNITS, parse_duration
from sidra_metamodel.language import (
    Element,
    ListShape,
    NamedShape,
    RecordShape,
    ScalarShape,
    Shape,
    UnionShape,
    keywords_of,
    once_per_class,
)
from sidra_metamodel.nodes import Node
from sidra_metamodel.schema import LOCALE_PATTERN, NAME_PATTERN
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


def fits(node: Node, shape: Shape) -> bool:
    """Tell whether a node has a shape, exactly as the effective schema does."""
    return _FITS[type(shape)](node, shape)


def _fits_record(node: Node, shape: RecordShape) -> bool:
    words, items = shape.keywords, node.value
    if not isinstance(items, dict):
        return False
    for name, child in items.items():
        keyword = words.get(name)
        if keyword is None:
            if not (shape.element.open_keys and isinstance(child.value, str)):
                return False
        elif (child.value is not None or keyword.required) and not _FITS[type(keyword.shape)](child, keyword.shape):
            return False
    return all(name in items for name in _required(shape.element))


@once_per_class
def _required(element: type[Element]) -> tuple[str, ...]:
    return tuple(name for name, word in keywords_of(element).items() if word.required)


def _fits_named(node: Node, shape: NamedShape) -> bool:
    if not isinstance(node.value, dict):
        return False
    inner, fit = shape.of, _FITS[type(shape.of)]
    return all(is_name(name, shape) and fit(child, inner) for name, child in node.value.items())


def is_name(name: str, shape: NamedShape) -> bool:
    """Tell whether a key may stand in a map of names; keys of plain values, such as a lookup's, are free."""
    if shape.is_label:
        return _LOCALE.match(name) is not None
    return isinstance(shape.of, ScalarShape) or _NAME.match(name) is not None


def _fits_list(node: Node, shape: ListShape) -> bool:
    return isinstance(node.value, tuple) and all(_fits_scalar(entry, shape.item) for entry in node.value)


def _fits_scalar(node: Node, shape: ScalarShape) -> bool:
    value = node.value
    if shape.values:
        return value in shape.values and isinstance(value, str)
    match shape.type:
        case "integer":
            return _is_number(value) and float(value).is_integer() and _is_within(value, shape)
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


def _is_within(value: float, shape: ScalarShape) -> bool:
    return (shape.least is None or value >= shape.least) and (shape.most is None or value <= shape.most)


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


def refuse_form(node: Node, shape: Shape, path: tuple[str, ...], diagnostics: Diagnostics) -> None:
    """Record that the value at a path has another form than its shape."""
    message = f"`{'.'.join(path)}` must be {form_of(shape)}, not {_given(node)}"
    diagnostics.error("E124", message, node, help=_form_help(shape, node.value))


def form_of(shape: Shape) -> str:
    """Return what a value of a shape is, in words."""
    match shape:
        case ScalarShape(values=values) if values:
            return f"one of {listed(values)}"
        case ScalarShape(type=type_):
            return f"{_WORDS[type_]}{_range_of(shape)}"
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


def _range_of(shape: ScalarShape) -> str:
    least = "" if shape.least is None else f" from {shape.least}"
    return least if shape.most is None else f"{least} to {shape.most}"


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


_TRUTH: Final = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
"""What older YAML took for truth values."""


def _form_help(shape: Shape, value: object) -> str:
    if isinstance(shape, NamedShape) and isinstance(value, tuple):
        return "write each entry as `name: {…}`, without a dash"
    if isinstance(shape, RecordShape) and not isinstance(value, tuple):
        return _record_help(shape, value)
    if isinstance(shape, ScalarShape) and isinstance(value, str):
        if shape.values:
            return did_you_mean(value, shape.values) or "choose one of them, or delete the line"
        if shape.type == "duration":
            return f"units are {listed(UNITS)}; minutes are `min`, months are `mo`"
        if parse_plain(value):
            return "write it without quotes"
        if shape.type == "boolean" and value.lower() in _TRUTH:
            return f"write `{_TRUTH[value.lower()]}`"
    return "correct it, or delete the line"


def _record_help(shape: RecordShape, value: object) -> str:
    """Return how a bare value is written as a map of keywords."""
    if value is None:
        return "indent its keywords below it, or delete the line"
    required = [name for name, word in shape.keywords.items() if word.required]
    if value in shape.keywords:
        return f"write `{{{value}: …}}`"
    return f"write `{{{required[0]}: {value}}}`" if len(required) == 1 else "write `{keyword: value}`"


def parse_plain(text: str) -> bool:
    """Tell whether a text would be a number or a truth value without its quotes."""
    return text in {"true", "false"} or re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", text) is not None


def as_map(shape: Shape) -> Shape:
    """Return the alternative of a union that is a map, if one is."""
    if isinstance(shape, UnionShape):
        return next((one for one in shape.alternatives if isinstance(one, RecordShape | NamedShape)), shape)
    return shape
