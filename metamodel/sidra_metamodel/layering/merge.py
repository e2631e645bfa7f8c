"""One layer over another: pure, with provenance; what a layer may do is governance's business, not decided here.

Instructions survive a merge, so that merging is associative; `settle` carries them out at the very end.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.directives import LOCKS, PLACES, REASONS
from sidra_metamodel.language import ListShape, NamedShape, RecordShape, Shape, UnionShape
from sidra_metamodel.layering import clashes
from sidra_metamodel.layering.renames import present_name
from sidra_metamodel.layering.sets import changed_list, composed_change, is_change
from sidra_metamodel.nodes import Node
from sidra_metamodel.traits import ACCUMULATE, ListMerge

Orders = Mapping[str, frozenset[str]]
"""The packs that each pack is ordered after, by their shown names, because it requires them."""

_UNORDERED: Final[Orders] = MappingProxyType({})


def merge(  # noqa: PLR0913 - what is merged, as what, and what is told of it
    below: Node,
    above: Node,
    shape: Shape,
    diagnostics: Diagnostics,
    *,
    orders: Orders = _UNORDERED,
    path: tuple[str, ...] = (),
    version: str | None = None,
) -> Node:
    """Return `above` laid over `below`, both normalised; neither is changed, and untouched parts are shared.

    `path` names the place of both in messages, beginning with the document's name; `version` is that of the baseline.
    """
    return _Merge(diagnostics, orders, path, version).nodes(below, above, shape, accumulate=False)


class _Merge:
    def __init__(self, diagnostics: Diagnostics, orders: Orders, path: tuple[str, ...], version: str | None) -> None:
        self._clash = clashes.Clashes(diagnostics, orders)
        self._diagnostics = diagnostics
        self._path = list(path)
        self._version = version

    def nodes(self, below: Node, above: Node, shape: Shape | None, *, accumulate: bool) -> Node:
        if above.directive("remove") or above.directive("replace"):
            self._clash.whole_elements(below, above, self._path)
            return _over(below, above, _kept(below, above.directives))
        if below.directive("remove"):
            # What is declared again after its removal inherits nothing, as if it had been replaced.
            self._clash.whole_elements(below, above, self._path)
            return _over(below, above, _kept(below, _replacing(above, below.directive("remove"))))
        if is_change(above) or isinstance(above.value, tuple):
            return self._list(below, above, shape, accumulate=accumulate)
        if isinstance(above.value, dict) and isinstance(below.value, dict) and not is_change(below):
            return self._maps(below, above, shape)
        self._clash.values(below, above, self._path)
        # A map over a plain value, such as null, inherits nothing from what that value took the place of.
        own = _replacing(above, below) if above.is_map else above.directives
        return _over(below, above, _kept(below, own))

    def _maps(self, below: Node, above: Node, shape: Shape | None) -> Node:
        self._clash.places(below, above, self._path)
        items = dict(below.items)
        for written, child in above.items.items():
            key = written if written in items else self._present(written, child, items)
            if key != written and key in above.items:
                self._refuse_both_names(written, child, key, above.items[key])
            items[key] = self._child(key, items[key], child, shape) if key in items else child
        directives = _joined(below.directives, above.directives)
        return Node(items, above.source, above.at, above.key_at, None, chained(above.under, below), directives)

    def _present(self, written: str, child: Node, items: Mapping[str, Node]) -> str:
        return present_name(written, child, items, self._diagnostics, self._version)

    def _refuse_both_names(self, former: str, child: Node, present: str, other: Node) -> None:
        self._diagnostics.error(
            "E007",
            f"`{former}` and `{present}` are one element",
            child,
            key=True,
            notes=[note("its present name here", other, key=True)],
            help=f"write it once, as `{present}`",
        )

    def _child(self, key: str, below: Node, above: Node, shape: Shape | None) -> Node:
        accumulate = False
        shape = _map_shape(shape)
        if isinstance(shape, RecordShape):
            keyword = shape.keywords.get(key)
            shape = keyword.shape if keyword else None
            accumulate = keyword is not None and keyword.rule is ACCUMULATE
        elif isinstance(shape, NamedShape):
            shape = shape.of
        self._path.append(key)
        merged = self.nodes(below, above, shape, accumulate=accumulate)
        self._path.pop()
        return merged

    def _list(self, below: Node, above: Node, shape: Shape | None, *, accumulate: bool) -> Node:
        if accumulate and not is_change(above) and not above.directive("set"):
            above = _as_addition(above)
        directives = _kept(below, above.directives)
        if is_change(above):
            self._clash.changes(below, above, self._path, accumulate=accumulate)
            if is_change(below):
                return _over(below, above, {**(directives or {}), **composed_change(below, above)}, {})
            entries = changed_list(below.entries, above, self._path, self._diagnostics)
            return _over(below, above, _explicit(below, directives), entries)
        if not _is_set(shape) or above.directive("set"):
            self._clash.values(below, above, self._path)
        else:
            self._clash.bare_list(below, above, self._path)
        return _over(below, above, directives)


def _as_addition(node: Node) -> Node:
    """Return the change that a bare list is where what the layers say accumulates."""
    directives = {**(node.directives or {}), "add": node}
    return Node({}, node.source, node.at, node.key_at, None, node.under, directives)


def chained(above: Node | None, below: Node) -> Node:
    """Return the nodes that `above` shadows, `above` among them, continued by `below`."""
    if above is None:
        return below
    return Node(
        above.value,
        above.source,
        above.at,
        above.key_at,
        above.text,
        chained(above.under, below),
        above.directives,
    )


Directives = Mapping[str, Node] | None


def _over(
    below: Node,
    above: Node,
    directives: Directives,
    value: dict[str, Node] | tuple[Node, ...] | None = None,
) -> Node:
    """Return `above` with `below` under it, and another value if one is given."""
    own = above.value if value is None else value
    text = above.text if value is None else None
    return Node(own, above.source, above.at, above.key_at, text, chained(above.under, below), directives)


def _joined(below: Directives, above: Directives) -> Directives:
    """Return the instructions of both: the higher layer's win, its place wins whole, reasons stay with their layer."""
    if not below:
        return above
    given = above or {}
    lost = {*REASONS, *(PLACES if any(place in given for place in PLACES) else ())}
    joined = {name: node for name, node in below.items() if name not in lost} | dict(given)
    return _locked(joined, below) or None


def _kept(below: Node, above: Directives) -> Directives:
    """Return the instructions of a value that takes the place of another: a lock stays, and so does a former name."""
    lock, former = below.directive("lock"), below.directive("was")
    kept = {**({"was": former} if former else {}), **({"lock": lock} if lock else {})}
    return _locked({**kept, **(above or {})}, below.directives) if kept else above


def _replacing(above: Node, reason: Node | None) -> Directives:
    """Return the instructions of a map that replaces what is below; `reason` is the node that makes it do so."""
    if reason is None:
        return above.directives
    replace = Node(True, reason.source, reason.at, reason.key_at)
    return {**(above.directives or {}), "replace": replace}


def _locked(joined: dict[str, Node], below: Directives) -> dict[str, Node]:
    """Keep the stronger of two locks."""
    lower = (below or {}).get("lock")
    if lower is not None and _strength(joined["lock"]) < _strength(lower):
        joined["lock"] = lower
    return joined


def _strength(lock: Node) -> int:
    return LOCKS.index(lock.value) if lock.value in LOCKS else -1


def _explicit(below: Node, directives: Directives) -> Directives:
    """Remember that a whole list lies below the change, given with `$set`, so that it still replaces what is lower."""
    whole = below.directive("set")
    if whole is None and not isinstance(below.value, tuple):
        whole = below
    return directives if whole is None else {"set": whole, **(directives or {})}


def _map_shape(shape: Shape | None) -> Shape | None:
    """Return the alternative of a union that is a map."""
    if isinstance(shape, UnionShape):
        return next((each for each in shape.alternatives if isinstance(each, NamedShape | RecordShape)), None)
    return shape


def _is_set(shape: Shape | None) -> bool:
    shapes = shape.alternatives if isinstance(shape, UnionShape) else (shape,)
    return any(isinstance(each, ListShape) and each.merge is ListMerge.SET for each in shapes)
