"""The inbox: which conversations wait for the reader, in which order, and how their rows look."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sidra.channels.beginning import outgoing
from sidra.channels.conversations import channels_of, recorded
from sidra.channels.handling import login_of
from sidra.channels.taking import bounds, held
from sidra.errors import NotFound
from sidra.queues.presence import STATES, state_of
from sidra.queues.serving import queues_of
from sidra.records.query import Filter, Query
from sidra.records.record import Masked, Record
from sidra_metamodel.kinds.screen import Screen
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import phone
from sidra_ui.presenting.values import TONES, name_of
from sidra_ui.viewmodels.common import Action, Tone, avatar
from sidra_ui.viewmodels.console import ChannelMark, InboxRow, InboxTab, InboxView, PresenceView
from sidra_ui.viewmodels.fields import Option

CONSOLE = "console"
MINE, TEAM, NEW = "mine", "team", "new"
TABS = (MINE, TEAM, NEW)
MOST_ROWS = 60
LONG = datetime.timedelta(minutes=15)
LIVE = ("voice", "chat")
"""Media on which the customer waits for each answer."""
TONE_OF: Mapping[str, Tone] = MappingProxyType({"available": "green", "busy": "amber", "away": "neutral"})
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

    def address_of(self, word: str) -> str:
        """The address of what is done in the console without a conversation."""
        return self.desk.addresses.page(self.entity, CONSOLE, word)


def may_begin(asked: Inbox) -> bool:
    """Whether the reader may begin a conversation, and there is a way to."""
    return asked.desk.records.may(asked.entity, "create") and bool(outgoing(asked.desk.records, asked.entity))


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
    declared = asked.screen.inbox.channels if asked.screen.inbox is not None else ()
    offered = declared or [one.medium for one in channels_of(desk.model).values()]
    media = dict.fromkeys(recorded(one) for one in offered)
    may_take = desk.records.may(asked.entity, "update") and bool(asked.queues)
    next_ = Action(desk.messages.text("console_next"), asked.address_of("next"), "user-plus", method="post")
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
        next=next_ if may_take else None,
        new_href=asked.address_of("new") if may_begin(asked) else "",
    )


def _found(asked: Inbox, tab: str) -> tuple[list[Record], str, int]:
    query = asked.query(tab)
    if query is None:
        return [], asked.desk.formats.number(0), 0
    page = asked.desk.records.list(asked.entity, query)
    count = page.count
    text = asked.desk.formats.number(count.value) + ("" if count.is_exact else "+") if count is not None else ""
    return page.records, text, count.value if count is not None else 0


def first_of(asked: Inbox) -> Record | None:
    """The conversation at the top of the list."""
    return next(iter(_found(asked, asked.tab)[0]), None)


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
    state = state_of(desk.records.runtime, desk.records.actor.id)
    text = " · ".join([desk.messages.text(f"console_{state}"), *_loads(asked)])
    options = tuple(Option(one, desk.messages.text(f"console_{one}"), one == state) for one in STATES)
    return PresenceView(text, TONE_OF[state], asked.address_of("presence"), options)


def _loads(asked: Inbox) -> Iterator[str]:
    """Yield how many conversations the reader has, of how many at most: of live media, and of those that are full."""
    desk = asked.desk
    has = held(desk.records, asked.entity, asked.login)
    most = bounds(desk.model, asked.queues)
    for medium, bound in sorted(most.items(), key=lambda one: one[0] not in LIVE):
        if medium in LIVE or has[medium] >= bound:
            yield f"{mark_of(desk, medium).text} {desk.formats.number(has[medium])}/{desk.formats.number(bound)}"
