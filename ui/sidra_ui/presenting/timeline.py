"""What happened, from several entities, day by day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from babel.dates import format_date

from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.screens.view360 import Panel, TimelineSource
from sidra_ui.messages import native_digits
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import isolated
from sidra_ui.presenting.listing import sortable
from sidra_ui.presenting.values import name_of, page_of, show
from sidra_ui.viewmodels.common import Badge, Tone
from sidra_ui.viewmodels.view360 import ChannelFilter, TimelineDay, TimelineEntry
from sidra_ui.viewmodels.view360 import Panel as PanelView

CHANNEL = "channel"
TONES: tuple[Tone, ...] = ("blue", "amber", "violet", "teal", "green")
"""One for each entity, in the order of the screen."""


@dataclass(frozen=True, slots=True)
class Event:
    """One record on the timeline."""

    at: datetime.datetime
    record: Record
    source: TimelineSource
    tone: Tone


def timeline(desk: Desk, panel: Panel, record: Record, head: PanelView, channel: str) -> PanelView:
    """The latest records of all entities, or of one of them."""
    known = [each for each in panel.of.values() if not each.hidden and desk.may(each.name, "read")]
    chosen = channel if channel in {each.name for each in known} else ""
    events = [
        event
        for place, source in enumerate(known)
        if chosen in {"", source.name}
        for event in events_of(desk, panel, source, record, TONES[place % len(TONES)])
    ]
    latest = sorted(events, key=lambda event: event.at, reverse=True)[: panel.limit]
    channels = tuple(choices(desk, known, record, chosen)) if len(known) > 1 else ()
    if not latest:
        return replace(head, state="empty", channels=channels, message=desk.messages.text("nothing_here"))
    return replace(head, state="ready", channels=channels, days=tuple(days(desk, latest)))


def events_of(desk: Desk, panel: Panel, source: TimelineSource, record: Record, tone: Tone) -> Iterator[Event]:
    """The latest records of one entity."""
    entity = desk.model.entity(source.name)
    via = desk.model.via(entity.name, record.entity, source.via).name
    sort = (f"-{source.at}",) if source.at and source.at in set(sortable(desk, entity)) else ()
    query = Query(filters=(Filter(via, "eq", record.id),), sort=sort, limit=panel.limit, count=False)
    for found in desk.records.list(entity.name, query).records:
        at = found.get(source.at) if source.at else found.created_at
        if isinstance(at, datetime.datetime):
            yield Event(at, found, source, tone)


def choices(desk: Desk, known: list[TimelineSource], record: Record, chosen: str) -> Iterator[ChannelFilter]:
    """All entities, or one of them."""
    address = desk.addresses.record(record.entity, record.id, "360")
    yield ChannelFilter(desk.messages.text("all"), address, not chosen)
    for source in known:
        text = desk.plural(desk.model.entity(source.name))
        yield ChannelFilter(text, with_query(address, ((CHANNEL, source.name),)), chosen == source.name)


def days(desk: Desk, events: list[Event]) -> Iterator[TimelineDay]:
    """The events under the day of each."""
    for day, grouped in groupby(events, key=lambda event: desk.formats.day(event.at)):
        yield TimelineDay(day_title(desk, day), tuple(entry(desk, event) for event in grouped))


def day_title(desk: Desk, day: datetime.date) -> str:
    """Today, yesterday, or the date."""
    distance = (desk.formats.today() - day).days
    if distance in {0, 1}:
        return desk.messages.text("today" if distance == 0 else "yesterday")
    locale = desk.formats.locale
    return native_digits(format_date(day, "EEEE d MMMM y", locale=locale), locale)


def entry(desk: Desk, event: Event) -> TimelineEntry:
    """One event."""
    entity, record, source = desk.model.entity(event.record.entity), event.record, event.source
    title = member_text(desk, entity, record, source.text) or name_of(desk, record)
    badge = member_badge(desk, entity, record, source.badge)
    detail = member_text(desk, entity, record, source.detail)
    # The badge tells the channel where it has an icon; else the entry shows what it is.
    icon = badge.icon if badge is not None and badge.icon else desk.icon(source.icon, entity.icon)
    return TimelineEntry(
        title=title,
        when=desk.formats.clock(event.at),
        instant=event.at.isoformat(),
        icon=icon,
        tone=badge.tone if badge is not None and badge.icon else event.tone,
        text="" if detail == title else detail,
        by=" · ".join(isolated(text) for name in source.by if (text := member_text(desk, entity, record, name))),
        badges=(replace(badge, icon=""),) if badge is not None else (),
        href=page_of(desk, record),
    )


def member_text(desk: Desk, entity: Entity, record: Record, name: str | None) -> str:
    """The text of an attribute; nothing where the screen names none."""
    return show(desk, entity.attributes.get(name), record.get(name)).text if name else ""


def member_badge(desk: Desk, entity: Entity, record: Record, name: str | None) -> Badge | None:
    """An attribute as a badge."""
    if not name:
        return None
    shown = show(desk, entity.attributes.get(name), record.get(name))
    return shown.badge or (Badge(shown.text) if shown.text else None)
