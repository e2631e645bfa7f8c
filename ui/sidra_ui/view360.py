"""The 360° page of a record, and its boxes one by one."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of, fragment_answer, page_answer
from sidra_ui.presenting.overview import one_panel, overview
from sidra_ui.presenting.timeline import CHANNEL
from sidra_ui.records import RECORD, record_of


def includeme(config: Configurator) -> None:
    """The page, and what it asks for once it stands."""
    add_page(config, "view360", f"{RECORD}/360", view360_view)
    add_page(config, "panel", f"{RECORD}/360/{{panel}}", panel_view)


def view360_view(request: Request) -> Response:
    """Everything about one record."""
    desk = desk_of(request)
    page = overview(desk, record_of(request, desk), request.GET.get(CHANNEL, ""))
    return page_answer(request, desk, page)


def panel_view(request: Request) -> Response:
    """One box."""
    desk = desk_of(request)
    return fragment_answer(request, desk, one_panel(desk, record_of(request, desk), request.matchdict["panel"]))
