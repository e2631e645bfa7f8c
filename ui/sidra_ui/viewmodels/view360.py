"""The 360 page: everything about one customer from many sources."""

from dataclasses import dataclass
from typing import Literal

from sidra_ui.viewmodels.charts import Chart
from sidra_ui.viewmodels.comments import CommentsView
from sidra_ui.viewmodels.common import Action, Avatar, Badge, Fact, Link, Meter, Source, Tone
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.live import PresenceSpot
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Table


@dataclass(frozen=True, slots=True)
class PageTab:
    """A tab that is a page of its own."""

    text: str
    href: str
    is_current: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class Header360:
    """Who this is."""

    name: str
    avatar: Avatar
    badges: tuple[Badge, ...] = ()
    facts: tuple[Fact, ...] = ()
    actions: tuple[Action, ...] = ()
    more_actions: tuple[Action, ...] = ()
    tabs: tuple[PageTab, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertView:
    """Something the agent must know before speaking."""

    title: str
    text: str = ""
    tone: Tone = "amber"
    icon: str = "triangle-alert"
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure with its unit, its change and its recent course (oldest first, any scale)."""

    label: str
    value: str
    unit: str = ""
    delta: str = ""
    tone: Tone = "neutral"
    trend: tuple[float, ...] = ()
    trend_tone: Tone = "accent"
    href: str = ""
    trend_said: str = ""
    """The course in words; empty where the figure beside it says enough."""
    """Leads to what is counted."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One contact or event."""

    title: str
    when: str
    instant: str
    """ISO 8601."""
    icon: str
    tone: Tone = "neutral"
    text: str = ""
    by: str = ""
    badges: tuple[Badge, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """Entries under one heading, for example "Today"."""

    title: str
    entries: tuple[TimelineEntry, ...]


@dataclass(frozen=True, slots=True)
class ChannelFilter:
    """A filter of the timeline."""

    text: str
    href: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """A tile with one figure."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a short list, for example an open ticket: number, title, deadline, progress."""

    title: str
    href: str = ""
    code: str = ""
    deadline: str = ""
    deadline_tone: Tone = "neutral"
    meter: Meter | None = None
    note: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A next best offer."""

    title: str
    score: Badge | None = None
    reason: str = ""
    price: str = ""
    price_unit: str = ""
    replies: tuple[Action, ...] = ()
    reasons: tuple[str, ...] = ()
    """All that speaks for it, told when asked."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A card of the page. It shows, in this order, whichever parts are given.

    `state` "loading" asks `load_href` once the page stands and swaps itself for the answer (`panel.html`);
    "error" shows `message` and a retry through `load_href`; "empty" shows `message`.
    """

    id: str
    title: str
    icon: str = ""
    source: Source | None = None
    count: str = ""
    link: Link | None = None
    new_href: str = ""
    new_text: str = ""
    edit_href: str = ""
    state: Literal["ready", "loading", "empty", "error"] = "ready"
    message: str = ""
    load_href: str = ""
    balances: tuple[Balance, ...] = ()
    table: Table | None = None
    items: tuple[Item, ...] = ()
    offers: tuple[Offer, ...] = ()
    fields: tuple[FieldView, ...] = ()
    fields_note: str = ""
    channels: tuple[ChannelFilter, ...] = ()
    days: tuple[TimelineDay, ...] = ()
    older_href: str = ""
    """Leads to what was before the last day."""
    chart: Chart | None = None
    comments: CommentsView | None = None
    """A card of its own: what people say to each other about the record."""
    notice: str = ""
    """A line above the contents, such as that they are not of now."""
    retry_href: str = ""
    """Beside the notice: asks anew."""


@dataclass(frozen=True, slots=True)
class View360Page:
    """All that the 360 page shows: `main` is the wide column, `side` the narrow one."""

    shell: Shell
    place: Place
    header: Header360
    alerts: tuple[AlertView, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    main: tuple[Panel, ...] = ()
    side: tuple[Panel, ...] = ()
    has_charts: bool = False
    """Whether a box needs the bundle of charts."""
    has_comments: bool = False
    """Whether a box needs the bundle of forms."""
    spot: PresenceSpot | None = None
    """Where it stands who else has the record open."""
