"""Values as the history keeps them: JSON that reads back as the attribute's type."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import orjson

from sidra.errors import Problem
from sidra.records.coercion import coerce
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.model import Model

# A value has the type of its attribute; Python's own types cannot say which.
Value = Any


def encode_values(values: object) -> str:
    """JSON of values, alone or in lists and maps; raises TypeError for what is no value of an attribute."""
    return orjson.dumps(values, default=_plain).decode()


def decode_value(model: Model, attribute: Attribute | None, plain: Value) -> Value:
    """The value of an attribute from its JSON; what is no longer one of its type, or has no attribute, stays."""
    if plain is None or attribute is None:
        return plain
    value = coerce(model, attribute, plain)
    return plain if isinstance(value, Problem) else value


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    raise TypeError(f"a {type(value).__name__} is no value of an attribute")
