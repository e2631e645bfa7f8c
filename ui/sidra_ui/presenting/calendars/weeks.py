"""Weeks as a country has them: where they begin, which days are free, and the days that a calendar shows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval

from sidra_ui.presenting.formats import Formats

WEEK = 7
AGENDA_DAYS = 30
MIDDLE = 15
"""A day that every month has."""
DAY = datetime.timedelta(days=1)

Span = Literal["month", "week", "day", "agenda"]
SPANS: tuple[Span, ...] = ("month", "week", "day", "agenda")


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks of a country; Monday is 0."""

    first: int
    weekend: frozenset[int]

    def begin(self, day: datetime.date) -> datetime.date:
        """The first day of the week of a day."""
        return day - DAY * ((day.weekday() - self.first) % WEEK)

    def order(self) -> tuple[int, ...]:
        """The days of the week in order."""
        return tuple((self.first + place) % WEEK for place in range(WEEK))


def weeks_of(country: str) -> Weeks:
    """The weeks of a country by its code; of one that is not known, those of most."""
    try:
        found = Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError):
        found = Locale.parse("en_001")
    start, end = found.weekend_start, found.weekend_end
    free = {(start + place) % WEEK for place in range((end - start) % WEEK + 1)}
    return Weeks(found.first_week_day, frozenset(free))


def days_of(span: Span, day: datetime.date, weeks: Weeks) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that a calendar shows; of a month, whole weeks."""
    if span == "day":
        return day, day
    if span == "agenda":
        return day, day + DAY * (AGENDA_DAYS - 1)
    if span == "week":
        begin = weeks.begin(day)
        return begin, begin + DAY * (WEEK - 1)
    last = (day.replace(day=MIDDLE) + DAY * 20).replace(day=1) - DAY
    return weeks.begin(day.replace(day=1)), weeks.begin(last) + DAY * (WEEK - 1)


def beside(span: Span, day: datetime.date, direction: int) -> datetime.date:
    """The day to go to for the span before (-1) or after (1)."""
    steps = {"day": 1, "week": WEEK, "agenda": AGENDA_DAYS}
    if span in steps:
        return day + DAY * steps[span] * direction
    return (day.replace(day=MIDDLE) + DAY * 30 * direction).replace(day=1)


def each_day(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """All days from one to another."""
    for number in range((last - first).days + 1):
        yield first + DAY * number


def title_of(formats: Formats, span: Span, day: datetime.date, weeks: Weeks) -> str:
    """What the days of a span are together."""
    if span == "month":
        return formats.native(format_date(day, "LLLL y", locale=formats.locale))
    if span == "day":
        return formats.native(format_date(day, "full", locale=formats.locale))
    first, last = days_of(span, day, weeks)
    return formats.native(format_interval(first, last, "yMMMd", locale=formats.locale))


def weekday_names(formats: Formats, weeks: Weeks, width: Literal["abbreviated", "wide"]) -> list[str]:
    """The names of the days of the week, in the order of the country."""
    names = formats.locale.days["stand-alone"][width]
    return [str(names[place]) for place in weeks.order()]
