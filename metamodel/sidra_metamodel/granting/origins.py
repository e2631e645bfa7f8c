"""What the value of an attribute follows from: expressions that compute it, at reading, at writing, or once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sidra_metamodel.expressions import Expression
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model

Member = tuple[str, str]
"""An entity, and an attribute or relation of it."""


class Step(NamedTuple):
    """An expression that a member's value follows from."""

    member: Member
    formula: Formula


def formulas_of(model: Model, entity: str, attribute: Attribute) -> Iterator[Formula]:
    """Yield the expressions that a value of an attribute follows from; a condition tells of what it reads as well."""
    if attribute.compute is not None and attribute.compute.by is not None:
        yield attribute.compute.by
    yield from copies_of(model, entity, attribute)


def copies_of(model: Model, entity: str, attribute: Attribute) -> Iterator[Formula]:
    """Yield the expressions whose value an attribute is given, and which people may write over."""
    if attribute.default is not None and attribute.default.compute is not None:
        yield attribute.default.compute
    line = {entity, *model.ancestors(entity)}
    for rule in model.rules_filling(attribute.name):
        if rule.on in line:
            yield from (formula for formula in (rule.value, rule.when) if formula is not None)


def members_behind(model: Model, members: Iterable[Member]) -> Iterator[Member]:
    """Yield members and all that they follow from, however far: for every entity whose records have what is read."""
    waiting = list(members)
    seen = set(waiting)
    for each in waiting:
        yield each
        for formula in _formulas_at(model, each):
            for source, member in model.expression(formula).attributes:
                new = [(kind, member) for kind in model.subtypes(source) if (kind, member) not in seen]
                seen.update(new)
                waiting += new


def steps_of(model: Model, members: Iterable[Member]) -> Iterator[Step]:
    """Yield the expressions that members follow from, however far."""
    for each in members_behind(model, members):
        yield from (Step(each, formula) for formula in _formulas_at(model, each))


def _formulas_at(model: Model, member: Member) -> Iterator[Formula]:
    attribute = attribute_of(model, member)
    return formulas_of(model, member[0], attribute) if attribute is not None else iter(())


def attribute_of(model: Model, member: Member) -> Attribute | None:
    """Return an attribute; None for a relation, and for what every record has."""
    entity, name = member
    return model.entities[entity].attributes.get(name) if entity in model.entities else None


def meaning_of(model: Model, expression: Expression) -> object:
    """Return what an expression says: its text, and what the values that it reads follow from or begin with."""
    behind = tuple(members_behind(model, expression.attributes))
    attributes = ((one, attribute_of(model, one)) for one in behind)
    begun = {(one[1], str(has.default.value)) for one, has in attributes if has is not None and has.default is not None}
    texts = {one.formula.text for one in steps_of(model, behind)}
    return expression.text, frozenset(texts), frozenset(begun)
