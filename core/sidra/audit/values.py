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


def encode_value(value: Value) -> str | None:
    """JSON of a value; None of none."""
    return None if value is None else orjson.dumps(value, default=_plain).decode()


def decode_value(model: Model, attribute: Attribute | None, stored: str | None) -> Value:
    """The value of an attribute that was kept; what no longer is one of its type, or has no attribute, stays JSON."""
    if stored is None:
        return None
    plain = orjson.loads(stored)
    value = plain if attribute is None else coerce(model, attribute, plain)
    return plain if isinstance(value, Problem) else value


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    raise TypeError(f"a {type(value).__name__} is no value of an attribute")
