"""The constraints that a relation puts on what a record refers to."""

from __future__ import annotations

from collections.abc import Iterator

from sidra.rules.attribute_constraints import required
from sidra.rules.constraint import Constraint, worded
from sidra_metamodel.kinds.entity import Relation
from sidra_metamodel.model import Model


def relation_constraints(model: Model, relation: Relation) -> list[Constraint]:
    """The constraints of a relation: to one that it is there, to many that they are neither too few nor too many."""
    if not relation.many:
        return list(required(model, relation.name, worded("choose"), claim=relation.required))
    return list(_counts(relation)) if relation.owned or relation.inverse is None else []


def _counts(relation: Relation) -> Iterator[Constraint]:
    least = max(relation.min or 0, 1 if relation.required is True else 0)
    if least:
        message = worded("too_few", n=least)
        yield Constraint("R617", relation.name, "len(v) < {k}", message, least)
    if relation.max is not None:
        message = worded("too_many", n=relation.max)
        yield Constraint("R618", relation.name, "len(v) > {k}", message, relation.max)
