"""What layers above the packs remove: the reason of what is wrong in the layers below, where it is missed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from sidra_metamodel.diagnostics import Diagnostic, note
from sidra_metamodel.layering.layers import PACK, LayerStack
from sidra_metamodel.nodes import Node

Removals = Mapping[str, Node]
"""The tombstones of layers above the packs, by the names that they stand at."""

_QUOTED: Final = re.compile(r"`(\w+)`")


def removals_of(stack: LayerStack) -> Removals:
    """Return what layers above the packs remove."""
    upper = (document for folder in stack.folders if folder.rank > PACK for document in folder.documents)
    return {name: node for document in upper for name, node in _tombstones(document.node)}


def _tombstones(node: Node) -> Iterator[tuple[str, Node]]:
    for name, child in node.items.items():
        if child.directive("remove"):
            yield name, child
        else:
            yield from _tombstones(child)


def with_removal(found: Diagnostic, removals: Removals) -> Diagnostic:
    """Return a finding that misses a name with the place where a layer removed it; any other as it is."""
    missed = next((removals[name] for name in _QUOTED.findall(found.message) if name in removals), None)
    if missed is None or found.at.layer == missed.source.layer:
        return found
    notes = (*found.notes, note("removed here", missed, key=True))
    return replace(found, notes=notes, help="leave it there; where it has `hidden`, hide it")
