"""Boards: the page, the next cards of a column, and the moves between columns."""

from __future__ import annotations

from dataclasses import replace

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Conflict, Forbidden, Invalid
from sidra.records.record import Record
from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer, parameters, then_of
from sidra_ui.presenting.addresses import THEN
from sidra_ui.presenting.boards.boarding import BOARD, PART, Shown, board_page, more_cards, moved
from sidra_ui.presenting.boards.moveforms import TO, move_form, move_page
from sidra_ui.presenting.boards.moving import columns_of, move
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.posting import Posted
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.records import RECORD, REFUSED, conflict_answer, record_of
from sidra_ui.viewmodels.boards import MoveForm, Refused


def includeme(config: Configurator) -> None:
    """The board of each entity, and the address that its cards are posted to."""
    add_page(config, "board", f"/{ENTITY}/{BOARD}", board_view)
    add_page(config, "move", f"{RECORD}/move", move_view)
    add_page(config, "moved", f"{RECORD}/move", moved_view, methods=("POST",))


def board_view(request: Request) -> Response:
    """The board, or the next cards of one of its columns."""
    desk, entity = desk_of(request), entity_of(request)
    asked, shown = Asked.of(parameters(request)), Shown.of(request.GET)
    if request.GET.get(PART):
        return fragment_answer(request, desk, more_cards(desk, entity, asked, shown))
    return page_answer(request, desk, board_page(desk, entity, asked, shown))


def move_view(request: Request) -> Response:
    """Where a card may go, and what is asked for on the way."""
    desk = desk_of(request)
    form = form_of(request, desk, record_of(request, desk))
    if request.GET.get(PART):
        return fragment_answer(request, desk, form)
    return page_answer(request, desk, move_page(desk, entity_of(request), form))


def moved_view(request: Request) -> Response:
    """Move the card, or say why it stays."""
    desk, entity = desk_of(request), entity_of(request)
    record = record_of(request, desk)
    columns, posted = columns_of(desk, entity), Posted.of(list(request.POST.items()))
    before = str(record.get(columns.by) or "")
    try:
        after = move(columns, record, request.POST.get(TO, ""), posted)
    except Invalid as refusal:
        form = form_of(request, desk, record, tuple(each.message for each in refusal.problems))
        return refused(request, desk, form)
    except Conflict:
        if not request.GET.get(PART):
            return conflict_answer(request, desk, record)
        return fragment_answer(request, desk, Refused(desk.messages.text("board_conflict")))
    except Forbidden:
        if not request.GET.get(PART):
            raise
        return fragment_answer(request, desk, Refused(desk.messages.text("board_forbidden")))
    if request.GET.get(PART):
        return fragment_answer(request, desk, moved(desk, entity, Asked.of(parameters(request)), after, before))
    return go_to(then_of(request) or desk.addresses.page(entity, BOARD), "saved")


def form_of(request: Request, desk: Desk, record: Record, problems: tuple[str, ...] = ()) -> MoveForm:
    """The form of a move, with what was entered in it."""
    columns = columns_of(desk, entity_of(request))
    posted = Posted.of(list(request.POST.items()))
    kept = [(name, value) for name, value in parameters(request) if name not in {TO, PART, THEN}]
    form = move_form(columns, record, request.params.get(TO, ""), posted, kept, problems)
    return replace(form, then=then_of(request))


def refused(request: Request, desk: Desk, form: MoveForm) -> Response:
    """Why the card stays where it is; with the form, where something that is entered there would help."""
    if not request.GET.get(PART):
        return page_answer(request, desk, move_page(desk, entity_of(request), form), REFUSED)
    helps = form if form.fields or form.reasons else None
    return fragment_answer(request, desk, Refused(" ".join(form.problems), helps))
