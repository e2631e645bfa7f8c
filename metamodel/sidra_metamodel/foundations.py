"""What the group's layers amount to, remembered: affiliates of the same tiers share it, edited overlays keep it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.nodes import Node

if TYPE_CHECKING:
    from sidra_metamodel.layers import LayerFolder

MAX_KEPT: Final = 16
"""Combinations of packs that are remembered; one that is forgotten is merged again."""

Merged = Mapping[tuple[str, str], Sequence[tuple[int, Node]]]
"""The roots of each document by kind and name, with the index of the layer that made them."""


class Foundation(NamedTuple):
    """The merged documents of the lowest layers, and what was found on the way."""

    merged: Merged
    findings: tuple[Diagnostic, ...]


class Foundations:
    """Remembers foundations by the very nodes that they are made of."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[Foundation, tuple[Node, ...]]] = {}

    def find(self, folders: Sequence[LayerFolder]) -> Foundation | None:
        """Return what these layers amount to, if the same documents were merged before."""
        known = self._known.get(_key(folders))
        return known[0] if known else None

    def remember(self, folders: Sequence[LayerFolder], foundation: Foundation) -> None:
        """Remember what these layers amount to."""
        while len(self._known) >= MAX_KEPT:
            self._known.pop(next(iter(self._known)), None)
        # The nodes are kept, too, so that no other node can come to have the identity of one of them.
        self._known[_key(folders)] = (foundation, tuple(_nodes(folders)))


def _key(folders: Sequence[LayerFolder]) -> tuple[object, ...]:
    return (*((folder.name, folder.requires) for folder in folders), *map(id, _nodes(folders)))


def _nodes(folders: Sequence[LayerFolder]) -> Iterable[Node]:
    return (document.node for folder in folders for document in folder.documents)
