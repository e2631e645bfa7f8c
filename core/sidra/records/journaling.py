"""History and audit of a unit of work: one entry for each record that it makes, changes or removes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sidra.access.actor import system_actor
from sidra.audit.journal import Event
from sidra.live.signals import tell_changed
from sidra.queues.handing import tell_handed
from sidra.records.owning import owner_of

WRITES: Mapping[str, str] = MappingProxyType({"create": "created", "update": "updated", "delete": "deleted"})
"""What the event of a write is called; that of a transition has its name."""

Links = Mapping[str, tuple[list[str], list[str]]]
"""By relation: ids of the records that it lost, and of those that it got."""
NO_LINKS: Links = MappingProxyType({})
NOTHING: Mapping[str, Any] = MappingProxyType({})
ALWAYS = ("version", "updated_at", "updated_by")
"""What changes with every change."""

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.records.planning import Plan
    from sidra.records.record import Record
    from sidra.records.ruling import Step
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork


def record_written(unit: UnitOfWork, plan: Plan) -> None:
    """Keep that a record was made or changed."""
    step, proposed, compiled = plan.step, plan.proposed, plan.view.compiled
    owner, former = owner_of(compiled, proposed), owner_of(compiled, plan.before)
    _write(
        unit,
        Event(
            actor=unit.actor,
            at=unit.now,
            action="create" if plan.is_new else step.name if step is not None else "update",
            entity=plan.view.name,
            record_id=proposed["id"],
            owner_id=owner,
            former_owner_id=former if former != owner else None,
            version=proposed["version"],
            reason=step.reason if step is not None else None,
            before=plan.before,
            changed=plan.changed,
            links={name: change.told() for name, change in plan.links.items()},
        ),
    )
    if compiled.queues or compiled.persons:
        tell_handed(unit, plan)


def record_deleted(unit: UnitOfWork, view: View, before: Record, links: Links) -> None:
    """Keep that a record was removed, with the links that went with it."""
    _write(
        unit,
        Event(
            actor=unit.actor,
            at=unit.now,
            action="delete",
            entity=view.name,
            record_id=before.id,
            owner_id=owner_of(view.compiled, before),
            version=before.version,
            before=before,
            changed=dict.fromkeys(before),
            links={name: change for name, change in links.items() if any(change)},
        ),
    )


def record_moved(
    unit: UnitOfWork,
    compiled: CompiledEntity,
    before: Mapping[str, Any],
    changed: Mapping[str, Any],
    step: Step,
    links: Links = NO_LINKS,
) -> None:
    """Keep that a record changed, came or went because two others became one, or two again; `step` says which."""
    owner, former = owner_of(compiled, {**before, **changed}), owner_of(compiled, before)
    _write(
        unit,
        Event(
            actor=unit.actor,
            at=unit.now,
            action=step.name,
            entity=compiled.name,
            record_id=before["id"],
            owner_id=owner or former,
            former_owner_id=former if owner and former != owner else None,
            version=changed.get("version", before.get("version")),
            reason=step.reason,
            before=before,
            changed=changed,
            links=links,
        ),
    )


def record_computed(unit: UnitOfWork, entity: str, before: Record, changed: Mapping[str, Any]) -> None:
    """Keep that values followed from another change: nobody but the program did that."""
    _write(
        unit,
        Event(
            actor=system_actor("compute", affiliate=unit.runtime.affiliate),
            at=unit.now,
            action="update",
            entity=entity,
            record_id=before.id,
            version=before.version,
            before=before,
            changed=changed,
        ),
    )


def _told(state: str, event: Event) -> Mapping[str, Any]:
    """Give what whoever acts on a change cannot read any more: the state it led to, whether a merge made it or took it.

    `from` and `to` are values of the code list of states; `also` says that other values changed with the state.
    """
    changed = event.changed
    if event.action not in WRITES and "id" in changed:
        return {"is": "deleted" if changed["id"] is None else "created"}
    if state not in changed or event.action in {"create", "delete"}:
        return NOTHING
    former, reached = event.before.get(state), changed[state]
    if former == reached or reached is None:
        return NOTHING
    also = bool(event.links) or not changed.keys() <= {state, *ALWAYS}
    return {"from": former, "to": reached, **({"also": True} if also else {})}


def _write(unit: UnitOfWork, event: Event) -> None:
    unit.runtime.audit.write(unit, event)
    happened = WRITES.get(event.action, event.action)
    told = _told(unit.runtime.entity(event.entity).state, event)
    unit.emit(f"{event.entity}.{happened}", event.entity, event.record_id, told, version=event.version)
    if event.action != "create":
        tell_changed(unit, event.entity, event.record_id)
