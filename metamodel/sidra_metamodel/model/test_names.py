"""What the names in a test stand for: the records that it is given, and those that its steps make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.expressions.types import STRING, ListType, RecordType, StructType, Type
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.model.record_types import ModelSchema
from sidra_metamodel.nodes import Node

ALERTS: Final = "alerts"
"""What a test reads of a record beside its members: the messages at the head of its pages that are up."""
ALERT: Final = StructType("alert", (("rule", STRING), ("level", STRING), ("screen", STRING), ("text", STRING)))


@dataclass(frozen=True, slots=True)
class TestSchema(ModelSchema):
    """The Model as the expressions of tests see it: each record also has its alerts."""

    def member(self, entity: str, name: str) -> Type | None:
        """Give the type of a member, or of the alerts where the entity has no member of that name."""
        # `super()` finds no class in a dataclass that has slots.
        found = ModelSchema.member(self, entity, name)
        return ListType(ALERT) if found is None and name == ALERTS and entity in self.model.entities else found

    def named(self, test: str) -> Mapping[str, Type]:
        """Give the types of the records of a test by their names; what is no entity has none."""
        node = self.model.nodes.get((Test.kind, test))
        found = named_entities(node) if node is not None else ()
        return {name: RecordType((entity,)) for name, entity, _ in found if entity in self.model.entities}


def named_entities(node: Node) -> Iterator[tuple[str, str, Node]]:
    """Yield the records of a test in the order in which they come to be: name, entity, and what they are given."""
    records = dict(_below(node, "given"))
    records |= {name: made for name, step in _below(node, "when").items() if (made := step.get("create")) is not None}
    for name, record in records.items():
        for entity, values in record.items.items():
            yield name, entity, values


def _below(node: Node, keyword: str) -> Mapping[str, Node]:
    found = node.get(keyword)
    return found.items if found is not None else {}
