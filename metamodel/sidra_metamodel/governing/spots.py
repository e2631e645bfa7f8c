"""Where a comparison of two layers is, the locks that hold there, and what changed."""

from __future__ import annotations

from typing import Final, NamedTuple

from sidra_metamodel.directives import LOCKS
from sidra_metamodel.language import Keyword, Shape
from sidra_metamodel.nodes import Node

Path = tuple[str, ...]


class Spot(NamedTuple):
    """Where the comparison is: the path below the document's name, and the lock that holds there."""

    path: Path = ()
    lock: Node | None = None

    def inside(self, name: str, below: Node | None) -> Spot:
        """Return the place under a name; a lock of the layers below raises the one around it."""
        return Spot((*self.path, name), stronger(self.lock, below.directive("lock") if below else None))

    def extending(self, below: Node) -> Spot:
        """Return the same place where what the layers below say stays, and more may be added."""
        return Spot(self.path, stronger(self.lock, Node("extend", below.source, below.key_at, below.key_at)))

    @property
    def dotted(self) -> str:
        """The path as people write it."""
        return ".".join(self.path)


class Around(NamedTuple):
    """What is around a named element: its keyword, its shape, the map as it was, where that stands, and in what."""

    word: Keyword
    shape: Shape
    below: Node
    spot: Spot
    holder: Node


class Change(NamedTuple):
    """One thing that a layer changed, and how far-reaching that is."""

    path: Path
    level: int
    is_waived: bool = False
    """Whether the group allows it although a rule refuses it."""


def stronger(one: Node | None, other: Node | None) -> Node | None:
    """Return the stronger of two locks."""
    return max((one, other), key=lock_strength)


def lock_strength(lock: Node | None) -> int:
    """Return how strong a lock is: 0 for none, and for a word that is no lock."""
    return LOCKS.index(str(lock.value)) + 1 if lock is not None and lock.value in LOCKS else 0


TIGHTEN_LOCK: Final = LOCKS.index("tighten") + 1
FINAL_LOCK: Final = LOCKS.index("final") + 1


def lock_inside(node: Node) -> Node | None:
    """Return the strongest lock in an element."""
    lock = node.directive("lock")
    for child in node.items.values():
        lock = stronger(lock, lock_inside(child))
    return lock
