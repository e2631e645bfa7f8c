"""The 360° page of a record, its boxes one by one, and what a customer says to an offer."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import NotFound
from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer
from sidra_ui.presenting.customers.offering import keep_reply
from sidra_ui.presenting.customers.overview import TAB, one_panel, overview, panel_of
from sidra_ui.presenting.customers.timeline import BEFORE, CHANNEL, Asked
from sidra_ui.records import RECORD, record_of


def includeme(config: Configurator) -> None:
    """The page, and what it asks for once it stands."""
    add_page(config, "view360", f"{RECORD}/360", view360_view)
    add_page(config, "panel", f"{RECORD}/360/{{panel}}", panel_view)
    add_page(config, "reply", f"{RECORD}/360/{{panel}}/{{reply}}/{{offer}}", reply_view, methods=("POST",))


def asked(request: Request) -> Asked:
    """Which part of a timeline the address names."""
    return Asked(request.GET.get(CHANNEL, ""), request.GET.get(BEFORE, ""))


def view360_view(request: Request) -> Response:
    """Everything about one record."""
    desk = desk_of(request)
    page = overview(desk, record_of(request, desk), asked(request), request.GET.get(TAB, ""))
    return page_answer(request, desk, page)


def panel_view(request: Request) -> Response:
    """One box."""
    desk = desk_of(request)
    view = one_panel(desk, record_of(request, desk), request.matchdict["panel"], asked(request))
    return fragment_answer(request, desk, view)


def reply_view(request: Request) -> Response:
    """Keep what the customer said to an offer; then the page again, without it where the screen says so."""
    desk = desk_of(request)
    record = record_of(request, desk)
    panel = panel_of(desk, record, request.matchdict["panel"])
    if panel.kind_ != "offers":
        raise NotFound(f"no offers `{panel.name}`", hint="open the whole page")
    keep_reply(desk, panel, record, request.matchdict["reply"], request.matchdict["offer"])
    return go_to(desk.addresses.record(record.entity, record.id, "360"), "saved")
