"""What people arrange of a list: conditions, saved views, columns and density."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import BadQuery
from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer, parameters, then_of
from sidra_ui.presenting.lists.arranging import SIZES, keep, made
from sidra_ui.presenting.lists.asked import Asked, pairs
from sidra_ui.presenting.lists.building import APPLY, Building, builder_page
from sidra_ui.presenting.lists.listing import Listing
from sidra_ui.presenting.lists.view_tabs import drop_view, moved, save_view, view_counts

MAX_QUERY = 8000


def includeme(config: Configurator) -> None:
    """The builder of conditions, and what keeps views and arrangements."""
    add_page(config, "filter", f"/{ENTITY}/filter", filter_view)
    add_page(config, "view_counts", f"/{ENTITY}/counts", counts_view)
    add_page(config, "views", f"/{ENTITY}/views", views_view, methods=("POST",))
    add_page(config, "arrange", f"/{ENTITY}/arrange", arrange_view, methods=("POST",))


def filter_view(request: Request) -> Response:
    """The builder, or the list with what was built."""
    desk, given = desk_of(request), parameters(request)
    building = Building(Listing(desk, entity_of(request), Asked.of(given)), given)
    if APPLY in request.GET:
        return go_to(building.address)
    return page_answer(request, desk, builder_page(building))


def counts_view(request: Request) -> Response:
    """The numbers of the saved views."""
    desk = desk_of(request)
    return fragment_answer(request, desk, view_counts(Listing(desk, entity_of(request), Asked())))


def views_view(request: Request) -> Response:
    """Save, change, share, order or delete a view."""
    desk, posted = desk_of(request), request.POST
    asked = Asked.of(parse_qsl(posted.get("query", "")[:MAX_QUERY]))
    listing = Listing(desk, entity_of(request), asked)
    done, key = posted.get("do", ""), posted.get("key", "")
    if done == "save":
        id_ = save_view(listing, posted.get("name", ""), posted.get("audience", ""), pairs(asked), posted.get("id", ""))
        return go_to(listing.tab(saved=id_), "view_saved")
    if done == "delete":
        drop_view(listing, posted.get("id", ""))
        return go_to(listing.place, "view_deleted")
    if done not in {"first", "earlier", "later"}:
        raise BadQuery("nothing to do", hint="use the buttons of the menu")
    arranged = (
        replace(listing.arrangement, opens=key)
        if done == "first"
        else moved(listing, key, -1 if done == "earlier" else 1)
    )
    keep(desk, listing.entity.name, arranged)
    return go_to(then_of(request) or listing.place, "view_saved")


def arrange_view(request: Request) -> Response:
    """Keep the columns, the density and the size of a page, or go back to what the screen says."""
    desk, posted = desk_of(request), request.POST
    listing = Listing(desk, entity_of(request), Asked())
    size = posted.get("size", "")
    wanted = made(
        {
            "columns": posted.getall("column"),
            "density": posted.get("density", ""),
            "size": next((one for one in SIZES if str(one) == size), 0),
        }
    )
    now = listing.arrangement
    arranged = None if "reset" in posted else replace(wanted, opens=now.opens, order=now.order)
    keep(desk, listing.entity.name, arranged)
    return go_to(then_of(request) or listing.place, "list_arranged")
