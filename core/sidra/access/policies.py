"""Which rows of an entity a set of roles reaches: conditions that become SQL in lists and Python on one record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sidra_metamodel.granting.conditions import Alternatives, Condition


@dataclass(frozen=True, slots=True)
class RowPolicy:
    """Rows for which all conditions of at least one alternative hold."""

    alternatives: Alternatives = ()

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
