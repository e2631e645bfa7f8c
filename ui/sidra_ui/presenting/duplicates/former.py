"""A record that became part of another one, as it was, and the way to take that back."""

from __future__ import annotations

from dataclasses import replace

from sidra.identity.merging import MERGE
from sidra.identity.tombstones import Merge
from sidra.identity.undoing import undo_within
from sidra.records.record import Record
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.duplicates.merged import address_of
from sidra_ui.presenting.records.record import record_page
from sidra_ui.presenting.values import name_of, page_of, who
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link
from sidra_ui.viewmodels.records import RecordPage
from sidra_ui.viewmodels.shell import Place


def former_page(desk: Desk, merge: Merge, was: Record, survivor: Record) -> RecordPage:
    """A record as it was when it became part of another one, and the way to take that back."""
    page, texts, entity = record_page(desk, was), desk.messages, desk.model.entity(merge.entity)
    address = page_of(desk, survivor)
    may_undo = desk.records.may(merge.entity, MERGE)
    is_late = desk.records.now - merge.at > undo_within(desk.records.runtime, merge.entity)
    back = Action(
        texts.text("undo_merge"),
        address_of(desk, merge),
        "refresh-cw",
        "primary",
        method="post",
        confirm=texts.text("undo_merge_confirm"),
    )
    onward = Action(name_of(desk, survivor), address, "arrow-right")
    told = f"{desk.formats.moment(merge.at)} · {who(desk, merge.by_name)}"
    told = f"{told} · {merge.reason}" if merge.reason else told
    fact = Fact(told, "layers", texts.text("former_record"), is_named=True)
    trail = (Link(desk.plural(entity), desk.addresses.list(entity.name)), Link(name_of(desk, survivor), address))
    return replace(
        page,
        place=Place(page.title, trail),
        badges=(Badge(texts.text("merged"), "amber"),),
        facts=(*page.facts, fact),
        actions=(onward, back) if may_undo and not is_late else (onward,),
        more_actions=(),
        steps=(),
    )
