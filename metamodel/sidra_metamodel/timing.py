"""When something runs: `day at 02:00`, as configurators write it, and the local times that it means."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES: Final = (5, 10, 15, 20, 30)
"""Spans that an hour divides into."""
LAST: Final = 0
"""Stands for the last day of a month."""
MAX_TIMES: Final = 24

_SPAN = re.compile(r"(\d{1,2}) minutes")
_HOUR = re.compile(r"hour(?: at :(\d\d))?")
_MONTH = re.compile(r"month on (\d{1,2}|last) at (.+)")
_DAYS = re.compile(r"([a-z]+(?:, [a-z]+)*) at (.+)")
_TIME = re.compile(r"\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of day at which something runs, and on which days."""

    times: tuple[time, ...]
    """In order, each once."""
    weekdays: frozenset[int] = frozenset(range(7))
    """Monday is 0."""
    month_day: int | None = None
    """Of each month, LAST for its last one; None where the weekday decides. Short months run on their last day."""

    def is_on(self, day: date) -> bool:
        """Tell whether it runs on a day."""
        if self.month_day is None:
            return day.weekday() in self.weekdays
        last = monthrange(day.year, day.month)[1]
        return day.day == (last if self.month_day == LAST else min(self.month_day, last))

    def slots(self, first: date, last: date) -> Iterator[datetime]:
        """Yield the local times at which it runs, from one day to another, in order."""
        day = first
        while day <= last:
            if self.is_on(day):
                yield from (datetime.combine(day, at) for at in self.times)
            day += timedelta(days=1)


def parse_timing(text: str) -> Timing | None:
    """Return what a text such as `monday, friday at 08:00` says, or None where it says nothing.

    `15 minutes`, `hour`, `hour at :20`, `day at 02:00, 14:00`, `monday at 08:00`, `month on 1 at 06:00`,
    `month on last at 22:00`.
    """
    if found := _SPAN.fullmatch(text):
        minutes = int(found[1])
        return _each_hour(range(0, 60, minutes)) if minutes in MINUTES else None
    if found := _HOUR.fullmatch(text):
        minute = int(found[1] or 0)
        return _each_hour([minute]) if minute < 60 else None  # noqa: PLR2004 - an hour
    if found := _MONTH.fullmatch(text):
        return _of_month(found[1], found[2])
    if found := _DAYS.fullmatch(text):
        return _of_days(found[1], found[2])
    return None


def _each_hour(minutes: range | list[int]) -> Timing:
    return Timing(tuple(time(hour, minute) for hour in range(24) for minute in minutes))


def _of_month(day: str, times: str) -> Timing | None:
    found, number = _times(times), LAST if day == "last" else int(day)
    if found is None or not (day == "last" or 1 <= number <= 31):  # noqa: PLR2004 - of a month
        return None
    return Timing(found, month_day=number)


def _of_days(days: str, times: str) -> Timing | None:
    found, names = _times(times), days.split(", ")
    if found is None:
        return None
    if names == ["day"]:
        return Timing(found)
    if not set(names) <= set(DAY_NAMES):
        return None
    return Timing(found, frozenset(DAY_NAMES.index(name) for name in names))


def _times(text: str) -> tuple[time, ...] | None:
    parts = text.split(", ")
    if len(parts) > MAX_TIMES or not all(_TIME.fullmatch(part) for part in parts):
        return None
    try:
        return tuple(sorted({time.fromisoformat(part) for part in parts}))
    except ValueError:
        return None
