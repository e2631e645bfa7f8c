"""The boxes of a 360° page: records, facts; each alone, so that one that fails leaves the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from sidra.errors import SidraError
from sidra.records.query import Filter, Query
from sidra.records.record import Page, Record
from sidra_metamodel.kinds.entity import Entity, Relation
from sidra_metamodel.kinds.screens.view360 import Panel
from sidra_ui.presenting.addresses import THEN, with_query
from sidra_ui.presenting.charts.courses import chart
from sidra_ui.presenting.columns import Source as ColumnSource
from sidra_ui.presenting.columns import sources
from sidra_ui.presenting.customers.connecting import answered, operation_of
from sidra_ui.presenting.customers.offering import offers
from sidra_ui.presenting.customers.timeline import LATEST, Asked, timeline
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import isolated
from sidra_ui.presenting.frame.shell import count_text
from sidra_ui.presenting.lists.tables import filled, layout, table
from sidra_ui.presenting.records.commenting import comments_view
from sidra_ui.presenting.records.reading import reading_field
from sidra_ui.presenting.values import is_sequence, name_of, page_of
from sidra_ui.viewmodels.common import Link, Source
from sidra_ui.viewmodels.view360 import Item
from sidra_ui.viewmodels.view360 import Panel as PanelView

OWN = frozenset({"records", "facts", "timeline"})
"""Kinds of boxes that say that their contents are kept here, beside those that another system answers."""


def panel_view(desk: Desk, panel: Panel, record: Record, asked: Asked = LATEST) -> PanelView:
    """A box with its contents, or with the sentence that they did not come."""
    head = panel_head(desk, panel, record)
    try:
        match panel.kind_:
            case "facts":
                return facts(desk, panel, record, head)
            case "timeline":
                return timeline(desk, panel, record, head, asked)
            case "offers":
                return offers(desk, panel, record, head)
            case "chart":
                return chart(desk, panel, record, head)
            case "comments":
                return replace(head, state="ready", comments=comments_view(desk, record))
        if operation_of(desk, panel.source) is not None:
            return answered(desk, panel, record, head)
        return records(desk, panel, record, head)
    except SidraError:
        message = desk.messages.text("source_unavailable", name=head.title)
        return replace(head, state="error", message=message, load_href=load_address(desk, panel, record))


def panel_head(desk: Desk, panel: Panel, record: Record) -> PanelView:
    """A box without its contents, which the page asks for once it stands."""
    found = operation_of(desk, panel.source)
    source = desk.model.entities.get((found[1].of if found is not None else panel.source) or "")
    title = desk.text(panel.label) or (desk.plural(source) if source is not None else desk.label(panel))
    icon = desk.icon(panel.icon, source.icon if source is not None else None)
    texts = desk.messages
    origin = Source(desk.label(found[0])) if found is not None else None
    if found is None and panel.kind_ in OWN:
        origin = Source(texts.text("panel_own"), texts.text("panel_now"), "blue")
    if panel.kind_ == "comments":
        title = desk.text(panel.label) or texts.text("comments")
    return PanelView(panel.name, title, icon, origin, state="loading", load_href=load_address(desk, panel, record))


def load_address(desk: Desk, panel: Panel, record: Record) -> str:
    """Where the contents of a box come from."""
    return desk.addresses.record(record.entity, record.id, "360", panel.name)


def facts(desk: Desk, panel: Panel, record: Record, head: PanelView) -> PanelView:
    """Labels and values."""
    found = sources(desk, record.entity, panel.facts.values())
    fields = tuple(reading_field(desk, source, record) for source in found)
    filled = tuple(each for each in fields if each.text or each.badges or each.masked)
    note = desk.messages.text("masked_note_plain") if any(each.masked for each in filled) else ""
    if not filled:
        return replace(head, state="empty", message=desk.messages.text("nothing_here"))
    return replace(head, state="ready", fields=filled, fields_note=note, edit_href=edit_address(desk, found, record))


def edit_address(desk: Desk, shown: Iterable[ColumnSource], record: Record) -> str:
    """The form in which what a box shows is changed: of the record that most of it is read from; empty without one."""
    heads = Counter(head_of(desk, source) for source in shown)
    name = max(heads, key=lambda each: heads[each], default="")
    held = record.get(name) if name else record
    if not isinstance(held, Record) or not desk.records.may(held.entity, "update"):
        return ""
    here = desk.addresses.record(record.entity, record.id, "360")
    return with_query(desk.addresses.record(held.entity, held.id, "edit"), ((THEN, here),))


def head_of(desk: Desk, source: ColumnSource) -> str:
    """The record beside this one from which a value is read; empty for this one itself."""
    formula = source.column.value
    read = min((path.partition(".")[0] for path in desk.model.expression(formula).reads), default="") if formula else ""
    relation = desk.model.entity(source.entity).relations.get(read)
    return read if relation is not None and not relation.many else ""


def records(desk: Desk, panel: Panel, record: Record, head: PanelView) -> PanelView:
    """Records of another entity that belong to this one."""
    entity = desk.model.entity(str(panel.source))
    via = desk.model.via(entity.name, record.entity, panel.via)
    query = Query(
        where=desk.screens.condition([panel.filter]),
        filters=(Filter(via.name, "eq", record.id),),
        sort=panel.sort,
        limit=panel.limit,
    )
    page = desk.records.list(entity.name, query)
    head = replace(head, count=count_text(desk, page.count), state="ready")
    head = with_ways(desk, head, via, entity.name, record, page)
    if not page.records:
        return replace(head, state="empty", count="", message=desk.messages.text("nothing_here"))
    columns = panel.columns or desk.screens.list_of(entity.name).columns
    found = [source for source in sources(desk, entity.name, columns.values()) if source.name != via.name]
    if panel.show == "cards":
        return replace(head, items=tuple(card(desk, entity, found, each) for each in page.records))
    laid = layout(desk, entity.name, filled(desk, found, page.records), page.records)
    return replace(head, table=table(desk, head.title, laid, page.records))


def count_of(desk: Desk, panel: Panel, record: Record) -> str:
    """How many records a box has in all; nothing for one that shows something else."""
    if panel.kind_ != "records" or panel.source not in desk.model.entities:
        return ""
    via = desk.model.via(str(panel.source), record.entity, panel.via)
    where = desk.screens.condition([panel.filter])
    try:
        found = desk.records.list(
            str(panel.source), Query(where=where, filters=(Filter(via.name, "eq", record.id),), limit=0)
        )
    except SidraError:
        return ""
    return count_text(desk, found.count) if found.count is not None and found.count.value else ""


def with_ways(desk: Desk, head: PanelView, via: Relation, entity: str, record: Record, page: Page) -> PanelView:
    """A box with the ways to all of the records and to a new one."""
    if page.records and via.filter:
        address = desk.addresses.list(entity, (f"f.{via.name}", record.id))
        head = replace(head, link=Link(desk.messages.text("view_all"), address))
    if desk.records.may(entity, "create"):
        here = desk.addresses.record(record.entity, record.id, "360")
        address = desk.addresses.new(entity, (via.name, record.id), (THEN, here))
        return replace(head, new_href=address, new_text=desk.new(desk.model.entity(entity)))
    return head


def card(desk: Desk, entity: Entity, found: list[ColumnSource], record: Record) -> Item:
    """A record in a narrow column: number, name, state, and the rest in one line."""
    badge, notes = None, []
    code = ""
    for source in found:
        shown = source.show(desk, record)
        attribute = entity.attributes.get(source.name)
        if attribute is not None and is_sequence(desk, attribute) and source.name != entity.title:
            code = shown.text
        elif entity.lifecycle is not None and source.name == entity.lifecycle.attribute:
            badge = replace(shown.badge, dot=True, icon="") if shown.badge is not None else None
        elif source.name != entity.title and shown.text and not shown.is_withheld:
            notes.append(isolated(shown.text))
    return Item(name_of(desk, record), page_of(desk, record), code, note=" · ".join(notes), badge=badge)
