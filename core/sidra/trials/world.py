"""What a test has made so far: its records by name, its persons, what was refused; and values as it writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sidra.access.actor import Actor, system_actor
from sidra.errors import Problem, SidraError
from sidra.records.record import Record
from sidra.trials.alerts import WatchedRecords
from sidra.trials.stand import MovedClock, TracedRuntime
from sidra_metamodel.kinds.entity import Relation
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.layering.effective import Effective
from sidra_metamodel.model import Model
from sidra_metamodel.model.build import text_of
from sidra_metamodel.nodes import Node

WRITTEN_AS_TEXT = frozenset({"string", "text", "phone", "email", "url", "enum", "sequence", "user", "queue"})
"""Types whose values are texts, also where they look like numbers."""


class Unmade(Exception):
    """A record that is spoken of was not made."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step was not done, or what it was warned of."""

    code: str
    problems: tuple[Problem, ...]
    text: str

    @staticmethod
    def of(error: SidraError) -> Refusal:
        """Return what an error says."""
        problems = getattr(error, "problems", ())
        problems = problems or tuple(Problem(error.code, name, error.reason) for name in getattr(error, "fields", ()))
        return Refusal(error.code, problems, error.reason)

    @property
    def shown(self) -> str:
        """What it says, with its codes."""
        told = [
            f"{one.code} {one.path}: {one.message}" if one.path else f"{one.code} {one.message}"
            for one in self.problems
        ]
        return "; ".join(told) or f"{self.code} {self.text}"


@dataclass(slots=True)
class World:
    """One test in the affiliate that it is run in."""

    runtime: TracedRuntime
    clock: MovedClock
    test: Test
    effective: Effective
    ids: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Entity and id of the records by name."""
    refused: dict[str, Refusal] = field(default_factory=dict)
    """What kept a step from being done, by its name."""
    warned: dict[str, Refusal] = field(default_factory=dict)
    """What a step was warned of that was done."""

    @property
    def model(self) -> Model:
        """The Model."""
        return self.runtime.model

    def actor(self, name: str | None) -> Actor:
        """Return a person of the test, or the program itself."""
        if name is None:
            return system_actor("test", affiliate=self.runtime.affiliate)
        user = self.test.users[name]
        units = tuple(sorted(user.units))
        return Actor(name, name, user.roles, units, user.locale, self.runtime.affiliate, login=name)

    def records(self, name: str | None) -> WatchedRecords:
        """Return the records as a person of the test sees them now."""
        return WatchedRecords(self.runtime, self.actor(name))

    def id_of(self, name: str) -> tuple[str, str]:
        """Return entity and id of a record; raises Unmade."""
        found = self.ids.get(name)
        if found is None:
            refusal = self.refused.get(name)
            raise Unmade(f"there is no `{name}`" + (f": it was refused, {refusal.shown}" if refusal else ""))
        return found

    def name_of(self, id: str) -> str | None:
        """Return the name of a record of the test by its id."""
        return next((name for name, (_, known) in self.ids.items() if known == id), None)

    def record(self, name: str, by: str | None = None) -> Record | None:
        """Return a record as a person sees it, or None where that sees none."""
        entity, id = self.id_of(name)
        return self.records(by).find(entity, id)

    def values(self, entity: str, node: Node) -> dict[str, Any]:
        """Return what a record is given; raises Unmade where it is to lead to a record that was not made."""
        return {name: self._value(entity, name, child) for name, child in node.items.items()}

    def _value(self, entity: str, name: str, node: Node) -> Any:  # noqa: ANN401 - of the attribute's type
        declared = self.model.entities[entity]
        if name in declared.relations:
            return self._related(declared.relations[name], node)
        attribute = declared.attributes.get(name)
        as_text = attribute is None or self.model.base_type(attribute) in WRITTEN_AS_TEXT
        return _plain(node, as_text=as_text)

    def _related(self, relation: Relation, node: Node) -> Any:  # noqa: ANN401 - one record, many, or none
        if relation.owned:
            return [self.values(relation.to[0], child) for child in node.items.values()]
        if node.entries:
            return [self._reference(entry) for entry in node.entries]
        return None if node.value is None else [self._reference(node)] if relation.many else self._reference(node)

    def _reference(self, node: Node) -> Mapping[str, str]:
        entity, id = self.id_of(str(node.scalar))
        return {"id": id, "kind": entity}


def _plain(node: Node, *, as_text: bool) -> Any:  # noqa: ANN401 - a scalar, a list or a map
    if node.is_map:
        return {name: _plain(child, as_text=as_text and name == "currency") for name, child in node.items.items()}
    if isinstance(node.value, tuple):
        return [_plain(entry, as_text=as_text) for entry in node.entries]
    if isinstance(node.value, float):
        return Decimal(text_of(node))
    if as_text and isinstance(node.value, int) and not isinstance(node.value, bool):
        return text_of(node)
    return node.value


def in_order(names: Sequence[str | None]) -> tuple[str, ...]:
    """Return the names that are there, in their order."""
    return tuple(name for name in names if name is not None)
