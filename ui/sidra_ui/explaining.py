"""The page that opens where a configurator asks why a field is here."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import NotFound
from sidra.web.request import Request
from sidra_metamodel.explaining.explain import explain
from sidra_metamodel.explaining.paths import UnknownPath
from sidra_ui.configuration import configurator, overview_of
from sidra_ui.pages import add_page, page_answer
from sidra_ui.presenting.configuration.explaining import explain_page
from sidra_ui.presenting.configuration.provenance import PATH

MOST_CHARACTERS = 300


def includeme(config: Configurator) -> None:
    """The provenance of one value."""
    add_page(config, "explain", "/configuration/explain", explain_view)


def explain_view(request: Request) -> Response:
    """Where the value at a path comes from; raises Forbidden, NotFound."""
    desk = configurator(request)
    path = request.GET.get(PATH, "")[:MOST_CHARACTERS]
    try:
        found = explain(overview_of(request, desk).loaded, path)
    except UnknownPath as error:
        raise NotFound("the configuration has nothing at this path", hint="use the links of the pages") from error
    return page_answer(request, desk, explain_page(desk, found))
