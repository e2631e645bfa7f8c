"""The overlay that answers become: documents made of the very nodes of the answers, so that findings point there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sidra_metamodel.layering.effective import Key
from sidra_metamodel.nodes import Node, Scalar

LIFTED: Final = frozenset({"why", "ticket", "until", "category", "before", "after", "first", "last"})
"""What an answer says about an element that is no keyword of it: instructions, without their dollar sign."""


@dataclass(slots=True)
class Branch:
    """A map that grows."""

    at: Node
    """The answer that it began with."""
    items: dict[str, Branch | Node] = field(default_factory=dict)
    directives: dict[str, Node] = field(default_factory=dict)

    def below(self, name: str, at: Node) -> Branch:
        """Return the map under a name, which is made where there is none."""
        found = self.items.get(name)
        if isinstance(found, Branch):
            return found
        made = _branch(found) if found is not None and found.is_map else Branch(at)
        self.items[name] = made
        return made

    def node(self) -> Node:
        """Return the map as a node."""
        items = {name: child.node() if isinstance(child, Branch) else child for name, child in self.items.items()}
        at = self.at
        return Node(items, at.source, at.at, at.key_at, None, None, dict(self.directives) or None)


class Overlay:
    """Documents of one layer that grow answer by answer."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._documents: dict[Key, Branch] = {}

    @property
    def documents(self) -> Mapping[Key, Node]:
        """The documents by kind and name, in the order in which they were begun; none without content."""
        return {key: branch.node() for key, branch in self._documents.items() if branch.items}

    def local(self, name: str) -> str:
        """Return a name with the layer's prefix."""
        start = f"x_{self.prefix}_"
        return name if name.startswith(start) else f"{start}{name.removeprefix('x_')}"

    def set(self, key: Key, path: tuple[str, ...], value: Node) -> None:
        """Say a value at a path of a document."""
        *way, name = path
        branch = self._branch(key, tuple(way), value)
        known = branch.items.get(name)
        if isinstance(known, Branch) and value.is_map:
            known.items |= value.items
        else:
            branch.items[name] = value

    def set_all(self, key: Key, content: Node) -> None:
        """Say all keywords of a document."""
        for name, value in content.items.items():
            self.set(key, (name,), value)

    def direct(self, key: Key, path: tuple[str, ...], directive: str, value: Node) -> None:
        """Write an instruction at a path of a document: `why`, `after`, `drop`, without the dollar sign."""
        self._branch(key, path, value).directives[directive] = value

    def begin(self, key: Key, at: Node) -> None:
        """Begin a document, so that it stands where it is mentioned first."""
        self._branch(key, (), at)

    def has(self, key: Key) -> bool:
        """Tell whether something is said in a document."""
        return key in self._documents and bool(self._documents[key].items)

    def _branch(self, key: Key, path: tuple[str, ...], at: Node) -> Branch:
        branch = self._documents.setdefault(key, Branch(at))
        for name in path:
            branch = branch.below(name, at)
        return branch


def made(value: Scalar | dict[str, Node] | tuple[Node, ...], at: Node) -> Node:
    """Return a value that follows from an answer, at its place."""
    return Node(value, at.source, at.at, at.key_at)


def lifted(node: Node) -> Node:
    """Return an element as an answer describes it, with what is no keyword of it as instructions."""
    items = {name: child for name, child in node.items.items() if name not in LIFTED}
    directives = {name: child for name, child in node.items.items() if name in LIFTED}
    return Node(items, node.source, node.at, node.key_at, None, None, {**(node.directives or {}), **directives} or None)


def _branch(node: Node) -> Branch:
    return Branch(node, dict(node.items), dict(node.directives or {}))
