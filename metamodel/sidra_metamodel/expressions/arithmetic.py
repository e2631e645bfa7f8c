"""Arithmetic of expressions in Python: null of null, of a division by zero, and of what 64 bits do not hold."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Context, Decimal
from typing import Final, TypeAlias

from sidra_metamodel.expressions.limits import MAX_INTEGER, MAX_SCALE, MIN_INTEGER, MONEY_SCALE
from sidra_metamodel.values import Money

Number: TypeAlias = int | Decimal

# Wide enough for the product of two 64-bit numbers; cutting is the rule of division.
_EXACT: Final = Context(prec=40, rounding=ROUND_DOWN)
_LIMITS: Final = tuple(Decimal(MAX_INTEGER).scaleb(-scale) for scale in range(MAX_SCALE + 1))
_PLACES: Final = tuple(Decimal(1).scaleb(-scale) for scale in range(MAX_SCALE + 1))
_SURE_DIGITS: Final = 18
"""64 bits hold every number of eighteen digits."""
MICROSECOND: Final = timedelta(microseconds=1)


def integer(value: int) -> int | None:
    """Give the value if 64 bits hold it."""
    return value if MIN_INTEGER <= value <= MAX_INTEGER else None


def held(value: Decimal, scale: int) -> Decimal | None:
    """Give the value if 64 bits hold it at the scale."""
    # The place of the first digit decides nearly always, and costs a third of a comparison.
    if value.adjusted() + scale < _SURE_DIGITS or -_LIMITS[scale] <= value <= _LIMITS[scale]:
        return value
    return None


def cut(value: Decimal, scale: int) -> Decimal | None:
    """Give the value cut to the scale, if 64 bits hold it there."""
    found = held(value, scale)
    return None if found is None else found.quantize(_PLACES[scale], context=_EXACT)


def add_integers(left: int | None, right: int | None) -> int | None:
    """Give the sum."""
    return None if left is None or right is None else integer(left + right)


def subtract_integers(left: int | None, right: int | None) -> int | None:
    """Give the difference."""
    return None if left is None or right is None else integer(left - right)


def multiply_integers(left: int | None, right: int | None) -> int | None:
    """Give the product."""
    return None if left is None or right is None else integer(left * right)


def divide_integers(left: int | None, right: int | None) -> int | None:
    """Give the quotient, cut towards zero; null for a division by zero."""
    return None if left is None or not right else integer(_cut(left, right))


def modulo_integers(left: int | None, right: int | None) -> int | None:
    """Give the remainder with the sign of the dividend."""
    return None if left is None or not right else left - right * _cut(left, right)


def _cut(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def add_decimals(left: Number | None, right: Number | None, scale: int) -> Decimal | None:
    """Give the sum."""
    return None if left is None or right is None else held(_EXACT.add(left, right), scale)


def subtract_decimals(left: Number | None, right: Number | None, scale: int) -> Decimal | None:
    """Give the difference."""
    return None if left is None or right is None else held(_EXACT.subtract(left, right), scale)


def multiply_decimals(left: Number | None, right: Number | None, scale: int) -> Decimal | None:
    """Give the product, whose places the scale holds."""
    return None if left is None or right is None else held(_EXACT.multiply(left, right), scale)


def multiply_and_cut(left: Number | None, right: Number | None, scale: int) -> Decimal | None:
    """Give the product, cut to the scale."""
    return None if left is None or right is None else cut(_EXACT.multiply(left, right), scale)


def divide_decimals(left: Number | None, right: Number | None, scale: int) -> Decimal | None:
    """Give the quotient, cut to the scale; null for a division by zero."""
    return None if left is None or not right else cut(_EXACT.divide(left, right), scale)


def modulo_decimals(left: Number | None, right: Number | None, scale: int) -> Decimal | None:
    """Give the remainder with the sign of the dividend."""
    return None if left is None or not right else held(_EXACT.remainder(left, right), scale)


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)


def add_money(left: Money | None, right: Money | None) -> Money | None:
    """Give the sum; null for two currencies."""
    if left is None or right is None or left.currency != right.currency:
        return None
    return _money(add_decimals(left.amount, right.amount, MONEY_SCALE), left.currency)


def subtract_money(left: Money | None, right: Money | None) -> Money | None:
    """Give the difference; null for two currencies."""
    if left is None or right is None or left.currency != right.currency:
        return None
    return _money(subtract_decimals(left.amount, right.amount, MONEY_SCALE), left.currency)


def multiply_money(left: Money | Number | None, right: Money | Number | None) -> Money | None:
    """Give the amount as often as the factor says, whichever side it stands on."""
    money, factor = (left, right) if isinstance(left, Money) else (right, left)
    if not isinstance(money, Money) or factor is None or isinstance(factor, Money):
        return None
    return _money(multiply_and_cut(money.amount, factor, MONEY_SCALE), money.currency)


def divide_money(money: Money | None, divisor: Number | None) -> Money | None:
    """Give the part of the amount, cut to four places."""
    return None if money is None else _money(divide_decimals(money.amount, divisor, MONEY_SCALE), money.currency)


def order_money(left: Money | None, right: Money | None) -> tuple[Decimal | None, Decimal | None]:
    """Give the amounts to compare; nulls for two currencies."""
    if left is None or right is None or left.currency != right.currency:
        return None, None
    return left.amount, right.amount


_LONGEST: Final = timedelta(microseconds=MAX_INTEGER)


def _span(value: object) -> object:
    """Give the result if 64 bits of microseconds hold it; a time is bounded by its years."""
    return None if isinstance(value, timedelta) and not -_LONGEST <= value <= _LONGEST else value


def add_time(left: datetime | timedelta | None, right: datetime | timedelta | None) -> object:
    """Give the sum of a time and a duration, or of two durations."""
    if left is None or right is None:
        return None
    try:
        return _span(left + right)  # type: ignore[operator]  # one at least is a duration
    except OverflowError:
        return None


def subtract_time(left: datetime | date | timedelta | None, right: datetime | date | timedelta | None) -> object:
    """Give the span between two times, or a time or duration less a duration."""
    if left is None or right is None:
        return None
    try:
        return _span(left - right)  # type: ignore[operator]  # the checker proved that both are of a kind
    except OverflowError:
        return None


def multiply_duration(left: timedelta | int | None, right: timedelta | int | None) -> object:
    """Give the duration as often as the factor says."""
    if left is None or right is None:
        return None
    try:
        return _span(left * right)  # type: ignore[operator]  # one is a duration, the other an integer
    except OverflowError:
        return None


def divide_duration(duration: timedelta | None, divisor: int | None) -> timedelta | None:
    """Give the part of the duration, cut towards zero to microseconds."""
    if duration is None or not divisor:
        return None
    return timedelta(microseconds=_cut(duration // MICROSECOND, divisor))


def negate_integer(value: int | None) -> int | None:
    """Give the value with its sign changed."""
    return None if value is None else integer(-value)


def negate_money(value: Money | None) -> Money | None:
    """Give the amount with its sign changed."""
    return None if value is None else Money(-value.amount, value.currency)


def negate(value: Decimal | timedelta | None) -> Decimal | timedelta | None:
    """Give the value with its sign changed."""
    return None if value is None else -value


def widen(value: Number | None, scale: int) -> Decimal | None:
    """Give the number as a decimal of more places."""
    return None if value is None else held(Decimal(value), scale)


Operation: TypeAlias = Callable[..., object]
INTEGERS: Final[dict[str, Operation]] = {
    "+": add_integers,
    "-": subtract_integers,
    "*": multiply_integers,
    "/": divide_integers,
    "%": modulo_integers,
}
DECIMALS: Final[dict[str, Operation]] = {
    "+": add_decimals,
    "-": subtract_decimals,
    "*": multiply_decimals,
    "/": divide_decimals,
    "%": modulo_decimals,
}
MONEYS: Final[dict[str, Operation]] = {"+": add_money, "-": subtract_money, "*": multiply_money, "/": divide_money}
TIMES: Final[dict[str, Operation]] = {
    "+": add_time,
    "-": subtract_time,
    "*": multiply_duration,
    "/": divide_duration,
}
