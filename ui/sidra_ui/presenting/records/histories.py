"""What happened to a record, one entry for each time somebody saved it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import structlog

from sidra.access.actor import system_actor
from sidra.privacy.keys import KeyMissing
from sidra.records.history import SAVINGS
from sidra.records.history import history as history_of
from sidra.records.record import Change, History, Record
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk, targets
from sidra_ui.presenting.formats import isolated
from sidra_ui.presenting.values import name_of, show, who
from sidra_ui.viewmodels.records import HistoryChange, HistoryEntry, HistoryView

HISTORY_TAB = "history"
OLDER = "older"
"""In the address of a record: the cursor of the part of its history that is shown."""
ICONS = {"create": "plus", "delete": "trash-2", "update": "square-pen", "reveal": "eye"}
WORDS = {
    "create": "created",
    "update": "changed",
    "delete": "removed",
    "reveal": "revealed",
    "download": "did_download",
    "merge": "merged",
    "undo_merge": "merge_undone",
    "package": "did_package",
    "erase_ask": "did_erase_ask",
    "erase": "did_erase",
    "anonymise": "did_anonymise",
}
COMPUTING = system_actor("compute").name


def history(desk: Desk, record: Record, older: str = "") -> HistoryView:
    """The latest changes, or those before a cursor, and the ways to the others; raises BadQuery."""
    address = desk.addresses.record(record.entity, record.id)
    try:
        # Of the record itself, which may be one that became part of another: it stands in no table any more.
        found = history_of(desk.records, record, older or None, SAVINGS)
    except KeyMissing as error:
        # The record itself can be read: its page stays.
        structlog.get_logger("sidra.ui").error("history sealed", code=error.code, entity=record.entity, hint=error.hint)
        return HistoryView((), failure=desk.messages.text("history_sealed", code=error.code))
    before = f"{with_query(address, ((OLDER, found.next_cursor),))}#{HISTORY_TAB}" if found.next_cursor else ""
    return HistoryView(tuple(entries(desk, record.entity, found)), before, f"{address}#{HISTORY_TAB}" if older else "")


def entries(desk: Desk, entity: str, found: History) -> Iterator[HistoryEntry]:
    """Each saving of a record and of what it owns, as far as the reader may see the values."""
    for (at, by), changes in groupby(found.changes, key=lambda change: (change.at, change.by)):
        listed = list(changes)
        own = [change for change in listed if change.entity == entity] or listed
        yield HistoryEntry(
            desk.formats.moment(at),
            at.isoformat(),
            who(desk, by),
            " · ".join(dict.fromkeys(action_text(desk, entity, change) for change in own)),
            tuple(shown for each in listed if (shown := shown_change(desk, entity, each)) is not None),
            ICONS.get(own[0].action, "workflow"),
            next((text for each in own if (text := reason_text(desk, each))), ""),
        )


def action_text(desk: Desk, owner: str, change: Change) -> str:
    """What was done, in the reader's language; to what, where that is something that the record owns."""
    entity = desk.model.entity(change.entity)
    step = entity.lifecycle.transitions.get(change.action) if entity.lifecycle is not None else None
    if change.action in WORDS:
        done = desk.messages.text("computed" if change.by == COMPUTING else WORDS[change.action])
    else:
        done = desk.label(step) if step is not None else change.action
    return done if change.entity == owner else f"{desk.label(entity)}: {done}"


def reason_text(desk: Desk, change: Change) -> str:
    """Why it was done, where somebody said so; a reason that was chosen from a list, as the list says it."""
    if change.reason is None:
        return ""
    lifecycle = desk.model.entity(change.entity).lifecycle
    step = lifecycle.transitions.get(change.action) if lifecycle is not None else None
    enum = desk.model.enums.get(step.reason.enum) if step is not None and step.reason is not None else None
    value = enum.values.get(change.reason) if enum is not None else None
    return desk.label(value) if value is not None else change.reason


def shown_change(desk: Desk, owner: str, change: Change) -> HistoryChange | None:
    """One value that changed, or was seen; None for a member that is on no screen any more."""
    entity = desk.model.entity(change.entity)
    name = change.attribute.removesuffix("_id")
    member = entity.attributes.get(change.attribute) or entity.relations.get(name)
    if member is None or member.hidden or (change.entity != owner and leads_back(desk, owner, change)):
        return None
    label = desk.label(member) if change.entity == owner else f"{desk.label(entity)} · {desk.label(member)}"
    if change.is_erased:
        return HistoryChange(label, "", "", desk.messages.text("erased"))
    before, after = (value_text(desk, member, value) for value in (change.old, change.new))
    if not before and not after and (change.old is not None or change.new is not None):
        return None
    note = desk.messages.text("computed") if change.is_computed and change.by != COMPUTING else ""
    return HistoryChange(label, before, after, note)


def leads_back(desk: Desk, owner: str, change: Change) -> bool:
    """Whether a change only says that a record which came or went belonged to its owner."""
    relations = desk.model.entity(owner).relations.values()
    is_inverse = any(relation.owned and relation.inverse == change.attribute for relation in relations)
    return is_inverse and (change.old is None or change.new is None)


def value_text(desk: Desk, member: Attribute | Relation, value: Any) -> str:  # noqa: ANN401 - of any type
    """A value as it was; of a relation, the name of the record that it led to, or of each that it lost or got."""
    if isinstance(member, Relation) and isinstance(value, list):
        return desk.messages.listed(value_text(desk, member, each) for each in value)
    if not isinstance(member, Relation) or not isinstance(value, str):
        shown = show(desk, None if isinstance(member, Relation) else member, value)
        return isolated(shown.text) if shown.text and (shown.is_phone or shown.is_code) else shown.text
    record = next((found for name in targets(desk.model, member) if (found := desk.records.find(name, value))), None)
    return name_of(desk, record) if record is not None else "…"
