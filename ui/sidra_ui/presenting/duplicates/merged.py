"""What became part of a record, told on its page."""

from __future__ import annotations

from sidra.identity.deciding import former, merges_into
from sidra.identity.tombstones import Merge
from sidra.privacy.keys import KeyMissing
from sidra.records.record import Record
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.values import name_of, who
from sidra_ui.viewmodels.records import RelatedList
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

MERGED = "merged"


def merged_from(desk: Desk, record: Record) -> RelatedList | None:
    """The records that became part of one, as far as the reader would see them; None where there are none."""
    try:
        merges = [(merge, was) for merge in merges_into(desk.records, record) if (was := former(desk.records, merge))]
    except KeyMissing:
        return None
    if not merges:
        return None
    texts = desk.messages
    columns = (
        Column("name", desk.label(desk.model.entity(record.entity))),
        Column("at", texts.text("merged")),
        Column("by", texts.text("merged_by"), is_secondary=True),
        Column("reason", texts.text("reason"), is_secondary=True, is_prose=True),
    )
    rows = tuple(_row(desk, merge, was) for merge, was in merges)
    title = texts.text("merged_from")
    return RelatedList(title, desk.icon("layers"), Table(title, columns, rows, is_compact=True))


def address_of(desk: Desk, merge: Merge) -> str:
    """The page of a record that became part of another one."""
    return desk.addresses.record(merge.entity, merge.survivor, MERGED, merge.id)


def _row(desk: Desk, merge: Merge, was: Record) -> Row:
    href, name = address_of(desk, merge), name_of(desk, was)
    cells = (
        Cell(name, href=href, is_strong=True),
        Cell(desk.formats.moment(merge.at)),
        Cell(who(desk, merge.by_name)),
        Cell(merge.reason or ""),
    )
    return Row(merge.id, name, cells, href)
