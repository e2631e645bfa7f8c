"""What changes beside the effective documents: files that stand next to them, and bounds of another baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sidra.releases.plan import Impact, Item
from sidra.releases.values import shown_values
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.layers import LayerStack
from sidra_metamodel.nodes import Node

WORD = "unknown"
"""Nobody has said whether such a change allows more: so it counts as if it did."""
DIGITS = 12
"""Characters of a file's hash that tell people that it is another one."""


def besides(live: LayerStack, proposed: LayerStack) -> Iterator[Item]:
    """Yield the changes of a plan that no effective document shows."""
    was, now = _files(live), _files(proposed)
    for layer, path in sorted(was.keys() | now.keys()):
        before, after = was.get((layer, path)), now.get((layer, path))
        if before != after:
            yield Item(Impact.WIDENED, "layer", layer, (path,), _told(before), _told(after), WORD, path)
    if live.granted_by is not None or proposed.granted_by is not None:
        yield from _bounds(_grants(live), _grants(proposed))


def _files(stack: LayerStack) -> Mapping[tuple[str, str], str]:
    return {(folder.own_name, path): digest for folder in stack.folders for path, digest in folder.beside}


def _told(digest: str | None) -> str | None:
    return None if digest is None else f"file {digest[:DIGITS]}"


def _grants(stack: LayerStack) -> Mapping[Key, Node]:
    return {(kind, name): node for kind, name, node in stack.grants}


def _bounds(live: Mapping[Key, Node], proposed: Mapping[Key, Node]) -> Iterator[Item]:
    """Yield the waivers and ceilings that differ, of layers on a version of the baseline that does not say them."""
    for kind, name in sorted(live.keys() | proposed.keys()):
        before, after = live.get((kind, name)), proposed.get((kind, name))
        texts = [flow(node) if node is not None else None for node in (before, after)]
        node = after if after is not None else before
        if texts[0] != texts[1] and node is not None:
            yield Item(Impact.WIDENED, kind, name, (), *shown_values(*texts), WORD, name, place=node.key_place)
