"""What the `check:` of types, and types made by code, say of a value that a document gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.expressions import Environment, EvaluationError, ExpressionError, compile_python
from sidra_metamodel.kinds.scalar_type import ScalarType
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import PluginType

_VALUE: Final = frozenset({"value"})

_READ: Final[dict[str, Callable[[str], object]]] = {
    "integer": lambda text: int(Decimal(text)),
    "rating": lambda text: int(Decimal(text)),
    "decimal": Decimal,
    "percent": Decimal,
    "date": date.fromisoformat,
}
"""How a value is brought to what checks of its type work on, where that is not the text itself."""


def normalised(text: str, types: Iterable[ScalarType], plugins: Iterable[PluginType]) -> str:
    """Return a text as it would be kept; types and plugins are the nearest first. Raises what a plugin raises."""
    for plugin in reversed(tuple(plugins)):
        text = str(plugin.normalise(text)) if plugin.normalise else text
    for type_ in reversed(tuple(types)):
        text = text.translate(dict.fromkeys(map(ord, type_.strip or "")))
        text = getattr(text, type_.case)() if type_.case else text
    return text


def failed_checks(model: Model, base: str, value: float | str, type_: ScalarType) -> Iterator[str]:
    """Yield the checks of a type that a value fails; those that depend on more than the value are left out."""
    formulas = [formula for formula in type_.check if _is_of_value(model, formula)]
    if formulas:
        given = _READ[base](str(value)) if base in _READ else value
        for formula in formulas:
            if not _passes(model, formula, given):
                yield formula.text


def _is_of_value(model: Model, formula: Formula) -> bool:
    """Tell whether a check asks for the value alone: without a clock, a user or an affiliate it cannot be told."""
    try:
        return model.expression(formula).names <= _VALUE
    except ExpressionError:
        # It is reported where it stands.
        return False


def _passes(model: Model, formula: Formula, value: object) -> bool:
    evaluate = compile_python(model.expression(formula), model.functions, when_null=True)
    try:
        return evaluate(Environment(names={"value": value})) is True
    except EvaluationError:
        return False


def failed_plugin(value: object, plugins: Iterable[PluginType]) -> str | None:
    """Return the name of the first type made by code that refuses a value, or fails at it; None when all take it."""
    for plugin in plugins:
        try:
            if plugin.check is not None and not plugin.check(value):
                return plugin.name
        except SidraError:
            return plugin.name
    return None
