"""What an affiliate says otherwise than the group, one by one, with what it is worth knowing about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from sidra_metamodel.explaining.differences import Difference
from sidra_metamodel.layering.effective import Effective
from sidra_metamodel.nodes import Node


@dataclass(frozen=True, slots=True)
class Override:
    """One difference of one affiliate, with the domain that it belongs to."""

    affiliate: str
    domain: str
    difference: Difference
    node: Node | None = field(repr=False, compare=False)
    """What is in force; None for what is removed."""

    @property
    def level(self) -> int:
        """How far it goes, 1 to 4."""
        return self.difference.level

    @property
    def category(self) -> str:
        """Why it is there: `legal market technical debt`; empty where nothing says it."""
        return self.difference.reason.category

    @property
    def layer(self) -> str:
        """The layer that says it: the affiliate's own, its region's or its environment's."""
        return self.difference.layer

    @property
    def address(self) -> str:
        """Kind, document and path, with dots between."""
        return ".".join((self.difference.kind, self.difference.document, *self.difference.path))

    def is_overdue(self, today: date) -> bool:
        """Tell whether it should have ended before a day."""
        return self.difference.reason.is_overdue(today)


def overrides_of(
    effective: Effective, differences: Iterable[Difference], domain: Callable[[str, str], str]
) -> tuple[Override, ...]:
    """Return differences as overrides of the affiliate; `domain` tells the domain of a document."""
    affiliate = effective.stack.affiliate
    return tuple(
        Override(affiliate, domain(one.kind, one.document), one, _value(effective, one)) for one in differences
    )


def counted(overrides: Iterable[Override], of: Callable[[Override], str]) -> Counter[str]:
    """Return how many overrides there are of each sort."""
    return Counter(map(of, overrides))


def _value(effective: Effective, one: Difference) -> Node | None:
    document = effective.get((one.kind, one.document))
    stages = {stage.layer.name: stage.root for stage in document.stages} if document is not None else {}
    root = stages.get(one.layer)
    return root.get(*one.path) if root is not None else None
