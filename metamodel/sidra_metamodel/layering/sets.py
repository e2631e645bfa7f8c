"""Sets of scalars, and changes of them: `{$add: […], $drop: […]}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.nodes import Node, Scalar
from sidra_metamodel.suggest import did_you_mean, listed


def is_change(node: Node) -> bool:
    """Tell whether a node changes the set below it; one that a change has been carried out on is a set."""
    return (
        node.directives is not None
        and ("add" in node.directives or "drop" in node.directives)
        and not isinstance(node.value, tuple)
    )


def added(change: Node) -> tuple[Node, ...]:
    """Return what a change adds."""
    node = change.directive("add")
    return node.entries if node else ()


def dropped(change: Node) -> tuple[Node, ...]:
    """Return what a change drops."""
    node = change.directive("drop")
    return node.entries if node else ()


def scalars(entries: Iterable[Node]) -> set[Scalar]:
    """Return the values of members; maps and lists, which the structure check refuses, are left out."""
    return {entry.scalar for entry in entries}


def without(entries: Sequence[Node], unwanted: Iterable[Node]) -> tuple[Node, ...]:
    """Return the members that are not among the unwanted."""
    values = scalars(unwanted)
    return tuple(entry for entry in entries if entry.scalar not in values)


def united(below: Sequence[Node], above: Sequence[Node]) -> tuple[Node, ...]:
    """Return the members of both, those below first, each once."""
    return (*below, *without(_distinct(above), below))


def composed_change(below: Node, above: Node) -> dict[str, Node]:
    """Return the instructions of the one change that does what two do one after the other.

    What both say is taken from `above`, so that each layer's part can still be told by the sources of the members.
    """
    said = (*added(above), *dropped(above))
    adds = (*without(added(below), said), *_distinct(added(above)))
    drops = (*without(dropped(below), said), *_distinct(dropped(above)))
    pairs = (("add", adds), ("drop", drops))
    return {name: Node(entries, above.source, above.at, above.key_at) for name, entries in pairs}


def changed_list(
    below: Sequence[Node], change: Node, path: Sequence[str], diagnostics: Diagnostics
) -> tuple[Node, ...]:
    """Return a set after a change; what is to be dropped must be in it."""
    there = scalars(below)
    for entry in dropped(change):
        if entry.scalar not in there:
            members = [str(member.scalar) for member in below]
            diagnostics.error(
                "E109",
                f"no `{entry.scalar}` to drop in `{'.'.join(path[1:])}`",
                entry,
                help=did_you_mean(str(entry.scalar), members) or f"there are {listed(members) or 'no values'}",
            )
    return united(without(below, dropped(change)), added(change))


def _distinct(entries: Sequence[Node]) -> tuple[Node, ...]:
    return tuple({entry.scalar: entry for entry in reversed(entries)}.values())[::-1]
