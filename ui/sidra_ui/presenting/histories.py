"""What happened to a record, one entry for each time somebody saved it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sidra.records.record import Change, History, Record
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk, targets
from sidra_ui.presenting.values import name_of, show, who
from sidra_ui.viewmodels.records import HistoryChange, HistoryEntry, HistoryView

HISTORY_TAB = "history"
OLDER = "older"
"""In the address of a record: the cursor of the part of its history that is shown."""
ICONS = {"create": "plus", "delete": "trash-2", "update": "square-pen"}


def history(desk: Desk, record: Record, older: str = "") -> HistoryView:
    """The latest changes, or those before a cursor, and the ways to the others; raises BadQuery."""
    found = desk.records.history(record.entity, record.id, after=older or None)
    address = desk.addresses.record(record.entity, record.id)
    before = f"{with_query(address, ((OLDER, found.next_cursor),))}#{HISTORY_TAB}" if found.next_cursor else ""
    return HistoryView(tuple(entries(desk, found)), before, f"{address}#{HISTORY_TAB}" if older else "")


def entries(desk: Desk, found: History) -> Iterator[HistoryEntry]:
    """Each saving, as far as the reader may see the values."""
    grouped = groupby(found.changes, key=lambda change: (change.at, change.by, change.action, change.entity))
    for (at, by, action, entity), changes in grouped:
        listed = list(changes)
        yield HistoryEntry(
            desk.formats.moment(at),
            at.isoformat(),
            who(desk, by),
            " · ".join(text for text in (action_text(desk, entity, action), reason_text(desk, entity, listed)) if text),
            tuple(change for each in listed if (change := shown_change(desk, each)) is not None),
            ICONS.get(action, "workflow"),
        )


def action_text(desk: Desk, entity: str, action: str) -> str:
    """What was done, in the reader's language."""
    words = {"create": "created", "update": "changed", "delete": "removed"}
    if action in words:
        return desk.messages.text(words[action])
    lifecycle = desk.model.entity(entity).lifecycle
    step = lifecycle.transitions.get(action) if lifecycle is not None else None
    return desk.label(step) if step is not None else action


def reason_text(desk: Desk, entity: str, changes: list[Change]) -> str:
    """Why it was done, where somebody said so; a reason that was chosen from a list, as the list says it."""
    change = next((change for change in changes if change.reason), None)
    if change is None or change.reason is None:
        return ""
    lifecycle = desk.model.entity(entity).lifecycle
    step = lifecycle.transitions.get(change.action) if lifecycle is not None else None
    enum = desk.model.enums.get(step.reason.enum) if step is not None and step.reason is not None else None
    value = enum.values.get(change.reason) if enum is not None else None
    return desk.label(value) if value is not None else change.reason


def shown_change(desk: Desk, change: Change) -> HistoryChange | None:
    """One value that changed; None for a member that is on no screen any more."""
    entity = desk.model.entity(change.entity)
    name = change.attribute.removesuffix("_id")
    member = entity.attributes.get(change.attribute) or entity.relations.get(name)
    if member is None or member.hidden:
        return None
    before, after = (value_text(desk, member, value) for value in (change.old, change.new))
    return HistoryChange(desk.label(member), before, after) if before or after else None


def value_text(desk: Desk, member: Attribute | Relation, value: Any) -> str:  # noqa: ANN401 - of any type
    """A value as it was; of a relation, the name of the record that it led to, or of each that it lost or got."""
    if isinstance(member, Relation) and isinstance(value, list):
        return ", ".join(value_text(desk, member, each) for each in value)
    if not isinstance(member, Relation) or not isinstance(value, str):
        return show(desk, None if isinstance(member, Relation) else member, value).text
    record = next((found for name in targets(desk.model, member) if (found := desk.records.find(name, value))), None)
    return name_of(desk, record) if record is not None else "…"
