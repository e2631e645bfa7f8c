"""Tests: every name in them stands for something, every step does one thing, every claim claims something."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Final

from sidra_metamodel.checking.test_claims import check_claim
from sidra_metamodel.checking.test_words import Known, refuse_name
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.expressions.scope import CONTEXT
from sidra_metamodel.kinds.entity import Entity, Relation
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

DONE: Final = ("create", "update", "delete", "transition", "merge", "wait")
"""What a step can do: exactly one of these."""
TAKEN: Final = frozenset({*CONTEXT, "this", "true", "false", "null"})
"""Names that expressions know already."""


def check_test(model: Model, test: Test, diagnostics: Diagnostics) -> None:
    """Record what is wrong with a test: names that stand for nothing, steps and claims that say too little."""
    _Check(model, test, diagnostics).all()


def moment_of(text: str) -> datetime | None:
    """Return the local moment that a text such as `2026-03-20T09:00` names, midnight of a day; None for none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is not None else moment


class _Check:
    def __init__(self, model: Model, test: Test, diagnostics: Diagnostics) -> None:
        self.model, self.test, self.diagnostics = model, test, diagnostics
        self.known = Known(model, test, {})

    def all(self) -> None:
        """Look at the test in the order in which it is run."""
        if moment_of(self.test.clock) is None:
            self._refuse_moment(self.test.node.items["clock"])
        for name, node in _below(self.test.node, "given"):
            self._new_name(name, node)
            self._made(name, node.items, node)
        for name, node in _below(self.test.node, "when"):
            if name not in self.test.given:
                self._new_name(name, node)
            else:
                self._refuse_taken(name, node, "the given record of this name is another one")
            self._step(name, node)
        if not self.test.then:
            message = f"the test `{self.test.name}` claims nothing"
            self.diagnostics.error("E261", message, self.test.node, key=True, help="say what must be so in `then: …`")
        for _, node in _below(self.test.node, "then"):
            check_claim(self.known, node, self.diagnostics)

    def _new_name(self, name: str, node: Node) -> None:
        if name in TAKEN:
            self._refuse_taken(name, node, "it means something else in expressions")

    def _refuse_taken(self, name: str, node: Node, why: str) -> None:
        reason = f"`{name}` is no name for a record or step: {why}"
        self.diagnostics.report("E263", reason, node, key=True, length=len(name), help="choose another one")

    def _refuse_moment(self, node: Node) -> None:
        reason = f"`{node.scalar}` is no local day or moment"
        self.diagnostics.error("E262", reason, node, help="write it like `2026-03-20` or `2026-03-20T09:00`")

    def _made(self, name: str, made: Mapping[str, Node], at: Node) -> None:
        """Look at a record that is made: exactly one entity, and what it is given."""
        if len(made) != 1:
            reason = f"`{name}` is {len(made)} records, not one"
            way_out = f"write one entity: `{name}: {{customer: {{…}}}}`"
            self.diagnostics.error("E261", reason, at, key=True, help=way_out)
        for entity, values in made.items():
            found = self._entity(entity, values)
            if found is not None:
                self._values(found, values)
                self.known.records.setdefault(name, entity)

    def _entity(self, name: str, node: Node) -> Entity | None:
        entities = self.model.entities
        if name not in entities:
            refuse_name("entity", name, entities, node, self.diagnostics, is_key=True)
            return None
        if entities[name].abstract:
            reason = f"there are no records of `{name}`, only of its subtypes"
            subtypes = ", ".join(f"`{one}`" for one in self.model.subtypes(name)[1:])
            self.diagnostics.report("E261", reason, node, key=True, length=len(name), help=f"name one of {subtypes}")
            return None
        return entities[name]

    def _values(self, entity: Entity, values: Node) -> None:
        members = dict.fromkeys(self.model.schema.members(entity.name))
        for name, node in values.items.items():
            if name not in members:
                refuse_name("attribute or relation", name, members, node, self.diagnostics, entity.name, is_key=True)
            elif name in entity.relations:
                self._related(entity.relations[name], node)

    def _related(self, relation: Relation, node: Node) -> None:
        if relation.owned:
            owned = self.model.entities.get(relation.to[0])
            if owned is not None:
                for each in node.items.values():
                    self._values(owned, each)
            return
        for entry in node.entries or (node,):
            if entry.value is not None:
                self._record(entry)

    def _record(self, node: Node) -> str | None:
        """Return the entity of the record that a node names, after recording that it names none."""
        return self.known.record(str(node.scalar), node, self.diagnostics)

    def _step(self, name: str, node: Node) -> None:
        done = [word for word in DONE if node.get(word) is not None]
        if len(done) != 1:
            reason = f"the step `{name}` does {len(done)} things, not one"
            way_out = f"give exactly one of {', '.join(f'`{word}`' for word in DONE)}"
            self.diagnostics.error("E261", reason, node, key=True, help=way_out)
        for word, child in node.items.items():
            if word == "create":
                self._made(name, child.items, node)
            elif word == "update":
                self._changed(child)
            elif word == "transition":
                self._moved(child)
            elif word == "delete":
                self._record(child)
            elif word == "merge":
                self._merged(child)
            elif word == "by":
                self.known.user(child, self.diagnostics)

    def _changed(self, node: Node) -> None:
        for name, values in node.items.items():
            entity = self.known.record(name, values, self.diagnostics, is_key=True)
            if entity is not None:
                self._values(self.model.entities[entity], values)

    def _moved(self, node: Node) -> None:
        for name, step in node.items.items():
            entity = self.known.record(name, step, self.diagnostics, is_key=True)
            if entity is not None:
                steps = transitions(self.model, entity)
                if step.scalar not in steps:
                    refuse_name("transition", str(step.scalar), steps, step, self.diagnostics, entity)

    def _merged(self, node: Node) -> None:
        for name, other in node.items.items():
            self.known.record(name, other, self.diagnostics, is_key=True)
            self._record(other)


def transitions(model: Model, entity: str) -> Collection[str]:
    """Return the steps of an entity's life cycle."""
    lifecycle = model.entities[entity].lifecycle
    return lifecycle.transitions if lifecycle is not None else ()


def _below(node: Node, keyword: str) -> Iterator[tuple[str, Node]]:
    found = node.get(keyword)
    yield from found.items.items() if found is not None else ()
