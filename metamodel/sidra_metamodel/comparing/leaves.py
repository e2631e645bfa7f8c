"""The leaves of documents, and what two sets of effective documents say differently, leaf by leaf or as whole elements.

Nodes that two configurations share are the same object and are never entered, so that what is equal costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sidra_metamodel.layering.effective import Key
from sidra_metamodel.nodes import Node

Path = tuple[str, ...]
"""The names below a document; none for the document itself."""


@dataclass(frozen=True, slots=True)
class LeafChange:
    """One value, or one element with all that is in it, that came, went or became another."""

    kind: str
    document: str
    path: Path
    was: Node | None
    """None for what is new."""
    now: Node | None
    """None for what is gone."""

    @property
    def dotted(self) -> str:
        """The path as `sidra explain` takes it, after the document's name."""
        return ".".join((self.document, *self.path))


def leaves(root: Node) -> Iterator[tuple[Path, Node]]:
    """Yield every value below a node with its path: scalars, lists as a whole, and maps that are empty."""
    yield from _leaves(root, ())


def _leaves(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    if not node.items:
        yield path, node
    for name, child in node.items.items():
        yield from _leaves(child, (*path, name))


def leaf_changes(below: Mapping[Key, Node], above: Mapping[Key, Node]) -> tuple[LeafChange, ...]:
    """Return what the roots above say otherwise than those below, value by value.

    An element that came or went is one change for each of its leaves; `whole_changes` has it as one.
    """
    return tuple(leaf for change in whole_changes(below, above) for leaf in _by_leaf(change))


def whole_changes(below: Mapping[Key, Node], above: Mapping[Key, Node]) -> tuple[LeafChange, ...]:
    """Return what the roots above say otherwise than those below; what came or went whole is one change."""
    found: list[LeafChange] = []
    for key in (*below, *(key for key in above if key not in below)):
        found += _changes(key, (), below.get(key), above.get(key))
    return tuple(found)


def order_changes(below: Mapping[Key, Node], above: Mapping[Key, Node]) -> tuple[LeafChange, ...]:
    """Return the maps whose elements, of those that both have, stand in another order."""
    found: list[LeafChange] = []
    for key, root in below.items():
        if key in above:
            found += _moved(key, (), root, above[key])
    return tuple(found)


def is_same(one: Node, other: Node) -> bool:
    """Tell whether two values, or all that is below them, say the same, whoever says it and in which order."""
    if one is other:
        return True
    if one.is_map or other.is_map:
        first, second = one.items, other.items
        is_alike = one.is_map and other.is_map and first.keys() == second.keys()
        return is_alike and all(is_same(child, second[name]) for name, child in first.items())
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        pairs = zip(one.value, other.value, strict=False)
        return len(one.value) == len(other.value) and all(is_same(*pair) for pair in pairs)
    # As Python has it, `true` is 1; as it is written, `1.0` is another text than `1.00`.
    is_written_alike = one.text is None or other.text is None or one.text == other.text
    return type(one.value) is type(other.value) and one.value == other.value and is_written_alike


def _changes(key: Key, path: Path, was: Node | None, now: Node | None) -> Iterator[LeafChange]:
    if was is now:
        return
    if was is None or now is None or not (was.items and now.items):
        if was is None or now is None or not is_same(was, now):
            yield LeafChange(*key, path, was, now)
        return
    before, after = was.items, now.items
    for name, child in before.items():
        yield from _changes(key, (*path, name), child, after.get(name))
    for name, child in after.items():
        if name not in before:
            yield from _changes(key, (*path, name), None, child)


def _by_leaf(change: LeafChange) -> Iterator[LeafChange]:
    """Yield a change of an element as changes of its leaves."""
    was = dict(_leaves(change.was, change.path)) if change.was is not None else {}
    now = dict(_leaves(change.now, change.path)) if change.now is not None else {}
    for path in (*was, *(path for path in now if path not in was)):
        yield LeafChange(change.kind, change.document, path, was.get(path), now.get(path))


def _moved(key: Key, path: Path, was: Node, now: Node) -> Iterator[LeafChange]:
    if was is now:
        return
    before, after = was.items, now.items
    if [name for name in before if name in after] != [name for name in after if name in before]:
        yield LeafChange(*key, path, was, now)
    for name, child in before.items():
        if name in after:
            yield from _moved(key, (*path, name), child, after[name])
