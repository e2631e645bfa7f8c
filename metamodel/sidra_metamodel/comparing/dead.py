"""Overrides that change nothing: without each of them, what its affiliate has is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sidra_metamodel.comparing.leaves import is_same
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.explaining.differences import HEADERS
from sidra_metamodel.layering.effective import Effective, effective
from sidra_metamodel.layering.layers import LayerFolder, LayerStack
from sidra_metamodel.layering.translating import TRANSLATION
from sidra_metamodel.nodes import Node, Place
from sidra_metamodel.reading.parsing import ReadDocument
from sidra_metamodel.registry import Registry
from sidra_metamodel.upgrading.overrides import Form, Override, below, overrides

_NEVER: Final = frozenset({Form.REMOVED, Form.DROPPED, Form.OWN})
"""Forms that always change something, or are an error where they do not."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dead:
    """An override that its affiliate has anyway."""

    affiliate: str
    address: str
    """Kind, document and path, with dots between."""
    layer: str
    written: Path = field(repr=False)
    """Where it is written in its file."""
    at: Place


def dead(documents: Effective, registry: Registry) -> tuple[Dead, ...]:
    """Return what an affiliate's own layer says to no effect, in the order of its files.

    What only all of them together change is not among them.
    """
    stack = documents.stack
    own = next(folder for folder in stack.folders if folder.name == f"affiliate:{stack.affiliate}")
    found = [one for one in overrides(own, registry) if one.form not in _NEVER]
    lower = below(documents, own)
    likely = [one for one in found if _may_be_dead(one, lower.get(one.key))]
    if not likely:
        return ()
    if not _is_unchanged(documents, registry, own, likely):
        likely = list(_one_by_one(documents, registry, own, likely))
    return tuple(_told(stack.affiliate, own, one) for one in likely)


def _told(affiliate: str, own: LayerFolder, one: Override) -> Dead:
    return Dead(affiliate, one.address, own.name, one.written, one.node.key_place)


def _one_by_one(
    documents: Effective, registry: Registry, own: LayerFolder, likely: Sequence[Override]
) -> Iterator[Override]:
    """Yield those that can go, each beside the ones before it."""
    gone: list[Override] = []
    for one in likely:
        if _is_unchanged(documents, registry, own, [*gone, one]):
            gone.append(one)
            yield one


def _may_be_dead(one: Override, root: Node | None) -> bool:
    """Tell cheaply whether an override may say what is below it."""
    node = root.get(*one.path) if root is not None else None
    if node is None:
        return False
    match one.form:
        case Form.VALUE:
            return is_same(one.node, node)
        case Form.ADDED:
            return one.member in {str(entry.value) for entry in node.entries}
        case Form.REPLACED:
            return is_same(one.node, node)
        case _:
            return True


def _is_unchanged(documents: Effective, registry: Registry, own: LayerFolder, gone: Sequence[Override]) -> bool:
    """Tell whether an affiliate has the same, in the same order, without some overrides."""
    stack = documents.stack
    folders = tuple(_without(folder, gone) if folder is own else folder for folder in stack.folders)
    after = effective(LayerStack(stack.affiliate, folders, stack.memory), registry, Diagnostics())
    keys = {key for key in (*documents, *after) if key[0] not in HEADERS}
    return all(key in documents and key in after and _is_equal(documents[key].root, after[key].root) for key in keys)


def _is_equal(one: Node, other: Node) -> bool:
    return one is other or (is_same(one, other) and _orders(one) == _orders(other))


def _orders(node: Node) -> list[object]:
    return [(name, _orders(child)) for name, child in node.items.items()]


def _without(folder: LayerFolder, gone: Sequence[Override]) -> LayerFolder:
    documents = []
    for one in folder.documents:
        ours = [each for each in gone if _stands_in(each, one)]
        node = one.node
        for each in ours:
            node = _cut(node, each.written)
        documents.append(ReadDocument(one.kind, one.name, node) if ours else one)
    return replace(folder, documents=tuple(documents))


def _stands_in(one: Override, document: ReadDocument) -> bool:
    if document.kind == TRANSLATION:
        return one.node.source.path == document.node.source.path
    return one.key == (document.kind, document.name) and one.node.source.path == document.node.source.path


def _cut(node: Node, path: Path) -> Node:
    """Return a node without what stands at a path, whose names may be instructions or members of a list."""
    name, *rest = path
    if name.startswith("$"):
        return _with_directive(node, name[1:], tuple(rest))
    if not node.is_map:
        entries = tuple(entry for entry in node.entries if str(entry.value) != name)
        return Node(entries, node.source, node.at, node.key_at, None, node.under, node.directives)
    items = dict(node.items)
    if rest:
        items[name] = _cut(items[name], tuple(rest))
    else:
        del items[name]
    return Node(items, node.source, node.at, node.key_at, None, node.under, node.directives)


def _with_directive(node: Node, name: str, rest: Path) -> Node:
    given = dict(node.directives or {})
    cut = _cut(given[name], rest) if rest else None
    if cut is not None and cut.value:
        given[name] = cut
    else:
        del given[name]
    return Node(node.value, node.source, node.at, node.key_at, node.text, node.under, given or None)
