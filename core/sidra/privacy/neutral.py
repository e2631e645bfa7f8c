"""What takes the place of a personal value: nothing, or where something must stand a value that tells nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sidra.errors import Problem
from sidra.plugin_calls import PluginError
from sidra.rules.wording import tell
from sidra_metamodel.values import Money

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.runtime import Runtime
    from sidra_metamodel.expressions import Environment
    from sidra_metamodel.kinds.entity import Attribute

UNTOLD = ("unknown", "undisclosed", "other", "none")
"""Values of code lists that tell nothing, the best first."""
MAX_DIGITS = 34
"""Of the longest number that a pattern may ask for: an IBAN."""
LONG_AGO = "1900-01-01"
CONSTANT: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {
        "date": (LONG_AGO,),
        "datetime": (f"{LONG_AGO}T00:00:00Z",),
        "time": ("00:00",),
        "boolean": (False,),
        **dict.fromkeys(("integer", "decimal", "percent", "rating", "duration"), (0, 1)),
    }
)


class Absent:
    """Says that nothing that is valid tells nothing."""


ABSENT = Absent()


def neutral_value(runtime: Runtime, compiled: CompiledEntity, attribute: Attribute, environment: Environment) -> Any:  # noqa: ANN401 - of the attribute's type
    """Return what is put in the place of a value: None where it need not be, else the first neutral one that is valid.

    ABSENT where a value is required and none is neutral.
    """
    rules = runtime.rules(compiled.name)
    if not _is_demanded(runtime, compiled, attribute, environment):
        return None
    for candidate in _candidates(runtime, attribute, environment.this.get("id")):
        typed = compiled.coercion(attribute.name)(candidate, None)
        if typed is not None and not isinstance(typed, Problem) and rules.could_be(attribute.name, typed, environment):
            return typed
    return ABSENT


def _is_demanded(runtime: Runtime, compiled: CompiledEntity, attribute: Attribute, environment: Environment) -> bool:
    try:
        problems = runtime.rules(compiled.name).problems_of(attribute.name, None, environment)
    except PluginError:
        return False
    return any(problem.severity == "error" for problem in problems)


def _candidates(runtime: Runtime, attribute: Attribute, id: object) -> Iterator[object]:
    base, own = runtime.model.base_type(attribute), str(id).replace("-", "")
    if runtime.model.is_unique(attribute):
        yield from _distinct(base, own)
        return
    yield from _by_base(runtime, base, attribute)
    if attribute.min is not None:
        yield attribute.min
    if attribute.max is not None:
        yield attribute.max


def _distinct(base: str, own: str) -> Iterator[object]:
    """Yield values that no other record has: they follow from its id."""
    match base:
        case "email":
            yield f"{own}@erased.invalid"
        case "url":
            yield f"https://erased.invalid/{own}"
        case _:
            yield own
            digits = str(int(own, 16)) if own else ""
            yield from (digits[-length:] for length in range(1, len(digits) + 1))


def _by_base(runtime: Runtime, base: str, attribute: Attribute) -> Iterator[object]:
    match base:
        case "string" | "text" | "sequence" | "phone":
            least = attribute.min_length or 1
            yield from (tell("erased", runtime.model.locales[0]), "-", "x" * least)
            yield from ("0" * length for length in range(1, MAX_DIGITS + 1))
        case "email":
            yield "nobody@erased.invalid"
        case "url":
            yield "https://erased.invalid/"
        case "queue":
            yield from runtime.model.queues
        case "enum" if attribute.enum is not None:
            values = list(runtime.model.enums[attribute.enum].values)
            yield from (value for value in UNTOLD if value in values)
            yield from values
        case "money":
            yield Money(Decimal(0), runtime.model.currency)
        case _:
            yield from CONSTANT.get(base, ({}, []))
