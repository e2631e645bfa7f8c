"""The forms of records: new and edited, with their round trip while a person types."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Conflict, Duplicate, Forbidden, Invalid, Problem
from sidra.identity.deciding import keep_likenesses
from sidra.records.record import Draft, Likeness, Record
from sidra.records.work import UnitOfWork
from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, form_answer, go_to, page_answer, then_of
from sidra_ui.presenting.choosing import choice_page
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.form import Entry, form_page
from sidra_ui.presenting.lookups import TEXT, parts_of_a_name
from sidra_ui.presenting.overtaking import Decision, decided, overtaken, overtaken_view
from sidra_ui.presenting.posting import Posted, Values, reference, values_of
from sidra_ui.records import CONFLICT, RECORD, REFUSED, record_of

DUPLICATE = "R616"
DRAFT, PICKED = "draft", "picked"
"""In the address of a form: that it was set aside to make another record, and which one that became."""


def includeme(config: Configurator) -> None:
    """The forms, and the addresses that they post to."""
    add_page(config, "new", f"/{ENTITY}/new", new_view)
    add_page(config, "create", f"/{ENTITY}/new", create_view, methods=("POST",))
    add_page(config, "preview_new", f"/{ENTITY}/preview", preview_new_view, methods=("POST",))
    add_page(config, "edit", f"{RECORD}/edit", edit_view)
    add_page(config, "save", f"{RECORD}/edit", save_view, methods=("POST",))
    add_page(config, "preview", f"{RECORD}/preview", preview_view, methods=("POST",))


def new_view(request: Request) -> Response:
    """An empty form, with what the address tells already."""
    desk, entity = desk_of(request), entity_of(request)
    if desk.model.entity(entity).abstract:
        return page_answer(request, desk, choice_page(desk, entity))
    begun = Posted(parts_of_a_name(desk, entity, request.GET.get(TEXT, "")))
    draft = desk.records.draft(entity, {**prefilled(desk, entity, request), **begun.texts})
    entry = Entry(entity, None, draft, begun, prefilled=told(request, desk, entity), then=then_of(request))
    return page_answer(request, desk, form_page(desk, entry))


def prefilled(desk: Desk, entity: str, request: Request) -> Values:
    """The relations that the address names."""
    relations = desk.model.entity(entity).relations
    known = told(request, desk, entity)
    return {name: reference(desk, relations[name], value) for name, value in known.items()}


def told(request: Request, desk: Desk, entity: str) -> dict[str, str]:
    """The records that the address of a new one names, by relation."""
    return {name: value for name, value in request.GET.items() if name in desk.model.entity(entity).relations}


def followed(then: str, record: Record, address: str) -> str:
    """Where to go now that a record is saved; a form that was set aside for it is told which one it is."""
    if not then:
        return address
    is_form = DRAFT in dict(parse_qsl(urlsplit(then).query))
    return f"{then}&{urlencode({PICKED: record.id})}" if is_form else then


def create_view(request: Request) -> Response:
    """Make the record, or show the form with what is wrong."""
    desk, entity, posted = desk_of(request), entity_of(request), posted_by(request)
    values = {**prefilled(desk, entity, request), **values_of(desk, entity, posted, None)}
    alike = desk.records.draft(entity, values).likenesses
    try:
        record = saved(desk, posted, alike, lambda unit: desk.records.create(entity, values, work=unit))
    except (Invalid, Duplicate) as refusal:
        draft = desk.records.draft(entity, values)
        known, then = told(request, desk, entity), then_of(request)
        entry = Entry(entity, None, draft, posted, problems_of(refusal), True, known, then, apart=posted.apart)
        return page_answer(request, desk, form_page(desk, entry), REFUSED)
    return go_to(followed(then_of(request), record, desk.addresses.record(record.entity, record.id)), "created")


def saved(desk: Desk, posted: Posted, alike: tuple[Likeness, ...], save: Callable[[UnitOfWork], Record]) -> Record:
    """The record that is saved in one unit of work with what its writer has said of those that are alike."""

    def work(unit: UnitOfWork) -> Record:
        record = save(unit)
        keep_likenesses(unit, record, alike, posted.apart)
        return record

    return desk.records.runtime.transact(desk.records.actor, work)


def preview_new_view(request: Request) -> Response:
    """The form of a new record as it would be with what is typed."""
    desk, entity, posted = desk_of(request), entity_of(request), posted_by(request)
    draft = desk.records.draft(entity, values_of(desk, entity, posted, None))
    known, then = told(request, desk, entity), then_of(request)
    entry = Entry(entity, None, draft, posted, draft.problems, prefilled=known, then=then, apart=posted.apart)
    return form_answer(request, desk, form_page(desk, entry))


def edit_view(request: Request) -> Response:
    """The form of a record."""
    desk = desk_of(request)
    record = record_of(request, desk)
    if not desk.records.may(record.entity, "update"):
        raise Forbidden("you may not change this", hint="ask for a role that may")
    entry = Entry(record.entity, record, Draft({}), then=then_of(request))
    return page_answer(request, desk, form_page(desk, entry))


def save_view(request: Request) -> Response:
    """Keep the changes, or show the form with what is wrong."""
    desk = desk_of(request)
    record = record_of(request, desk)
    decision = decided(desk, record, posted_by(request))
    if decision.is_open:
        return overtaken_answer(request, desk, record, decision)
    posted = decision.posted
    values = values_of(desk, record.entity, posted, record)
    alike = desk.records.draft(record.entity, values, id=record.id).likenesses

    def update(unit: UnitOfWork) -> Record:
        return desk.records.update(record.entity, record.id, values, version=posted.version, work=unit)

    try:
        saved(desk, posted, alike, update)
    except Conflict:
        now = record_of(request, desk)
        return overtaken_answer(request, desk, now, overtaken(desk, now, posted))
    except (Invalid, Duplicate) as refusal:
        draft = desk.records.draft(record.entity, values, id=record.id)
        problems, then = problems_of(refusal), then_of(request)
        told = overtaken_view(desk, record, decision)
        entry = Entry(
            record.entity, record, draft, posted, problems, True, then=then, overtaken=told, apart=posted.apart
        )
        return page_answer(request, desk, form_page(desk, entry), REFUSED)
    return go_to(followed(then_of(request), record, desk.addresses.record(record.entity, record.id)), "saved")


def overtaken_answer(request: Request, desk: Desk, record: Record, decision: Decision) -> Response:
    """The form over the record as it is now, with what somebody else changed and what is to be chosen."""
    posted = decision.posted
    draft = desk.records.draft(record.entity, values_of(desk, record.entity, posted, record), id=record.id)
    told = overtaken_view(desk, record, decision, is_fresh=True)
    entry = Entry(
        record.entity, record, draft, posted, is_refused=True, then=then_of(request), overtaken=told, apart=posted.apart
    )
    return page_answer(request, desk, form_page(desk, entry), CONFLICT)


def preview_view(request: Request) -> Response:
    """The form of a record as it would be with what is typed."""
    desk = desk_of(request)
    record = record_of(request, desk)
    decision = decided(desk, record, posted_by(request))
    posted = decision.posted
    draft = desk.records.draft(record.entity, values_of(desk, record.entity, posted, record), id=record.id)
    told = overtaken_view(desk, record, decision)
    entry = Entry(
        *(record.entity, record, draft, posted, draft.problems),
        then=then_of(request),
        overtaken=told,
        apart=posted.apart,
    )
    return form_answer(request, desk, form_page(desk, entry))


def posted_by(request: Request) -> Posted:
    """What the form posted."""
    return Posted.of(list(request.POST.items()))


def problems_of(refusal: Invalid | Duplicate) -> tuple[Problem, ...]:
    """Why a record was not saved, each reason with its field."""
    if isinstance(refusal, Invalid):
        return refusal.problems
    return tuple(Problem(DUPLICATE, name, refusal.reason) for name in refusal.fields)
