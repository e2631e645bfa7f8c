"""Calendars: the page, and the way of a record to another day."""

from __future__ import annotations

from dataclasses import replace

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Conflict, Forbidden, Invalid
from sidra.records.record import Record
from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer, parameters, then_of
from sidra_ui.presenting.boards.boarding import PART
from sidra_ui.presenting.calendars.calendaring import (
    CALENDAR,
    DAY_OF,
    SPAN,
    Calendar,
    calendar_page,
    day_form,
    day_page,
    put_on,
    read_day,
)
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.values import name_of
from sidra_ui.records import RECORD, REFUSED, conflict_answer, record_of, version_of
from sidra_ui.viewmodels.boards import Refused
from sidra_ui.viewmodels.calendars import DayForm, DayMoved


def includeme(config: Configurator) -> None:
    """The calendar of each entity, and the address that moves a record to another day."""
    add_page(config, "calendar", f"/{ENTITY}/{CALENDAR}", calendar_view)
    add_page(config, "day", f"{RECORD}/{DAY_OF}", day_view)
    add_page(config, "day_moved", f"{RECORD}/{DAY_OF}", day_moved_view, methods=("POST",))


def calendar_view(request: Request) -> Response:
    """The days of a span with what stands on them."""
    desk, given = desk_of(request), request.GET
    asked = Asked.of(parameters(request))
    page = calendar_page(desk, entity_of(request), asked, given.get(SPAN, ""), given.get(DAY_OF, ""))
    return page_answer(request, desk, page)


def day_view(request: Request) -> Response:
    """The form that asks for another day."""
    desk = desk_of(request)
    form = form_of(request, desk, record_of(request, desk))
    if request.GET.get(PART):
        return fragment_answer(request, desk, form)
    return page_answer(request, desk, day_page(desk, entity_of(request), form))


def day_moved_view(request: Request) -> Response:
    """Put the record on another day, or say why it stays."""
    desk, entity = desk_of(request), entity_of(request)
    record, is_part = record_of(request, desk), bool(request.GET.get(PART))
    calendar, day = Calendar(desk, entity, Asked()), read_day(request.POST.get(DAY_OF, ""))
    before = calendar.local(record.get(calendar.at.name))
    if day is None:
        return refused(request, desk, record, (desk.messages.text("calendar_no_day"),))
    try:
        put_on(calendar, record, day, version_of(request))
    except Invalid as refusal:
        return refused(request, desk, record, tuple(each.message for each in refusal.problems))
    except Conflict:
        if not is_part:
            return conflict_answer(request, desk, record)
        return fragment_answer(request, desk, Refused(desk.messages.text("board_conflict")))
    except Forbidden:
        if not is_part:
            raise
        return fragment_answer(request, desk, Refused(desk.messages.text("board_forbidden")))
    if is_part:
        text = desk.messages.text("calendar_moved", title=name_of(desk, record), day=desk.formats.date(day))
        undo = before.isoformat() if before is not None and before != day else ""
        return fragment_answer(request, desk, DayMoved(text, undo))
    return go_to(then_of(request) or desk.addresses.page(entity, CALENDAR), "saved")


def form_of(request: Request, desk: Desk, record: Record, problems: tuple[str, ...] = ()) -> DayForm:
    """The form of another day, with what was entered in it."""
    calendar = Calendar(desk, entity_of(request), Asked())
    day = request.params.get(DAY_OF, "")[: len("2026-12-31")]
    form = day_form(calendar, record, day, then_of(request), problems)
    return replace(form, version=request.POST.get("version", form.version))


def refused(request: Request, desk: Desk, record: Record, problems: tuple[str, ...]) -> Response:
    """Why the record stays on its day."""
    if request.GET.get(PART):
        return fragment_answer(request, desk, Refused(" ".join(problems)))
    page = day_page(desk, entity_of(request), form_of(request, desk, record, problems))
    return page_answer(request, desk, page, REFUSED)
