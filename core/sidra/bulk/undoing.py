"""What records were before a change to many of them: from their history, or kept with the change itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from sidra.audit.values import encode_values
from sidra.errors import Conflict

if TYPE_CHECKING:
    from sidra.bulk.runs import BulkRun, Item
    from sidra.records.record import Record
    from sidra.records.work import UnitOfWork
    from sidra_metamodel.kinds.entity import Entity

NEWEST = 20
"""Entries to look through: the change that is taken back is the last that the record itself had."""


def former(unit: UnitOfWork, run: BulkRun, item: Item, record: Record) -> dict[str, Any]:
    """Return what the changed member held before; raises Conflict where that is not known any more.

    That nobody has changed the record since is seen to by its version.
    """
    entity = unit.runtime.model.entity(record.entity)
    member = lifecycle_attribute(entity) if run.change.value == "step" else run.change.member
    if item.former is not None:
        return {member: orjson.loads(item.former)[0]}
    for entry in unit.runtime.audit.history(record.id, unit.connection, limit=NEWEST):
        is_it = entry.record_id == record.id and entry.member == member and entry.version == item.version
        if is_it and not entry.is_erased:
            return {member: entry.old}
    raise Conflict("what it was before is not known any more", hint="change it by hand")


def kept(unit: UnitOfWork, run: BulkRun, before: Record) -> str | None:
    """Return what is kept of a value for taking it back; of a person's value only what the history has, sealed."""
    entity = unit.runtime.model.entity(before.entity)
    member = lifecycle_attribute(entity) if run.change.action == "step" else run.change.member
    attribute = entity.attributes.get(member)
    if attribute is None or attribute.pii or attribute.encrypt or run.change.action == "undo":
        return None
    return encode_values([before.get(member)])


def lifecycle_attribute(entity: Entity) -> str:
    """Return the name of the attribute that holds the state; empty where there is none."""
    return entity.lifecycle.attribute if entity.lifecycle is not None else ""
