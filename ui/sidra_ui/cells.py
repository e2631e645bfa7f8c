"""Values of a list, changed in their place: the control of one, and its row once it is kept."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Conflict, Duplicate, Invalid, Problem
from sidra.records.record import Draft, Record
from sidra.web.request import Request
from sidra_ui.editing import demand, problems_of
from sidra_ui.lists import entity_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, parameters
from sidra_ui.presenting.bulk.bulking import doings
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.parts import AMOUNT, PAIR, UNIT
from sidra_ui.presenting.forms.posting import Posted, values_of
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.cells import CELL, cell_form
from sidra_ui.presenting.lists.listing import Listing, list_layout, list_rows
from sidra_ui.presenting.lists.tables import columns
from sidra_ui.presenting.values import name_of
from sidra_ui.records import CONFLICT, RECORD, REFUSED, record_of
from sidra_ui.viewmodels.bulk import RowView
from sidra_ui.viewmodels.tables import Table

OVERTAKEN = "R409"


def includeme(config: Configurator) -> None:
    """The address of each value."""
    pattern = f"{RECORD}/{CELL}/{{name:[a-z][a-z0-9_]*}}"
    add_page(config, "cell", pattern, cell_view)
    add_page(config, "cell_saved", pattern, cell_saved_view, methods=("POST",))


def listing_of(request: Request, desk: Desk) -> Listing:
    """The list that the value stands in."""
    return Listing(desk, entity_of(request), Asked.of(parameters(request)))


def cell_view(request: Request) -> Response:
    """The control of a value."""
    desk = desk_of(request)
    record, listing = record_of(request, desk), listing_of(request, desk)
    return fragment_answer(request, desk, cell_form(listing, record, request.matchdict["name"], Draft({}), Posted({})))


def cell_saved_view(request: Request) -> Response:
    """The row as it is once the value is kept, or the control with what is wrong."""
    desk, name = desk_of(request), request.matchdict["name"]
    record, listing = record_of(request, desk), listing_of(request, desk)
    given = {key: value for key, value in request.POST.items() if belongs(key, name)}
    posted = Posted({**given, "version": request.POST.get("version", "")})
    # Refuses what the form of the record would not offer, whatever is posted.
    cell_form(listing, record, name, Draft({}), Posted({}))
    try:
        after = saved(desk, record, posted)
    except Conflict:
        problem = Problem(OVERTAKEN, name, desk.messages.text("cell_overtaken"))
        return refused(request, listing, record, Posted({**given, "version": str(record.version)}), (problem,))
    except (Invalid, Duplicate) as refusal:
        return refused(request, listing, record, posted, problems_of(refusal))
    return fragment_answer(request, desk, row_view(listing, after))


def belongs(key: str, name: str) -> bool:
    """Whether a field of the form is of the value."""
    return key in {name, f"{name}_currency", name + AMOUNT, name + UNIT} or key.startswith(name + PAIR)


def saved(desk: Desk, record: Record, posted: Posted) -> Record:
    """The record with its value; raises Invalid, Duplicate, Conflict, Forbidden."""
    values = values_of(desk, record.entity, posted, record)
    demand(desk, record.entity, record, desk.records.draft(record.entity, values, id=record.id), posted)
    return desk.records.update(record.entity, record.id, values, version=posted.version)


def refused(
    request: Request, listing: Listing, record: Record, posted: Posted, problems: tuple[Problem, ...]
) -> Response:
    """The control with what was entered and what is wrong."""
    desk, name = listing.desk, request.matchdict["name"]
    draft = desk.records.draft(record.entity, values_of(desk, record.entity, posted, record), id=record.id)
    answer = fragment_answer(request, desk, cell_form(listing, record, name, draft, posted, problems))
    answer.status_int = CONFLICT if problems[0].code == OVERTAKEN else REFUSED
    return answer


def row_view(listing: Listing, record: Record) -> RowView:
    """The row of a record as it is now."""
    laid = list_layout(listing, [record])
    table = Table(name_of(listing.desk, record), columns(listing.desk, laid), list_rows(listing, laid, [record]))
    return RowView(table, has_boxes=bool(doings(listing)))
