"""Which layer gave a value, and which part of it: what each wrote, and what became of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sidra_metamodel.explaining.paths import Spot
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.language import Keyword
from sidra_metamodel.load import Loaded
from sidra_metamodel.nodes import Node, Place, Source
from sidra_metamodel.traits import ACCUMULATE, Narrower

MAX_SHOWN: Final = 60


class State(StrEnum):
    """What became of what a layer wrote."""

    IN_FORCE = "in force"
    MERGED = "merged"
    """It is part of the value, beside parts of other layers."""
    SHADOWED = "shadowed"


@dataclass(frozen=True, slots=True)
class Link:
    """What one layer says about a value."""

    layer: str
    value: str
    """As it is written there."""
    at: Place
    state: State
    why: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a map, or a member of a list, with the layers that gave it."""

    name: str
    layers: tuple[str, ...]
    """The highest first."""
    at: Place


def chain_of(loaded: Loaded, spot: Spot) -> Iterator[Link]:
    """Yield what each layer says about a value, the highest first."""
    nodes = list(spot.node.chain())
    givers = {source for node in nodes for source in _sources(node)} if _adds_up(spot.keyword) else _sources(spot.node)
    is_alone = len(givers) == 1
    seen: set[tuple[Place, str]] = set()
    for index, node in enumerate(nodes):
        # A merged list or map repeats the place of what it was merged over.
        if (node.place, node.source.layer) not in seen:
            seen.add((node.place, node.source.layer))
            written = written_by(loaded, spot, node)
            alone = State.SHADOWED if index else State.IN_FORCE
            state = alone if is_alone or (index and node.source not in givers) else State.MERGED
            text = flow(written, instructions=True) if written else flow(_own_part(node))
            yield Link(node.source.layer, shortened(text), node.place, state, _reason(loaded, spot, node))


def parts_of(node: Node) -> Iterator[Part]:
    """Yield the parts of a value that several layers, or several files, gave; nothing for any other value."""
    if len(_sources(node)) > 1:
        inner = node.items or {flow(entry): entry for entry in node.entries}
        for name, child in inner.items():
            sources = sorted(_sources(child), key=lambda source: -source.rank)
            layers = tuple(dict.fromkeys(source.layer for source in sources))
            yield Part(shortened(name), layers, child.key_place if child.is_map else child.place)


def written_by(loaded: Loaded, spot: Spot, node: Node) -> Node | None:
    """Return what stands at a place in the file that a node comes from; None where that file has another form."""
    way = _way(loaded, spot, node)
    return way[-1] if len(way) > len(spot.steps) else None


def shortened(text: str) -> str:
    """Return a text for one column of a line."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _adds_up(keyword: Keyword | None) -> bool:
    """Tell whether the values of all layers hold, also those that others cover: checks, conditions of `required`."""
    if keyword is None:
        return False
    return keyword.rule is ACCUMULATE or (keyword.narrower is Narrower.TRUTH and keyword.site is not None)


def _sources(node: Node) -> set[Source]:
    """Return the files that a value is made of; that of a list may have dropped members of others."""
    if not node.items:
        return {node.source, *(entry.source for entry in node.entries)}
    return {source for child in node.items.values() for source in _sources(child)}


def _own_part(node: Node) -> Node:
    """Return what a merged map has from the file that it bears the place of."""
    items = {name: _own_part(child) for name, child in node.items.items() if node.source in _sources(child)}
    return Node(items, node.source, node.at) if node.is_map else node


def _reason(loaded: Loaded, spot: Spot, node: Node) -> str:
    """Return the nearest `$why` around a value in the document of the layer that gave it."""
    reasons = [why for around in _way(loaded, spot, node) if (why := around.directive("why")) is not None]
    return str(reasons[-1].value) if reasons else ""


def _way(loaded: Loaded, spot: Spot, node: Node) -> list[Node]:
    """Return the nodes towards a place in the file that a node comes from, as far as it has something to say."""
    for folder in loaded.effective.stack.folders:
        for kind, _name, root in folder.documents:
            if kind == spot.document.kind and root.source == node.source:
                return list(way(root, spot.steps))
    return []


def way(root: Node, steps: tuple[str, ...]) -> Iterator[Node]:
    """Go from a document's root towards a place, as far as the document has something to say."""
    node: Node | None = root
    for step in (*steps, ""):
        if node is None:
            return
        yield node
        node = node.get(step)
