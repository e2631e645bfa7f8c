"""How far somebody went through a tour."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import BadQuery, NotFound
from sidra.preferences.settings import Preferences
from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of
from sidra_ui.presenting.frame.tours import DONE, KEY

MOST_DIGITS = 3


def includeme(config: Configurator) -> None:
    """The address that keeps the progress."""
    add_page(config, "tour", "/tours/{tour}", tour_view, methods=("POST",))


def tour_view(request: Request) -> Response:
    """Keep the step that comes next, or that the tour is done; raises NotFound, BadQuery."""
    desk, name = desk_of(request), request.matchdict["tour"]
    if name not in desk.model.tours:
        raise NotFound(f"there is no tour `{name[:60]}`", hint="reload the page")
    step = request.POST.get("step", "")
    if step != DONE and not (step.isascii() and step.isdigit() and len(step) <= MOST_DIGITS):
        raise BadQuery("a step is a number, or `done`", hint="use the buttons of the tour")
    kept = DONE if step == DONE else int(step)
    Preferences(desk.records.runtime, desk.records.actor.id).write(KEY + name, kept)
    return Response(status=204)
