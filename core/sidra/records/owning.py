"""What an owned record means to its owner: the owner is one with what it owns, so that it changes along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sidra.errors import Invalid
from sidra.store.identifiers import id_text

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.records.readers import Row
    from sidra.records.work import UnitOfWork
    from sidra_metamodel.kinds.entity import Relation


def owner_of(compiled: CompiledEntity, values: Mapping[str, Any]) -> str | None:
    """Return the id of the record that a record with these values belongs to; None for one of its own."""
    return values.get(f"{compiled.owner[1].inverse}_id") if compiled.owner is not None else None


def touch_owners(unit: UnitOfWork, compiled: CompiledEntity, *rows: Row | None) -> None:
    """Give the owners of a record that was written or removed on its own, before and after, a new version each.

    Raises Invalid where an owner has more of them now than it may have, or fewer than it must.
    """
    if compiled.owner is None:
        return
    source, relation = compiled.owner
    position = compiled.positions[f"{relation.inverse}_id"]
    for owner_id in {row[position] for row in rows if row is not None} - {None}:
        given = {"k_id": owner_id, "v_at": unit.microseconds, "v_by": unit.actor.id}
        unit.runtime.entity(source).touch.run(unit.connection, given)
        _check_number(unit, source, relation, owner_id)


def _check_number(unit: UnitOfWork, source: str, relation: Relation, owner_id: bytes) -> None:
    runtime = unit.runtime
    if not any(runtime.rules(kind).demands_of(relation.name) for kind in runtime.model.subtypes(source)):
        return
    owner = unit.system.get(source, id_text(owner_id))
    owned, environment = owner[relation.name], unit.records.environment(owner)
    found = runtime.rules(owner.entity).problems_of(relation.name, owned, environment, unit.actor.locale)
    if found:
        raise Invalid([replace(problem, path=relation.inverse or "") for problem in found])
