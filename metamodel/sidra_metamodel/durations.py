"""Spans of time as configurators write them: `30min`, `5y`."""

from __future__ import annotations

import re
from datetime import timedelta
from types import MappingProxyType
from typing import Final

UNITS: Final = MappingProxyType(
    {
        "s": timedelta(seconds=1),
        "min": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "d": timedelta(days=1),
        "w": timedelta(weeks=1),
        "mo": timedelta(days=30),
        "y": timedelta(days=365),
    }
)
"""Units by their spelling; a month counts 30 days and a year 365, so that a span always has one length."""

MAX_DIGITS: Final = 6

DURATION_PATTERN: Final = rf"([0-9]{{1,{MAX_DIGITS}}}({'|'.join(UNITS)}))+"
"""What a whole duration looks like, as a regular expression."""

_PART = re.compile(rf"([0-9]{{1,{MAX_DIGITS}}})(min|mo|[shdwy])")


def parse_duration(text: str) -> timedelta | None:
    """Return the span that a text such as `90min` or `1h30min` names, or None if it names none."""
    total, end = timedelta(), 0
    for part in _PART.finditer(text):
        if part.start() != end:
            return None
        total += int(part[1]) * UNITS[part[2]]
        end = part.end()
    return total if end and end == len(text) else None
