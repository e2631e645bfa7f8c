"""The inbox: which conversations wait for the reader, in which order, and how their rows look."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sidra.channels.conversations import channels_of, recorded
from sidra.channels.handling import login_of
from sidra.errors import NotFound
from sidra.preferences.settings import Preferences
from sidra.queues.serving import queues_of
from sidra.records.query import Filter, Query
from sidra.records.record import Masked, Record
from sidra_metamodel.kinds.screen import Screen
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import phone
from sidra_ui.presenting.values import TONES, name_of
from sidra_ui.viewmodels.common import Tone, avatar
from sidra_ui.viewmodels.console import ChannelMark, InboxRow, InboxTab, InboxView, PresenceView
from sidra_ui.viewmodels.fields import Option

CONSOLE = "console"
MINE, TEAM, NEW = "mine", "team", "new"
TABS = (MINE, TEAM, NEW)
MOST_ROWS = 60
LONG = datetime.timedelta(minutes=15)
PRESENCE = "console.presence"
STATES: Mapping[str, Tone] = MappingProxyType({"available": "green", "busy": "amber", "away": "neutral"})
ICONS: Mapping[str, str] = MappingProxyType(
    {"voice": "phone-call", "email": "mail", "sms": "message-square", "chat": "message-circle", "web": "globe"}
)


@dataclass(frozen=True)
class Inbox:
    """What the reader asked for: a tab, and perhaps one medium."""

    desk: Desk
    screen: Screen
    tab: str = MINE
    medium: str = ""

    @property
    def entity(self) -> str:
        """The entity of the conversations."""
        return str(self.screen.of)

    @property
    def login(self) -> str:
        """The reader's login."""
        return login_of(self.desk.records)

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that the reader serves."""
        return queues_of(self.desk.records.runtime, self.desk.records.actor)

    def query(self, tab: str) -> Query | None:
        """The query of a tab; None where nothing can be in it."""
        filters: list[Filter] = []
        if tab == MINE:
            filters.append(Filter("assignee", "eq", self.login))
        elif not self.queues:
            return None
        else:
            filters.append(Filter("queue", "in", list(self.queues)))
        if tab == NEW:
            filters.append(Filter("assignee", "null", True))
        if self.medium:
            filters.append(Filter("channel", "eq", self.medium))
        inbox = self.screen.inbox
        formula = inbox.filter if inbox is not None else None
        where = self.desk.screens.condition([formula]) if formula is not None else None
        return Query(where=where, filters=tuple(filters), sort=("-last_message_at",), limit=MOST_ROWS)

    def address(self, id: str = "", **more: str) -> str:
        """The console's address with what is chosen now."""
        parts = (self.entity, CONSOLE, *([id] if id else []))
        given = {"tab": self.tab if self.tab != MINE else "", "channel": self.medium, **more}
        return with_query(self.desk.addresses.page(*parts), given.items())


def console_of(desk: Desk, entity: str) -> Screen:
    """The console of an entity's conversations; raises NotFound where there is none, or for who may not use it."""
    found = next((one for one in desk.model.screens.values() if one.kind_ == CONSOLE and one.of == entity), None)
    if found is None or not desk.records.profile.may_use(CONSOLE):
        raise NotFound("no such console", hint="see the menu")
    return found


def inbox_view(asked: Inbox, current: str = "") -> InboxView:
    """The list at the side."""
    desk = asked.desk
    found: dict[str, tuple[list[Record], str, int]] = {tab: _found(asked, tab) for tab in TABS}
    records, _, count = found[asked.tab]
    media = dict.fromkeys(recorded(one.medium) for one in channels_of(desk.model).values())
    topics = [f"queue:{name}" for name in asked.queues]
    return InboxView(
        title=desk.label(asked.screen),
        total=desk.messages.text("console_open", count=count, shown=found[asked.tab][1]),
        tabs=tuple(_tab(asked, tab, found[tab][1]) for tab in TABS),
        rows=tuple(_row(asked, record, current) for record in records),
        media=tuple(Option(each, mark_of(desk, each).text, each == asked.medium) for each in media),
        action=desk.addresses.page(asked.entity, CONSOLE),
        tab=asked.tab,
        refresh_href=asked.address(current, part="inbox"),
        topics=(*topics, f"account:{desk.records.actor.id}"),
        is_cut=count > len(records),
    )


def _found(asked: Inbox, tab: str) -> tuple[list[Record], str, int]:
    query = asked.query(tab)
    if query is None:
        return [], asked.desk.formats.number(0), 0
    page = asked.desk.records.list(asked.entity, query)
    count = page.count
    text = asked.desk.formats.number(count.value) + ("" if count.is_exact else "+") if count is not None else ""
    return page.records, text, count.value if count is not None else 0


def _tab(asked: Inbox, tab: str, count: str) -> InboxTab:
    href = with_query(
        asked.desk.addresses.page(asked.entity, CONSOLE),
        {"tab": tab if tab != MINE else "", "channel": asked.medium}.items(),
    )
    return InboxTab(asked.desk.messages.text(f"console_{tab}"), href, count, tab == asked.tab)


def _row(asked: Inbox, record: Record, current: str) -> InboxRow:
    desk, name = asked.desk, name_in(asked.desk, record, customer_relation(asked.screen))
    at = record["last_message_at"] or record["created_at"]
    note, tone = waiting(desk, record)
    unread = record["unread"] or 0
    return InboxRow(
        name=name,
        href=asked.address(record.id),
        avatar=avatar(name),
        mark=mark_of(desk, record["channel"]),
        ago=desk.formats.ago(at),
        instant=at.isoformat(),
        last=str(record["last_message"] or record["reason"] or ""),
        note=note,
        tone=tone,
        unread=desk.formats.number(unread) if unread else "",
        unread_text=desk.messages.text("console_unread", count=unread) if unread else "",
        is_current=record.id == current,
    )


def customer_relation(screen: Screen) -> str:
    """The relation from a conversation to its customer."""
    return screen.context.customer if screen.context is not None else ""


def name_in(desk: Desk, record: Record, relation: str) -> str:
    """Whom a conversation is with: the customer, else the name or number that the other side gave."""
    customer = record.get(relation) if relation else None
    if isinstance(customer, Record):
        return name_of(desk, customer)
    for value in (record.get("sender_name"), record.get("sender")):
        if value and not isinstance(value, Masked):
            return phone(str(value)) if str(value).startswith("+") else str(value)
    return desk.messages.text("console_nobody")


def mark_of(desk: Desk, value: str | None) -> ChannelMark:
    """A medium as an icon on a hue."""
    enum = desk.model.enums.get("channel")
    found = enum.values.get(value or "") if enum is not None else None
    if found is None:
        return ChannelMark(value or "", ICONS.get(value or "", "message-circle"))
    return ChannelMark(
        desk.label(found), desk.icon(ICONS.get(value or ""), found.icon), TONES.get(found.tone or "", "neutral")
    )


def waiting(desk: Desk, record: Record) -> tuple[str, Tone]:
    """How long a conversation has waited for its answer, against what its queue promises; or that the customer does."""
    call = record["call_state"]
    if call in {"ringing", "talking", "held"}:
        return desk.messages.text(f"console_call_{call}"), "red" if call == "ringing" else "green"
    since = record["waiting_since"]
    if since is None:
        return desk.messages.text("console_waits_customer"), "neutral"
    queue = desk.model.queues.get(record["queue"] or "")
    promised = queue.answer_within if queue is not None and queue.answer_within is not None else LONG
    left = since + promised - desk.records.now
    if left < datetime.timedelta(0):
        return desk.messages.text("console_late", span=desk.formats.span(_rounded(-left))), "red"
    tone: Tone = "amber" if left < promised / 3 else "green"
    return desk.messages.text("console_reply_in", span=desk.formats.span(_rounded(left))), tone


def _rounded(span: datetime.timedelta) -> datetime.timedelta:
    return datetime.timedelta(minutes=max(1, int(span.total_seconds() // 60)))


def presence_view(asked: Inbox) -> PresenceView:
    """Whether the reader takes work, and how much of it they have by medium."""
    desk = asked.desk
    state = presence_of(desk)
    text = " · ".join([desk.messages.text(f"console_{state}"), *_loads(asked)])
    options = tuple(Option(one, desk.messages.text(f"console_{one}"), one == state) for one in STATES)
    return PresenceView(text, STATES[state], desk.addresses.page(asked.entity, CONSOLE, "presence"), options)


def presence_of(desk: Desk) -> str:
    """What the reader said last of whether they take work."""
    kept: Any = Preferences(desk.records.runtime, desk.records.actor.id).read(PRESENCE)
    return kept if kept in STATES else "available"


def _loads(asked: Inbox) -> Iterator[str]:
    """Yield by medium how many conversations the reader has, of how many at most."""
    desk = asked.desk
    query = Inbox(desk, asked.screen).query(MINE)
    mine = desk.records.list(asked.entity, query).records if query is not None else []
    most = _capacities(desk, asked.queues)
    for medium, bound in most.items():
        has = sum(one["channel"] == recorded(medium) and one["call_state"] != "ended" for one in mine)
        if has or medium in {"voice", "chat"}:
            yield f"{mark_of(desk, recorded(medium)).text} {desk.formats.number(has)}/{desk.formats.number(bound)}"


def _capacities(desk: Desk, queues: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in queues:
        for medium, most in desk.model.queues[name].capacity.items():
            found[medium] = max(most, found.get(medium, 0))
    return found
