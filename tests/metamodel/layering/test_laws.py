from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from tests.metamodel.layering.laws import (
    AFFILIATE,
    CORE,
    LAWS,
    PACK_B2B,
    PACK_MATURE,
    REGION,
    Merge,
    documents,
    right,
    unordered,
)

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.directives import PLACES
from sidra_metamodel.kinds import Entity
from sidra_metamodel.language import RecordShape
from sidra_metamodel.layering import merge as merging
from sidra_metamodel.layering.order import ordered
from sidra_metamodel.layering.sets import added, dropped, united
from sidra_metamodel.nodes import Node

THREE = st.tuples(documents(CORE), documents(REGION), documents(AFFILIATE))


@pytest.mark.parametrize("law", LAWS)
@settings(max_examples=150)
@given(THREE)
def test_merging_obeys_the_law(law: str, layers: tuple[Node, Node, Node]) -> None:
    assert LAWS[law](right, *layers)


def with_packs(*nodes: Node) -> tuple[object, list[str]]:
    """What core and packs amount to, and the codes of what is wrong."""
    found = Diagnostics()
    result = nodes[0]
    for node in nodes[1:]:
        result = merging.merge(result, node, RecordShape(Entity), found)
    return unordered(result), [one.code for one in found]


def both_orders(core: Node, b2b: Node, mature: Node) -> None:
    """Check that the order of two packs changes neither the result nor whether they clash."""
    one, found_one = with_packs(core, b2b, mature)
    other, found_other = with_packs(core, mature, b2b)
    assert ("E301" in found_one) == ("E301" in found_other)
    assert "E301" in found_one or one == other


@settings(max_examples=300)
@given(documents(CORE), documents(PACK_B2B), documents(PACK_MATURE))
def test_the_order_of_packs_does_not_matter(core: Node, b2b: Node, mature: Node) -> None:
    both_orders(core, b2b, mature)


def tombstones_dropped_early(below: Node, above: Node) -> Node:
    """A defect: what is removed is forgotten at each merge."""
    return _without_tombstones(right(below, above))


def _without_tombstones(node: Node) -> Node:
    kept = {name: _without_tombstones(child) for name, child in node.items.items() if not child.directive("remove")}
    return Node(kept, node.source, node.at, node.key_at, None, node.under, node.directives) if node.is_map else node


def order_resolved_at_each_merge(below: Node, above: Node) -> Node:
    """A defect: places are taken at each merge and then forgotten."""
    return _placed(right(below, above))


def _placed(node: Node) -> Node:
    if not node.is_map:
        return node
    items = ordered(node.items, "attributes", Diagnostics())
    kept = {name: child for name, child in (node.directives or {}).items() if name not in PLACES}
    inner = {name: _placed(child) for name, child in items.items()}
    return Node(inner, node.source, node.at, node.key_at, None, node.under, kept or None)


def lists_appended(below: Node, above: Node) -> Node:
    """A defect: the members of a list are added to those below it."""
    return right(below, _appended(below, above))


def _appended(below: Node | None, above: Node) -> Node:
    if above.is_map:
        inner = {
            name: _appended(below.items.get(name) if below else None, child) for name, child in above.items.items()
        }
        return Node(inner, above.source, above.at, above.key_at, None, None, above.directives)
    if isinstance(above.value, tuple) and below is not None:
        return Node(
            (*below.entries, *above.entries), above.source, above.at, above.key_at, None, None, above.directives
        )
    return above


def set_changes_composed_naively(below: Node, above: Node) -> Node:
    """A defect: two changes of a set are put side by side."""
    with _naive_composition():
        return right(below, above)


@contextmanager
def _naive_composition() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "composed_change", _side_by_side)
        yield


def _side_by_side(below: Node, above: Node) -> dict[str, Node]:
    pairs: Sequence[tuple[str, tuple[Node, ...]]] = (
        ("add", united(added(below), added(above))),
        ("drop", united(dropped(below), dropped(above))),
    )
    return {name: Node(entries, above.source, above.at, above.key_at) for name, entries in pairs}


def null_forgotten(below: Node, above: Node) -> Node:
    """A defect: a map over null inherits what the null took away."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "_replacing", lambda above, _reason: above.directives)
        return right(below, above)


def former_names_lost(below: Node, above: Node) -> Node:
    """A defect: what replaces a renamed element no longer answers to its former name."""
    return _kept_without("was", below, above)


def locks_lost(below: Node, above: Node) -> Node:
    """A defect: what replaces a locked element is no longer locked."""
    return _kept_without("lock", below, above)


def _kept_without(name: str, below: Node, above: Node) -> Node:
    kept = merging._kept

    def defective(low: Node, high: merging.Directives) -> merging.Directives:
        return {key: node for key, node in (kept(low, high) or {}).items() if key != name or key in (high or {})}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "_kept", defective)
        return right(below, above)


# Which case breaks a law does not matter here, so none is made smaller.
SEARCH = settings(max_examples=5000, database=None, derandomize=True, phases=[Phase.generate])

DEFECTS = [
    tombstones_dropped_early,
    order_resolved_at_each_merge,
    lists_appended,
    set_changes_composed_naively,
    null_forgotten,
    former_names_lost,
    locks_lost,
]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.__name__)
def test_the_laws_tell_a_defective_merge_from_the_right_one(defect: Merge) -> None:
    def breaks_a_law(layers: tuple[Node, Node, Node]) -> bool:
        return not all(law(defect, *layers) for law in LAWS.values())

    # Finding nothing raises.
    find(THREE, breaks_a_law, settings=SEARCH)
