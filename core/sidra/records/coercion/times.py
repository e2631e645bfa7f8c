"""Readers of days, instants, times of day, spans and periods."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sidra.records.coercion.unreadable import Read, Unreadable, is_blank
from sidra_metamodel.durations import parse_duration
from sidra_metamodel.values import Period

Moment = TypeVar("Moment", datetime.date, datetime.datetime, datetime.time)

MAX_CHARACTERS = 64
MAX_SPAN = datetime.timedelta(microseconds=2**63 - 1)
FIRST = datetime.datetime(1, 1, 2, tzinfo=datetime.UTC)
LAST = datetime.datetime(9999, 12, 30, tzinfo=datetime.UTC)
"""Instants that have a date in every zone: others could be kept, but neither compared with today nor shown."""

_ISO_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,8}(?:\.\d{1,6})?)S)?)?"
)
_ENDS = {"start": "start", "end": "end", "startDateTime": "start", "endDateTime": "end"}
_ENDS |= {"start_date_time": "start", "end_date_time": "end"}


def date(zone: ZoneInfo) -> Read:
    """The reader of days; of an instant, the day that it has in `zone`."""

    def read(value: object, _locale: str | None = None) -> datetime.date:
        match value:
            case datetime.datetime():
                return _in_zone(value, zone).date()
            case datetime.date():
                return value
            case str() if len(value.strip()) > len("2026-03-20"):
                return _in_zone(_instant(value, "not_date"), zone).date()
            case str():
                return _parsed(datetime.date, value, "not_date")
        raise Unreadable("not_date")

    return read


def quick_day(otherwise: Read) -> Read:
    """The reader of days, of which most are written `2026-03-20`."""

    def read(value: object, locale: str | None = None) -> Any:  # noqa: ANN401 - see Read
        if type(value) is str and len(value) == len("2026-03-20"):
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                pass
        return otherwise(value, locale)

    return read


def instant(zone: ZoneInfo) -> Read:
    """The reader of instants, in UTC; one without a zone is in `zone`."""

    def read(value: object, _locale: str | None = None) -> datetime.datetime:
        match value:
            case datetime.datetime():
                return _in_utc(value, zone)
            case str():
                return _in_utc(_instant(value, "not_datetime"), zone)
        raise Unreadable("not_datetime")

    return read


def time(value: object, _locale: str | None = None) -> datetime.time:
    """A time of day, to the second."""
    found = _parsed(datetime.time, value, "not_time") if isinstance(value, str) else value
    if not isinstance(found, datetime.time) or found.tzinfo is not None:
        raise Unreadable("not_time")
    return found.replace(microsecond=0, fold=0)


def duration(value: object, _locale: str | None = None) -> datetime.timedelta:
    """A span: `90min`, `PT1H30M`, or a number of seconds."""
    match value:
        case datetime.timedelta():
            found: datetime.timedelta | None = value
        case bool():
            found = None
        case int() | float():
            found = _seconds(value)
        case str() if len(value) <= MAX_CHARACTERS:
            text = value.strip().replace(" ", "")
            found = parse_duration(text) or _iso_duration(text)
        case _:
            found = None
    if found is None or abs(found) > MAX_SPAN:
        raise Unreadable("not_duration")
    return found


def period(zone: ZoneInfo) -> Read:
    """The reader of periods: `{start, end}` or `{startDateTime, endDateTime}`, either of them open."""
    read_instant = instant(zone)

    def read(value: object, _locale: str | None = None) -> Period | None:
        ends = {"start": value.start, "end": value.end} if isinstance(value, Period) else _ends(value)
        start, end = (None if is_blank(ends.get(name)) else read_instant(ends[name], None) for name in ("start", "end"))
        if start and end and end < start:
            raise Unreadable("period_reversed")
        return Period(start, end) if start or end else None

    return read


def _ends(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping) or not set(value) <= set(_ENDS):
        raise Unreadable("not_period")
    return {_ENDS[name]: end for name, end in value.items()}


def _instant(text: str, refusal: str) -> datetime.datetime:
    return _parsed(datetime.datetime, text, refusal)


def _parsed(kind: type[Moment], text: str, refusal: str) -> Moment:
    try:
        return kind.fromisoformat(text.strip()[:MAX_CHARACTERS])
    except ValueError:
        raise Unreadable(refusal) from None


def _in_utc(moment: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    found = _shifted(moment if moment.tzinfo else moment.replace(tzinfo=zone), datetime.UTC)
    if not FIRST <= found <= LAST:
        raise Unreadable("not_datetime")
    return found


def _in_zone(moment: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    return _shifted(moment, zone) if moment.tzinfo else moment


def _shifted(moment: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        raise Unreadable("not_datetime") from None


def _seconds(value: float) -> datetime.timedelta | None:
    try:
        return datetime.timedelta(seconds=value)
    except (OverflowError, ValueError):
        return None


def _iso_duration(text: str) -> datetime.timedelta | None:
    found = _ISO_DURATION.fullmatch(text.upper())
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return datetime.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
