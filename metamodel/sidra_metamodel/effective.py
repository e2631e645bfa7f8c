"""What an affiliate's layers amount to: each document merged, inherited and settled, and as it was layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.foundations import Foundation
from sidra_metamodel.inherit import inherited, supertype
from sidra_metamodel.language import RecordShape
from sidra_metamodel.layers import PACK, LayerFolder, LayerStack
from sidra_metamodel.merge import merge
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry
from sidra_metamodel.settle import settle
from sidra_metamodel.translating import translated

Key = tuple[str, str]
"""Kind and name of a document."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A document as it is with one layer and all those below it."""

    layer: LayerFolder
    root: Node


@dataclass(frozen=True, slots=True)
class EffectiveDocument:
    """A document as an affiliate has it."""

    kind: str
    name: str
    root: Node
    stages: tuple[Stage, ...]
    """One for each layer that says something about it or its supertypes, the lowest first; the last has `root`."""


class Effective(Mapping[Key, EffectiveDocument]):
    """All documents of an affiliate by kind and name."""

    def __init__(
        self, stack: LayerStack, documents: Mapping[Key, EffectiveDocument], removed: Mapping[Key, Node]
    ) -> None:
        self.stack = stack
        self.removed = removed
        """The roots of the documents that a layer removes, each over what it removes."""
        self._documents = documents

    def __getitem__(self, key: Key) -> EffectiveDocument:
        return self._documents[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    def names(self, kind: str) -> list[str]:
        """Return the names of the documents of a kind."""
        return [name for found, name in self._documents if found == kind]


def effective(stack: LayerStack, registry: Registry, diagnostics: Diagnostics) -> Effective:
    """Return what the layers of an affiliate amount to; what they must not say together is recorded.

    The findings of reading the files are those of `stack.diagnostics` and not repeated here.
    """
    group = [folder for folder in stack.folders if folder.rank <= PACK]
    foundation = stack.foundations.find(group)
    if foundation is None:
        foundation = _foundation(stack, len(group), registry)
        stack.foundations.remember(group, foundation)
    diagnostics.extend(foundation.findings)
    history = _History(stack, registry, diagnostics)
    history.merged = {key: list(versions) for key, versions in foundation.merged.items()}
    for index in range(len(group), len(stack.folders)):
        history.lay(index)
    documents = {key: history.document(key) for key in history.merged}
    removed = {key: history.merged[key][-1][1] for key, found in documents.items() if found is None}
    return Effective(stack, {key: found for key, found in documents.items() if found is not None}, removed)


def _foundation(stack: LayerStack, layers: int, registry: Registry) -> Foundation:
    """Return what the lowest layers amount to, which is the same for all affiliates of these packs."""
    found = Diagnostics()
    history = _History(stack, registry, found)
    for index in range(layers):
        history.lay(index)
    return Foundation(history.merged, tuple(found))


class _History:
    """The merged roots of each document, by the index of the layer that made them."""

    def __init__(self, stack: LayerStack, registry: Registry, diagnostics: Diagnostics) -> None:
        self.merged: dict[Key, list[tuple[int, Node]]] = {}
        self._folders = stack.folders
        self._kinds = registry.kinds
        self._orders = stack.orders
        self._diagnostics = diagnostics
        self._quiet = Diagnostics()

    def lay(self, index: int) -> None:
        """Merge the documents of one layer over what is below."""
        documents = self._folders[index].documents
        for kind, name, node in documents:
            if kind != "translation":
                self._merge(index, (kind, name), node)
        for kind, name, root in translated(documents, self._line, self._kinds, self._orders, self._diagnostics):
            self.merged[kind, name].append((index, root))

    def _merge(self, index: int, key: Key, node: Node) -> None:
        versions = self.merged.setdefault(key, [])
        if versions:
            shape = RecordShape(self._kinds[key[0]])
            below = versions[-1][1]
            node = merge(below, node, shape, self._diagnostics, orders=self._orders, path=(key[1],))
        versions.append((index, node))

    def _line(self, kind: str, name: str, index: int | None = None) -> list[Node]:
        """Return the merged roots of a document and its supertypes as of a layer, or as of now; nearest first."""
        line: list[Node] = []
        seen: set[str] = set()
        next_name: str | None = name
        while next_name is not None and next_name not in seen:
            seen.add(next_name)
            root = self._find((kind, next_name), index)
            if root is None:
                break
            line.append(root)
            next_name = supertype(root)
        return line

    def _find(self, key: Key, index: int | None) -> Node | None:
        versions = self.merged.get(key, ())
        return next((root for at, root in reversed(versions) if index is None or at <= index), None)

    def document(self, key: Key) -> EffectiveDocument | None:
        """Return a document with its stages, or None if the layers remove it in the end."""
        if self.merged[key][-1][1].directive("remove"):
            self._check_removal(key)
            return None
        *lower, top = self._touching(key)
        stages = [Stage(self._folders[index], self._root(key, index, self._quiet)) for index in lower]
        root = self._root(key, top, self._diagnostics)
        return EffectiveDocument(*key, root, (*stages, Stage(self._folders[top], root)))

    def _touching(self, key: Key) -> list[int]:
        """Return the layers that say something about a document or, since it exists, about its supertypes."""
        found = {index for index, _root in self.merged[key]}
        lowest = min(found)
        parent = supertype(self.merged[key][-1][1])
        seen = {key[1]}
        while parent is not None and parent not in seen:
            seen.add(parent)
            versions = self.merged.get((key[0], parent), ())
            found.update(index for index, _root in versions if index > lowest)
            parent = supertype(versions[-1][1]) if versions else None
        return sorted(found)

    def _root(self, key: Key, index: int, diagnostics: Diagnostics) -> Node:
        line = self._line(*key, index)
        root = inherited(line, self._kinds[key[0]]) if len(line) > 1 else line[0]
        return settle(root, key[1], diagnostics)

    def _check_removal(self, key: Key) -> None:
        root = self.merged[key][-1][1]
        if root.under is None:
            self._diagnostics.error("E111", f"no {key[0]} `{key[1]}` to remove", root, help="delete the file")
