"""The final step of merging: what is removed goes, changes of sets are carried out, places are taken."""

from __future__ import annotations

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.directives import PLACES
from sidra_metamodel.layering.order import ordered
from sidra_metamodel.layering.sets import changed_list, is_change
from sidra_metamodel.nodes import Node


def settle(node: Node, name: str, diagnostics: Diagnostics) -> Node:
    """Return a merged root with its instructions carried out; what has none is the same node.

    Instructions stay readable in `directives`, for explanations and governance; `name` begins the paths of messages.
    """
    return _Settling(diagnostics).node(node, [name])


class _Settling:
    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics

    def node(self, node: Node, path: list[str]) -> Node:
        if node.directives is not None and is_change(node):
            return _with_value(node, changed_list((), node, path, self._diagnostics))
        if not isinstance(node.value, dict):
            return node
        items = node.value
        settled = self._children(items, path)
        return node if settled is items else _with_value(node, settled)

    def _children(self, items: dict[str, Node], path: list[str]) -> dict[str, Node]:
        others: dict[str, Node | None] = {}
        has_places = False
        for key, child in items.items():
            if child.directives is not None:
                if "remove" in child.directives:
                    self._check_removal(key, child, path)
                    others[key] = None
                    continue
                has_places = has_places or any(place in child.directives for place in PLACES)
            # Scalars, the most of all nodes, have nothing to settle.
            if type(child.value) is dict:
                path.append(key)
                result = self.node(child, path)
                path.pop()
                if result is not child:
                    others[key] = result
        if not (others or has_places):
            return items
        settled = {key: one for key, child in items.items() if (one := others.get(key, child)) is not None}
        return ordered(settled, path[-1], self._diagnostics) if has_places else settled

    def _check_removal(self, key: str, child: Node, path: list[str]) -> None:
        if child.under is None:
            where = ".".join(path[1:]) or path[0]
            self._diagnostics.error(
                "E111",
                f"no `{key}` to remove in `{where}`",
                child,
                key=True,
                help="delete the line, or correct the name",
            )


def _with_value(node: Node, value: dict[str, Node] | tuple[Node, ...]) -> Node:
    return Node(value, node.source, node.at, node.key_at, None, node.under, node.directives)
