"""Defaults of attributes and examples of types: values that the same document, or its type, would refuse."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import re2

from sidra_metamodel.checking.measures import measure_of
from sidra_metamodel.checking.type_checks import failed_checks, failed_plugin, normalised
from sidra_metamodel.diagnostics import Diagnostics, SidraError, note
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.kinds.scalar_type import Enum, ScalarType
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import PluginType
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed

NUMBERS: Final = frozenset({"integer", "decimal", "percent", "rating"})
WHOLE: Final = frozenset({"integer", "rating"})
TEXTS: Final = frozenset({"string", "text", "email", "phone", "url"})

MOMENTS: Final = frozenset({"date", "datetime", "time", "duration"})

Value = bool | int | float | str


class _Given(NamedTuple):
    """A value that a document gives, with its place and what it is called there."""

    what: str
    value: Value
    node: Node
    base: str


class _Types(NamedTuple):
    """The types behind a value, the nearest first."""

    model: Model
    documents: tuple[ScalarType, ...]
    of_code: tuple[PluginType, ...]


def check_default(model: Model, attribute: Attribute, diagnostics: Diagnostics) -> None:
    """Record a default that is not of its attribute's type, or that the attribute or its type would refuse."""
    if attribute.default is None or attribute.default.value is None:
        return
    base, value = model.base_type(attribute), attribute.default.value
    if not isinstance(value, bool | int | float | str):
        return
    given = _Given("default", value, attribute.default.node.items["value"], base)
    if base == "queue":
        _check_queue(model, given, diagnostics)
    if base == "enum":
        if attribute.enum in model.enums:
            _check_choice(model.enums[attribute.enum or ""], given, diagnostics)
    elif not _is_of(base, value):
        help_ = f"give a value of type {base}, or `{{compute: …}}`"
        diagnostics.error("E415", f"the default is no {base}", given.node, help=help_)
    else:
        types = _Types(model, model.type_chain(attribute), model.plugin_types(attribute))
        _check_fit(given, (attribute, *types.documents), types, diagnostics)


def check_example(model: Model, type_: ScalarType, diagnostics: Diagnostics) -> None:
    """Record an example that its own type would refuse."""
    base = model.base_of(type_.name)
    if type_.example is None or base not in TEXTS:
        return
    chain = _chain(model, type_)
    given = _Given("example", type_.example, type_.node.items["example"], base)
    types = _Types(model, chain, model.types_of_code.refining(chain[-1].base))
    _check_fit(given, chain, types, diagnostics)


def _chain(model: Model, type_: ScalarType) -> tuple[ScalarType, ...]:
    found = [type_]
    while found[-1].base in model.types and model.types[found[-1].base] not in found:
        found.append(model.types[found[-1].base])
    return tuple(found)


def _check_queue(model: Model, given: _Given, diagnostics: Diagnostics) -> None:
    if str(given.value) not in model.queues:
        help_ = did_you_mean(str(given.value), model.queues) or f"there are {listed(model.queues)}"
        diagnostics.error("E415", f"the default `{given.value}` is no queue", given.node, help=help_)


def _check_choice(enum: Enum, given: _Given, diagnostics: Diagnostics) -> None:
    chosen = enum.values.get(str(given.value))
    if chosen is None:
        help_ = did_you_mean(str(given.value), enum.values) or f"there are {listed(enum.values)}"
        diagnostics.error("E415", f"the default `{given.value}` is no value of `{enum.name}`", given.node, help=help_)
    elif chosen.hidden:
        places = [note("hidden here", chosen.node.items["hidden"])]
        message = f"the default `{given.value}` of `{enum.name}` is hidden"
        diagnostics.error("E402", message, given.node, notes=places, help="name another one, or show it")


def _is_of(base: str, value: Value) -> bool:
    if base == "boolean":
        return isinstance(value, bool)
    if base in NUMBERS:
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return is_number and (base not in WHOLE or float(value).is_integer())
    if base in TEXTS:
        return isinstance(value, str)
    return base not in MOMENTS or measure_of(base, value) is not None


def _check_fit(
    given: _Given, declared: tuple[Attribute | ScalarType, ...], types: _Types, diagnostics: Diagnostics
) -> None:
    """Report the first demand that a value, brought to the form that would be kept, does not meet."""
    if isinstance(given.value, str) and given.base in TEXTS:
        try:
            given = given._replace(value=normalised(given.value, types.documents, types.of_code))
        except SidraError as failure:
            message = f"the {given.what} `{given.value}` cannot be read: {failure.reason}"
            diagnostics.error("E415", message, given.node, help=failure.hint or _FITTING[given.what])
            return
    broken = next((found for each in declared for found in _broken(given, each)), None) or _refused(given, types)
    if broken is not None:
        said, node = broken
        message = f"the {given.what} `{given.value}` does not fit `{said}`"
        places = [note("declared here", node, key=True)] if node is not None else []
        diagnostics.error("E415", message, given.node, notes=places, help=_FITTING[given.what])


_FITTING: Final = {"default": "give a value that fits", "example": "give one that fits"}


def _refused(given: _Given, types: _Types) -> tuple[str, Node | None] | None:
    """Return what types say by expressions and by code, once the plain demands are met."""
    for type_ in types.documents:
        for check in failed_checks(types.model, given.base, given.value, type_):
            return f"check: {check}", type_.node.items["check"]
    refusing = failed_plugin(given.value, types.of_code)
    return None if refusing is None else (f"type: {refusing}", None)


Breaks = Callable[[_Given, str | int | float], bool]


def _is_short(given: _Given, limit: str | float) -> bool:
    return isinstance(given.value, str) and len(given.value) < float(limit)


def _is_long(given: _Given, limit: str | float) -> bool:
    return isinstance(given.value, str) and len(given.value) > float(limit)


def _is_low(given: _Given, limit: str | float) -> bool:
    value, least = measure_of(given.base, given.value), measure_of(given.base, limit)
    return value is not None and least is not None and value < least


def _is_high(given: _Given, limit: str | float) -> bool:
    value, most = measure_of(given.base, given.value), measure_of(given.base, limit)
    return value is not None and most is not None and value > most


_LIMITS: Final[tuple[tuple[str, Breaks], ...]] = (
    ("min_length", _is_short),
    ("max_length", _is_long),
    ("min", _is_low),
    ("max", _is_high),
)


def _broken(given: _Given, declared: Attribute | ScalarType) -> Iterator[tuple[str, Node]]:
    """Yield the demands that a value does not meet, as they are written, with their places."""
    for keyword, breaks in _LIMITS:
        limit = getattr(declared, keyword)
        if limit is not None and breaks(given, limit):
            yield f"{keyword}: {limit}", declared.node.items[keyword]
    if isinstance(given.value, str) and given.base in TEXTS:
        for pattern in declared.pattern:
            if not _matches(pattern, given.value):
                yield f"pattern: {pattern}", declared.node.items["pattern"]


def _matches(pattern: str, text: str) -> bool:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options).fullmatch(text) is not None
    except re2.error:
        # The pattern itself is reported where it stands.
        return True
