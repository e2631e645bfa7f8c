"""Where a path leads in another version of the baseline: to the same place, to one with another name, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.nodes import Node
from sidra_metamodel.upgrading.overrides import Path, Words


@dataclass(frozen=True, slots=True)
class Followed:
    """What a path has become."""

    key: Key
    path: Path
    """As it is called now, as far as it leads."""
    node: Node | None
    """What stands there; None where nothing does."""
    missing: int | None = None
    """The number of steps to the element that is gone; 0 for the document, None where all elements are there."""
    renamed: tuple[int, ...] = ()
    """The numbers of the steps that have another name now; 0 is the document."""


def follow(
    roots: Mapping[Key, Node], key: Key, path: Path, words: Words, other: Mapping[Key, Node] | None = None
) -> Followed:
    """Return where a path of another version leads; on the way back to an earlier one, `other` knows its names."""
    there = other.get(key) if other is not None else None
    now, renamed = key, []
    if key not in roots:
        heir = next((one for one, root in roots.items() if one[0] == key[0] and key[1] in former_names(root)), None)
        if heir is None:
            return Followed(key, path, None, 0)
        now, renamed = heir, [0]
    node: Node | None = roots[now]
    steps: list[str] = []
    for index, step in enumerate(path, 1):
        there = there.items.get(step) if there is not None else None
        name = _present(node, step, there)
        if name is None:
            is_gone = words.is_element(key[0], path[:index]) and node is not None
            return Followed(now, (*steps, *path[index - 1 :]), None, index if is_gone else None, tuple(renamed))
        renamed += [index] if name != step else []
        steps.append(name)
        node = node.items[name] if node is not None else None
    return Followed(now, tuple(steps), node, None, tuple(renamed))


def _present(node: Node | None, step: str, there: Node | None) -> str | None:
    if node is None:
        return None
    if step in node.items:
        return step
    earlier = former_names(there) if there is not None else ()
    back = next((name for name in earlier if name in node.items), None)
    return back or next((name for name, child in node.items.items() if step in former_names(child)), None)
