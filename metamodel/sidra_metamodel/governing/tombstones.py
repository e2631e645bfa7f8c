"""What the group says of what is no longer there: `retired:` of a document, or of the layer for whole documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sidra_metamodel.layering.effective import Effective, Key
from sidra_metamodel.layering.layers import PACK, REGION, LayerFolder
from sidra_metamodel.nodes import Node


def tombstone(effective: Effective, key: Key, path: tuple[str, ...]) -> str:
    """Return the sentence about a path that is gone, with a blank behind it; nothing where nobody left one."""
    if path:
        document = effective.get(key)
        said = of_element(document.root, path) if document is not None else ""
    else:
        said = of_document(effective.stack.folders, key)
    return f"{said} " if said else ""


def of_element(root: Node, path: tuple[str, ...]) -> str:
    """Return what a document says about an element that is gone; nothing where it says nothing."""
    found = root.get("retired", path[-1])
    is_it = found is not None and _of(found) in {None, path[-2] if len(path) > 1 else None}
    return sentence(found) if found is not None and is_it else ""


def of_document(folders: Iterable[LayerFolder], key: Key) -> str:
    """Return what the group, packs and regions say about a whole document that is gone."""
    stones = (root.get("retired", key[1]) for root in _layers(folders))
    found = next((one for one in stones if one is not None and _of(one) in {None, key[0]}), None)
    return sentence(found) if found is not None else ""


def sentence(stone: Node) -> str:
    """Return what a tombstone says: since when, why, and what to use."""
    said = {name: str(node.value) for name, node in stone.items.items()}
    why = f": {said['why'].rstrip('.')}" if "why" in said else ""
    use = f" Use `{said['use']}`." if "use" in said else ""
    return f"Retired in {said.get('since', 'an earlier version')}{why}.{use}"


def _of(stone: Node) -> str | None:
    node = stone.get("of")
    return str(node.value) if node is not None else None


def _layers(folders: Iterable[LayerFolder]) -> Iterator[Node]:
    for folder in folders:
        if folder.rank <= PACK or folder.rank == REGION:
            yield from (document.node for document in folder.documents if document.kind == "layer")
