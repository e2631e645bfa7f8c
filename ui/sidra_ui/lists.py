"""Lists of records, and the type-ahead of fields that refer to records."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import NotFound
from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of, fragment_answer, page_answer, parameters
from sidra_ui.presenting.forms.dialogs import UNCREATED
from sidra_ui.presenting.forms.lookups import lookup_options
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.displays import forms
from sidra_ui.presenting.lists.listing import Listing, answered, list_page, list_part

ENTITY = "{entity:[a-z][a-z0-9_]*}"
UNASKABLE = 400
MAX_RECENT = 6
TARGET, TABLE = "HTTP_HX_TARGET", "#list"
"""Says what of a standing page is asked for anew, and how the region of the table is called."""


def includeme(config: Configurator) -> None:
    """The list of each entity."""
    add_page(config, "lookup", f"/{ENTITY}/lookup", lookup_view)
    add_page(config, "list", f"/{ENTITY}", list_view)


def entity_of(request: Request) -> str:
    """The entity of the address; raises NotFound where there is none of its name."""
    name: str = request.matchdict["entity"]
    if name not in request.runtime.model.entities:
        raise NotFound(f"no entity `{name[:60]}`", hint="use the menu")
    return name


def list_view(request: Request) -> Response:
    """A page of records; of a page that stands already, the table alone."""
    desk = desk_of(request)
    listing = Listing(desk, entity_of(request), Asked.of(parameters(request)))
    most = request.registry.sidra_settings.bulk_rows
    if request.environ.get(TARGET, "").endswith(TABLE):
        return fragment_answer(request, desk, list_part(listing, answered(listing), most))
    page = list_page(listing, tuple(forms(listing, "")), most)
    return page_answer(request, desk, page, UNASKABLE if page.table.failed else 200)


def lookup_view(request: Request) -> Response:
    """The records that a typed text finds."""
    desk = desk_of(request)
    asked = request.GET
    creates = asked.get(UNCREATED) != "no"
    options = lookup_options(
        desk,
        entity_of(request),
        asked.get("field", ""),
        asked.get("q", ""),
        creates_too=creates,
        recent=asked.getall("recent")[:MAX_RECENT],
    )
    return fragment_answer(request, desk, options)
