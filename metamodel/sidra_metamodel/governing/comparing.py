"""A document as it was below a layer and as it is with it: what changed, and what must not (LAYERING.md §4).

Results are compared, not instructions, so that no way of writing a change gets round a rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeGuard

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.forms import as_map, fits, refuse_form
from sidra_metamodel.governing.additions import Additions
from sidra_metamodel.governing.levels import LIMITS, PARTS, TEXTS
from sidra_metamodel.governing.naming import prefix_of
from sidra_metamodel.governing.narrowing import is_narrower, members, value_of
from sidra_metamodel.governing.refusals import Refusals
from sidra_metamodel.governing.spots import (
    FINAL_LOCK,
    TIGHTEN_LOCK,
    Around,
    Change,
    Spot,
    lock_inside,
    lock_strength,
    stronger,
)
from sidra_metamodel.language import Element, Keyword, NamedShape, RecordShape, ScalarShape, Shape, keywords_of
from sidra_metamodel.layering.layers import ENVIRONMENT, PACK, LayerFolder
from sidra_metamodel.layering.order import place_of
from sidra_metamodel.nodes import Node, Source
from sidra_metamodel.traits import ACCUMULATE, EXTEND, FINAL, OPEN, TIGHTEN, Narrower

_MEASURED: Final = frozenset({Narrower.LOWER, Narrower.HIGHER})
"""Orders in which a value that has not its form, such as `max_length: forty`, has no place."""


@dataclass(slots=True)
class Comparison:
    """Compares one document before and after one layer."""

    layer: LayerFolder
    refusals: Refusals
    additions: Additions | None
    """Judges what is new; None for a subtype, which may add what it likes."""
    changes: list[Change] = field(default_factory=list)

    def element(self, below: Node, above: Node, element: type[Element], spot: Spot) -> None:
        """Compare two maps of keywords."""
        words = keywords_of(element)
        for name in dict.fromkeys((*below.items, *above.items)):
            low, high = below.items.get(name), above.items.get(name)
            if low is not high and name in words:
                self.keyword(words[name], low, high, spot.inside(name, low), below)

    def keyword(self, word: Keyword, low: Node | None, high: Node | None, spot: Spot, holder: Node) -> None:
        """Compare what a keyword says."""
        shape = as_map(word.shape)
        if word.rule is EXTEND and low is not None:
            spot = spot.extending(low)
        if high is not None and _is_no_map(high, word.shape):
            # The form is refused here, since a still higher layer may cover it; what it hides counts as unchanged.
            refuse_form(high, word.shape, spot.path, self.refusals.diagnostics)
        elif isinstance(shape, NamedShape) and _is_emptied(low, high, self.layer):
            way_out = "indent its entries below it, or delete the line"
            self._gone(low, spot, lambda scratch: scratch.named(word, shape, low, _empty(low), spot, holder), way_out)
        elif isinstance(shape, NamedShape) and not shape.is_label:
            self.named(word, shape, _map_or_empty(low, high), _map_or_empty(high, low), spot, holder)
        elif isinstance(shape, RecordShape) and low is not None and low.is_map:
            self._record(low, _map_or_empty(high, low), shape.element, spot)
        elif isinstance(shape, RecordShape) and self.layer.rank == ENVIRONMENT:
            self.element(_map_or_empty(low, high), _map_or_empty(high, low), shape.element, spot)
        else:
            self.leaf(word, low, high, spot)

    def _record(self, low: Node, high: Node, element: type[Element], spot: Spot) -> None:
        if high.value:
            self.element(low, high, element, spot)
            return
        way_out = "leave it as it is, or state what it still requires"
        self._gone(low, spot, lambda scratch: scratch.element(low, _empty(low), element, spot), way_out)

    def _gone(self, low: Node, spot: Spot, compare: Callable[[Comparison], None], way_out: str) -> None:
        """Count once what goes as a whole, and refuse it if something in it was not free to go."""
        found = Diagnostics()
        compare(replace(self, refusals=replace(self.refusals, diagnostics=found), changes=[]))
        if len(found):
            self.refusals.removal(spot, low, way_out)
        else:
            self._change(PARTS, spot)

    def named(self, word: Keyword, shape: NamedShape, below: Node, above: Node, spot: Spot, holder: Node) -> None:
        """Compare two maps of names."""
        around = Around(word, shape.of, below, spot, holder)
        for name in dict.fromkeys((*below.items, *above.items)):
            low, high = below.items.get(name), above.items.get(name)
            inner = spot.inside(name, low)
            if low is high:
                continue
            if low is None and high is not None:
                self._added(around, high, inner)
            elif high is None and low is not None and not isinstance(shape.of, ScalarShape):
                self._removed(word, low, inner)
            elif low is not None and high is not None and low.is_map and high.is_map:
                self._both(around, low, high, inner)
            else:
                self.leaf(word, low, high, inner)

    def _both(self, around: Around, low: Node, high: Node, spot: Spot) -> None:
        if isinstance(around.shape, RecordShape):
            self.element(low, high, around.shape.element, spot)
        elif isinstance(around.shape, NamedShape):
            self.named(around.word, around.shape, low, high, spot, around.below)
        self._check_place(low, high, spot)
        if self._is_ours(high.directive("replace")):
            self._change(PARTS, spot)

    def _check_place(self, low: Node, high: Node, spot: Spot) -> None:
        place = place_of(high)
        if place is not None and self._is_ours(place[1]) and place[1] is not low.directive(place[0]):
            if self.layer.rank == ENVIRONMENT:
                self.refusals.environment(spot)
            elif lock_strength(spot.lock) == FINAL_LOCK:
                self.refusals.locked(spot, spot.lock, place[1])
            self._change(TEXTS, spot)

    def _removed(self, word: Keyword, low: Node, spot: Spot) -> None:
        lock = stronger(spot.lock, lock_inside(low))
        if self.layer.rank == ENVIRONMENT:
            self.refusals.environment(spot)
        elif lock is not None:
            self.refusals.locked(spot, lock)
        elif not word.removable:
            way_out = "hide it with `hidden: true`" if _can_hide(word.shape) else "leave it as it is"
            self.refusals.removal(spot, low, way_out)
        else:
            self._change(PARTS, spot)

    def _added(self, around: Around, high: Node, spot: Spot) -> None:
        lock = around.spot.lock
        if self.layer.rank == ENVIRONMENT:
            self.refusals.environment(spot)
        elif lock_strength(lock) == FINAL_LOCK:
            self.refusals.locked(spot, lock)
        elif self.additions is not None and self.layer.rank > PACK and not self.additions.refuses(around, high, spot):
            self._change(LIMITS, spot)

    def leaf(self, word: Keyword, low: Node | None, high: Node | None, spot: Spot) -> None:
        """Compare a scalar, a list or a text in several languages."""
        if self.layer.rank == ENVIRONMENT and not word.environment:
            self.refusals.environment(spot)
        elif spot.lock is not None and not self._fits_lock(word, low, high, spot):
            self.refusals.locked(spot, spot.lock)
        elif word.rule is FINAL and value_of(low, word) != value_of(high, word):
            self.refusals.locked(spot, low)
        elif word.rule is ACCUMULATE:
            self._check_accumulated(low, high, spot)
        elif high is not None and word.narrower in _MEASURED and high.value is not None and not fits(high, word.shape):
            refuse_form(high, word.shape, spot.path, self.refusals.diagnostics)
        elif word.rule is TIGHTEN and not self._fits_below(word, low, high):
            self.refusals.looser(low, high, spot)
        elif value_of(low, word) != value_of(high, word):
            self._change(TEXTS if word.rule is OPEN and not word.site and not word.refers else LIMITS, spot)

    def _fits_lock(self, word: Keyword, low: Node | None, high: Node | None, spot: Spot) -> bool:
        """Tell whether a value may stand under a lock: the same one, or a narrower one if it only tightens."""
        if value_of(low, word) == value_of(high, word):
            return True
        return lock_strength(spot.lock) == TIGHTEN_LOCK and word.rule in {TIGHTEN, ACCUMULATE}

    def _fits_below(self, word: Keyword, low: Node | None, high: Node | None) -> bool:
        # The group's own packs bring grants and functions for what they add.
        is_of_group = self.layer.rank <= PACK and word.narrower is Narrower.SUBSET
        return is_of_group or is_narrower(word, low, high, prefix_of(self.layer))

    def _check_accumulated(self, low: Node | None, high: Node | None, spot: Spot) -> None:
        lost = [entry for entry in (low.entries if low else ()) if entry.scalar not in members(high)]
        if lost:
            self.refusals.loss(lost[0], spot)
        elif members(high) != members(low):
            self._change(LIMITS, spot)

    def _change(self, level: int, spot: Spot) -> None:
        self.changes.append(Change(spot.path, level))

    def _is_ours(self, node: Node | None) -> bool:
        return node is not None and node.source.layer == self.layer.name


def _can_hide(shape: Shape) -> bool:
    inner = shape.of if isinstance(shape, NamedShape) else shape
    return isinstance(inner, RecordShape) and "hidden" in inner.keywords


def _is_no_map(node: Node, shape: Shape) -> bool:
    """Tell whether a value stands where only a map can, such as a list over the attributes."""
    of_map = as_map(shape)
    is_map_shape = isinstance(of_map, RecordShape) or (isinstance(of_map, NamedShape) and not of_map.is_label)
    return is_map_shape and node.value is not None and not node.is_map and not fits(node, shape)


def _is_emptied(low: Node | None, high: Node | None, layer: LayerFolder) -> TypeGuard[Node]:
    """Tell whether a layer wrote null over a map, which a keyword with nothing below it is."""
    is_null = high is not None and high.value is None and layer.rank != ENVIRONMENT
    return is_null and low is not None and bool(low.items)


def _map_or_empty(node: Node | None, other: Node | None) -> Node:
    """Return a node if it is a map, else an empty map in its place or in that of the other, to compare with."""
    if node is not None and node.is_map:
        return node
    like = node or other
    return _empty(like) if like else Node({}, Source("", "", 0), 0)


def _empty(like: Node) -> Node:
    return Node({}, like.source, like.at, like.key_at)
