"""Values that have no literal of their own: a duration, a timestamp, a date, a time, an amount of money."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.limits import MAX_INTEGER, MONEY_SCALE
from sidra_metamodel.expressions.nodes import Constant, Node
from sidra_metamodel.expressions.syntax import Call, Syntax
from sidra_metamodel.expressions.types import DATE, DATETIME, DURATION, MONEY, TIME, Type
from sidra_metamodel.values import Money

_UNITS: Final = {
    "ms": 1_000,
    "s": 1_000_000,
    "min": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
    "w": 604_800_000_000,
}
_PART: Final = re.compile(r"([0-9]{1,15})([a-z]+)")
_DURATION: Final = re.compile(r"-?([0-9]{1,15}[a-z]+)+")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_MONTHS: Final = ("mo", "y")


def parse_duration(text: str) -> timedelta:
    """Give the duration of `48h`, `1h30min`, `-2d`; raises ValueError with the reason."""
    if not _DURATION.fullmatch(text):
        raise ValueError("a duration reads like '48h' or '1h30min'")
    total = 0
    for count, unit in _PART.findall(text):
        if unit in _MONTHS:
            raise ValueError(f"a duration has a fixed length, `{unit}` has not: use add_months(…)")
        if unit not in _UNITS:
            raise ValueError(f"no unit `{unit}`: there are {', '.join(_UNITS)}")
        total += int(count) * _UNITS[unit]
    if total > MAX_INTEGER:
        raise ValueError("longer than 64 bits of microseconds")
    return timedelta(microseconds=-total if text.startswith("-") else total)


def _timestamp(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("a time zone is missing: end it with Z or +01:00")
    return instant.astimezone(UTC)


def _time(text: str) -> time:
    clock = time.fromisoformat(text)
    if clock.tzinfo is not None or clock.microsecond:
        raise ValueError("a time is hours, minutes and seconds without a zone")
    return clock


_FROM_TEXT: Final[dict[str, tuple[Type, Callable[[str], object]]]] = {
    "duration": (DURATION, parse_duration),
    "timestamp": (DATETIME, _timestamp),
    "date": (DATE, date.fromisoformat),
    "time": (TIME, _time),
}
_EXAMPLES: Final = {
    "duration": "duration('48h')",
    "timestamp": "timestamp('2026-01-31T08:00:00Z')",
    "date": "date('2026-01-31')",
    "time": "time('08:00')",
}
CONSTRUCTORS: Final = (*_FROM_TEXT, "money")


def construct(call: Call, arguments: tuple[Node, ...]) -> Constant:
    """Give the constant of a constructor's call; raises ExpressionError where its text is wrong."""
    if call.name == "money":
        return _money(call, arguments)
    type_, read = _FROM_TEXT[call.name]
    if len(arguments) != 1 or not isinstance(arguments[0], Constant) or not isinstance(arguments[0].value, str):
        raise _wrong(call, f"{call.name}(…) takes one text, written out", f"as in {_EXAMPLES[call.name]}")
    try:
        return Constant(type_, call.offset, read(arguments[0].value))
    except (ValueError, OverflowError) as error:
        raise _wrong(call.arguments[0] if call.arguments else call, f"not a {type_}", str(error)) from None


def _money(call: Call, arguments: tuple[Node, ...]) -> Constant:
    match [argument.value if isinstance(argument, Constant) else None for argument in arguments]:
        case [int() | Decimal() as amount, str() as currency] if not isinstance(amount, bool):
            exact = Decimal(amount)
        case _:
            raise _wrong(call, "money(…) takes an amount and a currency, written out", "as in money(12.50, 'XOF')")
    if not _CURRENCY.fullmatch(currency):
        raise _wrong(call, f"`{currency}` is not a currency", "three capitals of ISO 4217, as in 'XOF'")
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MONEY_SCALE:
        raise _wrong(call, f"money has at most {MONEY_SCALE} decimal places", "cut the others")
    if abs(exact.scaleb(MONEY_SCALE)) > MAX_INTEGER:
        raise _wrong(call, "an amount that 64 bits do not hold", "write a smaller one")
    return Constant(MONEY, call.offset, Money(exact, currency))


def _wrong(place: Syntax, message: str, hint: str) -> ExpressionError:
    return ExpressionError(message, place.offset, place.length, hint=hint)
