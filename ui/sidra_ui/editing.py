"""The forms of records: new and edited, with their round trip while a person types."""

from __future__ import annotations

from collections.abc import Callable

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.drafts.service import Draft as DraftOfForm
from sidra.errors import Conflict, Duplicate, Forbidden, Invalid, Problem
from sidra.identity.deciding import keep_likenesses
from sidra.records.record import Draft, Likeness, Record
from sidra.records.work import UnitOfWork
from sidra.web.request import Request
from sidra_ui import drafting
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, form_answer, fragment_answer, go_to, page_answer, then_of
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.choosing import choice_page
from sidra_ui.presenting.forms.demanding import missing
from sidra_ui.presenting.forms.dialogs import LEVEL, is_whole, level_in, shortened, within_dialog
from sidra_ui.presenting.forms.form import Entry, form_page
from sidra_ui.presenting.forms.lookups import TEXT, name_parts, parts_of_a_name
from sidra_ui.presenting.forms.overtaking import Decision, decided, overtaken, overtaken_view
from sidra_ui.presenting.forms.posting import Posted, Values, reference, values_of
from sidra_ui.presenting.forms.referring import REFERRING, Referring, referring_in
from sidra_ui.presenting.values import name_of
from sidra_ui.records import CONFLICT, RECORD, REFUSED, record_of
from sidra_ui.rendering import render_form
from sidra_ui.viewmodels.records import CreatedRecord, RecordPage

DUPLICATE = "R616"
TOLD = frozenset({"date", "datetime", "enum"})
"""The types of attributes that the address of a new record may name."""


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
    begun = Posted({**parts_of_a_name(desk, entity, request.GET.get(TEXT, "")), **values_told(request, desk, entity)})
    is_dialog = level_in(request.GET.get(LEVEL, "")) > 0
    kept = None if is_dialog else drafting.found(request, desk, entity, None)
    if kept is not None:
        return restored_new(request, desk, entity, kept)
    draft = desk.records.draft(entity, {**prefilled(desk, entity, request), **begun.texts})
    entry = Entry(entity, None, draft, begun, prefilled=told(request, desk, entity), then=then_of(request))
    answered = dialog_answer if is_dialog else page_answer
    return answered(request, desk, form_page(desk, entry))


def dialog_answer(request: Request, desk: Desk, page: RecordPage, status: int = 200) -> Response:
    """The form of a new record for a dialog above another form."""
    asked = page if is_whole(request.POST) else shortened(page, name_parts(desk, entity_of(request)))
    shown = within_dialog(asked, level_in(request.GET.get(LEVEL, "")))
    html = render_form(request.registry.templates, shown, desk.messages, in_dialog=True)
    return Response(html, status=status, content_type="text/html", charset="utf-8")


def restored_new(request: Request, desk: Desk, entity: str, kept: DraftOfForm) -> Response:
    """The form of a new record with what was entered in it earlier."""
    posted = drafting.posted_in(kept)
    draft = desk.records.draft(entity, values_of(desk, entity, posted, None))
    known, note = told(request, desk, entity), drafting.note_of(request, desk, entity, None, kept)
    entry = Entry(
        *(entity, None, draft, posted, draft.problems),
        prefilled=known,
        then=then_of(request),
        apart=posted.apart,
        restored=note,
    )
    return page_answer(request, desk, form_page(desk, entry))


def restored_edit(request: Request, desk: Desk, record: Record, kept: DraftOfForm) -> Response:
    """The form of a record with what was entered in it earlier; where it was changed meanwhile, with what to choose."""
    decision = decided(desk, record, drafting.posted_in(kept))
    if decision.posted.version != record.version and not decision.questions:
        decision = overtaken(desk, record, decision.posted)
    posted = decision.posted
    draft = desk.records.draft(record.entity, values_of(desk, record.entity, posted, record), id=record.id)
    entry = Entry(
        *(record.entity, record, draft, posted, draft.problems),
        then=then_of(request),
        overtaken=overtaken_view(desk, record, decision, is_fresh=decision.is_open),
        apart=posted.apart,
        restored=drafting.note_of(request, desk, record.entity, record, kept),
    )
    return page_answer(request, desk, form_page(desk, entry))


def prefilled(desk: Desk, entity: str, request: Request) -> Values:
    """The relations that the address names."""
    relations = desk.model.entity(entity).relations
    known = told(request, desk, entity)
    return {name: reference(desk, relations[name], value) for name, value in known.items() if name in relations}


def told(request: Request, desk: Desk, entity: str) -> dict[str, str]:
    """The records that the address of a new one names, by relation, and the one that is to refer to it."""
    relations = desk.model.entity(entity).relations
    return {name: value for name, value in request.GET.items() if name in relations or name == REFERRING}


def values_told(request: Request, desk: Desk, entity: str) -> dict[str, str]:
    """The days, moments and values of code lists that the address of a new record names, by attribute.

    They are those of a calendar or a board on which it begins.
    """
    attributes = desk.model.entity(entity).attributes
    named = {name: value for name, value in request.GET.items() if name in attributes}
    return {name: value for name, value in named.items() if desk.model.base_type(attributes[name]) in TOLD}


def create_view(request: Request) -> Response:
    """Make the record, or show the form with what is wrong."""
    desk, entity, posted = desk_of(request), entity_of(request), posted_by(request)
    is_dialog = level_in(request.GET.get(LEVEL, "")) > 0
    values = {**prefilled(desk, entity, request), **values_of(desk, entity, posted, None)}
    referring = referring_in(desk, entity, request.GET.get(REFERRING, ""))
    planned = desk.records.draft(entity, values)
    alike = planned.likenesses
    try:
        demand(desk, entity, None, planned, posted)
        form = "" if is_dialog else drafting.form_of(request, desk, entity, None)
        record = saved(desk, posted, alike, form, lambda unit: created(unit, desk, entity, values, posted, referring))
    except (Invalid, Duplicate) as refusal:
        draft = desk.records.draft(entity, values)
        known, then = told(request, desk, entity), then_of(request)
        entry = Entry(entity, None, draft, posted, problems_of(refusal), True, known, then, apart=posted.apart)
        answered = dialog_answer if is_dialog else page_answer
        return answered(request, desk, form_page(desk, entry), REFUSED)
    if is_dialog:
        return fragment_answer(request, desk, CreatedRecord(record.id, name_of(desk, record)))
    return go_to(then_of(request) or desk.addresses.record(record.entity, record.id), "created")


def created(
    unit: UnitOfWork, desk: Desk, entity: str, values: Values, posted: Posted, referring: Referring | None
) -> Record:
    """The new record, or the one that this very form has made already."""
    once, sent = posted.texts.get("once", ""), unit.runtime.sent
    record = sent.made(unit, once)
    if record is None:
        record = desk.records.create(entity, values, work=unit)
        sent.note(unit, once, record)
        if referring is not None:
            desk.records.update(referring.entity, referring.id, {referring.relation: record.id}, work=unit)
    return record


def demand(desk: Desk, entity: str, stored: Record | None, planned: Draft, posted: Posted) -> None:
    """Raise Invalid where fields are empty that the screen demands, with all else that is wrong."""
    found = missing(desk, entity, stored, planned, posted)
    if found:
        raise Invalid([*planned.problems, *found])


def saved(
    desk: Desk, posted: Posted, alike: tuple[Likeness, ...], form: str, save: Callable[[UnitOfWork], Record]
) -> Record:
    """The record that is saved in one unit of work with what its writer has said of those that are alike.

    What was kept of the form as a draft goes with it.
    """

    def work(unit: UnitOfWork) -> Record:
        record = save(unit)
        keep_likenesses(unit, record, alike, posted.apart)
        unit.runtime.drafts.drop(unit, form)
        return record

    return desk.records.runtime.transact(desk.records.actor, work)


def preview_new_view(request: Request) -> Response:
    """The form of a new record as it would be with what is typed."""
    desk, entity, posted = desk_of(request), entity_of(request), posted_by(request)
    draft = desk.records.draft(entity, values_of(desk, entity, posted, None))
    known, then = told(request, desk, entity), then_of(request)
    entry = Entry(entity, None, draft, posted, draft.problems, prefilled=known, then=then, apart=posted.apart)
    answered = dialog_answer if level_in(request.GET.get(LEVEL, "")) else form_answer
    return answered(request, desk, form_page(desk, entry))


def edit_view(request: Request) -> Response:
    """The form of a record."""
    desk = desk_of(request)
    record = record_of(request, desk)
    if not desk.records.may(record.entity, "update"):
        raise Forbidden("you may not change this", hint="ask for a role that may")
    kept = drafting.found(request, desk, record.entity, record)
    if kept is not None:
        return restored_edit(request, desk, record, kept)
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
    planned = desk.records.draft(record.entity, values, id=record.id)
    alike = planned.likenesses

    def update(unit: UnitOfWork) -> Record:
        return desk.records.update(record.entity, record.id, values, version=posted.version, work=unit)

    try:
        demand(desk, record.entity, record, planned, posted)
        saved(desk, posted, alike, drafting.form_of(request, desk, record.entity, record), update)
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
    return go_to(then_of(request) or desk.addresses.record(record.entity, record.id), "saved")


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
