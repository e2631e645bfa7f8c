"""The pages and pieces of what a reader is told: notifications, and who else has a record open."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import BadQuery, NotFound
from sidra.live.notifications import MOST_COUNTED, Notification
from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import nav_groups, shell
from sidra_ui.presenting.frame.telling import COUNTS, NOTIFICATIONS, SHOWN, bell, entries, here, place_of
from sidra_ui.records import RECORD, record_of
from sidra_ui.viewmodels.live import CountsView, NotificationsPage
from sidra_ui.viewmodels.shell import Place

ONE = f"/{NOTIFICATIONS}/{{id:[0-9a-f-]{{36}}}}"


def includeme(config: Configurator) -> None:
    """Notifications, and who is here."""
    add_page(config, "notifications", f"/{NOTIFICATIONS}", notifications_view)
    add_page(config, "bell", f"/{NOTIFICATIONS}/bell", bell_view)
    add_page(config, "notifications_read", f"/{NOTIFICATIONS}/read", read_all_view, methods=("POST",))
    add_page(config, "notification_open", f"{ONE}/open", open_view, methods=("POST",))
    add_page(config, "here", f"{RECORD}/here", here_view)
    add_page(config, "counts", f"/{COUNTS}", counts_view)


def notifications_view(request: Request) -> Response:
    """All of the reader's, some at a time."""
    desk = desk_of(request)
    return page_answer(request, desk, notifications_page(desk, request.GET.get("before", "")))


def notifications_page(desk: Desk, before: str) -> NotificationsPage:
    """The latest, or those before one; raises BadQuery where that is none."""
    account, found = desk.records.actor.id, desk.records.runtime.notifications
    page = _page(desk, before)
    count = found.unread(account)
    address = desk.addresses.page(NOTIFICATIONS)
    text = desk.messages.text("notifications_unread", count=count) if 0 < count < MOST_COUNTED else ""
    return NotificationsPage(
        shell=shell(desk),
        place=Place(desk.messages.text(NOTIFICATIONS)),
        entries=tuple(entries(desk, page[:SHOWN])),
        summary=text,
        older_href=with_query(address, [("before", page[SHOWN - 1].id)]) if len(page) > SHOWN else "",
        read_all=desk.addresses.page(NOTIFICATIONS, "read") if count and page else "",
        until=page[0].id if page else "",
    )


def _page(desk: Desk, before: str) -> list[Notification]:
    try:
        return desk.records.runtime.notifications.page(desk.records.actor.id, limit=SHOWN + 1, before=before)
    except ValueError as error:
        raise BadQuery("`before` is no notification", hint="open the page anew") from error


def bell_view(request: Request) -> Response:
    """How many are unread now, and what the latest says."""
    desk = desk_of(request)
    return fragment_answer(request, desk, bell(desk, with_news=True))


def read_all_view(request: Request) -> Response:
    """Mark all that were shown as read."""
    desk = desk_of(request)
    try:
        runtime, until = desk.records.runtime, request.POST.get("until", "")
        runtime.notifications.read_all(desk.records.actor.id, runtime.now(), until=until)
    except ValueError as error:
        raise BadQuery("`until` is no notification", hint="open the page anew") from error
    return go_to(desk.addresses.page(NOTIFICATIONS))


def open_view(request: Request) -> Response:
    """Mark one as read, and go to what it is about."""
    desk = desk_of(request)
    account, found = desk.records.actor.id, desk.records.runtime.notifications
    one = found.get(account, request.matchdict["id"])
    if one is None:
        raise NotFound("there is no such notification", hint="open the list anew")
    found.read(account, one.id, desk.records.runtime.now())
    return go_to(place_of(desk, one))


def counts_view(request: Request) -> Response:
    """How many wait at each place of the navigation."""
    desk = desk_of(request)
    items = (item for group in nav_groups(desk) for item in group.items if item.is_counted)
    return fragment_answer(request, desk, CountsView(tuple(items)))


def here_view(request: Request) -> Response:
    """Who else has the record open, and whether it is another now."""
    desk = desk_of(request)
    record = record_of(request, desk)
    view = here(desk, record, request.GET.get("version", ""), edits="edits" in request.GET)
    return fragment_answer(request, desk, view)
