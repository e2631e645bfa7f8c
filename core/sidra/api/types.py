"""The JSON types of values, as a strict API demands them and as its schemas tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sidra.api.shapes import Member

# JSON, before it is known what it means.
Json = Any

NUMBERS = frozenset({"decimal", "percent", "duration"})
INTEGERS = frozenset({"integer", "rating"})
OBJECTS = frozenset({"money", "period"})
ANYTHING = frozenset({"json", "address", "geo", "file", "image", "characteristics"})

_IS: Mapping[str, Callable[[Json], bool]] = MappingProxyType(
    {
        "boolean": lambda value: isinstance(value, bool),
        # A number without a fraction is whole however it is written: `5.0` is 5 to JSON Schema.
        "integer": lambda value: type(value) is int or (type(value) is float and value.is_integer()),
        "number": lambda value: type(value) in {int, float},
        "string": lambda value: isinstance(value, str),
    }
)
_NEEDED = MappingProxyType(
    {
        "boolean": "true or false",
        "integer": "a whole number without quotes",
        "number": "a number without quotes",
        "string": "a text in quotes",
        "money": 'an amount {"value": 12.5, "unit": "EUR"}',
        "period": 'a period {"startDateTime": "…", "endDateTime": "…"}',
    }
)


def json_type(member: Member) -> str:
    """What a strict API needs for a value, in words."""
    return _NEEDED[json_name(member)]


def is_of_type(value: Json, member: Member) -> bool:
    """Whether a value is of the JSON type in which the API itself writes it."""
    match json_name(member):
        case "":
            return True
        case "money":
            return isinstance(value, dict) and set(value) <= {"value", "unit"} and _IS["number"](value.get("value"))
        case "period":
            ends = {"startDateTime", "endDateTime"}
            return (
                isinstance(value, dict) and set(value) <= ends and all(isinstance(end, str) for end in value.values())
            )
        case name:
            return _IS[name](value)


def is_any(member: Member) -> bool:
    """Whether values are JSON of any shape."""
    return member.base in ANYTHING


def json_name(member: Member) -> str:
    """The name of a JSON type, or of a type whose values are objects; empty where anything will do."""
    base = member.base
    if is_any(member):
        return ""
    if base in OBJECTS or base == "boolean":
        return base
    if base in INTEGERS:
        return "integer"
    return "number" if base in NUMBERS else "string"
