"""What the value of an attribute follows from: expressions that compute it, at reading, at writing, or once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

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


def steps_of(model: Model, members: Iterable[Member]) -> Iterator[Step]:
    """Yield all that members follow from, however far: of each that is read, for every entity whose records have it."""
    waiting = list(members)
    seen = set(waiting)
    for entity, name in waiting:
        attribute = model.entities[entity].attributes.get(name) if entity in model.entities else None
        for formula in formulas_of(model, entity, attribute) if attribute is not None else ():
            yield Step((entity, name), formula)
            for source, member in model.expression(formula).attributes:
                new = [(kind, member) for kind in model.subtypes(source) if (kind, member) not in seen]
                seen.update(new)
                waiting += new
