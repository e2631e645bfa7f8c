"""What each layer may do to those below it: the rules of keywords, locks, names, reasons (LAYERING.md §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics, Severity, note
from sidra_metamodel.governing.additions import Additions
from sidra_metamodel.governing.ceilings import Reach, check_ceilings, own_documents, own_reach
from sidra_metamodel.governing.code import raised
from sidra_metamodel.governing.comparing import Comparison
from sidra_metamodel.governing.levels import AS_IS, CODE
from sidra_metamodel.governing.naming import prefix_of, refuses_unnamed, way_to_local
from sidra_metamodel.governing.reasons import check_reasons
from sidra_metamodel.governing.refusals import Refusals
from sidra_metamodel.governing.silences import check_silences
from sidra_metamodel.governing.spots import Change, Path, Spot, lock_strength
from sidra_metamodel.governing.steps import check_steps
from sidra_metamodel.governing.waivers import Waivers, check_waivers
from sidra_metamodel.kinds.granting import GRANTING
from sidra_metamodel.language import keywords_of
from sidra_metamodel.layering.effective import Effective, EffectiveDocument, Key, Stage
from sidra_metamodel.layering.inherit import supertype
from sidra_metamodel.layering.layers import AFFILIATE, GROUP, PACK, REGION, LayerFolder
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.layering.waiving import grants
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry
from sidra_metamodel.suggest import did_you_mean

_OWN_KINDS: Final = frozenset({"layer", "pack", "translation", *GRANTING})
"""Kinds whose documents each layer names as it likes: itself, and locales; and those that it must not have at all."""

_ADDRESS: Final = "api"
"""Where an entity stands in the API, which each subtype decides for itself."""

_GENERATED: Final = ("list", "record", "view360", "360", "search")
"""Screens that follow from an entity, after its name; a document of that name shapes one."""


def govern(
    effective: Effective, registry: Registry, diagnostics: Diagnostics, today: date | None = None
) -> Mapping[Key, int]:
    """Return how far the layers above the packs go in each document they change; see `levels`.

    What a layer must not do is recorded, also where a reason is missing or, if `today` is given, has run out.
    """
    governance = _Governance(effective, registry, diagnostics)
    levels: dict[Key, int] = {}
    reaches = [Reach(one, [(own_reach(one, registry.code), one.root)]) for one in own_documents(effective)]
    changed: list[tuple[EffectiveDocument, LayerFolder, Node, list[Change]]] = []
    for document in effective.values():
        for layer, changes in governance.judge(document):
            if layer.rank == AFFILIATE:
                reaches.append(Reach(document, governance.placed(document, layer, changes)))
            written = governance.written[layer.name].get((document.kind, document.name))
            if layer.rank > PACK and written is not None:
                changed.append((document, layer, written, changes))
                levels[document.kind, document.name] = max((AS_IS, *(change.level for change in changes)))
    governance.judge_removals()
    governance.judge_instructions()
    check_ceilings(effective, reaches, governance.waivers, diagnostics)
    check_waivers(effective, governance.waivers, diagnostics, today)
    wrong = {found.at.path for found in diagnostics if found.severity is Severity.ERROR}
    for document, layer, written, changes in changed:
        # What is wrong comes first: mended, it may need no reason, or have one.
        if written.source.path not in wrong:
            check_reasons(written, [one for one in changes if not one.is_waived], diagnostics, today)
            check_silences(written, _below(document, layer), document, diagnostics)
    return levels


def _below(document: EffectiveDocument, layer: LayerFolder) -> Node | None:
    """Return a document as it is below a layer; None where that declares it."""
    stages = {after.layer.name: before.root for before, after in pairwise(document.stages)}
    return stages.get(layer.name)


def changes_above_packs(
    effective: Effective, registry: Registry
) -> Iterator[tuple[EffectiveDocument, Stage, Stage, list[Change]]]:
    """Yield what each layer above the packs changes in documents of lower layers, before and after it."""
    governance = _Governance(effective, registry, Diagnostics())
    for document in effective.values():
        stages = {stage.layer.name: (before, stage) for before, stage in pairwise(document.stages)}
        for layer, changes in governance.judge(document):
            if layer.rank > PACK:
                yield document, *stages[layer.name], changes


class _Governance:
    def __init__(self, effective: Effective, registry: Registry, diagnostics: Diagnostics) -> None:
        self._effective = effective
        self._kinds = registry.kinds
        self._code = registry.code
        self._diagnostics = diagnostics
        self.written: dict[str, dict[Key, Node]] = {
            folder.name: {(found.kind, found.name): found.node for found in folder.documents}
            for folder in effective.stack.folders
        }
        """What each layer wrote, by its name."""
        self.waivers = Waivers(grants(effective.stack, effective))

    def judge(self, document: EffectiveDocument) -> Iterator[tuple[LayerFolder, list[Change]]]:
        """Compare a document layer by layer, and with its supertype; yield what each layer changed."""
        first = document.stages[0]
        if first.layer.rank >= REGION:
            self._judge_name(document, first)
        for before, after in pairwise(document.stages):
            refusals = self._refusals(document, after)
            additions = Additions(after.layer, self._pii_below(after.layer), refusals)
            comparison = Comparison(after.layer, refusals, additions)
            if before.root is not after.root:
                lock = before.root.directive("lock")
                comparison.element(before.root, after.root, self._kinds[document.kind], Spot((), lock))
                check_steps(before.root, after.root, refusals)
            if after.layer.rank == AFFILIATE:
                key = (document.kind, document.name)
                comparison.changes += (Change(path, CODE, is_waived=True) for path in self.waivers.used_in(key))
            changes = [raised(one, before.root, after.root, self._code) for one in comparison.changes]
            yield after.layer, changes
        self._judge_subtype(document)

    def _refusals(self, document: EffectiveDocument, after: Stage) -> Refusals:
        refusals = Refusals(self._writing(document, after), self._diagnostics)
        if after.layer.rank != AFFILIATE:
            return refusals
        key, root = (document.kind, document.name), after.root
        return replace(refusals, waived=partial(self.waivers.lets, key, root), others=partial(self.waivers.notes, key))

    def placed(
        self, document: EffectiveDocument, layer: LayerFolder, changes: list[Change]
    ) -> list[tuple[Change, Node]]:
        """Return the changes of a layer, each with what the layer wrote for it."""
        after = next(stage for stage in document.stages if stage.layer is layer)
        written = self._writing(document, after)
        return [(change, written(change.path)) for change in changes]

    def _writing(self, document: EffectiveDocument, after: Stage) -> Callable[[Path], Node]:
        own = self.written[after.layer.name].get((document.kind, document.name))

        earlier = [before.root for before, stage in pairwise(document.stages) if stage.layer is after.layer]

        def written(path: Path) -> Node:
            below = earlier[0] if earlier else None
            return _written(own, path, below) or _deepest(after.root, path, after.layer.name) or own or after.root

        return written

    def _pii_below(self, layer: LayerFolder) -> Callable[[str, str], frozenset[str]]:
        """Return what gives the classes of personal data as the layers below one declare them."""
        names = [folder.name for folder in self._effective.stack.folders]
        lower = set(names[: names.index(layer.name)])

        def pii(entity: str, attribute: str) -> frozenset[str]:
            document = self._effective.get(("entity", entity))
            stages = [stage for stage in document.stages if stage.layer.name in lower] if document else []
            node = stages[-1].root.get("attributes", attribute, "pii") if stages else None
            return frozenset(str(entry.scalar) for entry in node.entries) if node else frozenset()

        return pii

    def _judge_subtype(self, document: EffectiveDocument) -> None:
        """A subtype may refine what it inherits, only tightening; what a layer has been refused is not said twice."""
        parent = supertype(document.root)
        above = self._effective.get((document.kind, parent)) if parent else None
        if above is None:
            return
        scratch = Diagnostics()
        waived = partial(self.waivers.lets, (document.kind, document.name), document.root)
        refusals = Refusals(lambda path: _deepest(document.root, path) or document.root, scratch, waived)
        comparison = Comparison(document.stages[-1].layer, refusals, None)
        for name, word in keywords_of(self._kinds[document.kind]).items():
            low, high = above.root.get(name), document.root.get(name)
            if not word.own and name != _ADDRESS and low is not None and high is not None and low is not high:
                comparison.keyword(word, low, high, Spot((name,)), above.root)
        check_steps(above.root, document.root, refusals)
        said = {(found.code, found.at, found.message) for found in self._diagnostics}
        self._diagnostics.extend(found for found in scratch if (found.code, found.at, found.message) not in said)

    def _judge_name(self, document: EffectiveDocument, first: Stage) -> None:
        """Require the layer's prefix of a document that no lower layer has."""
        kind, name, layer = document.kind, document.name, first.layer
        if kind in _OWN_KINDS or name.startswith(prefix_of(layer)) or self._is_generated(kind, name):
            return
        if refuses_unnamed(layer, name, self._diagnostics):
            return
        there = [other for other in self._effective.names(kind) if other != name]
        near = did_you_mean(name, there)
        self._diagnostics.error(
            "E101",
            f"no {kind} `{name}` in the layers below",
            document.root,
            key=True,
            help=f"{near}  {way_to_local(layer, name, kind)}".strip(),
        )

    def _is_generated(self, kind: str, name: str) -> bool:
        if kind != "screen":
            return False
        entity, _, ending = name.rpartition("_")
        return name == "search" or (ending in _GENERATED and ("entity", entity) in self._effective)

    def judge_removals(self) -> None:
        """Refuse that an overlay removes a whole document of a lower layer."""
        for (kind, name), tombstone in self._effective.removed.items():
            below = tombstone.under
            if tombstone.source.rank > PACK and below is not None and below.source.layer != tombstone.source.layer:
                self._diagnostics.error(
                    "E206",
                    f"{kind} `{name}` must not be removed",
                    tombstone,
                    key=True,
                    notes=[note("declared here", below, key=True)],
                    help="documents stay; leave it out of menus, or hide its parts",
                )

    def judge_instructions(self) -> None:
        """Refuse instructions that are the group's and the regions', and locks that are weaker than those below."""
        for index, folder in enumerate(self._effective.stack.folders):
            for key, node in self.written[folder.name].items():
                if folder.rank >= AFFILIATE:
                    self._refuse_reserved(node, folder)
                elif folder.rank > GROUP:
                    self._refuse_weaker(node, key, index)

    def _refuse_reserved(self, node: Node, folder: LayerFolder) -> None:
        for _path, inner in _maps(node):
            for name in ("lock", "was", "since", "extend"):
                instruction = inner.directive(name)
                if instruction is not None:
                    self._diagnostics.error(
                        "E205",
                        f"`${name}` is not for an {folder.level}",
                        instruction,
                        key=True,
                        help="the group and regions lock, rename and open; ask the group",
                    )

    def _refuse_weaker(self, node: Node, key: Key, index: int) -> None:
        for path, inner in _maps(node):
            lock = inner.directive("lock")
            if lock is None:
                continue
            for folder in self._effective.stack.folders[:index]:
                below = _lock_on(self.written[folder.name].get(key), path)
                if below is not None and lock_strength(below) > lock_strength(lock):
                    self._diagnostics.error(
                        "E204",
                        f"`$lock: {lock.value}` is weaker than the lock below (`{below.value}`)",
                        lock,
                        key=True,
                        notes=[note("locked here", below)],
                        help="a layer may raise a lock, never lower it",
                    )


def _maps(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yield a node and all below it that hold instructions."""
    if node.directives:
        yield path, node
    for name, child in node.items.items():
        yield from _maps(child, (*path, name))


def _lock_on(root: Node | None, path: Path) -> Node | None:
    """Return the strongest lock on a path."""
    found, node = None, root
    for name in ("", *path):
        node = node if not name else node.items.get(name) if node else None
        lock = node.directive("lock") if node else None
        found = max((found, lock), key=lock_strength)
    return found


def _written(root: Node | None, path: Path, below: Node | None) -> Node | None:
    """Return what a layer wrote at a path, or the node around it that replaced, removed or emptied what was there.

    below: the document as it is below the layer, which may have written by former names.
    """
    node, low = root, below
    for name in path:
        if node is None or node.directive("replace") or node.directive("remove") or not node.is_map:
            return node.items.get(name, node) if node else None
        low = low.items.get(name) if low is not None else None
        names = (name, *(former_names(low) if low is not None else ()))
        node = next((node.items[one] for one in names if one in node.items), None)
    return node


def _deepest(root: Node, path: Path, layer: str | None = None) -> Node | None:
    """Return the last node on a path, of one layer if it is given."""
    found, node = None, root
    for name in path:
        inner = node.items.get(name)
        if inner is None:
            break
        node = inner
        if layer is None or node.source.layer == layer:
            found = node
    return found
