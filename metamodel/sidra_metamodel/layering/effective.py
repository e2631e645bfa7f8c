"""What an affiliate's layers amount to: each document merged, inherited and settled, and as it was layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sidra_metamodel.diagnostics import Diagnostic, Diagnostics
from sidra_metamodel.language import RecordShape
from sidra_metamodel.layering.inherit import inherited, supertype
from sidra_metamodel.layering.layers import AFFILIATE, GROUP, PACK, LayerFolder, LayerStack
from sidra_metamodel.layering.merge import merge
from sidra_metamodel.layering.settle import settle
from sidra_metamodel.layering.translating import texts_by_document, translated
from sidra_metamodel.layering.waiving import Grant, grants, marked
from sidra_metamodel.memory import Key as Remembered
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry

Key = tuple[str, str]
"""Kind and name of a document."""

Orders = frozenset[tuple[str, frozenset[str]]]
"""The packs that each pack is ordered after."""

ResultT = TypeVar("ResultT")


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
    history = _History(stack, registry, diagnostics)
    for index in range(len(stack.folders)):
        history.lay(index)
    documents = {key: history.document(key) for key in history.merged}
    removed = {key: history.merged[key][-1][1] for key, found in documents.items() if found is None}
    return Effective(stack, {key: found for key, found in documents.items() if found is not None}, removed)


class _History:
    """The merged roots of each document, by the index of the layer that made them."""

    def __init__(self, stack: LayerStack, registry: Registry, diagnostics: Diagnostics) -> None:
        self.merged: dict[Key, list[tuple[int, Node]]] = {}
        self._stack = stack
        self._folders = stack.folders
        self._kinds = registry.kinds
        self._orders = stack.orders
        self._memory = stack.memory
        self._diagnostics = diagnostics
        self._version = next((folder.version for folder in stack.folders if folder.rank == GROUP), None)

    def _known(self, key: Remembered, make: Callable[[Diagnostics], ResultT]) -> ResultT:
        """Return what an earlier load made of the same, with what was found on the way."""

        def made() -> tuple[ResultT, tuple[Diagnostic, ...]]:
            found = Diagnostics()
            return make(found), tuple(found)

        result, findings = self._memory.of(key, made)
        self._diagnostics.extend(findings)
        return result

    def lay(self, index: int) -> None:
        """Merge the documents of one layer over what is below."""
        folder = self._folders[index]
        # Only packs are of one rank, so only for them it counts which is ordered after which.
        orders = frozenset(self._orders.items()) if folder.rank == PACK else frozenset()
        for kind, name, node in folder.documents:
            if kind != "translation":
                self._merge(index, (kind, name), node, orders)
        for locale, name, node in folder.documents:
            if locale == "translation":
                self._translate(index, name, node, orders)
        if folder.rank == AFFILIATE:
            self._waive(index)

    def _waive(self, index: int) -> None:
        """Mark what the affiliate has by a waiver."""
        by_document: dict[Key, list[Grant]] = {}
        for grant in grants(self._stack, self.merged):
            by_document.setdefault(grant.key, []).append(grant)
        for key, found in by_document.items():
            at, root = self.merged[key][-1] if key in self.merged else (-1, None)
            if root is not None and at == index:
                remembered = ("waived", key, root, *(grant.node for grant in found))
                made = self._memory.of(remembered, partial(marked, root, found, self._folders[index].name))
                self.merged[key][-1] = (index, made)

    def _merge(self, index: int, key: Key, node: Node, orders: Orders) -> None:
        versions = self.merged.setdefault(key, [])
        if versions:
            below, shape = versions[-1][1], RecordShape(self._kinds[key[0]])
            version = self._since(index)
            node = self._known(
                ("merge", *key, below, node, orders, version),
                lambda found: merge(below, node, shape, found, orders=dict(orders), path=(key[1],), version=version),
            )
        versions.append((index, node))

    def _since(self, index: int) -> str | None:
        """Return the version of the baseline for a layer above it, which must not use its former names for ever."""
        return self._version if self._folders[index].rank > PACK else None

    def _translate(self, index: int, locale: str, translation: Node, orders: Orders) -> None:
        since = self._since(index)
        by_document = self._known(("texts", translation), lambda found: texts_by_document(translation, found))
        for (kind, name), texts in by_document.items():
            line = self._line(kind, name)
            root = self._known(
                ("translate", locale, kind, name, translation, orders, since, *line),
                lambda found: translated((kind, name), line, locale, texts, self._kinds, dict(orders), found, since),  # noqa: B023 - called at once
            )
            if root is not None:
                self.merged[kind, name].append((index, root))

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
        top = self.merged[key][-1][1]
        if top.directive("remove"):
            self._check_removal(key)
            return None
        steps = [(self._folders[index], tuple(self._line(*key, index))) for index in self._touching(key)]
        made_of = tuple((folder.name, folder.rank, folder.prefix, *line) for folder, line in steps)
        return self._known(("document", *key, made_of), lambda found: self._staged(key, steps, found))

    def _staged(
        self, key: Key, steps: Sequence[tuple[LayerFolder, Sequence[Node]]], found: Diagnostics
    ) -> EffectiveDocument:
        """Return a document as it is with each of its layers; only what is wrong in the end counts."""
        quiet = Diagnostics()
        *lower, top = steps
        stages = [Stage(folder, self._root(key, line, quiet)) for folder, line in lower]
        root = self._root(key, top[1], found)
        return EffectiveDocument(*key, root, (*stages, Stage(top[0], root)))

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

    def _root(self, key: Key, line: Sequence[Node], diagnostics: Diagnostics) -> Node:
        root = inherited(line, self._kinds[key[0]]) if len(line) > 1 else line[0]
        return settle(root, key[1], diagnostics)

    def _check_removal(self, key: Key) -> None:
        root = self.merged[key][-1][1]
        if root.under is None:
            self._diagnostics.error("E111", f"no {key[0]} `{key[1]}` to remove", root, help="delete the file")
