"""The laws of merging, and documents to try them on; few names, so that layers meet in most of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds import Entity
from sidra_metamodel.language import RecordShape
from sidra_metamodel.layering.merge import merge
from sidra_metamodel.layering.settle import settle
from sidra_metamodel.nodes import Node, Source

Merge = Callable[[Node, Node], Node]
Law = Callable[[Merge, Node, Node, Node], bool]
Data = str | int | bool | None | Sequence["Data"] | Mapping[str, "Data"]

CORE = Source("core.yaml", "group", 0)
REGION = Source("region.yaml", "region:waf", 2)
AFFILIATE = Source("affiliate.yaml", "affiliate:sn", 3)
PACK_B2B = Source("b2b.yaml", "pack:b2b", 1)
PACK_MATURE = Source("mature.yaml", "pack:mature", 1)

NAMES = st.sampled_from(["a", "b"])
FORMER = "z"
"""What an element was called once: only the lowest layer renames, since each layer has its names from below."""
MEMBERS = st.lists(st.sampled_from(["x", "y"]), unique=True, max_size=2)


def changes() -> st.SearchStrategy[Data]:
    """Changes of a set that do not contradict themselves."""
    pairs = st.tuples(MEMBERS, MEMBERS)
    return pairs.map(lambda pair: {"$add": pair[0], "$drop": [value for value in pair[1] if value not in pair[0]]})


LOCKS = st.sampled_from(["tighten", "extend", "final"])


def said(value: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    """A value as it is, with its reason, locked, or null."""
    plain = value.map(lambda found: {"$set": found, "$why": "law"})
    locked = st.tuples(value, LOCKS).map(lambda pair: {"$set": pair[0], "$lock": pair[1]})
    return st.one_of(value, value, plain, locked, st.none())


SETS = st.one_of(st.none(), MEMBERS, changes(), changes(), MEMBERS.map(lambda members: {"$set": members}))
PLACES = st.one_of(
    st.just({"$first": True}),
    st.just({"$last": True}),
    NAMES.map(lambda name: {"$before": name}),
    NAMES.map(lambda name: {"$after": name}),
)
ATTRIBUTES = st.fixed_dictionaries(
    {"pii": SETS},
    optional={
        "max_length": said(st.integers(1, 2)),
        "label": st.none() | st.dictionaries(st.sampled_from(["en", "fr"]), st.sampled_from(["A", "B"]), max_size=2),
        "pattern": MEMBERS | changes(),
        "$lock": LOCKS,
        "$extend": st.just({"pii": {"max": 2}}),
    },
)


def joined(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Data]]:
    """One map of the entries of several."""
    return st.tuples(*parts).map(lambda found: {name: value for part in found for name, value in part.items()})


ELEMENTS: st.SearchStrategy[Data] = st.one_of(
    ATTRIBUTES,
    joined(ATTRIBUTES, PLACES),
    joined(ATTRIBUTES, PLACES),
    joined(st.just({"$replace": True}), ATTRIBUTES),
    st.just({"$remove": True}),
    st.none(),
)
RENAMED = st.one_of(ATTRIBUTES, joined(ATTRIBUTES, PLACES)).map(lambda element: {**element, "$was": FORMER})


def maps_of(elements: st.SearchStrategy[Data], names: st.SearchStrategy[str]) -> st.SearchStrategy[Data]:
    """Named elements, locked at times."""
    named = st.dictionaries(names, elements, min_size=1, max_size=2)
    return st.one_of(named, named, joined(named, st.fixed_dictionaries({"$lock": LOCKS})))


REST: Mapping[str, st.SearchStrategy[Data]] = {
    "indexes": st.dictionaries(st.just("by"), MEMBERS.map(lambda members: {"of": members}), max_size=1),
    "history": said(st.booleans()),
}
LOWEST: st.SearchStrategy[Data] = st.fixed_dictionaries(
    {"attributes": maps_of(ELEMENTS, NAMES) | st.fixed_dictionaries({"a": RENAMED}, optional={"b": ELEMENTS})},
    optional=REST,
)
OLDER = st.sampled_from([FORMER, "b"])
"""Names as a layer that missed the renaming has them; writing both names of one element is an error."""
HIGHER: st.SearchStrategy[Data] = st.fixed_dictionaries(
    {"attributes": st.one_of(*(maps_of(ELEMENTS, names) for names in (NAMES, NAMES, OLDER, OLDER)), st.none())},
    optional=REST,
)


def node_of(data: Data, source: Source) -> Node:
    """The nodes that a file with this content would give, all at one place."""
    if isinstance(data, Mapping):
        items = {name: node_of(value, source) for name, value in data.items() if name[0] != "$"}
        directives = {name[1:]: node_of(value, source) for name, value in data.items() if name[0] == "$"}
        whole = directives.get("set")
        value = whole.value if whole else items
        return Node(value, source, 1, 1, None, None, directives or None)
    if isinstance(data, list | tuple):
        return Node(tuple(node_of(entry, source) for entry in data), source, 1, 1)
    assert not isinstance(data, Sequence) or isinstance(data, str)
    return Node(data, source, 1, 1)


def documents(source: Source) -> st.SearchStrategy[Node]:
    """Documents of one layer."""
    return (LOWEST if source.rank == 0 else HIGHER).map(lambda data: node_of(data, source))


def right(below: Node, above: Node) -> Node:
    """The merge as it is."""
    return merge(below, above, RecordShape(Entity), Diagnostics())


SET_KEYWORDS = frozenset({"pii", "pattern"})


def result(node: Node) -> object:
    """What a merged document amounts to; the order of names counts, that of a set's members does not."""
    return _canonical(settle(node, "customer", Diagnostics()), "")


def _canonical(node: Node, key: str) -> object:
    instructions = [(f"${name}", node.directive(name)) for name in ("lock", "was", "extend")]
    return [
        *((name, found.plain()) for name, found in instructions if found is not None),
        *((name, _canonical(child, name)) for name, child in node.items.items()),
        ("=", _value(node, key)),
    ]


def _value(node: Node, key: str) -> object:
    if node.is_map:
        return "a map"
    if not isinstance(node.value, tuple):
        return node.scalar
    members = [entry.scalar for entry in node.entries]
    return sorted(map(str, members)) if key in SET_KEYWORDS else members


def unordered(node: Node) -> object:
    """What a merged document amounts to, the order of names aside."""
    return _without_order(result(node))


def _without_order(found: object) -> object:
    if isinstance(found, list) and all(isinstance(entry, tuple) for entry in found):
        return {name: _without_order(inner) for name, inner in found}
    return found


def written(node: Node) -> object:
    """All that a node says, its instructions and what it shadows included."""
    return (
        node.source.layer,
        node.at,
        node.plain(),
        [(name, written(child)) for name, child in node.items.items()],
        [(name, written(child)) for name, child in (node.directives or {}).items()],
        written(node.under) if node.under else None,
    )


def identity(merging: Merge, a: Node, b: Node, c: Node) -> bool:
    """Nothing over a document, or under it, changes nothing."""
    nothing = node_of({}, AFFILIATE)
    return result(merging(a, nothing)) == result(a) == result(merging(node_of({}, CORE), a))


def idempotence(merging: Merge, a: Node, b: Node, c: Node) -> bool:
    """An overlay laid twice does what it does once."""
    once = merging(a, b)
    return result(merging(once, b)) == result(once)


def associativity(merging: Merge, a: Node, b: Node, c: Node) -> bool:
    """It does not matter whether upper or lower layers are merged first."""
    return result(merging(merging(a, b), c)) == result(merging(a, merging(b, c)))


def purity(merging: Merge, a: Node, b: Node, c: Node) -> bool:
    """What is merged stays as it was, and merging again gives the same."""
    before = written(a), written(b)
    first = written(merging(a, b))
    return (written(a), written(b)) == before and written(merging(a, b)) == first


LAWS: Mapping[str, Law] = {
    "identity": identity,
    "idempotence": idempotence,
    "associativity": associativity,
    "purity": purity,
}
