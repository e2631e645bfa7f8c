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
    return [change for entry in entries for change in _shown(records, entry)]


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
