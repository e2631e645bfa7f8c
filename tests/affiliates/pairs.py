"""Pairs of worlds that differ in what a role does not see: values, whole records, and rows that a feed rejected."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from tests.affiliates.grants_as_written import sample
from tests.affiliates.worlds import PARTICULAR, World, copy_of, filled, model_for, opened
from tests.servers import PostgresqlServer

from sidra.access.functions import AUDIT
from sidra.clock import Clock
from sidra.errors import SidraError
from sidra.records.service import Records
from sidra.records.views import attribute_mask
from sidra_metamodel.granting.origins import formulas_of
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.model import Model

Pair = tuple[Any, Any]
PAIRS: dict[str, Pair] = {
    "string": ("Xylograph 0000", "Zzyzxgraph 0000"),
    "text": ("Xylograph 0000", "Zzyzxgraph 0000"),
    "phone": ("+221771110000", "+221782220000"),
    "email": ("x.1@example.org", "x.2@example.org"),
    "integer": (7, 41),
    "decimal": ("7", "41"),
    "percent": ("7", "41"),
    "boolean": (True, False),
    "date": ("2001-01-07", "2002-02-14"),
    "datetime": ("2025-01-07T07:00:00Z", "2025-02-14T07:00:00Z"),
}
FEW = frozenset({"boolean", "enum"})
"""Types of few values: a record may have had one of ours before."""
SAME = "Written in both"
IDS = UUID("00000000-0000-7000-8000-000000000000")
MORE = 2
"""Records of each entity that are in one world, and of which one is gone in the other."""


@dataclass(frozen=True)
class Base:
    """The database of an affiliate that both worlds begin with, as one makes it that nobody is connected to."""

    model: Model
    place: str
    keys: Path
    server: PostgresqlServer | None

    def pair(self, folder: Path, clock: Clock) -> tuple[World, World]:
        """Two worlds that are the same so far."""
        one, other = (self._world(folder / name, clock) for name in ("one", "other"))
        return one, other

    def _world(self, folder: Path, clock: Clock) -> World:
        folder.mkdir()
        file = folder / f"{self.model.affiliate}.db"
        shutil.copy(self.keys, file.with_suffix(".keys"))
        if self.server is not None:
            return opened(self.model, file, clock, place=self.server.copy_database(self.place))
        shutil.copy(self.place, file)
        return opened(self.model, file, clock)


def base_for(affiliate: str, folder: Path, server: PostgresqlServer | None, clock: Clock) -> Base:
    """A database with demonstration data, on SQLite or on a server."""
    place = None if server is None else server.new_database()
    world = filled(affiliate, folder, clock, place=place)
    world.runtime.store.close()
    keys = folder / f"{affiliate}.keys"
    if place is not None:
        return Base(model_for(affiliate), place, keys, server)
    whole = folder / f"{affiliate}-whole.db"
    copy_of(folder / f"{affiliate}.db", whole)
    return Base(model_for(affiliate), str(whole), keys, None)


@dataclass
class Hiding:
    """Lets two worlds differ in what somebody of a role and of some units does not see."""

    worlds: tuple[World, World]
    role: str
    units: tuple[str, ...]
    values: int = 0
    """How many differ."""
    records: int = 0
    """How many are in one world only."""

    def hide(self) -> None:
        """Give hidden attributes and records other values, and one world more records."""
        seen = self.worlds[0].records(self.role, self.units)
        elsewhere = read_elsewhere(self._model)
        for entity in self.worlds[0].entities():
            for number, id in enumerate(self.worlds[0].ids[entity.name]):
                is_seen = seen.find(entity.name, id) is not None
                self._differ(entity, id, number, dict(self._hidden(entity, elsewhere, is_seen=is_seen)))
        if AUDIT not in seen.profile.functions:
            # Whoever looks into the audit is told of all that was made and removed, of whomever it is.
            for entity in self.worlds[0].entities():
                self._make_more(entity, seen)

    @property
    def _model(self) -> Model:
        return self.worlds[0].model

    def _hidden(self, entity: Entity, elsewhere: set[tuple[str, str]], *, is_seen: bool) -> Iterator[tuple[str, Pair]]:
        """What differs in a record: all of one that is not seen, else what is seen alike."""
        lineage = {entity.name, *self._model.ancestors(entity.name)}
        state = entity.lifecycle.attribute if entity.lifecycle is not None else ""
        for name, attribute in entity.attributes.items():
            values = differing(self._model, attribute)
            if values is None or attribute.compute is not None or name == state:
                continue
            is_elsewhere = any((kind, name) in elsewhere for kind in lineage)
            if self._is_alike(entity, attribute, values) if is_seen else not is_elsewhere:
                yield name, values

    def _is_alike(self, entity: Entity, attribute: Attribute, values: Pair) -> bool:
        """Whether the role sees two values of an attribute alike: not at all, or masked to the same text."""
        runtime = self.worlds[0].runtime
        level = runtime.profile(frozenset({self.role})).entity(entity.name).level(attribute.name)
        mask = attribute_mask(runtime, attribute)
        shown = {mask(value) if isinstance(value, str) else "" for value in values}
        return level == "none" or (level == "mask" and len(shown) == 1)

    def _differ(self, entity: Entity, id: str, number: int, values: dict[str, Pair]) -> None:
        """Change a record once in each world, each second one the other way round; some values it may not take."""
        taken = self._taken(entity, id, values)
        given: dict[str, Any] = {}
        if taken and all(self._model.base_type(entity.attributes[name]) in FEW for name in taken):
            given = next(self._told_in_both(entity, id), {})
            if not given:
                return
        for world, place in zip(self.worlds, (number % 2, 1 - number % 2), strict=True):
            if taken:
                world.system.update(entity.name, id, {**given, **{name: pair[place] for name, pair in taken.items()}})
        self.values += len(taken)

    def _taken(self, entity: Entity, id: str, values: dict[str, Pair]) -> dict[str, Pair]:
        """Those of some values that a record takes, both of each."""
        if all(self._takes(entity, id, {name: pair[place] for name, pair in values.items()}) for place in (0, 1)):
            return values
        found: dict[str, Pair] = {}
        for name, pair in values.items():
            trial = {**found, name: pair}
            if all(self._takes(entity, id, {one: both[place] for one, both in trial.items()}) for place in (0, 1)):
                found = trial
        return found

    def _takes(self, entity: Entity, id: str, values: dict[str, Any]) -> bool:
        return self.worlds[0].system.draft(entity.name, values, id=id).is_valid

    def _told_in_both(self, entity: Entity, id: str) -> Iterator[dict[str, Any]]:
        """A change that is one in both worlds, so that the record is of one version afterwards."""
        for name, attribute in entity.attributes.items():
            is_free = attribute.compute is None and not attribute.unique and not self._model.is_unique(attribute)
            is_text = self._model.base_type(attribute) in {"string", "text"}
            if is_text and is_free and self._takes(entity, id, {name: SAME}):
                yield {name: SAME}

    def _make_more(self, entity: Entity, seen: Records) -> None:
        """Make hidden records in both worlds, which refer to hidden ones only, and remove one of them in one."""
        known = dict(self._unseen(seen))
        ids = [str(uuid5(IDS, f"{entity.name} {number}")) for number in range(MORE)]
        values = sample(self._model, entity, known) | PARTICULAR.get(entity.name, {})
        if "unit" not in values and len(self.worlds[0].units) > 1:
            values["unit"] = next(unit for unit in self.worlds[0].units if unit not in self.units)
        made = [id for id in ids if self._make(entity, {**values, "id": id})]
        if made and any(seen.find(entity.name, id) is not None for id in made):
            for world in self.worlds:
                self._remove(world, entity, made)
        elif len(made) > 1 and self._remove(self.worlds[0], entity, made[:1]):
            self.records += 1
            for world in self.worlds:
                world.ids[entity.name] += made

    def _unseen(self, seen: Records) -> Iterator[tuple[str, str]]:
        for name, ids in self.worlds[0].ids.items():
            yield from ((name, id) for id in ids[:1] if seen.find(name, id) is None)

    def _make(self, entity: Entity, values: dict[str, Any]) -> bool:
        with suppress(SidraError):
            for world in self.worlds:
                world.system.create(entity.name, values)
            return True
        return False

    def _remove(self, world: World, entity: Entity, ids: list[str]) -> bool:
        with suppress(SidraError):
            for id in ids:
                world.system.delete(entity.name, id)
            return True
        return False


def differing(model: Model, attribute: Attribute) -> Pair | None:
    """Two values of an attribute; None where it takes none of ours."""
    base, enum = model.base_type(attribute), model.enums.get(attribute.enum or "")
    if base == "enum" and enum is not None and len(enum.values) > 1:
        codes = list(enum.values)
        return codes[0], codes[-1]
    if base == "money":
        return ({"amount": "7", "currency": model.currency}, {"amount": "4711", "currency": model.currency})
    if attribute.unique or model.is_unique(attribute):
        return None
    return PAIRS.get(base)


def read_elsewhere(model: Model) -> set[tuple[str, str]]:
    """What other values follow from: these may be seen where their origin is not."""
    found: set[tuple[str, str]] = set()
    for entity in model.entities.values():
        for attribute in entity.attributes.values():
            for formula in formulas_of(model, entity.name, attribute):
                found |= set(model.expression(formula).attributes)
    return found
