"""The first page after signing in."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.web.request import Request
from sidra_ui.configuration import overview_of
from sidra_ui.pages import add_page, desk_of, page_answer
from sidra_ui.presenting.frame.homing import home_page
from sidra_ui.presenting.frame.shell import CONFIGURE


def includeme(config: Configurator) -> None:
    """The home of an affiliate."""
    add_page(config, "home", "/", home_view)


def home_view(request: Request) -> Response:
    """What awaits whoever has just come in."""
    desk = desk_of(request)
    overview = overview_of(request, desk) if desk.records.profile.may_use(CONFIGURE) else None
    return page_answer(request, desk, home_page(desk, overview))
