"""The search over all entities: its page, and what it offers while a person types."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.access.functions import SEARCH
from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of, fragment_answer, page_answer
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.palette import MAX_RECENT, palette
from sidra_ui.presenting.frame.searching import search_page
from sidra_ui.presenting.lists.asked import MAX_CHARACTERS

MAX_PATH = 200


def includeme(config: Configurator) -> None:
    """The search."""
    add_page(config, "search", "/search", search_view)
    add_page(config, "suggest", "/search/suggest", suggest_view)


def allowed_desk(request: Request) -> Desk:
    """The desk of someone who may search; raises Forbidden."""
    desk = desk_of(request)
    desk.records.profile.demand(SEARCH)
    return desk


def text_of(request: Request) -> str:
    """What is looked for."""
    text: str = request.GET.get("q", "")
    return text.strip()[:MAX_CHARACTERS]


def search_view(request: Request) -> Response:
    """The page of the search."""
    desk = allowed_desk(request)
    return page_answer(request, desk, search_page(desk, text_of(request)))


def suggest_view(request: Request) -> Response:
    """What the palette offers: commands for everybody, and records for those who may search."""
    desk = desk_of(request)
    return fragment_answer(request, desk, palette(desk, text_of(request), **place_of(request)))


def place_of(request: Request) -> dict[str, Any]:
    """Where the palette stands, and what was looked at before, as the browser tells."""
    asked = request.GET
    return {
        "at": asked.get("at", "")[:MAX_PATH],
        "recent": [path[:MAX_PATH] for path in asked.getall("recent")[:MAX_RECENT]],
    }
