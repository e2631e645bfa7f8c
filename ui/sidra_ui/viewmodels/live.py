"""What is told while a page stands: notifications, who else is here, and that a record is another now."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Action, Avatar
from sidra_ui.viewmodels.shell import NavItem, Place, Shell


@dataclass(frozen=True, slots=True)
class PresenceSpot:
    """Where on a page stands who else has its record open."""

    topic: str
    href: str
    """Answers the fragment `here.html`, as it is now."""
    edits: bool = False
    """The reader has its form open."""


@dataclass(frozen=True, slots=True)
class Bystander:
    """Somebody else who has the record open."""

    avatar: Avatar
    text: str
    """The name, with what they do where that is more than looking."""
    edits: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody else changed the record while it was open."""

    text: str
    link: Action | None = None


@dataclass(frozen=True, slots=True)
class HereView:
    """The fragment `here.html`."""

    people: tuple[Bystander, ...] = ()
    changed: Changed | None = None


@dataclass(frozen=True, slots=True)
class BellView:
    """The way to the notifications; the fragment `bell.html`."""

    href: str
    text: str
    """With the number in words, for who does not see it."""
    count: str = ""
    """Formatted; empty where all are read."""
    news: str = ""
    """The sentence of the latest unread one."""
    news_id: str = ""


@dataclass(frozen=True, slots=True)
class NotificationView:
    """One notification."""

    text: str
    when: str
    instant: str
    icon: str
    action: str = ""
    """Receives POST, marks it as read and leads to what it is about."""
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class NotificationsPage:
    """All notifications of the reader, the latest first."""

    shell: Shell
    place: Place
    entries: tuple[NotificationView, ...]
    summary: str
    older_href: str = ""
    read_all: str = ""
    """Receives POST `until`; empty where all are read."""
    until: str = ""
    """The latest that is shown: what came since stays unread."""


@dataclass(frozen=True, slots=True)
class CountsView:
    """The fragment `counts.html`."""

    items: tuple[NavItem, ...]
    """The places of the navigation that have a count."""
