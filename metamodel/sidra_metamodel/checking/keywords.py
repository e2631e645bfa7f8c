"""Keywords where they do not belong, that this version does not act on, and values that are of no vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics, Severity
from sidra_metamodel.language import Keyword, keywords_of
from sidra_metamodel.layering.layers import PACK
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import Found, seek
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Vocabulary
from sidra_metamodel.suggest import did_you_mean, listed

_WHAT: Final = {"function": "function of roles", "locale": "language", "page_part": "part of pages"}
"""What values of a vocabulary are called, where its name does not say it."""


def check_keywords(model: Model, diagnostics: Diagnostics) -> None:
    """Record keywords of another kind and refused ones, documents that wait, and values that no vocabulary has."""
    for found in _bound(model):
        keyword = found.keyword
        if keyword.of_kind:
            _check_kind(found, diagnostics)
        if keyword.instead and found.node.value:
            message = f"`{keyword.name}` is not available in this version"
            diagnostics.report("E422", message, found.node, key=True, help=keyword.instead)
        if keyword.among is not None and keyword.among in model.vocabularies:
            _check_values(found, model.vocabularies[keyword.among], diagnostics)
    _check_documents(model, diagnostics)


def is_bound(keyword: Keyword) -> bool:
    """Tell whether a keyword is not free to stand everywhere with any value of its form."""
    return bool(keyword.of_kind or keyword.among or keyword.instead)


def _bound(model: Model) -> Iterator[Found]:
    for (kind, name), node in model.nodes.items():
        find = partial(seek, model.registry.kinds[kind], node, is_bound)
        yield from model.memory.of(("bound", kind, name, node), find)


def _check_kind(found: Found, diagnostics: Diagnostics) -> None:
    words, name = keywords_of(found.element), found.keyword.name
    said = found.owner.get("kind")
    # What a layer above makes of it is refused, since kinds are final.
    *_, lowest = said.chain() if said is not None else (None,)
    kind = words["kind"].default if lowest is None else lowest.value
    if kind in found.keyword.of_kind or not isinstance(kind, str):
        return
    what = found.element.__name__.lower()
    own = [word.name for word in words.values() if kind in word.of_kind]
    message = f"`{name}` belongs to {what}s of kind {listed(found.keyword.of_kind)}; this one is a `{kind}`"
    help_ = f"take it away; a `{kind}` has {listed(own)}"
    diagnostics.report("E424", message, found.node, key=True, help=help_)


def _check_values(found: Found, vocabulary: Vocabulary, diagnostics: Diagnostics) -> None:
    for node in found.node.entries or (found.node,):
        value = node.value
        if isinstance(value, str) and value not in vocabulary.values:
            help_ = did_you_mean(value, vocabulary.values) or vocabulary.help or _there_are(vocabulary.values)
            diagnostics.error("E421", f"no {_WHAT.get(vocabulary.name, vocabulary.name)} `{value}`", node, help=help_)


def _there_are(values: Iterable[str]) -> str:
    return f"there are {listed(sorted(values))}"


def _is_local(node: Node) -> bool:
    """Tell whether a layer above the group's brings something; what the group declares ahead of time, it knows of."""
    *_, lowest = node.chain()
    return lowest.source.rank > PACK


def _check_documents(model: Model, diagnostics: Diagnostics) -> None:
    """Warn once of each kind whose documents wait."""
    for kind, document in model.registry.kinds.items():
        own = [node for (of, _), node in model.nodes.items() if of == kind and document.later and _is_local(node)]
        if own:
            message = f"documents of kind `{kind}` are checked, and nothing acts on them in this version"
            help_ = f"they wait for {document.later}"
            diagnostics.report("E425", message, own[0], key=True, severity=Severity.WARNING, help=help_)
