"""Records that may be one thing: the list of pairs, two side by side, and merges taken back."""

from __future__ import annotations

from typing import cast

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Conflict, Duplicate, Invalid, NotFound, Problem, SidraError
from sidra.identity.deciding import dismiss, former, waiting
from sidra.identity.merging import Choice, Order, merge, options
from sidra.identity.tombstones import Merge
from sidra.identity.undoing import undo
from sidra.web.request import Request
from sidra_ui.editing import problems_of
from sidra_ui.lists import entity_of
from sidra_ui.pages import add_page, desk_of, go_to, page_answer, then_of
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.duplicates.duplicating import FOUND, WITH, Said, compare_page, duplicates_page, search_page
from sidra_ui.presenting.duplicates.former import former_page
from sidra_ui.presenting.forms.posting import version_in
from sidra_ui.presenting.frame.shell import DUPLICATES
from sidra_ui.presenting.values import page_of
from sidra_ui.records import CONFLICT, RECORD, REFUSED, record_of

ID = "[0-9a-f-]{36}"
CHOICE = "choice."
MAX_REASON = 200


def includeme(config: Configurator) -> None:
    """The pages of duplicates, and what is decided on them."""
    add_page(config, "duplicates", f"/{DUPLICATES}", duplicates_view)
    add_page(config, "compare", f"{RECORD}/merge", compare_view)
    add_page(config, "merge", f"{RECORD}/merge", merge_view, methods=("POST",))
    add_page(config, "not_same", f"{RECORD}/not-same", not_same_view, methods=("POST",))
    add_page(config, "former", f"{RECORD}/merged/{{merge:{ID}}}", former_view)
    add_page(config, "undo_merge", f"{RECORD}/merged/{{merge:{ID}}}", undo_view, methods=("POST",))


def duplicates_view(request: Request) -> Response:
    """The pairs that wait for a decision."""
    desk, after = desk_of(request), request.GET.get("after", "")
    return page_answer(request, desk, duplicates_page(desk, waiting(desk.records, after), is_first=not after))


def compare_view(request: Request) -> Response:
    """Two records side by side, or the search for the other one."""
    desk = desk_of(request)
    record, other = record_of(request, desk), request.GET.get(WITH, "")
    if not other:
        text = request.GET.get(FOUND, "").strip()
        hits = [hit.record for hit in desk.records.search(text, entities=[record.entity])] if text else []
        alike = desk.records.draft(record.entity, {}, id=record.id).likenesses if not text else ()
        return page_answer(request, desk, search_page(desk, record, text, alike, hits))
    drop = desk.records.get(record.entity, other)
    found = options(desk.records, record.entity, record.id, drop.id)
    return page_answer(request, desk, compare_page(desk, record, drop, found))


def merge_view(request: Request) -> Response:
    """Make one record of two, or show why that is not possible."""
    desk = desk_of(request)
    keep = record_of(request, desk)
    drop = desk.records.get(keep.entity, request.POST.get(WITH, ""))
    choices = chosen(request)
    versions = (version_in(request.POST.get("version", "")), version_in(request.POST.get("other_version", "")))
    reason = request.POST.get("reason", "").strip()[:MAX_REASON]
    order = Order(keep.entity, keep.id, drop.id, choices, reason or None, versions)
    try:
        desk.records.runtime.transact(desk.records.actor, lambda unit: merge(unit, order))
    except (Invalid, Duplicate, Conflict) as refusal:
        found = options(desk.records, keep.entity, keep.id, drop.id)
        page = compare_page(desk, keep, drop, found, Said(choices, reason, told(desk, refusal)))
        return page_answer(request, desk, page, CONFLICT if isinstance(refusal, Conflict) else REFUSED)
    return go_to(page_of(desk, desk.records.get(keep.entity, keep.id)), "merge_done")


def chosen(request: Request) -> dict[str, Choice]:
    """Whose values the form says that stay."""
    given = ((name, value) for name, value in request.POST.items() if name.startswith(CHOICE))
    return {name.removeprefix(CHOICE): cast("Choice", value) for name, value in given if value in {"keep", "drop"}}


def told(desk: Desk, refusal: SidraError) -> tuple[Problem, ...]:
    """Why two records were not merged, in the reader's language."""
    if isinstance(refusal, Invalid | Duplicate):
        return problems_of(refusal)
    return (Problem(refusal.code, "", desk.messages.text("conflict_text")),)


def not_same_view(request: Request) -> Response:
    """Keep that two records are not one thing."""
    desk = desk_of(request)
    record, other = record_of(request, desk), request.GET.get(WITH, "")
    runtime = desk.records.runtime
    runtime.transact(desk.records.actor, lambda unit: dismiss(unit, record.entity, record.id, other))
    return go_to(then_of(request) or desk.addresses.page(DUPLICATES), "noted_apart")


def merge_of(request: Request, desk: Desk) -> Merge:
    """The merge of the address; raises NotFound."""
    with desk.records.connected() as connection:
        found = desk.records.runtime.tombstones.get(connection, request.matchdict["merge"])
    if found is None or found.survivor != request.matchdict["id"] or found.undone_at is not None:
        raise NotFound("no such merge", hint="it may have been taken back")
    return found


def former_view(request: Request) -> Response:
    """A record that became part of another one, as it was."""
    desk = desk_of(request)
    survivor, found = record_of(request, desk), merge_of(request, desk)
    record = former(desk.records, found)
    if record is None:
        raise NotFound("no such record", hint="it may have been erased, or is not yours to see")
    return page_answer(request, desk, former_page(desk, found, record, survivor))


def undo_view(request: Request) -> Response:
    """Make two records of one again; refused where something stands against it."""
    desk = desk_of(request)
    entity, found = entity_of(request), merge_of(request, desk)
    runtime = desk.records.runtime
    runtime.transact(desk.records.actor, lambda unit: undo(unit, found.id))
    return go_to(page_of(desk, desk.records.get(entity, found.dropped)), "merge_undone")
