"""How affiliates are compared: each with its baseline, then all with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from sidra_metamodel.collecting import collection_paused
from sidra_metamodel.comparing.comparison import ComparedAffiliate, Comparison, Region, Texts
from sidra_metamodel.comparing.converging import Home, candidates
from sidra_metamodel.comparing.dead import dead
from sidra_metamodel.comparing.overrides import Override, overrides_of
from sidra_metamodel.comparing.reuse import LeafCount, Reuse, baseline_of, reuse_of
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.explaining.differences import HEADERS, Changed, differences
from sidra_metamodel.governing.domains import DOMAINS, domain_of
from sidra_metamodel.governing.govern import changes_above_packs
from sidra_metamodel.governing.spots import Path
from sidra_metamodel.governing.waivers import waivers
from sidra_metamodel.kinds import Layer
from sidra_metamodel.layering.effective import Effective, Key, effective
from sidra_metamodel.layering.layers import CORE, GROUP, REGION, LayerFolder, Layers
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry

UNCOUNTED: Final = HEADERS | {"test"}
"""Kinds whose documents are no part of what runs, so that having more of them is no distance from the baseline."""


def compare(layers: Layers, registry: Registry, today: date) -> Comparison:
    """Return all affiliates beside each other; what cannot be read or merged is left out of what is counted."""
    with collection_paused():
        return Comparing(layers, registry, today).comparison


def reused(documents: Effective) -> tuple[int, int]:
    """Return how many leaves an affiliate has, and how many of them say what the baseline says."""
    count = LeafCount()
    counted = (document for (kind, _), document in documents.items() if kind not in UNCOUNTED)
    found = sum((reuse_of(document, {}, count) for document in counted), Reuse())
    return found.leaves, found.equal


class Comparing:
    """The comparison of all affiliates, with what it was made from."""

    def __init__(self, layers: Layers, registry: Registry, today: date) -> None:
        self.kinds = registry.kinds
        self.homes: dict[str, Home] = {}
        """The prefix and the region of each affiliate."""
        self._layers = layers
        self._registry = registry
        self._today = today
        self._count = LeafCount()
        self._effective: dict[str, Effective] = {}
        self.comparison = self._comparison()

    def has(self, affiliate: str, kind: str, address: tuple[str, ...]) -> bool:
        """Tell whether an affiliate has a document, or something at a path of it."""
        name, *path = address
        document = self._effective[affiliate].get((kind, name))
        return document is not None and document.root.get(*path) is not None

    def _comparison(self) -> Comparison:
        compared = {name: self._affiliate(name) for name in self._layers.affiliates}
        overrides = (override for one in compared.values() for override in one.overrides)
        group = next((folder for folder in self._layers.folders if folder.rank == GROUP), None)
        there = {domain for one in compared.values() for domain in one.domains}
        return Comparison(
            today=self._today,
            version=(group and group.version) or "",
            group=_texts(group),
            affiliates=compared,
            regions=tuple(self._regions(compared)),
            domains=tuple(domain for domain in DOMAINS if domain in there),
            candidates=candidates(overrides, self.homes, self.kinds, self.layer_of),
            waivers=waivers(self._layers),
        )

    def _affiliate(self, name: str) -> ComparedAffiliate:
        found = Diagnostics()
        stack = self._layers.stack(name)
        with self._layers.memory.load(name):
            documents = self._effective[name] = effective(stack, self._registry, found)
        roots = {key: document.root for key, document in documents.items()}
        domains = {key: domain_of(*key, roots) for key in roots}
        changed = list(changes_above_packs(documents, self._registry))
        own = self._layers.affiliate(name)
        region = next((folder.own_name for folder in stack.folders if folder.rank == REGION), None)
        self.homes[name] = Home(own.prefix, region)
        return ComparedAffiliate(
            name=name,
            label=_texts(own),
            region=region,
            country=str(_said(own, "country") or ""),
            hue=hue if isinstance(hue := _said(own, "hue"), int) else None,
            version=next((folder.version for folder in stack.folders if folder.rank == GROUP), None) or "",
            is_whole=not (found.has_errors or stack.diagnostics.has_errors),
            domains=self._domains(documents, domains, changed),
            overrides=overrides_of(
                documents,
                (one for one in differences(documents, self._registry, changed) if one.kind not in UNCOUNTED),
                lambda kind, document: domains[kind, document],
            ),
            dead=dead(documents, self._registry),
        )

    def _domains(
        self, documents: Effective, domains: Mapping[Key, str], changed: Iterable[Changed]
    ) -> Mapping[str, Reuse]:
        levels: dict[Key, dict[Path, int]] = {}
        for document, _before, _after, changes in changed:
            known = levels.setdefault((document.kind, document.name), {})
            for change in changes:
                known[change.path] = max(change.level, known.get(change.path, 0))
        found: dict[str, Reuse] = {}
        for (kind, name), document in documents.items():
            if kind not in UNCOUNTED:
                domain = domains[kind, name]
                reuse = reuse_of(document, levels.get((kind, name), {}), self._count)
                found[domain] = found.get(domain, Reuse()) + reuse
        return found

    def _regions(self, compared: Mapping[str, ComparedAffiliate]) -> Iterator[Region]:
        folders = {folder.own_name: folder for folder in self._layers.folders if folder.rank == REGION}
        for name in (*sorted(folders), None):
            members = tuple(one.name for one in compared.values() if one.region == name)
            if members:
                yield Region(name, _texts(folders[name]) if name is not None else {}, members)

    def layer_of(self, one: Override) -> str:
        """Return the pack that has what is around an override: there it would go."""
        document = self._effective[one.affiliate].get((one.difference.kind, one.difference.document))
        node = baseline_of(document) if document is not None else None
        layer = node.source.layer if node is not None else ""
        for name in one.difference.path:
            node = node.items.get(name) if node is not None else None
            layer = node.source.layer if node is not None else layer
        return layer.removeprefix("pack:") if layer.startswith("pack:") else CORE


def _texts(folder: LayerFolder | None) -> Texts:
    """Return the name of a layer as people read it, by language."""
    head = _head(folder)
    label = head.get("label") if head is not None else None
    return {locale: str(text.value) for locale, text in label.items.items()} if label is not None else {}


def _said(folder: LayerFolder, word: str) -> object:
    head = _head(folder)
    node = head.get(word) if head is not None else None
    return node.value if node is not None else None


def _head(folder: LayerFolder | None) -> Node | None:
    documents = folder.documents if folder is not None else ()
    return next((one.node for one in documents if one.kind == Layer.kind), None)
