"""Changes to many records: the question, the start, the page of how it goes, its end and its way back."""

from __future__ import annotations

from datetime import timedelta

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.bulk import asking
from sidra.errors import BadQuery, Conflict, Invalid
from sidra.records.query import Filter
from sidra.web.request import Request
from sidra_ui.exporting import sheet_answer
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer, parameters
from sidra_ui.presenting.boards.boarding import PART
from sidra_ui.presenting.bulk.bulkforms import COUNT, SURE, Chosen, bulk_form, bulk_form_page, change_of
from sidra_ui.presenting.bulk.bulking import BULK, doing
from sidra_ui.presenting.bulk.bulkruns import bulk_page, progress
from sidra_ui.presenting.forms.posting import Posted
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.listing import Listing
from sidra_ui.records import REFUSED
from sidra_ui.viewmodels.bulk import BulkForm

RUN = f"/{BULK}/{{id:[0-9a-f-]{{36}}}}"


def includeme(config: Configurator) -> None:
    """The addresses of changes to many records."""
    add_page(config, "bulk_export", f"/{ENTITY}/{BULK}/export", export_view, methods=("POST",))
    add_page(config, "bulk_ask", f"/{ENTITY}/{BULK}/{{action:[a-z_0-9.]+}}", ask_view, methods=("POST",))
    add_page(config, "bulk_run", RUN, run_view)
    add_page(config, "bulk_progress", f"{RUN}/progress", progress_view)
    add_page(config, "bulk_cancel", f"{RUN}/cancel", cancel_view, methods=("POST",))
    add_page(config, "bulk_undo", f"{RUN}/undo", undo_view, methods=("POST",))


def ask_view(request: Request) -> Response:
    """Ask how many and what, or begin where that was answered."""
    desk, settings = desk_of(request), request.registry.sidra_settings
    listing = Listing(desk, entity_of(request), Asked.of(parameters(request)))
    one = doing(listing, request.matchdict["action"])
    given = list(request.POST.items())
    chosen, posted, hours = Chosen.of(given), Posted.of(given), settings.bulk_undo_hours
    try:
        ids = chosen.records(listing, settings.bulk_rows)
        if SURE not in posted.texts or posted.texts.get(COUNT) != str(len(ids)):
            return form_answer(request, listing, bulk_form(listing, one, chosen, len(ids), hours=hours))
        run_id = asking.begin(desk.records, listing.entity.name, change_of(listing, one, posted), ids)
    except Invalid as refusal:
        told = tuple(problem_text(listing, each.code, each.message, settings.bulk_rows) for each in refusal.problems)
        return form_answer(request, listing, bulk_form(listing, one, chosen, 0, told), REFUSED)
    return go_to(desk.addresses.page(BULK, run_id))


def problem_text(listing: Listing, code: str, message: str, most: int) -> str:
    """Why nothing is begun, as people read it."""
    messages = listing.desk.messages
    if code == asking.TOO_MANY:
        return messages.text("bulk_too_many", count=most)
    return messages.text("bulk_nothing") if code == asking.NOTHING_CHOSEN else message


def form_answer(request: Request, listing: Listing, form: BulkForm, status: int = 200) -> Response:
    """The question as a dialog above the list, or as a page."""
    if request.GET.get(PART) and SURE not in request.POST:
        return fragment_answer(request, listing.desk, form)
    return page_answer(request, listing.desk, bulk_form_page(listing, form), status)


def export_view(request: Request) -> Response:
    """The chosen records as a sheet of Excel."""
    desk, entity = desk_of(request), entity_of(request)
    chosen = Chosen.of(list(request.POST.items()))
    if not chosen.is_all and not chosen.ids:
        raise BadQuery("no record is chosen", hint="choose some in the list")
    narrowed = () if chosen.is_all else (Filter("id", "in", list(chosen.ids)),)
    return sheet_answer(request, desk, entity, narrowed)


def run_view(request: Request) -> Response:
    """How a change to many records goes."""
    desk = desk_of(request)
    run = asking.own(desk.records, request.matchdict["id"])
    return page_answer(request, desk, bulk_page(desk, run, request.registry.sidra_settings.bulk_undo_hours))


def progress_view(request: Request) -> Response:
    """The same, of a page that stands already."""
    desk = desk_of(request)
    run = asking.own(desk.records, request.matchdict["id"])
    return fragment_answer(request, desk, progress(desk, run, request.registry.sidra_settings.bulk_undo_hours))


def cancel_view(request: Request) -> Response:
    """Let no further record be changed."""
    desk, run_id = desk_of(request), request.matchdict["id"]
    asking.stop(desk.records, run_id)
    return go_to(desk.addresses.page(BULK, run_id))


def undo_view(request: Request) -> Response:
    """Take a change back, and show how that goes; where it was taken back meanwhile, show that."""
    desk, run_id = desk_of(request), request.matchdict["id"]
    within = timedelta(hours=request.registry.sidra_settings.bulk_undo_hours)
    try:
        undone = asking.undo(desk.records, run_id, within)
    except Conflict:
        return go_to(desk.addresses.page(BULK, run_id))
    return go_to(desk.addresses.page(BULK, undone))
