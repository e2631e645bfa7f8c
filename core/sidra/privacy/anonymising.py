"""Takes the personal values out of single records: rows, what is computed from them, the search, the history."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sidra.audit.journal import Event
from sidra.privacy.neutral import ABSENT, neutral_value
from sidra.records.belongings import forget_belongings
from sidra.records.deleting import delete_row
from sidra.records.proposed import Proposed
from sidra.records.search_index import index_texts
from sidra.store.codecs import is_other
from sidra.store.identifiers import id_bytes, id_text

if TYPE_CHECKING:
    from sidra.privacy.reach import Place
    from sidra.records.compiled import CompiledEntity
    from sidra.records.readers import Row
    from sidra.records.record import Record
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork
    from sidra_metamodel.expressions import Environment


@dataclass(slots=True)
class Anonymised:
    """What was done, in numbers; never a value."""

    attributes: dict[str, int] = field(default_factory=dict)
    """Values that were taken out, by `entity.attribute`."""
    removed: dict[str, int] = field(default_factory=dict)
    """Records that were removed, since nothing else could stand in them, by entity."""
    left_empty: dict[str, int] = field(default_factory=dict)
    """Values that their entity requires and that are empty now, by `entity.attribute`."""

    def note(self, found: Decision) -> None:
        """Count what becomes of one more record."""
        if found.is_removed:
            _count(self.removed, found.kind)
            return
        for name, value in found.wanted.items():
            _count(self.left_empty if value is ABSENT else self.attributes, f"{found.kind}.{name}")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of one record."""

    kind: str
    before: Record
    proposed: Proposed
    environment: Environment
    wanted: Mapping[str, Any]
    """By attribute what takes the place of its value; ABSENT where something should and nothing can."""
    is_removed: bool


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def decide(records: Records, system: Records, compiled: CompiledEntity, row: Row) -> Decision:
    """Return what becomes of the record of a row, whose rules see what `records` see."""
    before = system.whole(compiled.name, row)
    proposed = Proposed(before, compiled.name, row, system)
    environment = records.environment(proposed)
    entered = [one for one in compiled.entity.attributes.values() if one.pii and one.compute is None]
    held = {one.name: one for one in entered if before.get(one.name) is not None}
    neutral = {name: neutral_value(system.runtime, compiled, one, environment) for name, one in held.items()}
    # What is neutral already was taken out before.
    wanted = {name: value for name, value in neutral.items() if value is ABSENT or is_other(before[name], value)}
    is_removed = bool(compiled.owners) and any(value is ABSENT for value in wanted.values())
    return Decision(compiled.name, before, proposed, environment, wanted, is_removed)


class Anonymising:
    """Works within one unit of work."""

    def __init__(self, unit: UnitOfWork, action: str, reason: str, before: Anonymised | None = None) -> None:
        """Tell in the audit of each record that this was done to it, and why; `before` is counted on from."""
        self.done = copy.deepcopy(before) if before is not None else Anonymised()
        self._unit, self._action, self._reason = unit, action, reason

    def anonymise(self, place: Place) -> None:
        """Take the personal values out of a record, if it is there, out of its history, and of what merges kept."""
        root = self._unit.runtime.entity(place[0])
        row = root.select.run(self._unit.connection, {"k_id": place[1]}).fetchone()
        if row is not None:
            self._record(self._unit.runtime.entity(root.kind_of(row)), row)
        former = self._unit.runtime.tombstones.all_into(self._unit.connection, id_text(place[1]))
        for id in (place[1], *map(id_bytes, former)):
            forget_belongings(self._unit, id)
        self._unit.runtime.exports.forget(self._unit)
        self._unit.runtime.persons.erase(self._unit.connection, place[1])
        self._unit.runtime.tombstones.forget(self._unit.connection, place[1])

    def _record(self, compiled: CompiledEntity, row: Row) -> None:
        unit = self._unit
        found = decide(unit.records, unit.system, compiled, row)
        self.done.note(found)
        if found.is_removed:
            delete_row(unit, unit.records.view(compiled.name), row)
            return
        for name, value in found.wanted.items():
            found.proposed[name] = None if value is ABSENT else value
        unit.runtime.rules(compiled.name).compute(found.environment)
        self._write(compiled, row, found.before, found.proposed)

    def _write(self, compiled: CompiledEntity, row: Row, before: Mapping[str, Any], proposed: Proposed) -> None:
        unit = self._unit
        keys = compiled.stored_keys
        changed = {
            name: value for name, value in proposed.items() if name in keys and is_other(before.get(name), value)
        }
        if not changed:
            return
        always = {"version": before["version"] + 1, "updated_at": unit.now, "updated_by": unit.actor.id}
        proposed.update(always)
        after = compiled.change(frozenset(changed | always)).run(unit.connection, proposed, row)
        unit.renewed.add(id_bytes(before["id"]))
        texts = {name: changed[name] for name in compiled.searched if name in changed}
        index_texts(unit.runtime.store, unit.connection, compiled.root, before["id"], texts)
        unit.recompute(compiled, row, after, changed)
        self._tell(compiled, id_text(row[compiled.positions["id"]]), before["version"] + 1)

    def _tell(self, compiled: CompiledEntity, id: str, version: int) -> None:
        """Keep that it was done, without any value."""
        unit = self._unit
        unit.runtime.audit.write(
            unit,
            Event(
                actor=unit.actor,
                at=unit.now,
                action=self._action,
                entity=compiled.name,
                record_id=id,
                version=version,
                reason=self._reason,
            ),
        )
        unit.emit(f"{compiled.name}.{self._action}d", compiled.name, id, version=version)
