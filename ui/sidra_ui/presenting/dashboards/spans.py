"""Spans of time of dashboards: where they begin and end, and the points of curves in them, in the affiliate's zone."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from sidra_ui.presenting.formats import Formats

Name = Literal["today", "week", "month", "quarter"]
Every = Literal["hour", "day", "week", "month"]
SPANS: tuple[Name, ...] = get_args(Name)
DAYS: dict[Name, int] = {"today": 1, "week": 7, "month": 30, "quarter": 91}
POINTS: dict[Name, Every] = {"today": "hour", "week": "day", "month": "day", "quarter": "week"}
"""How long each point of a curve is, where nothing says otherwise."""
HOUR = datetime.timedelta(hours=1)
LAST_MONTH = 12


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another, and its parts."""

    edges: tuple[datetime.datetime, ...]
    every: Every

    @property
    def whole(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Where it begins and ends."""
        return self.edges[0], self.edges[-1]

    def label(self, place: int, formats: Formats) -> str:
        """Return what one of its parts is called."""
        start = self.edges[place].astimezone(formats.zone)
        if self.every == "hour":
            return formats.time(start.time())
        skeleton = "yMMM" if self.every == "month" else "MMMd"
        return formats.native(format_skeleton(skeleton, start.date(), locale=formats.locale))


def span(name: Name, every: Every | None, today: datetime.date, zone: ZoneInfo, *, ahead: bool = False) -> Span:
    """Return the span that ends with today, or begins with it; parts that would be longer than it are its days."""
    part = every or POINTS[name]
    if part == "hour" and name != "today":
        part = "day"
    first = today if ahead else today - datetime.timedelta(days=DAYS[name] - 1)
    end = first + datetime.timedelta(days=DAYS[name])
    return Span(tuple(_edges(part, first, end, zone)), part)


def before(found: Span) -> Span:
    """Return the span of the same length before."""
    start, end = found.whole
    zone = start.tzinfo
    days = (end.date() - start.date()).days if found.every != "hour" else 1
    first = start.astimezone(zone).date() - datetime.timedelta(days=days)
    return Span((datetime.datetime.combine(first, datetime.time(), zone), start), "day")


def _edges(every: Every, first: datetime.date, end: datetime.date, zone: ZoneInfo) -> Iterator[datetime.datetime]:
    if every == "hour":
        yield from _hours(_midnight(first, zone), _midnight(end, zone))
        return
    day = first.replace(day=1) if every == "month" else first
    while day < end:
        yield _midnight(day, zone)
        day = _next(day, every)
    yield _midnight(day, zone)


def _next(day: datetime.date, every: Every) -> datetime.date:
    if every == "month":
        return day.replace(year=day.year + day.month // LAST_MONTH, month=day.month % LAST_MONTH + 1)
    return day + datetime.timedelta(days=7 if every == "week" else 1)


def _hours(start: datetime.datetime, end: datetime.datetime) -> Iterator[datetime.datetime]:
    moment, last = (each.astimezone(datetime.UTC) for each in (start, end))
    while moment < last:
        yield moment.astimezone(start.tzinfo)
        moment += HOUR
    yield end


def _midnight(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), zone)
