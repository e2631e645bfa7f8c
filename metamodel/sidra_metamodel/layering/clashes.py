"""What two layers of one rank must not both say, and lists that leave open whether they add or replace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sidra_metamodel.diagnostics import Diagnostics, Note
from sidra_metamodel.directives import PLACES
from sidra_metamodel.layering.sets import added, dropped, is_change, scalars, without
from sidra_metamodel.nodes import Node, Scalar

_WAY_OUT = "nothing orders two packs: decide in `core`, or let one `requires:` the other"


class Clashes:
    """Records disagreements found while merging."""

    def __init__(self, diagnostics: Diagnostics, orders: Mapping[str, frozenset[str]]) -> None:
        self._diagnostics = diagnostics
        self._orders = orders

    def values(self, below: Node, above: Node, path: Sequence[str]) -> None:
        """Two packs give one leaf different values."""
        is_changed_set = below.directive("add") or below.directive("drop")
        if self._rival(below, above) and (is_changed_set or below.plain() != above.plain()):
            self._report(below, above, path)

    def whole_elements(self, below: Node, above: Node, path: Sequence[str]) -> None:
        """One pack removes or replaces what another touches."""
        if self._rival(below, above) and not (below.directive("remove") and above.directive("remove")):
            self._report(below, above, path)

    def places(self, below: Node, above: Node, path: Sequence[str]) -> None:
        """Two packs put an element at different places, or one changes what the other replaced."""
        replaced = below.directive("replace")
        if replaced is not None and self._rival(replaced, above):
            self._report(below, above, path)
        ours, theirs = _place(above), _place(below)
        if ours is not None and theirs is not None and self._rival(theirs[1], ours[1]):
            self._differing(theirs, ours, path)

    def _differing(self, below: tuple[str, Node], above: tuple[str, Node], path: Sequence[str]) -> None:
        if (below[0], below[1].scalar) != (above[0], above[1].scalar):
            self._report(below[1], above[1], path)

    def changes(self, below: Node, above: Node, path: Sequence[str], *, accumulate: bool) -> None:
        """One pack drops from a set what another adds, or changes a set that the other gives whole."""
        for node in below.chain():
            if not self._rival(node, above):
                return
            adds, drops, whole = _change_of(node, accumulate=accumulate)
            if whole or adds & scalars(dropped(above)) or drops & scalars(added(above)):
                self._report(node, above, path)

    def bare_list(self, below: Node, above: Node, path: Sequence[str]) -> None:
        """A list over a set leaves open what is to happen to the members below."""
        self.values(below, above, path)
        more, fewer = without(above.entries, below.entries), without(below.entries, above.entries)
        if is_change(below) or not isinstance(below.value, tuple) or not (more or fewer):
            return
        change = ", ".join(f"${name}: [{_listed(nodes)}]" for name, nodes in (("add", more), ("drop", fewer)) if nodes)
        self._diagnostics.error(
            "E108",
            f"a bare list over the set `{'.'.join(path[1:])}`",
            above,
            notes=[Note("set here", below.place, below.source.line(below.place.line).strip())],
            help=f"write `{{{change}}}` to change it, or `{{$set: [{_listed(above.entries)}]}}` to replace it",
        )

    def _rival(self, below: Node, above: Node) -> bool:
        low, high = below.source, above.source
        return low.rank == high.rank and low.layer != high.layer and low.layer not in self._orders.get(high.layer, ())

    def _report(self, below: Node, above: Node, path: Sequence[str]) -> None:
        first, second = sorted((below, above), key=lambda node: node.place)
        self._diagnostics.error(
            "E301",
            f"two packs disagree on `{'.'.join(path)}`",
            first,
            notes=[Note("", node.place, _shown(node)) for node in (first, second)],
            help=_WAY_OUT,
        )


def _place(node: Node) -> tuple[str, Node] | None:
    return (
        next(((name, node.directives[name]) for name in PLACES if name in node.directives), None)
        if node.directives
        else None
    )


def _change_of(node: Node, *, accumulate: bool) -> tuple[set[Scalar], set[Scalar], bool]:
    """Return what a layer adds to and drops from the set below it, and whether it gives the set whole."""
    if node.directive("add") or node.directive("drop"):
        return _own(node, added(node)), _own(node, dropped(node)), False
    if accumulate and not node.directive("set"):
        return scalars(node.entries), set(), False
    return set(), set(), True


def _own(node: Node, entries: Sequence[Node]) -> set[Scalar]:
    """Return the members that the layer itself names; a composed change bears those of lower layers, too."""
    return scalars(entry for entry in entries if entry.source.layer == node.source.layer)


def _shown(node: Node) -> str:
    return str(node.scalar) if not isinstance(node.value, dict | tuple) else "set here"


def _listed(entries: Iterator[Node] | Sequence[Node]) -> str:
    return ", ".join(str(entry.scalar) for entry in entries)
