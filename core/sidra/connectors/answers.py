"""What a system answered, as values of declared types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jsonpath import JSONPathEnvironment
from jsonpath.exceptions import JSONPathError

from sidra.connectors.failures import Unreadable
from sidra.errors import Problem
from sidra.records.coercion import compile_coercion
from sidra_metamodel.checking.connectors import whole_path
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.kinds.interfaces.connector import Operation, Returned
from sidra_metamodel.language import Context
from sidra_metamodel.model import Model
from sidra_metamodel.model.build import build_element
from sidra_metamodel.values import Money

MOST_ROWS = 500
HINT = "compare what it answers with the connector's `each` and `returns`"

Row = Mapping[str, Any]


def attribute_of(model: Model, operation: Operation, returned: Returned) -> Attribute:
    """The attribute that says how a value is read and shown: that of the operation's entity, or one of its own."""
    entity = model.entities.get(operation.of or "")
    same = entity.attributes.get(returned.name) if entity is not None else None
    if same is not None and returned.type is None:
        return same
    made = build_element(Attribute, returned.name, returned.node, Context("interface", operation.name))
    return replace(made, type=returned.type or "string")


@dataclass(frozen=True, slots=True)
class _Value:
    name: str
    find: Callable[[Any], list[Any]]
    read: Callable[[object], Any]


class Reader:
    """Reads the answers of one operation; compiled once."""

    def __init__(self, model: Model, operation: Operation) -> None:
        environment = JSONPathEnvironment(strict=True)
        self._each = environment.compile(whole_path(operation.each or "$")).findall
        self._values = tuple(
            _Value(
                one.name,
                environment.compile(whole_path(one.path)).findall,
                _reading(model, attribute_of(model, operation, one), one),
            )
            for one in operation.returns.values()
        )

    def rows(self, answer: Any) -> tuple[Row, ...]:  # noqa: ANN401 - any JSON
        """The values of each answer; raises Unreadable where one is not of its type."""
        try:
            found = self._each(answer)[: MOST_ROWS + 1]
            if len(found) > MOST_ROWS:
                raise Unreadable(f"the system answered more than {MOST_ROWS} at once", hint=HINT)
            return tuple({one.name: self._value(one, each) for one in self._values} for each in found)
        except (JSONPathError, RecursionError) as error:
            raise Unreadable("what the system answered cannot be looked through", hint=HINT) from error

    @staticmethod
    def _value(value: _Value, within: Any) -> Any:  # noqa: ANN401 - of the declared type
        # What stands nowhere is no value, as null is none.
        found = value.find(within) if isinstance(within, dict | list) else []
        if not found or found[0] is None:
            return None
        if len(found) > 1:
            raise Unreadable(f"`{value.name}` stands in an answer more than once", hint=HINT)
        return value.read(found[0])


def _reading(model: Model, attribute: Attribute, returned: Returned) -> Callable[[object], Any]:
    coerce, base = compile_coercion(model, attribute), model.base_type(attribute)

    def read(given: object) -> Any:  # noqa: ANN401 - of the declared type
        told = returned.lookup.get(given, given) if isinstance(given, str) else given
        value = coerce(told, None)
        if isinstance(value, Problem):
            raise Unreadable(f"`{returned.name}` of an answer is no value of the type `{base}`", hint=HINT)
        return value

    return read


def plain(value: object) -> str | None:
    """A value of a record as an operation takes it: the text that stands in an address; None for no value."""
    match value:
        case None | "":
            return None
        case bool():
            return "true" if value else "false"
        case Money():
            return str(value.amount)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
