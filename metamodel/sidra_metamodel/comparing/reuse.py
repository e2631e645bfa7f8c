"""How much of what an affiliate has is the baseline as it is: counted on effective leaves, by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sidra_metamodel.comparing.leaves import is_same
from sidra_metamodel.governing.levels import LIMITS, TEXTS
from sidra_metamodel.governing.spots import Path
from sidra_metamodel.layering.effective import EffectiveDocument
from sidra_metamodel.layering.layers import PACK
from sidra_metamodel.nodes import Node

STILL_REUSED: Final[Mapping[int, float]] = MappingProxyType({0: 1.0, 1: 0.75, 2: 0.5, 3: 0.25, 4: 0.0})
"""How much a leaf still counts as reused where reuse is weighted, by the level of the change that made it differ."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """How many effective leaves there are, and how many of them say what the baseline says."""

    leaves: int = 0
    equal: int = 0
    weight: float = 0.0
    """The equal ones, and a part of each other one: the less the change means, the more of it."""

    def __add__(self, other: Reuse) -> Reuse:
        """Return both together."""
        return Reuse(self.leaves + other.leaves, self.equal + other.equal, self.weight + other.weight)

    @property
    def ratio(self) -> float:
        """The share of leaves that say what the baseline says, from 0 to 1; where there is nothing, all of it does."""
        return self.equal / self.leaves if self.leaves else 1.0

    @property
    def weighted(self) -> float:
        """The same share, where a changed text weighs less than a replaced part."""
        return self.weight / self.leaves if self.leaves else 1.0


class LeafCount:
    """Counts leaves; what affiliates share is counted once."""

    def __init__(self) -> None:
        self._known: dict[Node, int] = {}

    def of(self, node: Node) -> int:
        """Return how many leaves there are below a node; it is one itself if nothing is."""
        if not node.items:
            return 1
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = sum(map(self.of, node.items.values()))
        return known


def reuse_of(document: EffectiveDocument, levels: Mapping[Path, int], count: LeafCount) -> Reuse:
    """Return how much of a document is the baseline's; `levels` are those of the changes above the packs, by path."""
    leaves = count.of(document.root)
    below = baseline_of(document)
    if below is document.root:
        return Reuse(leaves, leaves, float(leaves))
    default = LIMITS if below is None else TEXTS
    differing = [_level(path, levels, default) for path in differing_leaves(document.root, below)]
    equal = leaves - len(differing)
    return Reuse(leaves, equal, equal + sum(STILL_REUSED[level] for level in differing))


def baseline_of(document: EffectiveDocument) -> Node | None:
    """Return a document as the group and its packs have it; None where regions or affiliates declare it."""
    roots = [stage.root for stage in document.stages if stage.layer.rank <= PACK]
    return roots[-1] if roots else None


def differing_leaves(node: Node, below: Node | None, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of the leaves of a node that say otherwise than those of another at the same path, or are new."""
    if node is below:
        return
    if not node.items:
        if below is None or not is_same(node, below):
            yield path
        return
    lower = below.items if below is not None else {}
    for name, child in node.items.items():
        yield from differing_leaves(child, lower.get(name), (*path, name))


def _level(path: Path, levels: Mapping[Path, int], default: int) -> int:
    """Return the level of the nearest change at a path or around it."""
    around = (path[:length] for length in range(len(path), -1, -1))
    return next((levels[one] for one in around if one in levels), default)
