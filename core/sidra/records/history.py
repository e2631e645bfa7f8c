"""What happened to a record, as far as its reader may see the values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sidra.audit.journal import HistoryEntry
from sidra.records.record import Change, Record

if TYPE_CHECKING:
    from sidra.records.service import Records


def history(records: Records, record: Record) -> list[Change]:
    """Return the changes of a record and of what it owns, the latest first."""
    with records.connected() as connection:
        entries = records.runtime.audit.history(record.id, connection)
    reached = {record.id: True}
    for entry in entries:
        if entry.record_id not in reached:
            reached[entry.record_id] = _is_reached(records, record, entry)
    return [change for entry in entries if reached[entry.record_id] for change in _shown(records, entry)]


def _is_reached(records: Records, owner: Record, entry: HistoryEntry) -> bool:
    """Tell whether the reader may see an owned record, or might have seen it where it is gone."""
    model = records.runtime.model
    if entry.entity not in model.entities or not _shows_owned(records, owner, entry.entity):
        return False
    if records.find(entry.entity, entry.record_id) is not None:
        return True
    # Conditions on its own values cannot be asked any more once it is gone.
    policy = records.access(entry.entity).rows
    is_narrowed = not policy.is_open and all(len(conditions) > 1 for conditions in policy.alternatives)
    return not is_narrowed and records.system.find(entry.entity, entry.record_id) is None


def _shows_owned(records: Records, owner: Record, entity: str) -> bool:
    """Tell whether the reader may see a relation of the owner to what it owns of an entity."""
    model, view = records.runtime.model, records.view(owner.entity)
    lineage = {entity, *model.ancestors(entity)}
    relations = model.entity(owner.entity).relations.values()
    return any(
        relation.owned and lineage & set(relation.to) and view.level(relation.name) in {"read", "edit"}
        for relation in relations
    )


def _shown(records: Records, entry: HistoryEntry) -> Iterator[Change]:
    """Yield the change with the values that the reader may see: none of a hidden member, masked ones masked."""
    if entry.entity not in records.runtime.model.entities:
        return
    view = records.view(entry.entity)
    level = view.level(entry.member)
    if level == "none" or not view.can_read:
        return
    attribute = view.compiled.entity.attributes.get(entry.member)

    def shown(value: Any) -> Any:  # noqa: ANN401 - of the attribute's type
        return view.masked(attribute, value) if level == "mask" and attribute is not None else value

    yield Change(
        at=entry.at,
        by=entry.actor_name,
        action=entry.action,
        entity=entry.entity,
        attribute=entry.member,
        old=shown(entry.old),
        new=shown(entry.new),
        reason=entry.reason,
    )
