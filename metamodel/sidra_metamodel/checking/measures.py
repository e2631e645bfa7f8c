"""Bounds and values of types that have an order, and numbers to compare them by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Final

from sidra_metamodel.durations import parse_duration

TODAY: Final = "today"

WRITTEN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("integer", "decimal", "percent", "rating", "money"), "a number, without quotes"),
    "date": "`2026-12-31` or `today`",
    "datetime": "`2026-12-31T18:00` or `today`",
    "duration": "`90min`, `4h` or `30d`",
    "time": '`"18:00"`',
}
"""How bounds are written, by base type; other types have none."""


def is_measure(base: str, value: float | str) -> bool:
    """Tell whether a value can bound values of a type that has an order."""
    return (value == TODAY and base in {"date", "datetime"}) or measure_of(base, value) is not None


def measure_of(base: str, value: object) -> float | None:
    """Return a number in the order of a type's values; None for what is none of them, and for `today`."""
    read = _READERS.get(base)
    if isinstance(value, bool) or base not in WRITTEN:
        return None
    if read is None:
        return value if isinstance(value, int | float) else None
    try:
        return read(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _instant(text: str) -> float:
    found = datetime.fromisoformat(text)
    # Times without a zone are compared among themselves, as if all were of one zone.
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _span(text: str) -> float | None:
    found = parse_duration(text)
    return None if found is None else found.total_seconds()


def _of_day(text: str) -> float:
    found = time.fromisoformat(text)
    return ((found.hour * 60 + found.minute) * 60 + found.second) + found.microsecond / 1_000_000


_READERS: Final[Mapping[str, Callable[[str], float | None]]] = {
    "date": lambda text: date.fromisoformat(text).toordinal(),
    "datetime": _instant,
    "duration": _span,
    "time": _of_day,
}
