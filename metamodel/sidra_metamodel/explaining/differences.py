"""Where an affiliate differs from the group: what its own layers change, with reasons, places and what they hide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from sidra_metamodel.explaining.show import flow
from sidra_metamodel.governing.ceilings import own_reach
from sidra_metamodel.governing.govern import changes_above_packs
from sidra_metamodel.governing.levels import PARTS, TEXTS
from sidra_metamodel.governing.spots import Change, Path
from sidra_metamodel.layering.effective import Effective, EffectiveDocument, Stage
from sidra_metamodel.layering.inherit import supertype
from sidra_metamodel.layering.layers import PACK, LayerFolder
from sidra_metamodel.layering.order import place_of
from sidra_metamodel.nodes import Node, Place
from sidra_metamodel.registry import Registry

HEADERS: Final = frozenset({"layer", "pack", "test", "translation"})
"""Kinds that are no part of what a country adapts, or whose texts are counted where they lead."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a layer differs; each part is empty where nothing says it."""

    why: str = ""
    ticket: str = ""
    until: date | None = None
    category: str = ""

    def is_overdue(self, today: date) -> bool:
        """Tell whether the difference should have ended before a day."""
        return self.until is not None and self.until < today


@dataclass(frozen=True, slots=True)
class Difference:
    """One value, element or document that a layer above the packs adds, changes or removes."""

    kind: str
    document: str
    path: Path
    """The names below the document; none for a document of the layer's own."""
    layer: str
    level: int
    """How far it goes: 1 texts and order, 2 limits and additions, 3 parts replaced or removed, 4 code and waivers."""
    value: str | None
    """As YAML on one line; None for what is removed."""
    below: str | None
    """What it hides; None for what is added."""
    at: Place
    below_at: Place | None
    reason: Reason

    @property
    def dotted(self) -> str:
        """The path as `sidra explain` takes it."""
        return ".".join((self.document, *self.path))


Changed = tuple[EffectiveDocument, Stage, Stage, list[Change]]
"""A document before and after a layer, and what that changed."""


def differences(
    effective: Effective, registry: Registry, changed: Iterable[Changed] | None = None
) -> tuple[Difference, ...]:
    """Return what the layers above the packs say otherwise, by document, in the order of their files.

    A text of a supertype that a layer changes is named once, at the supertype. `changed`: what `changes_above_packs`
    gives, where somebody has asked for it already.
    """
    pairs = changes_above_packs(effective, registry) if changed is None else changed
    written = {folder.name: _Written(folder) for folder in effective.stack.folders}
    found = [*_own_documents(effective, registry, written), *_changed_documents(pairs, written)]
    first: dict[tuple[Place, str], Difference] = {}
    for one in found:
        first.setdefault((one.at, one.path[-1] if one.path else ""), one)
    return tuple(sorted(first.values(), key=lambda one: (one.at.path, one.at.line, one.at.column)))


class _Written:
    """What one layer wrote."""

    def __init__(self, folder: LayerFolder) -> None:
        self._documents = {(found.kind, found.name): found.node for found in folder.documents}
        self._by_file = {found.node.source: found.node for found in folder.documents}

    def has(self, document: EffectiveDocument) -> bool:
        return (document.kind, document.name) in self._documents

    def along(self, document: EffectiveDocument, path: Path, value: Node | None) -> list[Node]:
        """Return the nodes on the way to what was written at a path; for a translation, its file and the text."""
        root = self._documents.get((document.kind, document.name))
        parts = (value, *value.items.values()) if value is not None else ()
        part = next((one for one in parts if one.source in self._by_file), None)
        if root is None or (part is not None and part.source != root.source):
            return [self._by_file[part.source], part] if part is not None else []
        nodes = [root]
        for name in path:
            inner = nodes[-1].items.get(name)
            if inner is None:
                break
            nodes.append(inner)
        return nodes


def _own_documents(effective: Effective, registry: Registry, written: dict[str, _Written]) -> Iterator[Difference]:
    for document in effective.values():
        stage = next((one for one in document.stages if written[one.layer.name].has(document)), None)
        is_own = stage is not None and stage is document.stages[0] and stage.layer.rank > PACK
        if stage is not None and is_own and document.kind not in HEADERS:
            nodes = written[stage.layer.name].along(document, (), None)
            yield _difference(document, stage, own_reach(document, registry.code), None, nodes)


def _changed_documents(pairs: Iterable[Changed], written: dict[str, _Written]) -> Iterator[Difference]:
    # Supertypes first, so that what a subtype inherits is named where it was written.
    for document, before, after, changes in sorted(pairs, key=lambda pair: supertype(pair[0].root) is not None):
        for change in _widest(changes) if document.kind not in HEADERS else ():
            nodes = written[after.layer.name].along(document, change.path, after.root.get(*change.path))
            if nodes:
                yield _difference(document, after, change, before.root.get(*change.path), nodes)


def _widest(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield one change for each path, the most far-reaching, and none inside an element that is replaced whole."""
    levels: dict[Path, int] = {}
    for change in changes:
        levels[change.path] = max(change.level, levels.get(change.path, TEXTS))
    for path, level in levels.items():
        if not any(levels.get(path[:length]) == PARTS for length in range(1, len(path))):
            yield Change(path, level)


def _difference(
    document: EffectiveDocument, stage: Stage, change: Change, below: Node | None, nodes: list[Node]
) -> Difference:
    value = stage.root.get(*change.path)
    return Difference(
        kind=document.kind,
        document=document.name,
        path=change.path,
        layer=stage.layer.name,
        level=change.level,
        value=_shown(value, below, change.level),
        below=_shown(below, value, change.level),
        at=nodes[-1].key_place if change.path else nodes[-1].place,
        below_at=below.key_place if below is not None else None,
        reason=_reason(nodes),
    )


def _shown(node: Node | None, other: Node | None, level: int) -> str | None:
    """Return a value on one line: of an element that is moved, where it stands; of a map over another, what differs."""
    if node is None:
        return None
    if not node.is_map or other is None or not other.is_map:
        return flow(node)
    if level == TEXTS and (place_of(node) or place_of(other)):
        place = place_of(node)
        return f"${place[0]}: {flow(place[1])}" if place is not None else None
    own = {name: child for name, child in node.items.items() if not _is_same(child, other.items.get(name))}
    return flow(Node(own, node.source, node.at)) if own else None


def _is_same(one: Node, other: Node | None) -> bool:
    return one is other or (other is not None and one.plain() == other.plain())


def _reason(nodes: Iterable[Node]) -> Reason:
    """Return the nearest word of each sort on the way to a value."""
    said = {name: str(word.value) for node in nodes for name, word in (node.directives or {}).items()}
    return Reason(said.get("why", ""), said.get("ticket", ""), _date(said.get("until", "")), said.get("category", ""))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
