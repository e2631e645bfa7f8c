"""The console: the inbox, one conversation, and what its agent needs to know and do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sidra_ui.viewmodels.common import Action, Avatar, Badge, Fact, Link, Tone
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place, Shell


@dataclass(frozen=True, slots=True)
class ChannelMark:
    """The medium of a conversation: an icon on a hue, with its name."""

    text: str
    icon: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class InboxTab:
    """One of the tabs of the inbox, with how many conversations it has."""

    text: str
    href: str
    count: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One conversation that waits."""

    name: str
    href: str
    avatar: Avatar
    mark: ChannelMark
    ago: str
    instant: str
    last: str
    note: str = ""
    """How long it has waited, or for whom."""
    tone: Tone = "neutral"
    unread: str = ""
    unread_text: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class InboxView:
    """The list at the side."""

    title: str
    total: str
    tabs: tuple[InboxTab, ...]
    rows: tuple[InboxRow, ...]
    media: tuple[Option, ...]
    """Channels to narrow it by."""
    action: str
    tab: str
    refresh_href: str
    topics: tuple[str, ...]
    is_cut: bool = False
    next: Action | None = None
    """Takes what waits most urgently."""
    new_href: str = ""
    """Where a call or a message is begun."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """What was said: by whom, when, and how far it came."""

    side: Literal["in", "out", "note"]
    text: str
    by: str
    delivery: str = ""
    delivery_icon: str = ""
    delivery_tone: Tone = "neutral"
    mark: ChannelMark | None = None
    """Where it came or went by another channel than the conversation's."""
    again: Action | None = None
    """Sends it once more, where it failed."""


@dataclass(frozen=True, slots=True)
class DayRule:
    """A line between days, or between channels."""

    text: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something that was done with the conversation."""

    text: str
    icon: str


@dataclass(frozen=True, slots=True)
class WayView:
    """A channel that an answer can go by, or why it cannot."""

    name: str
    mark: ChannelMark
    is_chosen: bool = False
    refusal: str = ""
    window: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A text that a button puts into the answer."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Composer:
    """Where the answer is written."""

    action: str
    ways: tuple[WayView, ...]
    suggestions: tuple[SuggestionView, ...]
    key: str
    """Makes a second click the same message."""
    draft_name: str
    text: str = ""
    error: str = ""
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class CallView:
    """A call that is going on."""

    name: str
    number: str
    state: Badge
    since: str
    """When it began, for the clock; empty while it rings."""
    subject: str
    actions: tuple[Action, ...]
    muted: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """A step that the agent is led through."""

    number: str
    label: str
    help: str
    state: Literal["done", "now", "later"]
    link: Action | None = None
    say: str = ""
    wraps_up: bool = False


@dataclass(frozen=True, slots=True)
class ContextView:
    """What is told of the customer."""

    name: str
    avatar: Avatar
    code: str = ""
    href: str = ""
    badges: tuple[Badge, ...] = ()
    facts: tuple[Fact, ...] = ()
    ticket: Link | None = None
    create: Action | None = None
    merge: tuple[Link, ...] = ()
    """Other open conversations of the same customer; each can be joined to this one."""
    candidates: FieldView | None = None
    """Looks a customer up for a sender whom nobody knows."""


@dataclass(frozen=True, slots=True)
class Handing:
    """The form that gives a conversation away."""

    action: str
    queues: tuple[Option, ...]
    people: tuple[Option, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """The form that ends a conversation."""

    action: str
    fields: tuple[FieldView, ...]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadView:
    """The conversation that is open."""

    name: str
    avatar: Avatar
    mark: ChannelMark
    summary: str
    badges: tuple[Badge, ...]
    waits: Badge | None
    lines: tuple[Bubble | DayRule | EventLine, ...]
    composer: Composer | None
    context: ContextView
    steps: tuple[StepView, ...]
    refresh_href: str
    topic: str
    take: Action | None = None
    handing: Handing | None = None
    wrapping: Wrapping | None = None
    call: CallView | None = None
    link_action: str = ""
    merge_action: str = ""
    notice: str = ""
    """What could not be done, and why."""
    despite: Action | None = None
    """Does it all the same."""
    read_href: str = ""
    """Receives POST once the messages are seen; empty where that changes nothing."""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class PresenceView:
    """Whether the agent takes work, and how much of it they have."""

    text: str
    tone: Tone
    action: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Beginning:
    """The form that begins a call or a message."""

    action: str
    cancel_href: str
    fields: tuple[FieldView, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """The whole console."""

    shell: Shell
    place: Place
    inbox: InboxView
    presence: PresenceView
    thread: ThreadView | None = None
    is_offered: bool = False
    """Nobody chose the conversation: where there is room for one of the two only, that is the inbox."""
    beginning: Beginning | None = None


@dataclass(frozen=True, slots=True)
class InboxPart:
    """The inbox alone, after something happened elsewhere."""

    inbox: InboxView


@dataclass(frozen=True, slots=True)
class ThreadPart:
    """What was said alone, after something happened elsewhere."""

    thread: ThreadView
