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
from sidra_metamodel.kinds.screens.view360 import Group, Panel, TimelineSource
from sidra_ui.messages import native_digits
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import isolated
from sidra_ui.presenting.lists.narrowing import sortable
from sidra_ui.presenting.values import name_of, page_of, show
from sidra_ui.viewmodels.common import Badge, Tone
from sidra_ui.viewmodels.view360 import ChannelFilter, TimelineDay, TimelineEntry
from sidra_ui.viewmodels.view360 import Panel as PanelView

CHANNEL, BEFORE = "channel", "before"
CREATED = "created_at"
AT_ONE_INSTANT = 20
MOST_OF_AN_ID = 40
TONES: tuple[Tone, ...] = ("blue", "amber", "violet", "teal", "green")
"""One for each entity, in the order of the screen."""


@dataclass(frozen=True, slots=True)
class Event:
    """One record on the timeline."""

    at: datetime.datetime
    record: Record
    source: TimelineSource
    tone: Tone


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a timeline is wanted."""

    channel: str = ""
    """An entity, or an entity and one of its groups with a point between."""
    before: str = ""
    """Where the part above ended: an instant and an id."""

    @property
    def end(self) -> tuple[datetime.datetime, str] | None:
        """What lies before it is wanted; None for the latest."""
        moment, _, id_ = self.before.partition("~")
        try:
            found = datetime.datetime.fromisoformat(moment)
        except ValueError:
            return None
        return (found, id_[:MOST_OF_AN_ID]) if found.tzinfo is not None else None


LATEST = Asked()


@dataclass(frozen=True, slots=True)
class Stream:
    """Records of one entity, or a group of them, that stand on a timeline."""

    source: TimelineSource
    tone: Tone
    group: Group | None = None

    @property
    def name(self) -> str:
        """How an address calls it."""
        return f"{self.source.name}.{self.group.name}" if self.group is not None else self.source.name


def timeline(desk: Desk, panel: Panel, record: Record, head: PanelView, asked: Asked = LATEST) -> PanelView:
    """Records of all entities, or of one channel, the latest first."""
    known = [each for each in panel.of.values() if not each.hidden and desk.may(each.name, "read")]
    whole = [Stream(source, TONES[place % len(TONES)]) for place, source in enumerate(known)]
    offered = [part for stream in whole for part in parts(stream)]
    chosen = next((each for each in offered if each.name == asked.channel), None)
    streams = whole if chosen is None else [chosen]
    end = asked.end
    found = [event for stream in streams for event in events_of(desk, panel, stream, record, end)]
    events = sorted(found, key=lambda event: (event.at, event.record.id), reverse=True)
    latest = events[: panel.limit]
    name = chosen.name if chosen is not None else ""
    head = replace(head, channels=tuple(choices(desk, offered, record, name)) if len(offered) > 1 else ())
    if not latest:
        return replace(head, state="empty", message=desk.messages.text("nothing_here"))
    last = latest[-1]
    before = f"{last.at.isoformat()}~{last.record.id}"
    older = with_query(head.load_href, ((CHANNEL, name), (BEFORE, before))) if len(events) > panel.limit else ""
    above = desk.formats.day(end[0]) if end is not None else None
    return replace(head, state="ready", days=tuple(days(desk, latest, above)), older_href=older)


def parts(stream: Stream) -> list[Stream]:
    """The choices of the filter that a stream gives: its groups, or itself."""
    shown = [group for group in stream.source.groups.values() if not group.hidden]
    return [replace(stream, group=group) for group in shown] or [stream]


def events_of(
    desk: Desk, panel: Panel, stream: Stream, record: Record, end: tuple[datetime.datetime, str] | None
) -> Iterator[Event]:
    """The latest records of a stream, or those before an end."""
    source = stream.source
    entity = desk.model.entity(source.name)
    at = source.at if source.at and source.at in set(sortable(desk, entity)) else CREATED
    filters = [Filter(desk.model.via(entity.name, record.entity, source.via).name, "eq", record.id)]
    if end is not None:
        filters.append(Filter(at, "lte", end[0].isoformat()))
    where = desk.screens.condition([stream.group.when]) if stream.group is not None else None
    # One more than are shown tells whether there are older ones; some may be of the very instant of the end.
    query = Query(
        where=where, filters=tuple(filters), sort=(f"-{at}",), limit=panel.limit + AT_ONE_INSTANT, count=False
    )
    for found in desk.records.list(entity.name, query).records:
        moment = found.get(at) if at != CREATED else found.created_at
        if isinstance(moment, datetime.datetime) and (end is None or (moment, found.id) < end):
            yield Event(moment, found, source, stream.tone)


def choices(desk: Desk, offered: list[Stream], record: Record, chosen: str) -> Iterator[ChannelFilter]:
    """All channels, or one of them."""
    address = desk.addresses.record(record.entity, record.id, "360")
    yield ChannelFilter(desk.messages.text("all"), address, not chosen)
    for stream in offered:
        group = stream.group
        text = desk.label(group) if group is not None else desk.plural(desk.model.entity(stream.source.name))
        yield ChannelFilter(text, with_query(address, ((CHANNEL, stream.name),)), chosen == stream.name)


def days(desk: Desk, events: list[Event], above: datetime.date | None = None) -> Iterator[TimelineDay]:
    """The events under the day of each; that of the part above stands there already."""
    for day, grouped in groupby(events, key=lambda event: desk.formats.day(event.at)):
        yield TimelineDay("" if day == above else day_title(desk, day), tuple(entry(desk, event) for event in grouped))


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
