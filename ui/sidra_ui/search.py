"""The search over all entities: its page, and what it offers while a person types."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.access.functions import SEARCH
from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of, fragment_answer, page_answer
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.listing import MAX_CHARACTERS
from sidra_ui.presenting.searching import search_page, suggestions


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
    """What is found for the beginning of a text."""
    desk = allowed_desk(request)
    return fragment_answer(request, desk, suggestions(desk, text_of(request)))
