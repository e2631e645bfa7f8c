"""Drafts of forms: kept while a person types, back in the form when it is opened again."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.drafts.service import Draft, Entries
from sidra.errors import Forbidden
from sidra.records.record import Record
from sidra.records.work import UnitOfWork
from sidra.web.request import Request
from sidra_metamodel.model import Model
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, go_to, then_of
from sidra_ui.presenting.addresses import THEN, with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.posting import Posted
from sidra_ui.records import RECORD, record_of
from sidra_ui.viewmodels.records import DraftNote

DRAFT = "draft"
UNKEPT = frozenset({"csrf_token", "add", "remove"})
"""What a form posts and a draft is not made of."""


def includeme(config: Configurator) -> None:
    """Where forms leave their drafts."""
    add_page(config, "draft_new", f"/{ENTITY}/{DRAFT}", keep_view, methods=("POST",))
    add_page(config, "draft_edit", f"{RECORD}/{DRAFT}", keep_view, methods=("POST",))
    add_page(config, "discard_new", f"/{ENTITY}/{DRAFT}/discard", discard_view, methods=("POST",))
    add_page(config, "discard_edit", f"{RECORD}/{DRAFT}/discard", discard_view, methods=("POST",))


def known_of(request: Request, desk: Desk, entity: str) -> tuple[tuple[str, str], ...]:
    """The records that the address of a new one names: another one for each is another form."""
    relations = desk.model.entity(entity).relations
    return tuple(sorted((name, value) for name, value in request.GET.items() if name in relations))


def form_of(request: Request, desk: Desk, entity: str, record: Record | None) -> str:
    """What a draft is known by: the form that it was entered in."""
    # A text that has a form for each language would else be saved in the language in which the draft is found again.
    language = f"@{desk.locale}" if has_languages(desk.model, entity) else ""
    if record is not None:
        return f"{record.entity}/{record.id}{language}"
    known = known_of(request, desk, entity)
    return f"{entity}/new{language}?{urlencode(known)}" if known else f"{entity}/new{language}"


def has_languages(model: Model, entity: str) -> bool:
    """Whether a form of an entity, or of what it owns, holds texts of which there is one for each language."""
    declared = model.entity(entity)
    owned = [relation.to[0] for relation in declared.relations.values() if relation.owned and relation.to]
    names = (entity, *owned)
    return any(attribute.localised for name in names for attribute in model.entity(name).attributes.values())


def found(request: Request, desk: Desk, entity: str, record: Record | None) -> Draft | None:
    """What the person has entered in a form earlier."""
    runtime = desk.records.runtime
    return runtime.drafts.find(runtime, desk.records.actor, form_of(request, desk, entity, record))


def posted_in(draft: Draft) -> Posted:
    """A draft as its form posted it."""
    return replace(Posted.of(list(draft.entries)), adds="", removes="")


def note_of(request: Request, desk: Desk, entity: str, record: Record | None, draft: Draft) -> DraftNote:
    """What the form says of a draft that stands in it again."""
    id = record.id if record is not None else None
    address = draft_address(desk, record.entity if record is not None else entity, id)
    known = () if record is not None else known_of(request, desk, entity)
    href = with_query(f"{address}/discard", (*known, (THEN, then_of(request))))
    return DraftNote(desk.messages.text("draft_restored", when=desk.formats.moment(draft.at)), href)


def draft_address(desk: Desk, entity: str, id: str | None) -> str:
    """Where the form of a record, or of a new one, leaves its draft."""
    return desk.addresses.page(entity, DRAFT) if id is None else desk.addresses.record(entity, id, DRAFT)


def place_of(request: Request, desk: Desk) -> tuple[str, Record | None]:
    """The entity and the record of a form; raises Forbidden where the person may enter nothing there."""
    record = record_of(request, desk) if "id" in request.matchdict else None
    entity = record.entity if record is not None else entity_of(request)
    if not desk.records.may(entity, "create" if record is None else "update"):
        raise Forbidden("you may not change this", hint="ask for a role that may")
    return entity, record


def keep_view(request: Request) -> Response:
    """Keep what is entered."""
    desk = desk_of(request)
    entity, record = place_of(request, desk)
    form = form_of(request, desk, entity, record)
    entries: Entries = [(name, value) for name, value in request.POST.items() if name not in UNKEPT]

    def work(unit: UnitOfWork) -> None:
        unit.runtime.drafts.keep(unit, form, record.id if record is not None else None, entries)

    desk.records.runtime.transact(desk.records.actor, work)
    return Response(status=204)


def discard_view(request: Request) -> Response:
    """Forget what was entered, and go to the form without it, or where it leads to."""
    desk = desk_of(request)
    entity, record = place_of(request, desk)
    form = form_of(request, desk, entity, record)
    desk.records.runtime.transact(desk.records.actor, lambda unit: unit.runtime.drafts.drop(unit, form))
    then = then_of(request)
    if then:
        return go_to(then)
    if record is None:
        return go_to(desk.addresses.new(entity, *known_of(request, desk, entity)))
    return go_to(desk.addresses.record(entity, record.id, "edit"))
