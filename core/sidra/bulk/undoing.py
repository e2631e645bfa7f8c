"""The former values of records, from the history that is kept of each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sidra.errors import Conflict

if TYPE_CHECKING:
    from sidra.bulk.runs import BulkRun
    from sidra.records.record import Record
    from sidra.records.work import UnitOfWork

NEWEST = 20
"""Entries to look through: the change that is taken back is the last that the record itself had."""


def former(unit: UnitOfWork, run: BulkRun, record: Record) -> dict[str, Any]:
    """Return what the changed member held before; raises Conflict where that is not known any more.

    That nobody has changed the record since is seen to by its version.
    """
    member = run.change.member
    if run.change.value == "step":
        lifecycle = unit.runtime.model.entity(record.entity).lifecycle
        member = lifecycle.attribute if lifecycle is not None else ""
    entries = unit.runtime.audit.history(record.id, unit.connection, limit=NEWEST)
    for entry in entries:
        if entry.record_id == record.id and entry.member == member and entry.version == record.version:
            if entry.is_erased:
                break
            return {member: entry.old}
    raise Conflict("what it was before is not known any more", hint="change it by hand")
