"""The page that shows every widget, for configurators."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.web.request import Request
from sidra_ui.configuration import configurator
from sidra_ui.pages import add_page, page_answer
from sidra_ui.presenting.configuration.widgets import widgets_page
from sidra_ui.presenting.frame.shell import shell


def includeme(config: Configurator) -> None:
    """The gallery of widgets."""
    add_page(config, "widgets", "/widgets", widgets_view)


def widgets_view(request: Request) -> Response:
    """Every widget in every state."""
    desk = configurator(request)
    return page_answer(request, desk, widgets_page(shell(desk), desk.messages, desk.model.widgets))
