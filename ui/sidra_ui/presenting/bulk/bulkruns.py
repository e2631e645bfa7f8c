"""How a change to many records goes: its page, for whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from sidra.bulk.runs import CANCELLED, BulkRun, Item
from sidra_metamodel.language import Element
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.values import name_of, page_of
from sidra_ui.viewmodels.bulk import BulkPage, BulkProgress
from sidra_ui.viewmodels.common import Action, Link
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

BULK = "bulk"
SHOWN = 50
"""Records that were refused: nobody reads more of them."""
TONES: Mapping[str, str] = MappingProxyType({"changed": "green", "same": "neutral", "failed": "red"})


def bulk_page(desk: Desk, run: BulkRun, hours: int) -> BulkPage:
    """The page of a run."""
    entity = desk.model.entities.get(run.entity)
    plural = desk.plural(entity) if entity is not None else run.entity
    back = Link(plural, desk.addresses.list(run.entity))
    summary = f"{plural} · {desk.formats.moment(run.at)}"
    return BulkPage(shell(desk), Place(title(desk, run), (back,)), summary, progress(desk, run, hours), back)


def title(desk: Desk, run: BulkRun) -> str:
    """What is done."""
    change, entity, messages = run.change, desk.model.entities.get(run.entity), desk.messages
    if change.action == "delete":
        return messages.text("delete")
    found: Element | None = None
    if entity is not None:
        steps = entity.lifecycle.transitions if entity.lifecycle is not None else {}
        found = entity.attributes.get(change.member) or steps.get(change.member)
    name = desk.label(found) if found is not None else change.member
    if change.action == "undo":
        return messages.text("bulk_undo_of", name=name)
    return messages.text("bulk_set", name=name) if change.action == "set" else name


def progress(desk: Desk, run: BulkRun, hours: int) -> BulkProgress:
    """How far it is, and what can be done about it."""
    messages = desk.messages
    key = "bulk_running"
    if run.is_over:
        key = "bulk_cancelled" if run.stopped_by == CANCELLED else "bulk_stopped" if run.stopped_by else "bulk_over"
    counts = tuple(
        (tone, desk.formats.number(run.counts[state]), messages.text(f"bulk_{state}"))
        for state, tone in TONES.items()
        if run.counts.get(state)
    )
    failed = run.counts.get("failed", 0)
    items = desk.records.runtime.bulk.items(run.id, "failed", limit=SHOWN) if failed else []
    table = refusals(desk, run, items) if items else None
    return BulkProgress(
        topic=f"job:{run.id}",
        href=desk.addresses.page(BULK, run.id, "progress"),
        text=messages.text(key, done=run.done, total=run.total),
        done=run.done,
        total=run.total,
        is_over=run.is_over,
        counts=counts,
        failed=table,
        failed_more=messages.text("bulk_failed_more", count=failed - SHOWN) if failed > SHOWN else "",
        actions=tuple(actions(desk, run, hours)),
        note=messages.text("bulk_away") if not run.is_over else "",
    )


def actions(desk: Desk, run: BulkRun, hours: int) -> Iterator[Action]:
    """What its person can do about it."""
    messages, here = desk.messages, (BULK, run.id)
    if not run.is_over:
        yield Action(messages.text("bulk_cancel"), desk.addresses.page(*here, "cancel"), "x", method="post")
        return
    if run.undone_by:
        yield Action(messages.text("bulk_undone"), desk.addresses.page(BULK, run.undone_by), "undo-2")
        return
    is_fresh = desk.records.now - run.at <= timedelta(hours=hours)
    if run.change.action in {"set", "step"} and is_fresh and run.counts.get("changed"):
        address = desk.addresses.page(*here, "undo")
        yield Action(messages.text("bulk_undo"), address, "undo-2", method="post")


def refusals(desk: Desk, run: BulkRun, items: list[Item]) -> Table:
    """The records that stayed as they were, each with the reason."""
    heads = (Column("name", desk.messages.text("bulk_record")), Column("why", desk.messages.text("bulk_why")))
    return Table(desk.messages.text("bulk_failed"), heads, tuple(refusal(desk, run, item) for item in items))


def refusal(desk: Desk, run: BulkRun, item: Item) -> Row:
    """A record that was refused; one that the reader may not see any more has no name."""
    record = desk.records.find(run.entity, item.record_id)
    name = name_of(desk, record) if record is not None else desk.messages.text("bulk_unseen")
    href = page_of(desk, record) if record is not None else ""
    why = " ".join(dict.fromkeys(reason(desk, run, *one) for one in item.told))
    return Row(item.record_id, name, (Cell(name, href=href, is_strong=True), Cell(why)))


def reason(desk: Desk, run: BulkRun, code: str, path: str, message: str) -> str:
    """Why a record was refused, as people read it."""
    if message:
        entity = desk.model.entities.get(run.entity)
        member = entity.attributes.get(path) if entity is not None else None
        return f"{desk.label(member)}: {message}" if member is not None else message
    known = {"R404": "bulk_why_gone", "R403": "bulk_why_forbidden", "R409": "bulk_why_conflict"}
    return desk.messages.text(known.get(code, "bulk_why_other"))
