"""Readers of numbers: whole, decimal, percent, money, yes or no."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any

from babel.numbers import get_decimal_symbol, get_group_symbol, list_currencies

from sidra.records.coercion.unreadable import Read, Unreadable, is_blank
from sidra.rules.wording import language_of
from sidra_metamodel.values import Money

MIN_INTEGER, MAX_INTEGER = -(2**63), 2**63 - 1
MONEY_SCALE = 4
SMALL = 2**62
SMALL_DIGITS = 18
"""So many digits are always less."""
MAX_CHARACTERS = 60

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_MONEY = re.compile(r"(?P<before>[A-Za-z]{3})?\s*(?P<amount>[^A-Za-z]*?)\s*(?P<after>[A-Za-z]{3})?")
_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'’_]")
_WORDS = {
    **dict.fromkeys(("true", "1", "on", "yes", "oui", "tak", "نعم"), True),
    **dict.fromkeys(("false", "0", "off", "no", "non", "nie", "لا"), False),
}


def integer(value: Any, locale: str | None = None) -> int:  # noqa: ANN401 - anything may be given
    """A whole number of 64 bits."""
    if type(value) is int:
        number = value
    else:
        exact = _exact(value, locale, "not_integer")
        if exact != exact.to_integral_value():
            raise Unreadable("not_integer")
        number = int(exact)
    if not MIN_INTEGER <= number <= MAX_INTEGER:
        raise Unreadable("out_of_range")
    return number


def quick_integer(otherwise: Read) -> Read:
    """The reader of whole numbers, of which most are small ones."""

    def read(value: object, locale: str | None = None) -> Any:  # noqa: ANN401 - see Read
        if type(value) is str and len(value) <= SMALL_DIGITS and value.isascii() and value.isdigit():
            return int(value)
        return value if type(value) is int and -SMALL < value < SMALL else otherwise(value, locale)

    return read


def quick_boolean(otherwise: Read) -> Read:
    """The reader of yes and no, of which most are JSON's own."""

    def read(value: object, locale: str | None = None) -> Any:  # noqa: ANN401 - see Read
        return value if value is True or value is False else otherwise(value, locale)

    return read


def decimal(scale: int) -> Read:
    """The reader of exact numbers with so many decimal places; more are refused, not rounded away."""
    step = Decimal(1).scaleb(-scale)
    limit = Decimal(MAX_INTEGER).scaleb(-scale)

    def read(value: Any, locale: str | None = None) -> Decimal:  # noqa: ANN401 - anything may be given
        number = _exact(value, locale, "not_decimal")
        if abs(number) > limit:
            raise Unreadable("out_of_range")
        # Adding zero turns a negative zero into zero.
        kept = number.quantize(step, ROUND_HALF_EVEN) + 0
        if kept != number:
            raise Unreadable("too_precise", n=scale)
        return kept

    return read


def percent(scale: int) -> Read:
    """The reader of shares in hundredths, with or without the sign."""
    read_decimal = decimal(scale)

    def read(value: object, locale: str | None = None) -> Decimal:
        given = value.strip().removesuffix("%").removesuffix("٪") if isinstance(value, str) else value
        share: Decimal = read_decimal(given, locale)
        return share

    return read


def money(currency: str) -> Read:
    """The reader of amounts: `{amount, currency}`, `{value, unit}`, a number, or text; without one, in `currency`."""
    read_amount = decimal(MONEY_SCALE)

    def read(value: object, locale: str | None = None) -> Money | None:
        amount, code = _parts(value)
        if is_blank(amount) and not isinstance(value, str):
            return None
        try:
            number = read_amount(amount, locale)
        except Unreadable as refusal:
            key = "not_money" if refusal.key == "not_decimal" else refusal.key
            raise Unreadable(key, refusal.code, **{**refusal.facts, "example": Decimal("12.5")}) from None
        return Money(number, _currency(currency if is_blank(code) else code))

    return read


def boolean(value: object, _locale: str | None = None) -> bool:
    """Yes or no, also as forms and files write them."""
    if isinstance(value, bool):
        return value
    word = value.strip().casefold() if isinstance(value, str) else str(value) if type(value) is int else ""
    if word not in _WORDS:
        raise Unreadable("not_boolean")
    return _WORDS[word]


def _parts(value: object) -> tuple[object, object]:
    match value:
        case Money(amount=amount, currency=code):
            return amount, code
        case Mapping() if set(value) <= {"amount", "currency"}:
            return value.get("amount"), value.get("currency")
        case Mapping() if set(value) <= {"value", "unit"}:
            return value.get("value"), value.get("unit")
        case str() if len(value) <= MAX_CHARACTERS and (found := _MONEY.fullmatch(value.strip())):
            before, number, after = found.groups()
            if not (before and after):
                return number, before or after
    if isinstance(value, Mapping):
        raise Unreadable("not_money", example=Decimal("12.5"))
    return value, None


def _currency(code: object) -> str:
    found = code.strip().upper() if isinstance(code, str) else ""
    if found not in _currencies():
        raise Unreadable("unknown_currency")
    return found


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def _exact(value: object, locale: str | None, refusal: str) -> Decimal:
    match value:
        case bool():
            pass
        case int():
            # Digits are counted before Python writes them out, which takes quadratic time.
            if value.bit_length() > 64:  # noqa: PLR2004 - no column holds more
                raise Unreadable("out_of_range")
            return Decimal(value)
        case float() if math.isfinite(value):
            return Decimal(repr(value))
        case Decimal() if value.is_finite():
            return value
        case str() if len(value) <= MAX_CHARACTERS and _NUMBER.fullmatch(written := _plain(value, locale)):
            return Decimal(written)
    raise Unreadable(refusal, example=Decimal("12.5"))


def _plain(text: str, locale: str | None) -> str:
    """A number as programs write it: ASCII digits, a point, nothing between groups."""
    text = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text.strip())
    text = _BLANKS.sub("", text).replace("\u066c", "").replace("\u066b", ".").replace("\u2212", "-")
    if locale is None:
        return text
    point, group = _symbols(language_of(locale))
    if group in text and re.fullmatch(rf"[-+]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d*)?", text):
        text = text.replace(group, "")
    return text.replace(point, ".") if text.count(point) == 1 and "." not in text else text


@cache
def _symbols(language: str) -> tuple[str, str]:
    return get_decimal_symbol(language), get_group_symbol(language)
