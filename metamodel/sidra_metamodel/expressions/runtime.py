"""What generated code calls: lenient reading, macros over elements, aggregates, comparison by identity."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

from sidra_metamodel.expressions.arithmetic import MICROSECOND, Number, divide_integers, held, integer
from sidra_metamodel.expressions.errors import EvaluationError
from sidra_metamodel.expressions.functions import Function
from sidra_metamodel.expressions.limits import MAX_ELEMENTS, MONEY_SCALE
from sidra_metamodel.expressions.scope import Schema
from sidra_metamodel.values import Money

# The checker proved which type a value has; Python's types cannot say it.
Value: TypeAlias = Any
Record: TypeAlias = Mapping[str, Value]
Elements: TypeAlias = Collection[Value] | None

_AFTER_ALL_IDS: Final = "~"
"""Sorts behind every UUID: a record without an id is newer than all that have one."""


class Budget:
    """How many elements the macros of one evaluation may still visit."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_ELEMENTS

    def of(self, items: Elements) -> Collection[Value]:
        """Give the elements (none of null) and take their number off."""
        if items is None:
            return ()
        self.left -= len(items)
        if self.left < 0:
            raise EvaluationError(f"visits more than {MAX_ELEMENTS} elements")
        return items


def fetch(record: Value, name: str) -> Value:
    """Give a member of a mapping that may lack it."""
    try:
        return record[name]
    except KeyError:
        return None


def member(value: Value, name: str) -> Value:
    """Give a member of a mapping or of an object; null where it has none."""
    return fetch(value, name) if isinstance(value, Mapping) else getattr(value, name, None)


def inside(value: Value, key: Value) -> Value:
    """Give an element of a json value or list; null where there is none."""
    if isinstance(value, Mapping):
        return value.get(key)
    is_place = isinstance(value, list | tuple) and isinstance(key, int) and not isinstance(key, bool)
    return value[key] if is_place and 0 <= key < len(value) else None


def identity(record: Record | None) -> Value:
    """Give the id of a record, null of null."""
    return None if record is None else fetch(record, "id")


def is_same_json(left: Value, right: Value) -> bool:
    """Tell whether two values are equal, where true is not 1 and 0.1 is exact."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    left, right = (Decimal(str(value)) if isinstance(value, float) else value for value in (left, right))
    return bool(left == right)


def exists(budget: Budget, items: Elements, body: Callable[[Value], bool]) -> bool:
    """Tell whether the body is true of an element."""
    return any(map(body, budget.of(items)))


def every(budget: Budget, items: Elements, body: Callable[[Value], bool]) -> bool:
    """Tell whether the body is true of each element."""
    return all(map(body, budget.of(items)))


def exists_one(budget: Budget, items: Elements, body: Callable[[Value], bool]) -> bool:
    """Tell whether the body is true of exactly one element."""
    return sum(map(body, budget.of(items))) == 1


def select(budget: Budget, items: Elements, body: Callable[[Value], bool]) -> list[Value]:
    """Give the elements of which the body is true."""
    return list(filter(body, budget.of(items)))


def each(budget: Budget, items: Elements, body: Callable[[Value], Value]) -> list[Value]:
    """Give the body's value for each element."""
    return list(map(body, budget.of(items)))


def through(budget: Budget, items: Elements, read: Callable[[Record], Value]) -> list[Value]:
    """Give the records that a to-one relation of the elements leads to."""
    return [found for item in budget.of(items) if (found := read(item)) is not None]


def through_many(budget: Budget, items: Elements, read: Callable[[Record], Elements]) -> list[Value]:
    """Give the records that a to-many relation of the elements leads to."""
    return [found for item in budget.of(items) for found in budget.of(read(item))]


def first(budget: Budget, items: Elements) -> Value:
    """Give the record with the least id, the eldest."""
    return min(budget.of(items), key=_age, default=None)


def last(budget: Budget, items: Elements) -> Value:
    """Give the record with the greatest id, the newest."""
    return max(reversed(list(budget.of(items))), key=_age, default=None)


def _age(record: Record) -> str:
    return record.get("id") or _AFTER_ALL_IDS


def size(budget: Budget, items: Elements) -> int:
    """Give the number of elements."""
    return len(budget.of(items))


def count(budget: Budget, items: Elements) -> int:
    """Give the number of elements that are not null."""
    return len(_known(budget, items))


def _known(budget: Budget, items: Elements) -> list[Value]:
    return [item for item in budget.of(items) if item is not None]


def sum_integers(budget: Budget, items: Elements) -> int | None:
    """Give the sum of what is not null, 0 of nothing."""
    return integer(sum(_known(budget, items)))


def sum_decimals(budget: Budget, items: Elements, scale: int) -> Decimal | None:
    """Give the sum of what is not null, 0 of nothing."""
    return held(sum(_known(budget, items), Decimal(0)), scale)


def sum_durations(budget: Budget, items: Elements) -> timedelta | None:
    """Give the sum of what is not null, 0 of nothing."""
    total = _microseconds(_known(budget, items))
    return None if total is None else total * MICROSECOND


def _microseconds(durations: Iterable[timedelta]) -> int | None:
    """Give the sum, which a timedelta need not hold."""
    return integer(sum(duration // MICROSECOND for duration in durations))


def sum_money(budget: Budget, items: Elements) -> Money | None:
    """Give the sum of what is not null; null of nothing, since it has no currency, and of several currencies."""
    found: list[Money] = _known(budget, items)
    total = held(sum((money.amount for money in found), Decimal(0)), MONEY_SCALE)
    return None if total is None or not _is_one_currency(found) else Money(total, found[0].currency)


def _is_one_currency(found: Iterable[Money]) -> bool:
    return len({money.currency for money in found}) == 1


def average_numbers(budget: Budget, items: Elements, scale: int) -> Decimal | None:
    """Give the mean of what is not null, cut to the scale; null of nothing."""
    return _mean(_known(budget, items), scale)


def _mean(found: Collection[Number], scale: int) -> Decimal | None:
    total = held(Decimal(sum(found)), scale)
    scaled = None if total is None else divide_integers(int(total.scaleb(scale)), len(found))
    return None if scaled is None else Decimal(scaled).scaleb(-scale)


def average_durations(budget: Budget, items: Elements) -> timedelta | None:
    """Give the mean of what is not null, cut to microseconds; null of nothing."""
    found = _known(budget, items)
    mean = divide_integers(_microseconds(found), len(found))
    return None if mean is None else mean * MICROSECOND


def average_money(budget: Budget, items: Elements) -> Money | None:
    """Give the mean of what is not null; null of nothing and of several currencies."""
    found: list[Money] = _known(budget, items)
    if not _is_one_currency(found):
        return None
    mean = _mean([money.amount for money in found], MONEY_SCALE)
    return None if mean is None else Money(mean, found[0].currency)


def least(budget: Budget, items: Elements) -> Value:
    """Give the least of what is not null; null of nothing."""
    return min(_known(budget, items), default=None)


def greatest(budget: Budget, items: Elements) -> Value:
    """Give the greatest of what is not null; null of nothing."""
    return max(_known(budget, items), default=None)


def least_money(budget: Budget, items: Elements) -> Money | None:
    """Give the least amount; null of nothing and of several currencies."""
    found: list[Money] = _known(budget, items)
    return min(found, key=lambda money: money.amount) if _is_one_currency(found) else None


def greatest_money(budget: Budget, items: Elements) -> Money | None:
    """Give the greatest amount; null of nothing and of several currencies."""
    found: list[Money] = _known(budget, items)
    return max(found, key=lambda money: money.amount) if _is_one_currency(found) else None


class Kinds:
    """Tells whether a record is of an entity; its `kind` says what it is, else what its relation leads to."""

    __slots__ = ("_entity", "_known", "_otherwise", "_schema")

    def __init__(self, schema: Schema, entity: str, otherwise: str | None) -> None:
        self._schema = schema
        self._entity = entity
        self._otherwise = otherwise
        self._known: dict[str | None, bool] = {None: False}

    def __call__(self, record: Record | None) -> Record | None:
        """Give the record if it is of the entity, else null."""
        if record is None:
            return None
        kind: str | None = fetch(record, "kind") or self._otherwise
        if kind is not None and kind not in self._known:
            self._known[kind] = self._schema.is_subtype(kind, self._entity)
        return record if self._known[kind] else None


def guarded(function: Function) -> Callable[..., Value]:
    """Give the plugin's callable with its name in what it raises, so that a failure names its source."""

    def call(*arguments: Value) -> Value:
        try:
            return function.python(*arguments)
        except Exception as error:
            raise EvaluationError(f"`{function.name}` failed: {type(error).__name__}") from error

    return call
