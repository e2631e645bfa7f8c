"""Typed, frozen documents from effective nodes, driven by the definitions of keywords."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar

from sidra_metamodel.context import element_context, entry_context, keyword_context, root_context
from sidra_metamodel.durations import parse_duration
from sidra_metamodel.language import Context, Document, Element, Formula, Keyword, Label, keywords_of, once_per_class
from sidra_metamodel.layering.waiving import holding
from sidra_metamodel.nodes import Node
from sidra_metamodel.traits import ACCUMULATE, TRUTH

DocumentT = TypeVar("DocumentT", bound=Document)

# A value of the annotated type of a keyword: only the annotation knows which.
Value = Any


class Setting(NamedTuple):
    """Where a value stands: its keyword, what expressions speak of there, and its key in a map of names."""

    keyword: Keyword
    context: Context
    name: str = ""


Convert = Callable[[Node, Setting], Value]


@dataclass(frozen=True, slots=True)
class Part:
    """One keyword of an element class and how its value is made."""

    keyword: Keyword
    convert: Convert


def build(document: type[DocumentT], name: str, node: Node) -> DocumentT:
    """Return the typed document that an effective root node describes.

    The node has passed the structure check; values of a wrong form give None or ValueError.
    """
    return build_element(document, name, node, root_context(document, name))


ElementT = TypeVar("ElementT", bound=Element)


def build_element(element: type[ElementT], name: str, node: Node, outer: Context) -> ElementT:
    """Return one element with everything below it; `outer` is the context around it."""
    inner = element_context(element, node, outer)
    parts = _parts(element)
    values = dict(_defaults(element))
    for key, child in node.items.items():
        part = parts.get(key)
        if part is not None and child.value is not None:
            context = keyword_context(part.keyword, inner, outer, name)
            values[part.keyword.attribute] = part.convert(child, Setting(part.keyword, context))
    return element(name=name, node=node, **values)


@once_per_class
def _defaults(element: type[Element]) -> Mapping[str, Value]:
    return {word.attribute: word.default for word in keywords_of(element).values()}


@once_per_class
def _parts(element: type[Element]) -> Mapping[str, Part]:
    hints = typing.get_type_hints(element)
    words = keywords_of(element)
    by_attribute = {word.attribute: word for word in words.values()}
    found = {}
    for item in fields(element):
        if item.name in by_attribute:
            word = by_attribute[item.name]
            found[word.name] = Part(word, _layered(word, converter(hints[item.name])))
    return found


def _layered(keyword: Keyword, convert: Convert) -> Convert:
    """Let values of all layers count where the keyword's rule says so."""
    if keyword.rule is ACCUMULATE:
        return lambda node, at: _accumulated(node, at, convert)
    if keyword.narrower is TRUTH and keyword.site is not None:
        return lambda node, at: _any_of(node, at, convert)
    return convert


def _accumulated(node: Node, at: Setting, convert: Convert) -> tuple[Value, ...]:
    layers = reversed(list(holding(node)))
    return tuple(dict.fromkeys(value for layer in layers for value in convert(layer, at)))


def _any_of(node: Node, at: Setting, convert: Convert) -> bool | Formula:
    values = list(dict.fromkeys(convert(layer, at) for layer in holding(node) if layer.value is not None))
    if True in values:
        return True
    formulas = [value for value in reversed(values) if isinstance(value, Formula)]
    if len(formulas) > 1:
        text = " || ".join(f"({formula.text})" for formula in formulas)
        return Formula(text, node, at.keyword, at.context)
    return formulas[0] if formulas else False


def text_of(node: Node) -> str:
    """Return a scalar as text, a plain one as it was written: `1.0` stays `1.0`."""
    return node.text if node.text is not None else str(node.value)


def _formula(node: Node, at: Setting) -> Formula:
    return Formula(text_of(node), node, at.keyword, at.context)


def _label(node: Node, _at: Setting) -> Label:
    return Label(types.MappingProxyType({locale: text_of(text) for locale, text in node.items.items()}))


def _duration(node: Node, _at: Setting) -> timedelta | None:
    return parse_duration(text_of(node))


def _number(node: Node, _at: Setting) -> int | float | None:
    return node.value if isinstance(node.value, int | float) else None


def _integer(node: Node, _at: Setting) -> int | None:
    return int(node.value) if isinstance(node.value, int | float) else None


_SCALARS: Mapping[Any, Convert] = types.MappingProxyType(
    {
        str: lambda node, _at: text_of(node),
        int: _integer,
        float: _number,
        bool: lambda node, _at: node.value is True,
        object: lambda node, _at: node.plain(),
        timedelta: _duration,
        Formula: _formula,
        Label: _label,
    }
)


@cache
def converter(hint: Any) -> Convert:  # noqa: ANN401 - a type hint
    """Return the function that makes a value of an annotated type from a node."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return _SCALARS[str]
    if origin in {frozenset, tuple}:
        return _collection(origin, converter(arguments[0]))
    if origin is Mapping:
        return _mapping(converter(arguments[1]))
    if origin in {typing.Union, types.UnionType}:
        return _union(tuple(a for a in arguments if a is not type(None)))
    return lambda node, at: build_element(hint, at.name, node, at.context)


def _collection(container: Callable[[Iterator[Value]], Value], item: Convert) -> Convert:
    return lambda node, at: container(item(entry, at) for entry in node.entries)


def _mapping(item: Convert) -> Convert:
    def convert(node: Node, at: Setting) -> Mapping[str, Value]:
        return types.MappingProxyType(
            {
                key: item(child, Setting(at.keyword, entry_context(at.keyword, at.context, key), key))
                for key, child in node.items.items()
            }
        )

    return convert


def _union(hints: tuple[Any, ...]) -> Convert:
    """Choose among alternatives by the form of the value: a map, a list, a truth value, a number, text."""
    if len(hints) == 1:
        return converter(hints[0])
    maps = [hint for hint in hints if hint is Label or _is_map(hint)]
    lists = [hint for hint in hints if typing.get_origin(hint) in {frozenset, tuple}]
    truth = [hint for hint in hints if hint is bool]
    numbers = [float] if {int, float} & set(hints) else []
    texts = [hint for hint in hints if hint not in (*maps, *lists, *truth, int, float)] or [str]

    def convert(node: Node, at: Setting) -> Value:
        value = node.value
        for kind, candidates in ((dict, maps), (tuple, lists), (bool, truth), (int | float, numbers)):
            if candidates and isinstance(value, kind):
                return converter(candidates[0])(node, at)
        return converter(texts[0])(node, at)

    return convert


def _is_map(hint: Any) -> bool:  # noqa: ANN401 - a type hint
    return typing.get_origin(hint) is Mapping or (isinstance(hint, type) and issubclass(hint, Element))
