"""Texts in languages that nobody of the affiliate reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics, Severity
from sidra_metamodel.kinds import Translation
from sidra_metamodel.language import Document, Keyword, NamedShape
from sidra_metamodel.layering.layers import AFFILIATE, LayerStack
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import seek
from sidra_metamodel.nodes import Node, Place
from sidra_metamodel.suggest import did_you_mean, listed

FALLBACK: Final = "en"
"""Stands in where a text is in none of the affiliate's languages."""


def check_labels(model: Model, diagnostics: Diagnostics) -> None:
    """Warn of what an affiliate says in a language that is not among its `locales`; once a language."""
    known, told = frozenset((*model.locales, FALLBACK)), dict[str, Node]()
    for (kind, name), root in model.nodes.items():
        find = partial(_own_texts, model.registry.kinds[kind], root)
        for locale, node in model.memory.of(("labels", kind, name, root), find).items():
            if locale not in known:
                told[locale] = min(told.get(locale, node), node, key=_place)
    for locale, node in told.items():
        _warn(model, locale, node, diagnostics)


def _own_texts(kind: type[Document], root: Node) -> Mapping[str, Node]:
    """Return by language the first text that the affiliate says in a document."""
    first: dict[str, Node] = {}
    if any(_is_own(layer) for layer in root.chain()):
        for found in seek(kind, root, _is_label):
            for locale, node in found.node.items.items():
                if _is_own(node):
                    first[locale] = min(first.get(locale, node), node, key=_place)
    return first


def _place(node: Node) -> Place:
    return node.place


def check_translations(stack: LayerStack, model: Model, diagnostics: Diagnostics) -> None:
    """Warn of translations into languages that the affiliate does not have."""
    for folder in stack.folders:
        for kind, locale, node in folder.documents:
            if kind == Translation.kind and _is_own(node) and locale not in {*model.locales, FALLBACK}:
                _warn(model, locale, node, diagnostics)


def _is_label(keyword: Keyword) -> bool:
    return isinstance(keyword.shape, NamedShape) and keyword.shape.is_label


def _is_own(node: Node) -> bool:
    return node.source.rank >= AFFILIATE


def _warn(model: Model, locale: str, node: Node, diagnostics: Diagnostics) -> None:
    message = f"`{model.affiliate}` does not have the language `{locale}`, so that nobody reads this"
    help_ = did_you_mean(locale, model.locales) or f"it has {listed(model.locales)}; add it to `locales`"
    diagnostics.report("E427", message, node, key=True, severity=Severity.WARNING, help=help_)
