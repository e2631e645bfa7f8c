from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from sidra_metamodel.comparing.leaves import (
    LeafChange,
    is_same,
    leaf_changes,
    leaves,
    order_changes,
    whole_changes,
)
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.nodes import Node, Source

SOURCE = Source("customer.yaml", "group", 0)

Data = object
NAMES = st.sampled_from(["a", "b", "c"])
SCALARS = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["x", "y"])
VALUES = SCALARS | st.lists(SCALARS, max_size=2)
TREES = st.recursive(VALUES, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8)
DOCUMENTS = st.dictionaries(st.sampled_from([("entity", "a"), ("role", "b")]), st.dictionaries(NAMES, TREES))


def node(data: Data) -> Node:
    """Plain data as a node."""
    if isinstance(data, dict):
        return Node({name: node(child) for name, child in data.items()}, SOURCE, 0)
    if isinstance(data, list):
        return Node(tuple(map(node, data)), SOURCE, 0)
    assert data is None or isinstance(data, str | int | float | bool)
    return Node(data, SOURCE, 0)


def roots(documents: Mapping[Key, Data]) -> dict[Key, Node]:
    return {key: node(data) for key, data in documents.items()}


def told(documents: Mapping[Key, Node]) -> dict[tuple[str, ...], str]:
    """All leaves of documents, written so that `true` is not 1."""
    return {(*key, *path): repr(leaf.plain()) for key, root in documents.items() for path, leaf in leaves(root)}


def carried_out(before: Mapping[Key, Node], changes: tuple[LeafChange, ...]) -> dict[tuple[str, ...], str]:
    """What leaves become by changes."""
    found = told(before)
    for one in changes:
        if one.was is not None:
            del found[one.kind, one.document, *one.path]
    for one in changes:
        if one.now is not None:
            found[one.kind, one.document, *one.path] = repr(one.now.plain())
    return found


@given(DOCUMENTS, DOCUMENTS)
def test_leaf_changes_lead_from_one_to_the_other(one: dict[Key, Data], other: dict[Key, Data]) -> None:
    before, after = roots(one), roots(other)
    assert carried_out(before, leaf_changes(before, after)) == told(after)


@given(DOCUMENTS, DOCUMENTS)
def test_no_change_is_told_that_is_none(one: dict[Key, Data], other: dict[Key, Data]) -> None:
    for change in (*leaf_changes(roots(one), roots(other)), *whole_changes(roots(one), roots(other))):
        assert change.was is None or change.now is None or not is_same(change.was, change.now)


@given(DOCUMENTS)
def test_what_says_the_same_has_not_changed(one: dict[Key, Data]) -> None:
    assert leaf_changes(roots(one), roots(one)) == ()
    assert order_changes(roots(one), roots(one)) == ()


@given(DOCUMENTS, DOCUMENTS)
def test_backwards_each_change_is_told_the_other_way_round(one: dict[Key, Data], other: dict[Key, Data]) -> None:
    before, after = roots(one), roots(other)
    there = {(each.dotted, each.was, each.now) for each in leaf_changes(before, after)}
    assert there == {(each.dotted, each.now, each.was) for each in leaf_changes(after, before)}


@given(DOCUMENTS, DOCUMENTS)
def test_whole_changes_stand_beside_each_other(one: dict[Key, Data], other: dict[Key, Data]) -> None:
    paths = [(each.kind, each.document, *each.path) for each in whole_changes(roots(one), roots(other))]
    assert len(set(paths)) == len(paths)
    assert not any(path != inner and inner[: len(path)] == path for path in paths for inner in paths)


def test_an_element_that_goes_is_one_change_and_one_for_each_leaf() -> None:
    before = roots(
        {("entity", "a"): {"attributes": {"b": {"type": "string", "label": {"en": "B", "fr": "B"}}, "c": 1}}}
    )
    after = roots({("entity", "a"): {"attributes": {"c": 1}}})
    [whole] = whole_changes(before, after)
    assert (whole.dotted, whole.now) == ("a.attributes.b", None)
    assert [one.dotted for one in leaf_changes(before, after)] == [
        "a.attributes.b.type",
        "a.attributes.b.label.en",
        "a.attributes.b.label.fr",
    ]


def test_true_is_not_one_and_a_text_is_as_it_is_written() -> None:
    assert not is_same(node(True), node(1))
    assert not is_same(Node(1.0, SOURCE, 0, 0, "1.0"), Node(1.0, SOURCE, 0, 0, "1.00"))
    assert is_same(Node("x", SOURCE, 0, 0, "x"), Node("x", SOURCE, 0, 0, None))


def test_elements_that_change_places_are_told_apart_from_what_they_say() -> None:
    before = roots({("screen", "a"): {"tabs": {"b": {}, "c": {}, "a": {}}}})
    after = roots({("screen", "a"): {"tabs": {"c": {}, "x": {}, "b": {}}}})
    assert [one.dotted for one in order_changes(before, after)] == ["a.tabs"]
    assert [one.dotted for one in order_changes(before, roots({("screen", "a"): {"tabs": {"b": {}, "a": {}}}}))] == []
