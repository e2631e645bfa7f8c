"""One record: its page, its steps, its end."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPFound
from pyramid.response import Response

from sidra.errors import Conflict, Invalid, NotFound
from sidra.identity.deciding import where_now
from sidra.records.record import Record
from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.messages import Messages
from sidra_ui.pages import STEP_DONE, add_page, answer, desk_of, go_to, page_answer, then_of
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.posting import version_in
from sidra_ui.presenting.frame.shell import frame, shell
from sidra_ui.presenting.records.histories import OLDER
from sidra_ui.presenting.records.record import record_page
from sidra_ui.presenting.records.stepping import reason_page
from sidra_ui.viewmodels.common import Action
from sidra_ui.viewmodels.pages import MessagePage

RECORD = f"/{ENTITY}/{{id:[0-9a-f-]{{36}}}}"
CONFLICT, REFUSED = 409, 422


def includeme(config: Configurator) -> None:
    """The page of each record, and what can be done with it."""
    add_page(config, "record", RECORD, record_view)
    add_page(config, "transition_reason", f"{RECORD}/transition/{{name}}", reason_view)
    add_page(config, "transition", f"{RECORD}/transition/{{name}}", transition_view, methods=("POST",))
    add_page(config, "delete", f"{RECORD}/delete", delete_view, methods=("POST",))


def record_of(request: Request, desk: Desk) -> Record:
    """The record of the address, or the way to the one that it became part of; raises NotFound."""
    entity, id = entity_of(request), request.matchdict["id"]
    try:
        return desk.records.get(entity, id)
    except NotFound:
        onward = where_now(desk.records, id) if request.method == "GET" else None
        if onward is None:
            raise
        raise HTTPFound(request.path_qs.replace(id, onward[1], 1)) from None


def version_of(request: Request) -> int | None:
    """The version that the page showed."""
    return version_in(request.params.get("version", ""))


def record_view(request: Request) -> Response:
    """A record to read."""
    desk = desk_of(request)
    return page_answer(request, desk, record_page(desk, record_of(request, desk), request.GET.get(OLDER, "")))


def reason_view(request: Request) -> Response:
    """The choice of a reason before a step."""
    desk = desk_of(request)
    return page_answer(
        request, desk, reason_page(desk, record_of(request, desk), request.matchdict["name"], then=then_of(request))
    )


def transition_view(request: Request) -> Response:
    """Make a step of the life cycle, or say why it is not possible."""
    desk = desk_of(request)
    record, name = record_of(request, desk), request.matchdict["name"]
    reason = request.POST.get("reason") or None
    try:
        desk.records.transition(record.entity, record.id, name, reason=reason, version=version_of(request))
    except Conflict:
        return conflict_answer(request, desk, record)
    except Invalid as refusal:
        page = reason_page(desk, record, name, refusal.problems, then_of(request))
        return page_answer(request, desk, page, REFUSED)
    address = then_of(request) or desk.addresses.record(record.entity, record.id)
    return go_to(address, f"{STEP_DONE}.{record.entity}.{name}")


def delete_view(request: Request) -> Response:
    """Remove a record; one that others refer to stays."""
    desk = desk_of(request)
    record = record_of(request, desk)
    try:
        desk.records.delete(record.entity, record.id, version=version_of(request))
    except Conflict:
        return conflict_answer(request, desk, record, "not_deleted")
    return go_to(desk.addresses.list(record.entity), "deleted_record")


def conflict_answer(request: Request, desk: Desk, record: Record, key: str = "conflict") -> Response:
    """Somebody else was faster, or others need the record: what to do now."""
    messages = Messages(desk.tag)
    address = desk.addresses.record(record.entity, record.id)
    page = MessagePage(
        frame=frame(desk.model, desk.locale, desk.visit.theme, desk.visit.languages),
        title=messages.text(f"{key}_title"),
        text=messages.text(f"{key}_text"),
        code=Conflict.code,
        icon="refresh-cw",
        actions=(Action(messages.text("open_again"), address, "refresh-cw", "primary"),),
        shell=shell(desk),
    )
    return answer(request, page, desk.tag, CONFLICT)
