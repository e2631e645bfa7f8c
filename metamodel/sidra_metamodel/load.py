"""From the layers to a checked Model of one affiliate, or to all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final

from sidra_metamodel.checking import check_model
from sidra_metamodel.checking.labels import check_translations
from sidra_metamodel.checking.roles import check_roles
from sidra_metamodel.checking.structure import sound
from sidra_metamodel.checking.verdicts import Verdicts
from sidra_metamodel.collecting import collection_paused
from sidra_metamodel.diagnostics import Diagnostics, Severity
from sidra_metamodel.expressions import Function
from sidra_metamodel.forms import fits
from sidra_metamodel.governing.govern import govern
from sidra_metamodel.governing.removals import removals_of, with_removal
from sidra_metamodel.governing.waivers import unknown_affiliates
from sidra_metamodel.kinds import Entity, Layer, Role
from sidra_metamodel.language import RecordShape
from sidra_metamodel.layering.effective import Effective, Key, effective
from sidra_metamodel.layering.fingerprint import fingerprint
from sidra_metamodel.layering.layers import REGION, Layers, LayerStack
from sidra_metamodel.layering.waiving import grants, lifted
from sidra_metamodel.model.build import build
from sidra_metamodel.model.built_in import Types
from sidra_metamodel.model.model import Model
from sidra_metamodel.model.origin import Origin
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry, Vocabularies


@dataclass(frozen=True, slots=True)
class Language:
    """What configuration may be written in: kinds of documents, functions, scalar types, vocabularies."""

    registry: Registry
    functions: Mapping[str, Function]
    types: Types
    vocabularies: Vocabularies = field(default_factory=Vocabularies)
    """Values of a vocabulary that is not registered are not checked."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of an affiliate's layers."""

    affiliate: str
    model: Model | None
    """None when an error holds the configuration back."""
    diagnostics: Diagnostics
    effective: Effective
    """The merged documents, there even when they are wrong, so that they can be shown and explained."""
    draft: Model
    """The Model of all that has the form it should have, even when other things are wrong with it."""


def load(
    layers: Layers,
    affiliate: str,
    language: Language,
    verdicts: Verdicts | None = None,
    today: date | None = None,
    baseline: str | None = None,
) -> Loaded:
    """Return an affiliate's Model with all findings about it; raises UnknownAffiliate, and nothing else.

    `verdicts` remembers what was found in an earlier run over the same files; with `today`, reasons that have run
    out are found. baseline: a version to look at in place of the one that the affiliate is pinned to.
    """
    with collection_paused(), layers.memory.load(affiliate if baseline is None else f"{affiliate} on {baseline}"):
        loaded = _load(layers.stack(affiliate, baseline), language, verdicts or Verdicts(None), today)
        unknown_affiliates(layers, loaded.diagnostics)
        return loaded


def _load(stack: LayerStack, language: Language, verdicts: Verdicts, today: date | None) -> Loaded:
    version = fingerprint(stack, language)
    if stack.beside.has_errors:
        # They are laid on another baseline than theirs: what would be found in them is not so.
        documents = effective(stack, language.registry, Diagnostics())
        return Loaded(stack.affiliate, None, stack.beside, documents, _model(stack, documents, language, version))
    # A check by date and one without must not push each other out.
    verdict = (f"{stack.affiliate}-dated", f"{version}-{today}") if today else (stack.affiliate, version)
    merging = Diagnostics()
    documents = effective(stack, language.registry, merging)
    known = verdicts.find(*verdict)
    if known is not None:
        found, draft = Diagnostics(), _model(stack, documents, language, version)
        found.extend(known)
    else:
        found, draft = _examine(stack, documents, language, version, merging, today)
        verdicts.keep(*verdict, found)
    # The verdict is about the affiliate's own layers, which need not have changed when another one takes its prefix.
    found.extend(stack.beside)
    return Loaded(stack.affiliate, None if found.has_errors else draft, found, documents, draft)


def load_region(layers: Layers, region: str, language: Language, baseline: str) -> Loaded:
    """Return what becomes of a region on a version of the baseline, without any affiliate above it.

    Raises UnknownAffiliate.
    """
    with collection_paused(), layers.memory.load(f"{region} on {baseline}"):
        stack = layers.below_affiliates(layers.upgraded(region), baseline)
        return _load(stack, language, Verdicts(None), None)


def load_all(layers: Layers, language: Language, verdicts: Verdicts | None = None) -> Mapping[str, Loaded]:
    """Return what became of every affiliate, by name."""
    return {affiliate: load(layers, affiliate, language, verdicts) for affiliate in layers.affiliates}


def unchecked(stack: LayerStack, documents: Effective, language: Language) -> Model:
    """Return the Model of documents that nobody has looked for errors in."""
    return _model(stack, documents, language, "")


def _model(stack: LayerStack, documents: Effective, language: Language, version: str) -> Model:
    nodes = {key: found.root for key, found in documents.items()}
    return model_of(stack, nodes, language, version, _group(stack, documents))


def _group(stack: LayerStack, documents: Effective) -> Mapping[Key, Node] | None:
    """Return the documents that say what may be granted, as they are below regions and affiliates."""
    if all(folder.rank < REGION for folder in stack.folders):
        return None
    lower = {
        key: [stage.root for stage in found.stages if stage.layer.rank < REGION]
        for key, found in documents.items()
        if key[0] in _GRANTING
    }
    found = grants(stack, documents)
    return {
        key: lifted(roots[-1], documents[key].root, (one for one in found if one.key == key))
        for key, roots in lower.items()
        if roots
    }


def model_of(
    stack: LayerStack,
    nodes: Mapping[Key, Node],
    language: Language,
    version: str,
    group: Mapping[Key, Node] | None = None,
) -> Model:
    """Return the Model of effective roots by kind and name, whatever a check would say about them.

    group: the roots as they are below regions and affiliates, where these stand above it.
    """
    own = {(kind, name): None for folder in stack.folders for kind, name, _ in folder.documents if kind == Layer.kind}
    layers = tuple(build(Layer, name, nodes[kind, name]) for kind, name in own if (kind, name) in nodes)
    origin = Origin(
        affiliate=stack.affiliate,
        layers=layers,
        nodes=nodes,
        registry=language.registry,
        functions=language.functions,
        types=language.types,
        vocabularies=language.vocabularies,
        version=version,
        memory=stack.memory,
        group=group,
    )
    return Model(origin)


def _examine(
    stack: LayerStack, documents: Effective, language: Language, version: str, merging: Diagnostics, today: date | None
) -> tuple[Diagnostics, Model]:
    """Look for everything that is wrong; parts without the form they should have are left out of what is checked."""
    found = Diagnostics()
    found.extend(stack.diagnostics)
    found.extend(merging)
    govern(documents, language.registry, found, today)
    blamed = {one.at for one in found if one.severity is Severity.ERROR}
    lost: set[str] = set()
    shaped = Diagnostics()
    roots = {
        (kind, name): one.root
        if stack.memory.of(
            ("fits", kind, one.root), partial(fits, one.root, RecordShape(language.registry.kinds[kind]))
        )
        else sound(language.registry.kinds[kind], one.root, lost, shaped, blamed)
        for (kind, name), one in documents.items()
    }
    lost |= {name for (_kind, name), root in roots.items() if root is None}
    lost |= {name for one in found for name in _REMOVED.findall(one.message) if one.code == "E206"}
    lost |= _emptied(stack, found)
    nodes = {key: root for key, root in roots.items() if root is not None}
    found.extend(one for one in shaped if one.at not in blamed)
    model = model_of(stack, nodes, language, version, _group(stack, documents))
    checked = Diagnostics()
    check_model(model, checked)
    check_translations(stack, model, checked)
    if not (found.has_errors or checked.has_errors):
        # What roles amount to rests on all that they name.
        check_roles(model, checked)
    repeated = (*(said for name in lost for said in (f"`{name}`", f" in {name} ")), *_unread(stack))
    removals = removals_of(stack)
    found.extend(
        with_removal(one, removals)
        for one in checked
        if one.at not in blamed and not any(name in f"{one.message} " for name in repeated)
    )
    return _first(stack, found), model


def _first(stack: LayerStack, found: Diagnostics) -> Diagnostics:
    """Return what is wrong with the files alone where a layer's own document is none: all else follows from it."""
    if all(folder.is_declared for folder in stack.folders):
        return found
    return stack.diagnostics


def _emptied(stack: LayerStack, found: Diagnostics) -> set[str]:
    """Return the names of the documents that a layer took all attributes or relations from, which is refused."""
    files = {one.at.path for one in found if one.code == "E206" and _WHOLE.match(one.message)}
    return {name for folder in stack.folders for _, name, root in folder.documents if root.source.path in files}


_GRANTING: Final = frozenset({Entity.kind, Role.kind})
"""The kinds of documents that decide who may do what."""
_WHOLE: Final = re.compile(r"`(attributes|relations)` must not be removed")
_REMOVED: Final = re.compile(r"(\w+)` must not be removed")

_UNREAD: Final = frozenset({"E001", "E002", "E003", "E004", "E005", "E006", "E008", "E009", "E113", "E114"})
"""Findings after which a file holds no document."""


def _unread(stack: LayerStack) -> list[str]:
    """Return how names begin, as messages show them, that only files which could not be read may declare.

    What is said about such a name repeats that its file is broken. A file of the group may declare any name.
    """
    broken = [folder for folder in stack.folders if any(one.code in _UNREAD for one in folder.diagnostics)]
    return [f"`x_{folder.prefix}_" if folder.rank >= REGION and folder.prefix else "`" for folder in broken]
