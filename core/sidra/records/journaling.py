"""History and audit of a unit of work: one entry for each record that it makes, changes or removes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sidra.access.actor import system_actor
from sidra.audit.journal import Event

if TYPE_CHECKING:
    from sidra.records.planning import Plan
    from sidra.records.record import Record
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork


class UnitJournal:
    """Tells the audit what a unit of work does."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def record(self, plan: Plan, changed: Mapping[str, Any]) -> None:
        """Keep that a record was made or changed."""
        action = "create" if plan.is_new else plan.step.name if plan.step is not None else "update"
        self._write(
            Event(
                actor=self._unit.actor,
                at=self._unit.now,
                action=action,
                entity=plan.view.name,
                record_id=plan.proposed["id"],
                owner_id=self._owner(plan),
                version=plan.proposed["version"],
                reason=plan.step.reason if plan.step is not None else None,
                before=plan.before,
                changed=changed,
            )
        )

    def _owner(self, plan: Plan) -> str | None:
        owner = plan.view.compiled.owner
        return plan.proposed.get(f"{owner[1].inverse}_id") if owner is not None else None

    def deleted(self, view: View, before: Record, owner_id: str | None) -> None:
        """Keep that a record was removed."""
        self._write(
            Event(
                actor=self._unit.actor,
                at=self._unit.now,
                action="delete",
                entity=view.name,
                record_id=before.id,
                owner_id=owner_id,
                version=before.version,
                before=before,
                changed=dict.fromkeys(before),
            )
        )

    def computed(self, entity: str, before: Record, changed: Mapping[str, Any]) -> None:
        """Keep that values followed from another change: nobody but the program did that."""
        self._write(
            Event(
                actor=system_actor("compute", affiliate=self._unit.runtime.affiliate),
                at=self._unit.now,
                action="update",
                entity=entity,
                record_id=before.id,
                version=before.version,
                before=before,
                changed=changed,
            )
        )

    def _write(self, event: Event) -> None:
        self._unit.runtime.audit.write(self._unit.connection, event)
