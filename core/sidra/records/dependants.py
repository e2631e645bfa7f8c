"""Stored computed attributes that follow from other records: found by walking their paths backwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.records.compiled import later
from sidra.records.journaling import record_computed
from sidra.records.proposed import Proposed
from sidra.records.search_index import index_texts
from sidra.store.codecs import is_other
from sidra.store.database import Statement
from sidra.store.tables import is_linked
from sidra_metamodel.kinds.entity import Entity, Relation
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.records.readers import Row
    from sidra.records.work import UnitOfWork

MAX_DEPTH = 8
"""Computed values that follow from computed values; the checker refuses cycles, and this bounds what it cannot see."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One relation of a path, and the entity that has it."""

    entity: str
    name: str
    relation: Relation = field(compare=False)


@dataclass(frozen=True, slots=True)
class Dependant:
    """An entity that keeps values computed from what stands at the end of a path of relations."""

    entity: str
    path: tuple[Hop, ...]

    @property
    def is_led_to(self) -> bool:
        """Whether the records at the end of the path lead to the one before them, as those of an inverse do."""
        relation = self.path[-1].relation
        return relation.many and relation.inverse is not None


class Dependants:
    """What a Model keeps computed, by what it is computed from in other records."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._by_member: dict[tuple[str, str], list[Dependant]] = {}
        self._statements: dict[Hop, Statement] = {}
        for name, formula in _kept_formulas(model):
            for read in model.expression(formula).reads:
                self._add(name, (), model.entities[name], read.split("."))
        self._roots = frozenset(root for root, _ in self._by_member)

    def _add(self, entity: str, begun: tuple[Hop, ...], start: Entity, names: list[str]) -> None:
        """Note that an entity depends on what the names lead to from the entity at the end of a path."""
        path = list(begun)
        here: Entity | None = start
        for name in names:
            relation = None if here is None else _relation(self._model, here, name)
            if here is not None and path:
                self._keep((self._model.root(here.name), name), Dependant(entity, tuple(path)))
            if here is not None and relation is None and len(path) < MAX_DEPTH:
                for read in self._read_at_reading(here, name):
                    self._add(entity, tuple(path), here, read.split("."))
            if here is None or relation is None:
                return
            path.append(Hop(here.name, name, relation))
            here = self._model.entities.get(relation.to[0]) if len(relation.to) == 1 else None
            if here is not None and relation.many and relation.inverse is not None:
                member = (self._model.root(here.name), relation.inverse)
                self._keep(member, Dependant(entity, tuple(path)))

    def _read_at_reading(self, entity: Entity, name: str) -> Iterable[str]:
        """The paths that a value depends on which is computed whenever it is read."""
        attribute = entity.attributes.get(name)
        compute = attribute.compute if attribute is not None else None
        if compute is None or compute.stored or compute.by is None:
            return ()
        return self._model.expression(compute.by).reads

    def _keep(self, member: tuple[str, str], dependant: Dependant) -> None:
        kept = self._by_member.setdefault(member, [])
        if dependant not in kept:
            kept.append(dependant)

    def statement(self, unit: UnitOfWork, hop: Hop) -> Statement:
        """Return what selects the records whose relation of a hop leads to one, compiled once."""
        found = self._statements.get(hop)
        if found is None:
            found = self._statements.setdefault(hop, unit.runtime.store.compile(_back_select(unit, hop)))
        return found

    def of(self, root: str, members: Mapping[str, Any]) -> set[Dependant]:
        """Return what follows from these members of records in the table of a root entity."""
        names = {name.removesuffix("_id") for name in members} | set(members)
        return {found for name in names for found in self._by_member.get((root, name), ())}

    def recompute(  # noqa: PLR0913 - each is a property of its own
        self,
        unit: UnitOfWork,
        compiled: CompiledEntity,
        before: Row | None,
        after: Row | None,
        changed: Mapping[str, Any],
        depth: int = 0,
        *,
        is_alone: bool = False,
    ) -> None:
        """Compute anew what other records keep of a record that was made, changed or removed.

        is_alone: no other record leads to it, and only those that it leads to itself can keep anything of it.
        """
        if compiled.root not in self._roots or depth == MAX_DEPTH:
            return
        own_id = (after or before or ())[compiled.positions["id"]]
        for dependant in sorted(self.of(compiled.root, changed), key=lambda one: one.entity):
            if is_alone and not dependant.is_led_to:
                continue
            for row in _dependent_rows(unit, dependant, compiled, before, after):
                is_itself = unit.runtime.model.root(dependant.entity) == compiled.root and row[0] == own_id
                if not is_itself:
                    self.renew(unit, dependant.entity, row, depth)

    def renew(self, unit: UnitOfWork, entity: str, row: Row, depth: int = 0) -> None:
        """Compute a record anew; it keeps its version, as nobody has changed it."""
        kind = unit.runtime.entity(entity).kind_of(row)
        compiled = unit.runtime.entity(kind)
        before = unit.system.whole(kind, row)
        proposed = Proposed(before, kind, row, unit.system)
        unit.runtime.rules(kind).compute(unit.records.environment(proposed))
        changed = {name: value for name, value in proposed.items() if is_other(before.get(name), value)}
        if not changed:
            return
        after = compiled.change(frozenset(changed)).run(unit.connection, proposed, row)
        unit.renewed.add(row[compiled.positions["id"]])
        texts = {name: changed[name] for name in compiled.searched if name in changed}
        index_texts(unit.runtime.store, unit.connection, compiled.root, before["id"], texts)
        record_computed(unit, kind, before, changed)
        self.recompute(unit, compiled, row, after, changed, depth + 1)


def _kept_formulas(model: Model) -> Iterator[tuple[str, Formula]]:
    for entity in model.entities.values():
        for attribute in entity.attributes.values():
            if attribute.compute is not None and attribute.compute.stored and attribute.compute.by is not None:
                yield entity.name, attribute.compute.by
    for rule in model.rules.values():
        if rule.kind_ == "compute":
            yield from ((rule.on, formula) for formula in (rule.value, rule.when) if formula is not None)


def _relation(model: Model, entity: Entity, name: str) -> Relation | None:
    names = (entity.name, *model.subtypes(entity.name))
    return next((model.entities[one].relations[name] for one in names if name in model.entities[one].relations), None)


def _dependent_rows(
    unit: UnitOfWork, dependant: Dependant, compiled: CompiledEntity, before: Row | None, after: Row | None
) -> Iterator[Row]:
    ids = _ends(unit, dependant.path[-1], compiled, before, after)
    for hop in reversed(dependant.path[:-1]):
        ids = _back(unit, hop, ids)
    target = unit.runtime.entity(dependant.entity)
    for stored_id in ids:
        row = target.select.run(unit.connection, {"k_id": stored_id}).fetchone()
        if row is not None:
            yield row


def _ends(unit: UnitOfWork, hop: Hop, compiled: CompiledEntity, before: Row | None, after: Row | None) -> list[bytes]:
    """Return the ids of the records whose last relation leads to the changed record, now or before."""
    rows = [row for row in (before, after) if row is not None]
    if hop.relation.many and hop.relation.inverse is not None:
        position = compiled.positions[f"{hop.relation.inverse}_id"]
        return list({row[position]: None for row in rows if row[position] is not None})
    return _back(unit, hop, [rows[0][compiled.positions["id"]]])


def _back(unit: UnitOfWork, hop: Hop, ids: list[bytes]) -> list[bytes]:
    """Return the ids of the records of the hop's entity whose relation leads to one of these."""
    statement = unit.runtime.dependants.statement(unit, hop)
    found: dict[bytes, None] = {}
    for one in ids:
        rows = statement.run(unit.connection, {"k_id": one}).fetchall()
        found.update({row[0]: None for row in rows if row[0] is not None})
    return list(found)


def _back_select(unit: UnitOfWork, hop: Hop) -> sa.Select[Any]:
    tables, model = unit.runtime.tables, unit.runtime.model
    relation = hop.relation
    if is_linked(relation):
        link = tables.links[model.root(hop.entity), relation.name]
        return sa.select(link.c.source_id).where(link.c.target_id == later("k_id"))
    if relation.many:
        table = tables.entities[relation.to[0]].table
        return sa.select(table.c[f"{relation.inverse}_id"]).where(table.c.id == later("k_id"))
    table = tables.entities[hop.entity].table
    return sa.select(table.c.id).where(table.c[f"{relation.name}_id"] == later("k_id"))
