"""How far the group lets each affiliate go: a level for each domain of the business, set in the group's tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.governing.code import code_of
from sidra_metamodel.governing.domains import domain_of
from sidra_metamodel.governing.levels import CODE, LIMITS, level_name, level_of
from sidra_metamodel.governing.spots import Change
from sidra_metamodel.governing.waivers import Waivers
from sidra_metamodel.kinds.granting import EVERYONE, GRANTING, Ceiling, Level
from sidra_metamodel.layering.effective import Effective, EffectiveDocument
from sidra_metamodel.layering.layers import AFFILIATE, Layers
from sidra_metamodel.nodes import Node
from sidra_metamodel.reading.parsing import ReadDocument
from sidra_metamodel.registry import PluginCode

_UNBOUNDED: Final = frozenset({"layer", "translation", *GRANTING})
"""Kinds that say what a layer is, or whose texts are counted where they lead."""
_LEVELS: Final = frozenset(Level.__args__)  # type: ignore[attr-defined]  # mypy takes a Literal for a plain type


class Bound(NamedTuple):
    """How far an affiliate may go in a domain, and where that is said."""

    level: int
    node: Node


class Reach(NamedTuple):
    """A document that an affiliate changes or declares, and the changes with the nodes that it wrote for them."""

    document: EffectiveDocument
    changes: Iterable[tuple[Change, Node]]


def ceiling_of(layers: Layers, affiliate: str, domain: str) -> int:
    """Return how far an affiliate may go in a domain; the highest level where the group sets no ceiling."""
    found = bound_of(layers.grants, affiliate, domain)
    return found.level if found is not None else CODE


def bound_of(grants: Iterable[ReadDocument], affiliate: str, domain: str) -> Bound | None:
    """Return the ceiling of an affiliate, else that of all; what it says of the domain counts before its `level`."""
    ceilings = {name: node for kind, name, node in grants if kind == Ceiling.kind}
    own = [ceilings[name] for name in (affiliate, EVERYONE) if name in ceilings]
    said = (node.get(*path) for node in own for path in (("domains", domain), ("level",)))
    return next((Bound(level_of(str(node.value)), node) for node in said if node and node.value in _LEVELS), None)


def own_reach(document: EffectiveDocument, code: PluginCode) -> Change:
    """Return what the declaration of a whole document is: an addition, or code."""
    return Change((), CODE if code_of(document.root, code) or document.kind in code.kinds else LIMITS)


def check_ceilings(effective: Effective, reaches: Iterable[Reach], waivers: Waivers, diagnostics: Diagnostics) -> None:
    """Refuse what goes beyond a ceiling: the farthest change of each document, unless the group waives it."""
    grants, affiliate = effective.stack.grants, effective.stack.affiliate
    if not any(one.kind == Ceiling.kind for one in grants):
        return
    roots = {key: found.root for key, found in effective.items()}
    for document, changes in reaches:
        domain = domain_of(document.kind, document.name, roots)
        bound = bound_of(grants, affiliate, domain) if document.kind not in _UNBOUNDED else None
        beyond = [each for each in changes if bound is not None and _is_beyond(each[0], bound, document, waivers)]
        if beyond and bound is not None:
            _refuse(max(beyond, key=lambda each: each[0].level), bound, document, domain, affiliate, diagnostics)


def _is_beyond(change: Change, bound: Bound, document: EffectiveDocument, waivers: Waivers) -> bool:
    if change.is_waived or change.level <= bound.level:
        return False
    return not waivers.lets((document.kind, document.name), document.root, change.path)


def _refuse(
    farthest: tuple[Change, Node],
    bound: Bound,
    document: EffectiveDocument,
    domain: str,
    affiliate: str,
    diagnostics: Diagnostics,
) -> None:
    (path, level, _), node = farthest
    where = ".".join((document.kind, document.name, *path))
    most = level_name(bound.level)
    diagnostics.error(
        "E221",
        f"`{where}` goes as far as {level_name(level)}, and `{affiliate}` may go to {most} in `{domain}`",
        node,
        key=True,
        notes=[note("the ceiling", bound.node)],
        help=f"take it back to {most}, or ask the group for a waiver of this value or for a higher ceiling",
    )


def own_documents(effective: Effective) -> Iterator[EffectiveDocument]:
    """Yield the documents that an affiliate itself declares."""
    for document in effective.values():
        first = document.stages[0].layer
        if first.rank == AFFILIATE and document.kind not in _UNBOUNDED:
            yield document
