"""Plain scalars of YAML 1.2's core schema: `NO` and `on` are text, `0x1F` is a number."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sidra_metamodel.nodes import Scalar

MAX_DIGITS: Final = 30
"""Digits of a number; databases keep nineteen, and reading longer ones takes quadratic time."""

WORDS: Final[Mapping[str, Scalar]] = MappingProxyType(
    {
        **dict.fromkeys(("", "~", "null", "Null", "NULL")),
        **dict.fromkeys(("true", "True", "TRUE"), True),
        **dict.fromkeys(("false", "False", "FALSE"), False),
    }
)
"""Plain texts that are words for something else."""
NUMBER_STARTS: Final = frozenset("+-.0123456789")
"""What a plain text begins with that may be a number."""
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_BASED: Final = re.compile(r"0o([0-7]+)|0x([0-9a-fA-F]+)")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def plain_value(text: str) -> Scalar:
    """Return what an unquoted text means.

    Raises ValueError for a number that cannot be kept: endless, not a number, or of too many digits.
    """
    if text[:1] in NUMBER_STARTS and text:
        return _number(text)
    return WORDS.get(text, text)


def _number(text: str) -> Scalar:
    if _INTEGER.fullmatch(text):
        return int(_bounded(text))
    based = _BASED.fullmatch(text)
    if based:
        return int(_bounded(based[1]), 8) if based[1] else int(_bounded(based[2]), 16)
    if _FLOAT.fullmatch(text):
        value = float(_bounded(text))
        if math.isfinite(value):
            return value
        raise ValueError(f"`{text}` is too large a number")
    if _NO_NUMBER.fullmatch(text):
        raise ValueError(f"`{text}` is no number that can be kept or compared")
    return text


def _bounded(digits: str) -> str:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"a number of more than {MAX_DIGITS} digits")
    return digits
