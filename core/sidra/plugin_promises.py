"""What hooks promise of each thing they return: what breaks it would fail far from its author, so it is named here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sidra_metamodel.expressions import Function, Overload
from sidra_metamodel.expressions.types import Type
from sidra_metamodel.language import Document
from sidra_metamodel.model.built_in import BUILT_IN_TYPES, PluginType
from sidra_metamodel.registry import Vocabulary
from sidra_metamodel.widgets import Parameter, Sample, Widget

Broken = Iterable[tuple[bool, str]]
"""Whether each promise holds, and what it says."""


def is_one(expected: type, returned: object) -> bool:
    """Tell whether a hook that promises `expected` may return this: of documents the classes, else a value."""
    if expected is Document:
        return isinstance(returned, type) and issubclass(returned, Document)
    return isinstance(returned, expected)


def broken_promise(expected: type, returned: object) -> str:
    """Return the promise about an `expected` that something returned breaks; empty where it keeps them all."""
    return next((said for holds, said in PROMISES[expected](returned) if not holds), "")


def baseless(types: Mapping[str, PluginType]) -> Iterable[tuple[PluginType, str]]:
    """Yield each type whose chain of bases does not end at a built-in one, and the base that is missing or itself."""
    for type_ in types.values():
        seen: list[str | None] = [type_.name]
        while seen[-1] in types and seen[-1] not in BUILT_IN_TYPES and seen.count(seen[-1]) == 1:
            seen.append(types[str(seen[-1])].base)
        if seen[-1] not in BUILT_IN_TYPES:
            yield type_, str(seen[-1])


def _type(found: PluginType) -> Broken:
    yield _is_name(found.name), "`name` is small letters, digits and `_`, and begins with a letter"
    yield _is_text(found.base), "`base` is the name of the type that it refines"
    yield all(map(_is_call, (found.normalise, found.check))), "`normalise` and `check` are functions"
    yield _is_map_of_texts(found.message), "`message` is a map of texts by language"


def _function(found: Function) -> Broken:
    yield found.name.isidentifier() if _is_text(found.name) else False, "`name` is letters, digits and `_`"
    yield _is_overloads(found.overloads), "`overloads` is a tuple of types: `(Overload((STRING,), DECIMAL(2)),)`"
    yield callable(found.python), "`python` is a function"


def _kind(found: type[Document]) -> Broken:
    yield _is_name(getattr(found, "kind", "")), "`kind` is small letters, digits and `_`"
    yield _is_text(getattr(found, "folder", None)), "`folder` is where such documents are kept"


def _vocabulary(found: Vocabulary) -> Broken:
    yield _is_text(found.name), "`name` is a text"
    yield _is_set_of_texts(found.values), "`values` is a frozenset of texts"


def _widget(found: Widget) -> Broken:
    yield _is_name(found.name), "`name` is small letters, digits and `_`, and begins with a letter"
    yield _is_set_of_texts(found.types) and found.types <= BUILT_IN_TYPES.keys(), "`types` is a frozenset of types"
    yield _is_tuple_of(found.parameters, Parameter), "`parameters` is a tuple of parameters"
    yield _is_text(found.template), "`template` is a Jinja template"
    yield _is_tuple_of(found.samples, Sample) and bool(found.samples), "`samples` is a tuple of at least one"


# What a plugin's author wrote need not be what the annotations say: everything below takes any object.
def _is_text(found: object) -> bool:
    return isinstance(found, str)


def _is_tuple_of(found: object, of: type) -> bool:
    return isinstance(found, tuple) and all(isinstance(each, of) for each in found)


def _is_call(found: object) -> bool:
    return found is None or callable(found)


def _is_map_of_texts(found: object) -> bool:
    return isinstance(found, Mapping) and all(map(_is_text, found.values()))


def _is_set_of_texts(found: object) -> bool:
    return isinstance(found, frozenset) and all(map(_is_text, found))


def _is_overloads(found: object) -> bool:
    return isinstance(found, tuple) and bool(found) and all(map(_is_overload, found))


def _is_overload(found: object) -> bool:
    """Tell whether types of at least one argument, and of the result, are stated; `(STRING)` is no tuple."""
    return isinstance(found, Overload) and _is_types(found.parameters) and isinstance(found.returns, Type)


def _is_types(found: object) -> bool:
    return isinstance(found, tuple) and bool(found) and all(isinstance(each, Type) for each in found)


def _is_name(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isidentifier() and text == text.lower() and text[0] != "_"


PROMISES: Mapping[type, Callable[..., Broken]] = {
    PluginType: _type,
    Function: _function,
    Document: _kind,
    Vocabulary: _vocabulary,
    Widget: _widget,
}
