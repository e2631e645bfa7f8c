"""Makes plans: what is proposed against what is in force, each change classified, with its reason and place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from sidra.releases.besides import besides
from sidra.releases.classifying import Sorted, sorted_changes
from sidra.releases.contracts import Break, breaks
from sidra.releases.plan import Impact, Item, Plan, Touches, Unreasoned
from sidra.releases.revisions import revision_of
from sidra.releases.values import shown_values
from sidra_metamodel.comparing.leaves import Path
from sidra_metamodel.explaining.differences import Difference, Reason, differences
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.explaining.uses import users_of_document, users_of_member
from sidra_metamodel.granting.gains import Widening
from sidra_metamodel.granting.widening import widenings
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.load import Loaded
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

ORDER: Final = {impact: place for place, impact in enumerate(Impact)}
UNREASONED: Final = frozenset({"E210", "E211", "E213", "E219"})
"""Findings of reasons that are missing or have run out, and of waivers that have."""


def plan_of(live: Loaded | None, proposed: Loaded, affiliates: Iterable[str] = ()) -> Plan:
    """Return what it would mean to put a configuration in force, without counts; nothing is asked of a database.

    Both must be good. `live` is None where none was ever applied: then there is nothing to compare with.
    """
    now = revision_of(proposed)
    was = revision_of(live) if live is not None else None
    unreasoned = tuple(unreasoned_in(proposed))
    if live is None or was is None or was.name == now.name:
        return Plan(proposed.affiliate, was, now, unreasoned=unreasoned)
    items = sorted(_Planner(live, proposed).items(), key=lambda item: ORDER[item.cls])
    touches = _touches(live.draft, proposed.draft, items, affiliates)
    return Plan(proposed.affiliate, was, now, tuple(items), touches=touches, unreasoned=unreasoned)


class _Planner:
    """Tells of each change between two configurations."""

    def __init__(self, live: Loaded, proposed: Loaded) -> None:
        self._before, self._after = live.draft, proposed.draft
        self._below = {key: one.root for key, one in live.effective.items()}
        self._above = {key: one.root for key, one in proposed.effective.items()}
        self._stacks = live.effective.stack, proposed.effective.stack
        self._own = [_by_document(differences(one.effective, one.draft.registry)) for one in (proposed, live)]

    def items(self) -> Iterator[Item]:
        changes = list(sorted_changes(self._below, self._above))
        widened = [self._widening(one) for one in self._widenings(changes)]
        yield from widened
        yield from besides(*self._stacks)
        told = {(item.kind, item.document, item.path) for item in widened}
        for one in changes:
            if not self._is_told(one, told):
                yield self._change(one)
        if any(one.change.kind in {"entity", "enum", "type", "interface", "layer"} for one in changes):
            yield from map(self._break, breaks(self._before, self._after))

    def _widenings(self, changes: Iterable[Sorted]) -> tuple[Widening, ...]:
        changed = {(one.change.kind, one.change.document) for one in changes}
        return widenings(self._before, self._after, changed)

    def _is_told(self, one: Sorted, told: set[tuple[str, str, Path]]) -> bool:
        """Tell whether a change is what a permission was widened by, and nothing else."""
        change, path = one.change, one.change.path
        if one.impact is not Impact.SAFE:
            return False
        return any((change.kind, change.document, path[:length]) in told for length in range(len(path) + 1))

    def _change(self, one: Sorted) -> Item:
        change = one.change
        node = change.now if change.now is not None else change.was
        return self._item(
            one.impact,
            (change.kind, change.document, change.path),
            one.word,
            shown_values(_flow(change.was), _flow(change.now)) if one.word != "moved" else (None, None),
            node,
            one.subject,
        )

    def _widening(self, one: Widening) -> Item:
        key = one.kind, one.document
        node = _deepest(self._above.get(key) or self._below.get(key), one.path)
        values = shown_values(one.was or None, one.now or None)
        item = self._item(Impact.WIDENED, (one.kind, one.document, one.path), one.what, values, node, one.subject)
        return replace(item, role=one.role)

    def _break(self, one: Break) -> Item:
        root = self._above.get(("entity", one.entity)) or self._below.get(("entity", one.entity))
        part = next((name for name in ("attributes", "relations") if root and root.get(name, one.member)), "")
        path = (part, one.member) if part else ("api",)
        values = (one.was or None, one.now or None)
        place = "entity", one.entity, path
        item = self._item(Impact.API, place, one.word, values, _deepest(root, path), one.subject)
        return replace(item, blocks=not one.is_versioned)

    def _item(
        self,
        impact: Impact,
        place: tuple[str, str, Path],
        word: str,
        values: tuple[str | None, str | None],
        node: Node | None,
        subject: str,
    ) -> Item:
        kind, document, path = place
        level, reason = self._reason(kind, document, path)
        where = node.key_place if node is not None else None
        return Item(impact, kind, document, path, *values, word, subject, level=level, reason=reason, place=where)

    def _reason(self, kind: str, document: str, path: Path) -> tuple[str, Reason]:
        """Return how far the overlay goes at a place, and why: the nearest that it says, else that it said before."""
        for own in self._own:
            found = [one for one in own.get((kind, document), ()) if _is_near(one.path, path)]
            if found:
                nearest = max(found, key=lambda one: (len(one.path) if len(one.path) <= len(path) else 0, one.level))
                return f"L{max(one.level for one in found)}", nearest.reason
        return "L0", Reason()


def _by_document(found: Iterable[Difference]) -> Mapping[Key, list[Difference]]:
    documents: dict[Key, list[Difference]] = {}
    for one in found:
        documents.setdefault((one.kind, one.document), []).append(one)
    return documents


def _is_near(one: Path, other: Path) -> bool:
    """Tell whether one path is the other, around it or inside it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _deepest(root: Node | None, path: Path) -> Node | None:
    node = root
    for name in path:
        inner = node.items.get(name) if node is not None else None
        if inner is None:
            break
        node = inner
    return node


def _flow(node: Node | None) -> str | None:
    return None if node is None else flow(node)


def unreasoned_in(proposed: Loaded) -> Iterator[Unreasoned]:
    """Yield what reasons a configuration lacks, and what had run out on the day it was loaded by."""
    for one in proposed.diagnostics:
        if one.code in UNREASONED:
            yield Unreasoned(one.message, one.at, one.help or "")


def _touches(before: Model, after: Model, items: Iterable[Item], affiliates: Iterable[str]) -> Touches:
    """Return what uses or is what changes; what goes is asked of the configuration that has it."""
    found: set[tuple[str, str]] = set()
    asked: set[tuple[str, str, str]] = set()
    for item in items:
        model = before if item.now is None and item.cls is not Impact.WIDENED else after
        member = (
            item.path[1]
            if item.kind == "entity" and item.path[:1] in {("attributes",), ("relations",)} and item.path[1:]
            else ""
        )
        found.add((item.kind, item.document))
        if item.role:
            found.add(("role", item.role))
        if (item.kind, item.document, member) not in asked and (item.kind, item.document) in model.nodes:
            asked.add((item.kind, item.document, member))
            found |= _users(model, item.kind, item.document, member)
    names = {kind: tuple(sorted(name for one, name in found if one == kind)) for kind in KINDS}
    screens, roles, processes, interfaces, tests = (names[kind] for kind in KINDS)
    return Touches(screens, roles, processes, interfaces, tests, tuple(sorted(affiliates)))


KINDS: Final = ("screen", "role", "process", "interface", "test")


def _users(model: Model, kind: str, document: str, member: str) -> set[tuple[str, str]]:
    if member:
        return set(users_of_member(model, document, member))
    return set(users_of_document(model, kind, document)) if kind in {"entity", "enum", "type", "role"} else set()
