"""Masked values, shown whole for a reason."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.access.reveal import reveal
from sidra.errors import Invalid
from sidra.records.record import Record
from sidra.web.request import Request
from sidra_ui.faults import is_fragment
from sidra_ui.pages import add_page, answer, desk_of, fragment_answer, page_answer
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import frame, shell
from sidra_ui.presenting.records.revealing import attribute_of, reason_page, reveal_form, revealed
from sidra_ui.records import RECORD, REFUSED, record_of
from sidra_ui.viewmodels.pages import MessagePage, RevealedValue

PAGE = f"{RECORD}/reveal/{{name:[a-z][a-z0-9_]*}}"
UNSTORED = "no-store"
"""What no cache of browser or proxy keeps."""


def includeme(config: Configurator) -> None:
    """The dialog that asks why, and the value."""
    add_page(config, "reveal_form", PAGE, form_view)
    add_page(config, "reveal", PAGE, reveal_view, methods=("POST",))


def form_view(request: Request) -> Response:
    """The masked value with the dialog that asks why it is needed."""
    desk = desk_of(request)
    return asked(request, desk, record_of(request, desk))


def asked(request: Request, desk: Desk, record: Record, error: str = "", reason: str = "") -> Response:
    """The question, in the page that stands or on one of its own."""
    name = request.matchdict["name"]
    if is_fragment(request):
        return fragment_answer(request, desk, reveal_form(desk, record, name, error, reason))
    return page_answer(request, desk, reason_page(desk, record, name, error), REFUSED if error else 200)


def reveal_view(request: Request) -> Response:
    """The value, once who asked for it and why is kept; or the dialog again."""
    desk, name, reason = desk_of(request), request.matchdict["name"], request.POST.get("reason", "")
    record = record_of(request, desk)
    attribute = attribute_of(desk, record, name)
    try:
        value = reveal(desk.records, record.entity, record.id, name, reason)
    except Invalid as refusal:
        return asked(request, desk, record, refusal.problems[0].message, reason)
    shown = revealed(desk, attribute, value)
    response = (
        fragment_answer(request, desk, shown)
        if is_fragment(request)
        else answer(request, value_page(desk, desk.label(attribute), shown), desk.tag)
    )
    response.headers["Cache-Control"] = UNSTORED
    return response


def value_page(desk: Desk, label: str, shown: RevealedValue) -> MessagePage:
    """The value on a page of its own, where no script puts it into the record's."""
    around = frame(desk.model, desk.locale, desk.visit.theme, desk.visit.languages)
    return MessagePage(around, label, f"{shown.text} ({shown.note})", icon="eye", shell=shell(desk))
