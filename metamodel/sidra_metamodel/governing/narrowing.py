"""The partial orders of `tighten`: whether a value leaves as much room as another, or less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from sidra_metamodel.durations import parse_duration
from sidra_metamodel.language import Keyword, ScalarShape
from sidra_metamodel.nodes import Node, Scalar
from sidra_metamodel.traits import Narrower

ACCESS_LEVELS: Final = ("edit", "read", "enter", "mask", "none")
"""From the widest to the narrowest; `read` and `enter` each allow what the other does not."""


_TRUE: Final = 2
"""The most that a `required` can say: more than an expression, which says more than false."""


def is_narrower(keyword: Keyword, below: Node | None, above: Node | None, prefix: str) -> bool:
    """Tell whether the value of a `tighten` keyword leaves no more room than the one below it.

    An absent value is None. Members of a set that begin with `prefix` are the layer's own and count as no widening.
    """
    if keyword.narrower is None:
        return value_of(below, keyword) == value_of(above, keyword)
    return _ORDERS[keyword.narrower](keyword, _given(below), _given(above), prefix)


def value_of(node: Node | None, keyword: Keyword) -> object:
    """Return a value to compare: that of the node, else the default; lists of a set without their order.

    What is empty, or false, counts as nothing; zero does not.
    """
    value: object = keyword.default if node is None or node.value is None else node.plain()
    if isinstance(value, list) and keyword.narrower is not None:
        value = set(map(str, value))
    return value if type(value) in {int, float} else value or None


def shown(node: Node | None) -> str:
    """Return a value as it is written in YAML, on one line."""
    if node is None or node.value is None:
        return "null"
    if isinstance(node.value, tuple):
        return f"[{', '.join(shown(entry) for entry in node.value)}]"
    if isinstance(node.value, dict):
        return "{…}"
    return str(node.value).lower() if isinstance(node.value, bool) else str(node.value)


def _given(node: Node | None) -> Node | None:
    return None if node is None or node.value is None else node


def members(node: Node | None) -> set[Scalar]:
    """Return the members of a set."""
    return {entry.scalar for entry in node.entries} if node else set()


def _is_lower(_keyword: Keyword, below: Node | None, above: Node | None, _prefix: str) -> bool:
    return below is None or (above is not None and _compared(above, below, lambda one, other: one <= other))


def _is_higher(_keyword: Keyword, below: Node | None, above: Node | None, _prefix: str) -> bool:
    return below is None or (above is not None and _compared(above, below, lambda one, other: one >= other))


def _compared(one: Node, other: Node, order: Callable[[float, float], bool]) -> bool:
    """Compare numbers, dates and durations; values of different sorts, such as a date and `today`, cannot be."""
    if one.value == other.value:
        return True
    numbers = _number(one.scalar), _number(other.scalar)
    if numbers[0] is None or numbers[1] is None or numbers[0][0] != numbers[1][0]:
        return False
    return order(numbers[0][1], numbers[1][1])


def _number(value: Scalar) -> tuple[str, float] | None:
    """Return the sort of a value and a number in its order."""
    match value:
        case bool() | None:
            return None
        case int() | float():
            return "number", value
        case str() if (span := parse_duration(value)) is not None:
            return "duration", span.total_seconds()
        case str():
            try:
                return "date", date.fromisoformat(value).toordinal()
            except ValueError:
                return None


def _is_subset(keyword: Keyword, below: Node | None, above: Node | None, prefix: str) -> bool:
    lower, higher = members(below), members(above)
    if keyword.empty_is_all and not lower:
        return True
    if keyword.empty_is_all and not higher:
        return False
    return all(str(value).startswith(prefix) for value in higher - lower)


def _is_superset(_keyword: Keyword, below: Node | None, above: Node | None, _prefix: str) -> bool:
    return members(below) <= members(above)


def _is_truer(keyword: Keyword, below: Node | None, above: Node | None, _prefix: str) -> bool:
    """Compare false, an expression, true.

    Expressions of layers are ORed, so that one over another only adds; one in the place of another would lose it.
    """
    if _truth(above, keyword) < _truth(below, keyword):
        return False
    return _truth(above, keyword) == _TRUE or _expressions(below) <= _expressions(above)


def _expressions(node: Node | None) -> set[Scalar]:
    return {layer.scalar for layer in node.chain() if isinstance(layer.value, str)} if node else set()


def _truth(node: Node | None, keyword: Keyword) -> int:
    value = keyword.default if node is None else node.value
    return _TRUE if value is True else 1 if isinstance(value, str) else 0


def _has_less_access(_keyword: Keyword, below: Node | None, above: Node | None, _prefix: str) -> bool:
    if below is None or above is None:
        return below is None
    return access_level(above) >= access_level(below) and (below.value, above.value) != ("read", "enter")


def access_level(node: Node) -> int:
    """Return how narrow an access to a column is, from 0; a word that is no access counts as the widest."""
    return ACCESS_LEVELS.index(str(node.value)) if node.value in ACCESS_LEVELS else 0


def _is_later(keyword: Keyword, below: Node | None, above: Node | None, _prefix: str) -> bool:
    return _place(above, keyword) >= _place(below, keyword)


def _place(node: Node | None, keyword: Keyword) -> int:
    """Return how far back a choice stands among those listed; a word that is none counts as the first."""
    choices = keyword.shape.values if isinstance(keyword.shape, ScalarShape) else ()
    value = keyword.default if node is None else node.value
    return choices.index(value) if value in choices else 0


_ORDERS: Final[Mapping[Narrower, Callable[[Keyword, Node | None, Node | None, str], bool]]] = MappingProxyType(
    {
        Narrower.LOWER: _is_lower,
        Narrower.HIGHER: _is_higher,
        Narrower.SUBSET: _is_subset,
        Narrower.SUPERSET: _is_superset,
        Narrower.TRUTH: _is_truer,
        Narrower.ACCESS: _has_less_access,
        Narrower.LATER: _is_later,
    }
)
