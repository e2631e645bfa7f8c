"""A document as it was below a layer and as it is with it: what changed, and what must not (LAYERING.md §4).

Results are compared, not instructions, so that no way of writing a change gets round a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeGuard

from sidra_metamodel.access import usual_access
from sidra_metamodel.diagnostics import Diagnostics, Note, note
from sidra_metamodel.directives import LOCKS
from sidra_metamodel.forms import as_map, fits, refuse_form
from sidra_metamodel.governing.naming import prefix_of, refuses_unnamed, way_to_local
from sidra_metamodel.governing.narrowing import ACCESS_LEVELS, access_level, is_narrower, members, shown, value_of
from sidra_metamodel.language import (
    ACCUMULATE,
    EXTEND,
    FINAL,
    OPEN,
    TIGHTEN,
    Element,
    Keyword,
    ListShape,
    NamedShape,
    Narrower,
    RecordShape,
    ScalarShape,
    Shape,
    keywords_of,
)
from sidra_metamodel.layering.layers import ENVIRONMENT, PACK, LayerFolder
from sidra_metamodel.layering.order import place_of
from sidra_metamodel.nodes import Node, Source
from sidra_metamodel.suggest import did_you_mean

Path = tuple[str, ...]

TEXTS: Final = 1
"""Level of a change: texts, order, hiding."""
LIMITS: Final = 2
"""Level of a change: less room, and local additions."""
PARTS: Final = 3
"""Level of a change: steps, screens or rules that are replaced or removed."""


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


def stronger(one: Node | None, other: Node | None) -> Node | None:
    """Return the stronger of two locks."""
    return max((one, other), key=lock_strength)


def lock_strength(lock: Node | None) -> int:
    """Return how strong a lock is: 0 for none, and for a word that is no lock."""
    return LOCKS.index(str(lock.value)) + 1 if lock is not None and lock.value in LOCKS else 0


_MEASURED: Final = frozenset({Narrower.LOWER, Narrower.HIGHER})
"""Orders in which a value that has not its form, such as `max_length: forty`, has no place."""

_CLOSED_LIST: Final = "the group opens a list with `$extend: true`; ask it, or declare a list of your own"
_CLOSED_REFERENCES: Final = "it is added to for what you declare yourself only, which begins with your prefix"

_TIGHTEN_LOCK: Final = LOCKS.index("tighten") + 1
_FINAL_LOCK: Final = LOCKS.index("final") + 1


@dataclass(slots=True)
class Comparison:
    """Compares one document before and after one layer."""

    layer: LayerFolder
    written: Callable[[Path], Node]
    """Gives the place where the layer wrote what stands at a path, or the nearest around it."""
    pii: Callable[[str, str], frozenset[str]]
    """Gives the classes of personal data of an entity's attribute."""
    diagnostics: Diagnostics
    judges_additions: bool = True
    """Not for a subtype, which may add what it likes."""
    changes: list[Change] = field(default_factory=list)
    _additions: dict[Path, int] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """What the layer's own names begin with."""
        return prefix_of(self.layer)

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
            refuse_form(high, word.shape, spot.path, self.diagnostics)
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
        scratch = replace(self, diagnostics=Diagnostics(), changes=[])
        compare(scratch)
        if len(scratch.diagnostics):
            reason = f"`{spot.dotted}` must not be removed"
            self._refuse("E206", reason, spot, [note("set here", low, key=True)], way_out)
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
            self.named(around.word, around.shape, low, high, spot, low)
        self._check_place(low, high, spot)
        if self._is_ours(high.directive("replace")):
            self._change(PARTS, spot)

    def _check_place(self, low: Node, high: Node, spot: Spot) -> None:
        place = place_of(high)
        if place is not None and self._is_ours(place[1]) and place[1] is not low.directive(place[0]):
            if self.layer.rank == ENVIRONMENT:
                self._refuse_environment(spot)
            elif lock_strength(spot.lock) == _FINAL_LOCK:
                self._refuse_locked(spot, spot.lock, place[1])
            self._change(TEXTS, spot)

    def _removed(self, word: Keyword, low: Node, spot: Spot) -> None:
        lock = stronger(spot.lock, _lock_inside(low))
        if self.layer.rank == ENVIRONMENT:
            self._refuse_environment(spot)
        elif lock is not None:
            self._refuse_locked(spot, lock)
        elif not word.removable:
            way_out = "hide it with `hidden: true`" if _can_hide(word.shape) else "leave it as it is"
            self._refuse(
                "E206", f"`{spot.dotted}` must not be removed", spot, [note("set here", low, key=True)], way_out
            )
        else:
            self._change(PARTS, spot)

    def _added(self, around: Around, high: Node, spot: Spot) -> None:
        lock = around.spot.lock
        if self.layer.rank == ENVIRONMENT:
            self._refuse_environment(spot)
        elif lock_strength(lock) == _FINAL_LOCK:
            self._refuse_locked(spot, lock)
        elif self.judges_additions and self.layer.rank > PACK and not self._refuses_addition(around, high, spot):
            self._change(LIMITS, spot)

    def _refuses_addition(self, around: Around, high: Node, spot: Spot) -> bool:
        name = spot.path[-1]
        is_own = name.startswith(self.prefix)
        if around.word.narrower is Narrower.ACCESS:
            return self._refuses_column(around, high, spot, is_own=is_own)
        if _declares(around, high) and not is_own:
            if not refuses_unnamed(self.layer, name, self.diagnostics):
                self._refuse_name(name, around, spot)
            return True
        if not self._may_grow(around, is_own=is_own):
            places = [note("set here", around.below, key=True)]
            near = "" if is_own else did_you_mean(name, around.below.items)
            way_out = near or (_CLOSED_REFERENCES if around.word.refers else _CLOSED_LIST)
            self._refuse("E209", f"`{around.spot.dotted}` cannot be added to", spot, places, way_out)
            return True
        return self._exceeds_limit(around, spot)

    @staticmethod
    def _may_grow(around: Around, *, is_own: bool) -> bool:
        if around.word.refers and (around.word.rule is EXTEND or around.word.narrower is Narrower.SUBSET):
            return is_own
        if around.word.narrower is not Narrower.SUBSET:
            return True
        return is_own and any(node.directive("extend") for node in (around.holder, around.below))

    def _refuses_column(self, around: Around, high: Node, spot: Spot, *, is_own: bool) -> bool:
        """Compare a new line of a grant with what held without it."""
        entity, attribute = around.spot.path[-2], spot.path[-1]
        actions = {str(action) for action in members(around.holder.get("do"))}
        usual = usual_access(actions, () if is_own else self.pii(entity, attribute))
        is_wider = access_level(high) < ACCESS_LEVELS.index(usual)
        if is_wider:
            self._refuse(
                "E203",
                f"`{attribute}: {shown(high)}` loosens the access that holds without it ({usual})",
                spot,
                [note("granted here", around.holder, key=True)],
                "an overlay may only tighten `columns`",
            )
        return is_wider

    def _exceeds_limit(self, around: Around, spot: Spot) -> bool:
        """Count an addition where the layers below limit how many there may be."""
        extend = around.holder.directive("extend")
        limit = extend.get(around.spot.path[-1], "max") if extend else None
        if limit is None or not isinstance(limit.value, int):
            return False
        count = self._additions[around.spot.path] = self._additions.get(around.spot.path, 0) + 1
        if count > limit.value:
            reason = f"`{around.spot.dotted}` may have {limit.value} local additions, and this is one more"
            self._refuse("E209", reason, spot, [note("limited here", limit)], "ask the group for a higher limit")
        return count > limit.value

    def _refuse_name(self, name: str, around: Around, spot: Spot) -> None:
        near = did_you_mean(name, around.below.items)
        way_out = f"{near}  {way_to_local(self.layer, name, _noun(around))}".strip()
        self._refuse("E101", f"no `{name}` in `{around.spot.path[-1]}`", spot, (), way_out)

    def leaf(self, word: Keyword, low: Node | None, high: Node | None, spot: Spot) -> None:
        """Compare a scalar, a list or a text in several languages."""
        if self.layer.rank == ENVIRONMENT and not word.environment:
            self._refuse_environment(spot)
        elif spot.lock is not None and not self._fits_lock(word, low, high, spot):
            self._refuse_locked(spot, spot.lock)
        elif word.rule is FINAL and value_of(low, word) != value_of(high, word):
            self._refuse_locked(spot, low)
        elif word.rule is ACCUMULATE:
            self._check_accumulated(low, high, spot)
        elif high is not None and word.narrower in _MEASURED and high.value is not None and not fits(high, word.shape):
            refuse_form(high, word.shape, spot.path, self.diagnostics)
        elif word.rule is TIGHTEN and not self._fits_below(word, low, high):
            self._refuse_looser(low, high, spot)
        elif value_of(low, word) != value_of(high, word):
            self._change(TEXTS if word.rule is OPEN and not word.site and not word.refers else LIMITS, spot)

    def _fits_lock(self, word: Keyword, low: Node | None, high: Node | None, spot: Spot) -> bool:
        """Tell whether a value may stand under a lock: the same one, or a narrower one if it only tightens."""
        if value_of(low, word) == value_of(high, word):
            return True
        return lock_strength(spot.lock) == _TIGHTEN_LOCK and word.rule in {TIGHTEN, ACCUMULATE}

    def _fits_below(self, word: Keyword, low: Node | None, high: Node | None) -> bool:
        # The group's own packs bring grants and functions for what they add.
        is_of_group = self.layer.rank <= PACK and word.narrower is Narrower.SUBSET
        return is_of_group or is_narrower(word, low, high, self.prefix)

    def _check_accumulated(self, low: Node | None, high: Node | None, spot: Spot) -> None:
        lost = [entry for entry in (low.entries if low else ()) if entry.scalar not in members(high)]
        if lost and low is not None:
            reason = f"`{spot.path[-1]}` loses `{shown(lost[0])}`, which is set below"
            self._refuse(
                "E203", reason, spot, [note("set here", lost[0])], "what several layers say here holds together"
            )
        elif members(high) != members(low):
            self._change(LIMITS, spot)

    def _refuse_looser(self, low: Node | None, high: Node | None, spot: Spot) -> None:
        name = spot.path[-1]
        said = f"`{name}: {shown(high)}` loosens" if high is not None else f"`{name}` is gone, which loosens"
        places = [note("set here", low)] if low is not None else []
        way_out = f"an overlay may only tighten `{name}`"
        self._refuse("E203", f"{said} the rule set below ({shown(low)})", spot, places, way_out)

    def _refuse_environment(self, spot: Spot) -> None:
        way_out = "an environment sets endpoints, sizes and references to secrets, never the model"
        self._refuse("E207", f"`{spot.dotted}` cannot be set by an environment", spot, (), way_out)

    def _refuse_locked(self, spot: Spot, lock: Node | None, at: Node | None = None) -> None:
        places = [note("locked here", lock)] if lock is not None else []
        way_out = "ask the group for a waiver, or remove this override"
        node = at or self.written(spot.path)
        self.diagnostics.error("E201", f"`{spot.dotted}` is locked", node, notes=places, help=way_out)

    def _refuse(self, code: str, reason: str, spot: Spot, places: Sequence[Note], way_out: str) -> None:
        self.diagnostics.error(code, reason, self.written(spot.path), key=True, notes=places, help=way_out)

    def _change(self, level: int, spot: Spot) -> None:
        self.changes.append(Change(spot.path, level))

    def _is_ours(self, node: Node | None) -> bool:
        return node is not None and node.source.layer == self.layer.name


def _declares(around: Around, high: Node) -> bool:
    """Tell whether a key makes a name rather than using one: a column does when it says what it shows."""
    if around.word.borrowed or isinstance(around.shape, ScalarShape | ListShape):
        return False
    return around.word.refers is None or (around.word.refers == "column" and high.get("value") is not None)


def _noun(around: Around) -> str:
    """Return what a name in a map stands for: `field` for an attribute, as people say, else `one`."""
    return "field" if around.spot.path[-1] == "attributes" else "one"


def _can_hide(shape: Shape) -> bool:
    inner = shape.of if isinstance(shape, NamedShape) else shape
    return isinstance(inner, RecordShape) and "hidden" in inner.keywords


def _lock_inside(node: Node) -> Node | None:
    """Return the strongest lock in an element."""
    lock = node.directive("lock")
    for child in node.items.values():
        lock = stronger(lock, _lock_inside(child))
    return lock


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
