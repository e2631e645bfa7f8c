"""How a value that was kept as one thing is kept as another, without losing any of it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

import orjson

from sidra.store.codecs import GREATEST_INTEGER, LEAST_INTEGER, decode_datetime, encode_datetime
from sidra.store.meanings import LOCALISED, SEALED, TEXTUAL, scale_of

# A cell has the type of its column.
Convert = Callable[[Any], Any]
Reseal = Callable[[str, str], Callable[[str, bytes], str]]
"""From what texts are sealed for, and are to be, to the function from a text and its record's stored id to the new one.

Either is entity and attribute, or empty for texts in the clear. The function raises Unfit for what cannot be read.
"""
_TRUTH = {"true": True, "false": False}
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")


class Unfit(Exception):
    """A value that would lose something."""


def conversion(before: str, after: str, locale: str) -> Convert | None:
    """Return the function from a cell to its new one, which raises Unfit; None where there is no way.

    `before` and `after` are what the cells stand for; `locale` is the language of texts that had none.
    """
    if before.startswith(SEALED) or after.startswith(SEALED):
        return None
    old, new = scale_of(before), scale_of(after)
    if old is not None and new is not None:
        return lambda number: rescaled(number, old, new)
    if after == LOCALISED:
        return (lambda text: orjson.dumps({locale: text}).decode()) if before == TEXTUAL else None
    if before == LOCALISED:
        return (lambda value: _of_language(value, locale)) if after == TEXTUAL else None
    if after == TEXTUAL:
        return (lambda number: _digits(number, old)) if old is not None else _TO_TEXT.get(before)
    if before == TEXTUAL:
        return (lambda text: _scaled(text, new)) if new is not None else _FROM_TEXT.get(after)
    return None


def conversion_of(fill: Mapping[str, Any], locale: str, reseal: Reseal | None) -> Callable[[Any, bytes], Any] | None:
    """Return the function from a cell and its record's stored id to its new one, of a change or a fill.

    It raises Unfit; None where there is no way.
    """
    unseals, seals = str(fill.get("unseals", "")), str(fill.get("seals", ""))
    if unseals or seals:
        return reseal(unseals, seals) if reseal is not None else None
    convert = conversion(fill["before"], fill["after"], locale)
    return (lambda value, _: convert(value)) if convert is not None else None


def rescaled(number: int, before: int, after: int) -> int:
    """Return a scaled integer at another scale; raises Unfit where it does not end there, or is too large."""
    if after >= before:
        found: int = number * 10 ** (after - before)
        rest = 0
    else:
        found, rest = divmod(number, 10 ** (before - after))
    if rest or not LEAST_INTEGER <= found <= GREATEST_INTEGER:
        raise Unfit
    return found


def _of_language(value: str, locale: str) -> str | None:
    texts = {language: text for language, text in orjson.loads(value).items() if text}
    if set(texts) - {locale}:
        raise Unfit
    return texts.get(locale)


def _digits(number: int, scale: int) -> str:
    text = format(Decimal(number).scaleb(-scale), "f")
    return text.rstrip("0").rstrip(".") if scale else text


def _scaled(text: str, scale: int) -> int:
    written = text.strip()
    if not _DECIMAL.fullmatch(written):
        raise Unfit
    try:
        number = Decimal(written).scaleb(scale)
    except InvalidOperation as error:
        raise Unfit from error
    if number != number.to_integral_value() or not LEAST_INTEGER <= number <= GREATEST_INTEGER:
        raise Unfit
    return int(number)


def _moment(text: str) -> int:
    try:
        return encode_datetime(datetime.datetime.fromisoformat(text.strip()))
    except ValueError as error:
        raise Unfit from error


def _date(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise Unfit from error


def _truth(text: str) -> bool:
    found = _TRUTH.get(text.strip().lower())
    if found is None:
        raise Unfit
    return found


_TO_TEXT: Mapping[str, Convert] = MappingProxyType(
    {
        "boolean": lambda value: "true" if value else "false",
        "date": str,
        "time": str,
        "datetime": lambda moment: decode_datetime(moment).isoformat(),
    }
)
_FROM_TEXT: Mapping[str, Convert] = MappingProxyType({"boolean": _truth, "date": _date, "datetime": _moment})
