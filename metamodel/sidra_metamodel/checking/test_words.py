"""The names that a test may use: its records and steps so far, its users."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed


@dataclass(frozen=True, slots=True)
class Known:
    """What a test has named so far."""

    model: Model
    test: Test
    records: dict[str, str]
    """The entities of the records by name, in the order in which they come to be."""

    def record(self, name: str, node: Node, diagnostics: Diagnostics, *, is_key: bool = False) -> str | None:
        """Return the entity of a record, or None after recording that nothing has this name."""
        found = self.records.get(name)
        if found is None:
            refuse("record", name, self.records, node, diagnostics, is_key=is_key)
        return found

    def user(self, node: Node, diagnostics: Diagnostics) -> None:
        """Record where nobody has the name that a node says."""
        if node.scalar not in self.test.users:
            refuse("person", str(node.scalar), self.test.users, node, diagnostics)

    def step(self, node: Node, diagnostics: Diagnostics) -> None:
        """Record where no step has the name that a node says."""
        if node.scalar not in self.test.when:
            refuse("step", str(node.scalar), self.test.when, node, diagnostics)


def refuse(
    what: str, name: str, known: Collection[str], node: Node, diagnostics: Diagnostics, *, is_key: bool = False
) -> None:
    """Record that nothing in the test has a name, or not yet."""
    way_out = did_you_mean(name, known) or (f"there are {listed(known)}" if known else "name one before")
    reason = f"no {what} `{name}` in the test up to here"
    diagnostics.report("E260", reason, node, key=is_key, length=len(name), help=way_out)


def refuse_name(  # noqa: PLR0913 - each is a part of the finding
    what: str,
    name: str,
    known: Collection[str],
    node: Node,
    diagnostics: Diagnostics,
    entity: str = "",
    *,
    is_key: bool = False,
) -> None:
    """Record that the configuration has no such name."""
    way_out = did_you_mean(name, known) or (f"there are {listed(known)}" if known else "there is none")
    of = f" in `{entity}`" if entity else ""
    diagnostics.report("E401", f"no {what} `{name}`{of}", node, key=is_key, length=len(name), help=way_out)
