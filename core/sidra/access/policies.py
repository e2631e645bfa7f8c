"""Which rows of an entity a set of roles reaches: conditions that become SQL in lists and Python on one record."""

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


@dataclass(frozen=True, slots=True)
class RowPolicy:
    """Rows for which all conditions of at least one alternative hold."""

    alternatives: tuple[tuple[Condition, ...], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether every row is reached."""
        return () in self.alternatives

    @property
    def is_closed(self) -> bool:
        """Whether no row is reached."""
        return not self.alternatives


NO_ROWS = RowPolicy()
ALL_ROWS = RowPolicy(((),))


def either(alternatives: Iterable[tuple[Condition, ...]]) -> RowPolicy:
    """The policy of these alternatives, each once; one without conditions makes the others needless."""
    found = tuple(dict.fromkeys(alternatives))
    return ALL_ROWS if () in found else RowPolicy(found)
