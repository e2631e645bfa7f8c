"""Whose personal values a record has: under the key of that person they stand in the history."""

from __future__ import annotations

from sidra_metamodel.kinds.entity import Relation
from sidra_metamodel.model import Model

Path = tuple[tuple[str, str], ...]
"""Relations by name, each with the entity that it leads to."""


def person_path(model: Model, entity: str) -> Path:
    """Return the relations that lead from each record of an entity to the person it is about; none for the person.

    Those are relations that every record has, to one record that has personal values or leads to a person itself: a
    bill leads to its customer, and the customer to the party. A record that leads to nobody for sure is its own person.
    """
    return _path(model, entity, frozenset())


def _path(model: Model, entity: str, seen: frozenset[str]) -> Path:
    passed = seen | {model.root(entity)}
    for relation in model.entity(entity).relations.values():
        target = _target(model, relation)
        if target is None or model.root(target) in passed:
            continue
        further = _path(model, target, passed)
        if further or _is_personal(model, target):
            return ((relation.name, target), *further)
    return ()


def _target(model: Model, relation: Relation) -> str | None:
    """Return the entity that a relation leads every record to; None where it leads to many, some, or several kinds."""
    if relation.many or relation.required is not True or len(relation.to) != 1:
        return None
    (target,) = relation.to
    return target if target in model.entities else None


def _is_personal(model: Model, entity: str) -> bool:
    kinds = (entity, *model.subtypes(entity))
    return any(each.pii or each.encrypt for kind in kinds for each in model.entity(kind).attributes.values())
