"""What the group waives for an affiliate: read from the group's tree, and marked where the affiliate makes use of it.

A waived value stands alone where else the values of all layers would hold together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sidra_metamodel.kinds.granting import Waiver as WaiverDocument
from sidra_metamodel.layering.layers import LayerStack
from sidra_metamodel.layering.sets import added, is_change
from sidra_metamodel.nodes import Node

Key = tuple[str, str]
Path = tuple[str, ...]

FIRST_KIND = "entity"
"""What a name without a kind means when documents of several kinds have it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One value that an affiliate may have."""

    name: str
    key: Key
    """Kind and name of the document; both are empty where there is none of the name."""
    path: Path
    node: Node
    """The whole waiver, as the group wrote it."""

    def allows(self, value: Node | None) -> bool:
        """Tell whether it is this value, or its absence, that is allowed; a set has no order."""
        allowed = self.node.get("allows")
        wanted = None if allowed is None else allowed.plain()
        given = None if value is None else value.plain()
        if value is not None and is_change(value):
            given = [each.plain() for each in added(value)]
        if isinstance(given, list) or isinstance(wanted, list):
            return _members(given) == _members(wanted)
        return type(given) is type(wanted) and given == wanted


def _members(value: object) -> list[str]:
    return sorted(map(repr, value if isinstance(value, list) else [value]))


def grants(stack: LayerStack, documents: Iterable[Key]) -> tuple[Grant, ...]:
    """Return what is waived for the affiliate of a stack, whose documents these are."""
    known = frozenset(documents)
    return tuple(
        Grant(name, *target(_text(node, "path"), known), node)
        for kind, name, node in stack.grants
        if kind == WaiverDocument.kind and _text(node, "affiliate") == stack.affiliate
    )


def target(path: str, documents: frozenset[Key]) -> tuple[Key, Path]:
    """Return the document that a path begins with, and the names below it; an empty key for no document."""
    parts = tuple(part for part in path.split(".") if part)
    if parts[:2] in documents:
        return (parts[0], parts[1]), parts[2:]
    kinds = [kind for kind, name in documents if parts and name == parts[0]]
    kind = min(kinds, key=lambda one: (one != FIRST_KIND, one), default="")
    return (kind, parts[0] if kind else ""), parts[1:]


def marked(root: Node, found: Sequence[Grant], layer: str) -> Node:
    """Return a merged root in which each value that a layer has by a waiver names the waiver in `waived`."""
    for grant in found:
        value = root.get(*grant.path) if grant.path else None
        if value is not None and value.source.layer == layer and grant.allows(value):
            root = put(root, grant.path, _with(value, grant))
    return root


def _with(node: Node, grant: Grant) -> Node:
    given = {**(node.directives or {}), "waived": grant.node}
    return Node(node.value, node.source, node.at, node.key_at, node.text, node.under, given)


def put(root: Node, path: Path, value: Node) -> Node:
    """Return a root with another value at a path whose holder is there; what is beside it is shared."""
    name, *rest = path
    inner = put(root.items[name], tuple(rest), value) if rest else value
    items = {**root.items, name: inner}
    return Node(items, root.source, root.at, root.key_at, root.text, root.under, root.directives)


def lifted(root: Node, top: Node, found: Iterable[Grant]) -> Node:
    """Return a lower root with what is waived in the top one, where both have the path."""
    for path, value in _waived(top, found):
        holder = root.get(*path[:-1])
        if holder is not None and holder.is_map:
            root = put(root, path, value)
    return root


def _waived(top: Node, found: Iterable[Grant]) -> Iterator[tuple[Path, Node]]:
    for grant in found:
        value = top.get(*grant.path) if grant.path else None
        if value is not None and value.directive("waived") is grant.node:
            yield grant.path, value


def holding(node: Node) -> Iterator[Node]:
    """Yield the values of all layers that hold together, the highest first: down to one that a waiver lets stand."""
    for layer in node.chain():
        yield layer
        if layer.directive("waived") is not None:
            return


def _text(node: Node, name: str) -> str:
    value = node.get(name)
    return value.value if value is not None and isinstance(value.value, str) else ""
