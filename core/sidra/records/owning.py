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


def owner_of(compiled: CompiledEntity, values: Mapping[str, Any]) -> str | None:
    """Return the id of the record that a record with these values belongs to; None for one of its own."""
    if not compiled.owners:
        return None
    found = (values.get(f"{inverse}_id") for inverse in compiled.owners)
    return next((owner for owner in found if owner is not None), None)


def touch_owners(unit: UnitOfWork, compiled: CompiledEntity, *rows: Row | None) -> None:
    """Give the owners of a record that was written or removed on its own, before and after, a new version each.

    Raises Invalid where an owner has more of them now than it may have, or fewer than it must.
    """
    for inverse, root in compiled.owners.items():
        position = compiled.positions[f"{inverse}_id"]
        for owner_id in {row[position] for row in rows if row is not None} - {None}:
            given = {"k_id": owner_id, "v_at": unit.microseconds, "v_by": unit.actor.id}
            unit.runtime.entity(root).touch.run(unit.connection, given)
            _check_number(unit, compiled, root, inverse, owner_id)


def _check_number(unit: UnitOfWork, compiled: CompiledEntity, root: str, inverse: str, owner_id: bytes) -> None:
    runtime, lineage = unit.runtime, {compiled.name, *compiled.model.ancestors(compiled.name)}
    demanding = {
        (kind, relation.name)
        for kind in runtime.model.subtypes(root)
        for relation in runtime.entity(kind).owned
        if relation.inverse == inverse and lineage & set(relation.to) and runtime.rules(kind).demands_of(relation.name)
    }
    owner = unit.system.find(root, id_text(owner_id)) if demanding else None
    if owner is None:
        return
    rules, environment = runtime.rules(owner.entity), unit.records.environment(owner)
    for kind, name in demanding:
        found = rules.problems_of(name, owner[name], environment, unit.actor.locale) if kind == owner.entity else []
        if found:
            raise Invalid([replace(problem, path=inverse) for problem in found])
