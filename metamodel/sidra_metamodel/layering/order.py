"""The order of named elements, resolved once, after everything is merged."""

from __future__ import annotations

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.directives import PLACES
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed

Elements = dict[str, Node]


def ordered(elements: Elements, holder: str, diagnostics: Diagnostics) -> Elements:
    """Return elements as `$before`, `$after`, `$first` and `$last` want them, else in the order they stand in.

    Those that want the same place keep their order. `holder` names the map in messages.
    """
    wishes = {name: wish for name, node in elements.items() if (wish := place_of(node)) is not None}
    if not wishes:
        return elements
    return _Placing(elements, wishes, holder, diagnostics).result()


def place_of(node: Node) -> tuple[str, Node] | None:
    """Return which place a node wants, and the instruction that says so; None for no wish."""
    if node.directives:
        for name in PLACES:
            if name in node.directives:
                return name, node.directives[name]
    return None


class _Placing:
    def __init__(
        self, elements: Elements, wishes: dict[str, tuple[str, Node]], holder: str, diagnostics: Diagnostics
    ) -> None:
        self._elements = elements
        self._wishes = wishes
        self._holder = holder
        self._diagnostics = diagnostics
        self._placed: dict[str, None] = {}
        self._beside: dict[tuple[str, str], list[str]] = {}

    def result(self) -> Elements:
        first, middle, last = self._sorted()
        holding = {sibling for sibling, _ in self._beside}
        for name in (*first, *middle, *last):
            if name in holding:
                self._place(name)
            else:
                self._placed[name] = None
        self._place_circles()
        return {name: self._elements[name] for name in self._placed}

    def _sorted(self) -> tuple[list[str], list[str], list[str]]:
        """Split the elements that need no sibling; note the others under the sibling they want to stand beside."""
        first: list[str] = []
        middle: list[str] = []
        last: list[str] = []
        for name in self._elements:
            place, node = self._wishes.get(name, ("", None))
            if node is None or (place in {"before", "after"} and not self._is_sibling(name, node)):
                middle.append(name)
            elif place in {"first", "last"}:
                (first if place == "first" else last).append(name)
            else:
                self._beside.setdefault((str(node.value), place), []).append(name)
        return first, middle, last

    def _is_sibling(self, name: str, node: Node) -> bool:
        if node.value in self._elements:
            return True
        others = [other for other in self._elements if other != name]
        self._diagnostics.error(
            "E103",
            f"`{name}` wants a place next to `{node.value}`, which is not in `{self._holder}`",
            node,
            help=did_you_mean(str(node.value), others) or f"there are {listed(others)}",
        )
        return False

    def _place(self, start: str) -> None:
        """Place an element with all that want to stand beside it. A stack, as chains may be long."""
        stack = [(start, False)]
        while stack:
            name, is_due = stack.pop()
            if is_due:
                self._placed[name] = None
                continue
            stack.extend((other, False) for other in reversed(self._beside.get((name, "after"), ())))
            stack.append((name, True))
            stack.extend((other, False) for other in reversed(self._beside.get((name, "before"), ())))

    def _place_circles(self) -> None:
        for name in self._elements:
            if name not in self._placed:
                place, node = self._wishes[name]
                self._diagnostics.error(
                    "E110",
                    f"`{name}` wants a place {place} `{node.value}`, which wants one next to it in turn",
                    node,
                    help="let one of them stand by itself",
                )
                self._placed[name] = None
