"""What the value of an attribute follows from: expressions that compute it, at reading, at writing, or once."""

from __future__ import annotations

from collections.abc import Iterator

from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model


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
