"""Readers of values with parts: JSON, addresses, places, characteristics, texts in several languages."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from sidra.records.coercion.numbers import MAX_INTEGER, MIN_INTEGER
from sidra.records.coercion.unreadable import Read, Unreadable, is_blank

MAX_DEPTH = 20
MAX_PARTS = 10_000
MAX_LATITUDE, MAX_LONGITUDE = 90, 180
MAX_PLACE = 64
"""Characters of a place that is written as text."""

_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_NOT_KEPT = re.compile(r"[\x00\ud800-\udfff]")
"""What one database or the other takes in no text."""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLACE = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*")


def json(value: object, _locale: str | None = None) -> Any:  # noqa: ANN401 - any JSON
    """JSON of any shape; text is read as JSON, as forms and files give it."""
    return _Bounded().copy(_loaded(value, "not_json"))


def by_name(value: object, _locale: str | None = None) -> dict[str, Any]:
    """A map of JSON, such as the parts of an address or what is known of a file."""
    loaded = _loaded(value, "not_map")
    if not isinstance(loaded, Mapping):
        raise Unreadable("not_map")
    copy: dict[str, Any] = _Bounded().copy(loaded)
    return copy


def file(value: object, _locale: str | None = None) -> dict[str, Any]:
    """Which file: its id, or a map that has it; what else is told of it counts for nothing."""
    id = value.get("id") if isinstance(value, Mapping) else value
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise Unreadable("not_file")
    return {"id": id}


def characteristics(value: object, _locale: str | None = None) -> dict[str, Any]:
    """Values by name; also as TM Forum writes them, `[{name, value}]`."""
    loaded = _loaded(value, "not_map")
    if not isinstance(loaded, Sequence) or isinstance(loaded, str):
        return by_name(loaded)
    if not all(isinstance(entry, Mapping) and isinstance(entry.get("name"), str) for entry in loaded):
        raise Unreadable("not_map")
    return by_name({entry["name"]: entry.get("value") for entry in loaded})


def geo(value: object, _locale: str | None = None) -> dict[str, float]:
    """A place as `{latitude, longitude}`, from such a map or from text such as `14.69, -17.45`."""
    match value:
        case str() if len(value) <= MAX_PLACE and (found := _PLACE.fullmatch(value)):
            latitude, longitude = map(float, found.groups())
        case {"latitude": int() | float() as latitude, "longitude": int() | float() as longitude, **rest} if not rest:
            pass
        case _:
            raise Unreadable("not_geo")
    if not (abs(latitude) <= MAX_LATITUDE and abs(longitude) <= MAX_LONGITUDE):
        raise Unreadable("not_geo")
    return {"latitude": float(latitude), "longitude": float(longitude)}


def localised(read: Read, default_locale: str) -> Read:
    """The reader of a text for each language; a bare text is in the locale of its writer."""

    def read_localised(value: object, locale: str | None = None) -> dict[str, str] | None:
        given = {locale or default_locale: value} if isinstance(value, str) else value
        if not isinstance(given, Mapping):
            raise Unreadable("not_localised")
        if not all(isinstance(name, str) and _LOCALE.fullmatch(name) for name in given):
            raise Unreadable("not_localised")
        return {name: read(text, name) for name, text in given.items() if not is_blank(text)} or None

    return read_localised


def _loaded(value: object, refusal: str) -> object:
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except (ValueError, RecursionError):
        raise Unreadable(refusal) from None


class _Bounded:
    """Copies JSON and refuses what the store could not write or a reader could not bear."""

    def __init__(self) -> None:
        self._parts = 0

    def copy(self, value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
        self._parts += 1
        if depth > MAX_DEPTH or self._parts > MAX_PARTS:
            raise Unreadable("not_json")
        match value:
            case None | bool():
                return value
            case int() if MIN_INTEGER <= value <= MAX_INTEGER:
                return int(value)
            case float() if math.isfinite(value):
                return float(value)
            case Decimal() if value.is_finite():
                return self.copy(float(value), depth)
            case str() if not _NOT_KEPT.search(value):
                return str(value)
            case list() | tuple():
                return [self.copy(entry, depth + 1) for entry in value]
            case Mapping() if all(isinstance(name, str) and not _NOT_KEPT.search(name) for name in value):
                return {str(name): self.copy(entry, depth + 1) for name, entry in value.items()}
        raise Unreadable("not_json")
