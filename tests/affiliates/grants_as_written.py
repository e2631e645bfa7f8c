"""What role documents say, read word by word: an oracle that shares no code with the runtime's access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sidra_metamodel.expressions import Environment, EvaluationError, compile_python
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.role import Grant, Role
from sidra_metamodel.model import Model

ORDER = ("none", "mask", "read", "edit")


@dataclass(frozen=True)
class Oracle:
    """One role of one affiliate, as its document reads."""

    model: Model
    role: Role

    def grant(self, entity: str) -> Grant | None:
        """The grant on an entity, or on the nearest supertype that has one."""
        for name in (entity, *self.model.ancestors(entity)):
            if name in self.role.may:
                return self.role.may[name]
        return None

    def owners(self, entity: str) -> list[tuple[str, Relation]]:
        """The entities with records that own records of an entity."""
        return [
            (kind, relation)
            for source, relation in self.model.inverse_relations(entity)
            if relation.owned and self.model.root(source) != self.model.root(entity)
            for kind in self.model.subtypes(source)
            if not self.model.entity(kind).abstract
        ]

    def may(self, entity: str, action: str) -> bool:
        """Whether the document allows an action with at least some records."""
        grant, owners = self.grant(entity), self.owners(entity)
        if not owners:
            return grant is not None and action in grant.do
        needed, enough = ("read", "read") if action == "read" else ("update", "edit")
        reached = any(
            self.may(kind, needed) and ORDER.index(self.level(kind, relation.name)) >= ORDER.index(enough)
            for kind, relation in owners
        )
        return reached and (grant is None or action in grant.do)

    def level(self, entity: str, member: str) -> str:
        """What the document gives on an attribute or relation; computed values may show less without a line."""
        if not self.may(entity, "read"):
            return "none"
        most = "edit" if self.may(entity, "update") else "read"
        attribute = self.model.entity(entity).attributes.get(member)
        is_sensitive = attribute is not None and "sensitive" in attribute.pii
        line = self.line(entity, member)
        if line is None and attribute is not None and self.model.base_type(attribute) == "sequence":
            most = "read"
        wanted = "mask" if line == "enter" else line or ("mask" if is_sensitive else most)
        return min(wanted, most, key=ORDER.index)

    def line(self, entity: str, member: str) -> str | None:
        """What the grant says of a member by name."""
        grant = self.grant(entity)
        return grant.columns.get(member) if grant is not None else None

    def sees(self, entity: str, record: Mapping[str, Any], environment: Environment) -> bool:
        """Whether the conditions of the grant hold for a record."""
        grant = self.grant(entity)
        formulas = grant.rows if grant is not None else ()
        return self.may(entity, "read") and all(self._holds(formula, record, environment) for formula in formulas)

    def _holds(self, formula: Any, record: Mapping[str, Any], environment: Environment) -> bool:  # noqa: ANN401 - a Formula
        test = compile_python(self.model.expression(formula), self.model.functions, when_null=False)
        try:
            return test(Environment(record, environment.user, environment.now, environment.today)) is True
        except EvaluationError:
            return False


def is_computed(attribute: Attribute | None) -> bool:
    """Whether nobody enters a value."""
    return attribute is not None and attribute.compute is not None


def sample(model: Model, entity: Entity, known: Mapping[str, str]) -> dict[str, Any]:
    """Values of a new record: one of each type, and references to records that there are."""
    values = {name: _value(model, attribute) for name, attribute in entity.attributes.items()}
    state = entity.lifecycle.attribute if entity.lifecycle else ""
    given = {name: value for name, value in values.items() if value is not None and name != state}
    for relation in entity.relations.values():
        kinds = [kind for target in relation.to if target in model.entities for kind in model.subtypes(target)]
        found = next((known[kind] for kind in kinds if kind in known), None)
        if found is None or (relation.many and (relation.inverse is not None or not relation.min)):
            continue
        given[relation.name] = [found] if relation.many else found
    return given


def _value(model: Model, attribute: Attribute) -> Any:  # noqa: ANN401 - of the attribute's type
    enum = model.enums.get(attribute.enum or "")
    by_type = {
        "string": "7",
        "text": "7",
        "integer": 7,
        "decimal": "7",
        "percent": "7",
        "boolean": True,
        "date": "2026-01-07",
        "datetime": "2026-01-07T07:00:00Z",
        "money": {"amount": "7", "currency": model.currency},
        "enum": next(iter(enum.values)) if enum else None,
    }
    is_free = attribute.compute is None and not attribute.pattern and not model.type_chain(attribute)
    return by_type.get(model.base_type(attribute)) if is_free else None
