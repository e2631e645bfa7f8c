"""What is told while a page stands: notifications, and who else has a record open."""

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.common import Action, avatar
from sidra_ui.viewmodels.live import (
    BellView,
    Bystander,
    Changed,
    CountsView,
    HereView,
    NotificationsPage,
    NotificationView,
)
from sidra_ui.viewmodels.shell import NavItem, Place


def notifications() -> NotificationsPage:
    """Some that are read and some that are not."""
    told = (
        ("Moussa Ndiaye assigned Ticket TT-2026-000118 to you", "2 minutes ago", "user-plus", False),
        ("Awa Diop mentioned you in Customer Fatou Sarr", "1 hour ago", "message-circle", False),
        ("Ticket TT-2026-000102 came into your queue", "yesterday", "inbox", True),
        ("Moussa Ndiaye assigned something that you may not see any more to you", "3 days ago", "user-plus", True),
    )
    return NotificationsPage(
        shell=shell("en", "sn"),
        place=Place("Notifications"),
        entries=tuple(
            NotificationView(text, when, "2026-03-20T09:00:00+00:00", icon, f"/sn/notifications/{at}/open", is_read)
            for at, (text, when, icon, is_read) in enumerate(told)
        ),
        summary="2 unread notifications",
        older_href="/sn/notifications?before=4",
        read_all="/sn/notifications/read",
        until="019d0a79-1280-7000-9b7c-54f8339747fa",
    )


def no_notifications() -> NotificationsPage:
    """Nothing yet."""
    place = Place("Notifications")
    return NotificationsPage(shell=shell("en", "sn"), place=place, entries=(), summary="")


def bell() -> BellView:
    """Two unread ones, and what the latest says."""
    news = "Moussa Ndiaye assigned Ticket TT-2026-000118 to you"
    return BellView("/sn/notifications", "2 unread notifications", "2", news, "019d0a79-1280-7000-9b7c-54f8339747fa")


def here() -> HereView:
    """Two others, one of whom changes the record, and has changed it."""
    people = (
        Bystander(avatar("Moussa Ndiaye"), "Moussa Ndiaye, editing", edits=True),
        Bystander(avatar("Awa Diop"), "Awa Diop"),
    )
    return HereView(people, Changed("Moussa Ndiaye changed this record 1 minute ago", Action("Show", "/sn/customer/1")))


def counts() -> CountsView:
    """Two places where something waits, and one where nothing does."""
    told = (("trouble_ticket", "48"), ("sales_opportunity", "1,000+"), ("party_interaction", ""))
    return CountsView(tuple(NavItem("", f"/sn/{place}", "", count=count, is_counted=True) for place, count in told))
