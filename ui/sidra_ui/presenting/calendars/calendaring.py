"""The calendar of an entity: its records on their days, and the way of one to another day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from babel.dates import format_date

from sidra.errors import NotFound
from sidra.records.query import MAX_LIMIT, Filter
from sidra.records.record import Record
from sidra_metamodel.checking.boards import calendar_attribute
from sidra_metamodel.kinds.entity import Attribute
from sidra_ui.presenting.addresses import THEN, with_query
from sidra_ui.presenting.calendars.weeks import (
    DAY,
    SPANS,
    WEEK,
    Span,
    beside,
    days_of,
    each_day,
    title_of,
    weekday_names,
    weeks_of,
)
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.controls import raw
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.displays import READABLE, forms, mine
from sidra_ui.presenting.lists.listing import Listing, filter_form, makings
from sidra_ui.presenting.lists.narrowing import chips
from sidra_ui.presenting.lists.view_tabs import view_tabs
from sidra_ui.presenting.values import name_of, page_of, show, tone_of
from sidra_ui.viewmodels.boards import FormLink
from sidra_ui.viewmodels.calendars import CalendarPage, Day, DayForm, DayPage, Entry, Weekday
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.shell import Place

CALENDAR, SPAN, DAY_OF = "calendar", "span", "day"
IN_A_CELL = 3
"""Entries that a day of a month shows."""
LONGEST = datetime.timedelta(days=62)
"""What began earlier than this before the first day, and still goes on, is not looked for."""
MORNING = datetime.time(9)
ICONS = {"month": "calendar", "week": "calendar-clock", "day": "calendar", "agenda": "list"}


class Calendar:
    """One calendar as one reader asked for it: one statement for all its days."""

    def __init__(self, desk: Desk, entity: str, asked: Asked, span: str = "", day: str = "") -> None:
        self.desk = desk
        screen = desk.screens.calendar_of(entity)
        declared = desk.model.entity(entity)
        at = declared.attributes.get(screen.at or "") if screen is not None else None
        at = at or calendar_attribute(desk.model, declared)
        if screen is None or at is None or desk.access(entity).level(at.name) not in READABLE:
            raise NotFound(f"`{entity}` has no calendar that you may see", hint="look at its list")
        self.screen, self.at, self.entity = screen, at, declared
        self.until = declared.attributes.get(screen.until or "")
        self.listing = Listing(desk, entity, asked, CALENDAR)
        self.span: Span = next((one for one in SPANS if one == span), "month")
        self.day = read_day(day) or desk.formats.today()
        self.weeks = weeks_of(desk.model.country)
        self.first, self.last = days_of(self.span, self.day, self.weeks)

    def records(self) -> list[Record]:
        """The records that touch the days that are shown, as many as one page takes."""
        begin = self.first - LONGEST if self.until is not None else self.first
        bounds = (
            Filter(self.at.name, "gte", self.bound(begin)),
            Filter(self.at.name, "lt", self.bound(self.last + DAY)),
        )
        where = self.listing.condition(*self.listing.declared, self.screen.filter)
        sort = (self.at.name,) if self.at.name in self.listing.sortable else ()
        query = replace(self.listing.whole, where=where, sort=sort, limit=MAX_LIMIT, count=False)
        found = self.desk.records.list(self.entity.name, query.narrowed(*bounds)).records
        return [record for record in found if self.days(record)]

    def bound(self, day: datetime.date) -> str:
        """The beginning of a day, as filters of the attribute take it."""
        if self.desk.model.base_type(self.at) == "date":
            return day.isoformat()
        return datetime.datetime.combine(day, datetime.time(), self.desk.model.time_zone).isoformat()

    def days(self, record: Record) -> list[datetime.date]:
        """The days of those shown on which a record stands."""
        first = self.local(record.get(self.at.name))
        if first is None:
            return []
        last = self.local(record.get(self.until.name)) if self.until is not None else None
        last = max(first, last or first)
        return list(each_day(max(first, self.first), min(last, self.last)))

    def local(self, value: Any) -> datetime.date | None:  # noqa: ANN401 - a day, a moment, or what is left of one
        """The day of a value in the affiliate's zone."""
        if isinstance(value, datetime.datetime):
            return self.desk.formats.day(value)
        return value if isinstance(value, datetime.date) else None

    def by_day(self, records: Sequence[Record]) -> dict[datetime.date, list[Record]]:
        """The records of each day, in order."""
        found: dict[datetime.date, list[Record]] = {}
        for record in records:
            for day in self.days(record):
                found.setdefault(day, []).append(record)
        return found

    def entry(self, record: Record) -> Entry:
        """A record as it stands on a day."""
        desk, tone = self.desk, self.screen.tone
        attribute = self.entity.attributes.get(self.screen.title or "")
        text = show(desk, attribute, record.get(attribute.name), attribute.name).text if attribute is not None else ""
        value = record.get(self.at.name)
        word = desk.screens.evaluate(tone, desk.records, record) if tone is not None else None
        move = self.address_of(record) if self.may_move(record) else ""
        return Entry(
            id=record.id,
            version=record.version,
            title=text or name_of(desk, record),
            href=page_of(desk, record),
            tone=tone_of(word) or "accent",
            time=desk.formats.clock(value) if isinstance(value, datetime.datetime) else "",
            move_href=move,
        )

    def address_of(self, record: Record) -> str:
        """The form that moves a record to another day."""
        address = self.desk.addresses.record(self.entity.name, record.id, DAY_OF)
        return with_query(address, [(THEN, self.address(self.day))])

    def may_move(self, record: Record) -> bool:
        """Whether the reader may change the day of a record."""
        records = self.desk.records
        environment = records.environment(records.whole(record.entity, record.row))
        own = self.desk.access(record.entity).level(self.at.name) == "edit" and self.at.compute is None
        return own and records.profile.allows(record.entity, "update", environment)

    def address(self, day: datetime.date, span: str = "") -> str:
        """The address of another day or span, with the same selection."""
        more = ((SPAN, span or self.span), (DAY_OF, day.isoformat()))
        return self.listing.address(self.listing.asked, *more)


def read_day(text: str) -> datetime.date | None:
    """A day as addresses and forms name it; None for anything else, and for one at the ends of the calendar."""
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return found if datetime.MINYEAR + 1 < found.year < datetime.MAXYEAR - 1 else None


def calendar_page(desk: Desk, entity: str, asked: Asked, span: str, day: str) -> CalendarPage:
    """The page of a calendar; raises Forbidden, NotFound or BadQuery."""
    calendar = Calendar(desk, entity, asked, span, day)
    listing, records = calendar.listing, calendar.records()
    days = tuple(day_views(calendar, calendar.by_day(records)))
    step = WEEK if calendar.span in {"month", "week"} else len(days) or 1
    kept = (*listing.asked.parameters(), (SPAN, calendar.span), (DAY_OF, calendar.day.isoformat()))
    return CalendarPage(
        shell=shell(desk),
        place=Place(desk.text(calendar.screen.label) or desk.plural(calendar.entity)),
        href=listing.place,
        span=calendar.span,
        title=title_of(desk.formats, calendar.span, calendar.day, calendar.weeks),
        weeks=tuple(days[start : start + step] for start in range(0, len(days), step)),
        weekdays=tuple(weekdays(calendar)),
        spans=tuple(span_links(calendar)),
        previous_href=calendar.address(beside(calendar.span, calendar.day, -1)),
        next_href=calendar.address(beside(calendar.span, calendar.day, 1)),
        today=Link(desk.messages.text("calendar_today"), calendar.address(desk.formats.today())),
        forms=tuple(forms(listing, CALENDAR)),
        actions=tuple(makings(desk, listing.entity)),
        views=tuple(view_tabs(listing)),
        chips=tuple(chips(listing)),
        clear_href=listing.address(replace(listing.asked, filters={})),
        filters=filter_form(listing),
        mine=mine(listing),
        query=asked.text,
        query_hint=desk.messages.text("search_in_list"),
        kept=tuple(pair for pair in kept if pair[0] != "q" and pair[1]),
        summary=desk.messages.text("records", count=len(records)),
        note=desk.messages.text("calendar_too_many") if len(records) >= MAX_LIMIT else "",
        is_empty=not records,
    )


def day_views(calendar: Calendar, found: dict[datetime.date, list[Record]]) -> Iterator[Day]:
    """The days that are shown; an agenda leaves out those on which nothing stands."""
    desk, formats = calendar.desk, calendar.desk.formats
    may_create = desk.records.may(calendar.entity.name, "create") and not calendar.entity.abstract
    may_create = may_create and desk.access(calendar.entity.name).level(calendar.at.name) == "edit"
    is_grid = calendar.span == "month"
    for day in each_day(calendar.first, calendar.last):
        records = found.get(day, [])
        if calendar.span == "agenda" and not records:
            continue
        shown = records[:IN_A_CELL] if is_grid else records
        label = formats.native(format_date(day, "full", locale=formats.locale))
        left = len(records) - len(shown)
        yield Day(
            iso=day.isoformat(),
            number=formats.number(day.day),
            label=label,
            entries=tuple(map(calendar.entry, shown)),
            more=desk.messages.text("calendar_more", count=left) if left else "",
            href=calendar.address(day, "day"),
            new_href=new_address(calendar, day) if may_create else "",
            new_label=desk.messages.text("calendar_new", day=label),
            is_today=day == formats.today(),
            is_weekend=day.weekday() in calendar.weeks.weekend,
            is_outside=is_grid and day.month != calendar.day.month,
        )


def new_address(calendar: Calendar, day: datetime.date) -> str:
    """The form of a new record on a day."""
    desk, at = calendar.desk, calendar.at
    moment = datetime.datetime.combine(day, MORNING, desk.model.time_zone)
    value = raw(desk, at, day if desk.model.base_type(at) == "date" else moment)
    return desk.addresses.new(calendar.entity.name, (at.name, value), (THEN, calendar.address(calendar.day)))


def weekdays(calendar: Calendar) -> Iterator[Weekday]:
    """The heads of the columns."""
    short = weekday_names(calendar.desk.formats, calendar.weeks, "abbreviated")
    wide = weekday_names(calendar.desk.formats, calendar.weeks, "wide")
    for place, text, name in zip(calendar.weeks.order(), short, wide, strict=True):
        yield Weekday(text, name, place in calendar.weeks.weekend)


def span_links(calendar: Calendar) -> Iterator[FormLink]:
    """The spans to choose from."""
    for span in SPANS:
        text = calendar.desk.messages.text(f"calendar_{span}")
        yield FormLink(text, calendar.address(calendar.day, span), ICONS[span], span == calendar.span)


def put_on(calendar: Calendar, record: Record, day: datetime.date, version: int | None) -> Record:
    """The record on another day, its time of day and its length kept; raises Conflict, Forbidden and Invalid."""
    now = calendar.local(record.get(calendar.at.name))
    distance = day - now if now is not None else datetime.timedelta()
    changes = {calendar.at.name: shifted(calendar, calendar.at, record, day, distance)}
    end = calendar.until
    if (
        end is not None
        and record.get(end.name) is not None
        and calendar.desk.access(record.entity).level(end.name) == "edit"
    ):
        changes[end.name] = shifted(calendar, end, record, day, distance)
    return calendar.desk.records.update(record.entity, record.id, changes, version=version)


def shifted(
    calendar: Calendar, attribute: Attribute, record: Record, day: datetime.date, distance: datetime.timedelta
) -> datetime.date:
    """A day or moment, so many days later by the clock on the wall."""
    value, zone = record.get(attribute.name), calendar.desk.model.time_zone
    if isinstance(value, datetime.datetime):
        local = value.astimezone(zone)
        return datetime.datetime.combine(local.date() + distance, local.time(), zone)
    if isinstance(value, datetime.date):
        return value + distance
    return day if calendar.desk.model.base_type(attribute) == "date" else datetime.datetime.combine(day, MORNING, zone)


def day_form(calendar: Calendar, record: Record, day: str, then: str, problems: tuple[str, ...] = ()) -> DayForm:
    """The form that asks for another day."""
    now = calendar.local(record.get(calendar.at.name))
    address = calendar.desk.addresses.record(calendar.entity.name, record.id, DAY_OF)
    shown = day or (now.isoformat() if now is not None else "")
    return DayForm(name_of(calendar.desk, record), address, str(record.version), shown, then, problems)


def day_page(desk: Desk, entity: str, form: DayForm) -> DayPage:
    """The form as a page of its own."""
    back = Link(desk.plural(desk.model.entity(entity)), form.then or desk.addresses.page(entity, CALENDAR))
    return DayPage(shell(desk), Place(desk.messages.text("calendar_move", title=form.title), (back,)), form)
