"""What rows of an entity must fulfil for an action: expressions of grants, and being reached through an owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sidra_metamodel.expressions import Expression


@dataclass(frozen=True, slots=True)
class ThroughOwner:
    """Holds for a record whose owner is reached: the owner's own rows decide, for `action`.

    relation: the to-one relation of the owned entity that leads to its owner; owner: the entity it leads to;
    kinds: the entities, `owner` or subtypes of it, whose records give the right.
    """

    relation: str
    owner: str
    kinds: frozenset[str]
    action: str


Condition = Expression | ThroughOwner

Alternatives = tuple[tuple[Condition, ...], ...]
"""Rows for which all conditions of at least one of these hold."""


def both(one: Alternatives, other: Alternatives) -> Alternatives:
    """Return the rows that both allow; alternatives of `one` that say what one of `other` says stay as they are."""
    found: list[tuple[Condition, ...]] = []
    for conditions in one:
        if any(says(conditions, less) for less in other):
            found.append(conditions)
        else:
            found += [(*conditions, *missing(conditions, more)) for more in other]
    return tuple(found)


def says(conditions: Iterable[Condition], others: Iterable[Condition]) -> bool:
    """Tell whether conditions include others."""
    return not missing(conditions, others)


def missing(conditions: Iterable[Condition], others: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return those of the others that conditions do not include."""
    known = {_meaning(one) for one in conditions}
    return tuple(one for one in others if _meaning(one) not in known)


def _meaning(condition: Condition) -> object:
    # An owner's kinds are bounded where its own rows are asked for.
    if isinstance(condition, ThroughOwner):
        return condition.relation, condition.owner, condition.action
    return condition.text
