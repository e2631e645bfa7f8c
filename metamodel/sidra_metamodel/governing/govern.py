"""What each layer may do to those below it: the rules of keywords, locks, names, reasons (LAYERING.md §4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise

from sidra_metamodel.diagnostics import Diagnostic, Diagnostics, Severity, note
from sidra_metamodel.governing.ceilings import Reach, check_ceilings, own_documents, own_reach
from sidra_metamodel.governing.judging import Judging
from sidra_metamodel.governing.levels import AS_IS
from sidra_metamodel.governing.reasons import check_reasons
from sidra_metamodel.governing.silences import check_silences
from sidra_metamodel.governing.spots import Change, Path, lock_strength
from sidra_metamodel.governing.waivers import Waivers, check_waivers
from sidra_metamodel.layering.effective import Effective, EffectiveDocument, Key, Stage
from sidra_metamodel.layering.layers import AFFILIATE, GROUP, PACK, LayerFolder
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry


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
            below, counted = _below(document, layer), tuple(one for one in changes if not one.is_waived)
            known = ("reasons", document.kind, document.name, written, below, counted, today)
            look = partial(_unsaid, written, below, document, counted, today)
            diagnostics.extend(effective.stack.memory.of(known, look))
    return levels


def _unsaid(
    written: Node, below: Node | None, document: EffectiveDocument, changes: Sequence[Change], today: date | None
) -> tuple[Diagnostic, ...]:
    """Return where a layer gives no reason that holds, or says nothing."""
    found = Diagnostics()
    check_reasons(written, changes, found, today)
    check_silences(written, below, document, found)
    return tuple(found)


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
        self._diagnostics = diagnostics
        self._judging = Judging(effective, registry)
        self.written = self._judging.written
        self.waivers = Waivers(self._judging.granted)

    def judge(self, document: EffectiveDocument) -> Iterator[tuple[LayerFolder, list[Change]]]:
        """Compare a document layer by layer, and with its supertype; yield what each layer changed."""
        judged = self._judging.judged(document)
        self.waivers.used |= judged.used
        self._diagnostics.extend(judged.found)
        yield from (
            (stage.layer, [*changes]) for stage, changes in zip(document.stages[1:], judged.changes, strict=True)
        )
        if judged.of_subtype:
            # What a layer has been refused is not said twice.
            said = {(found.code, found.at, found.message) for found in self._diagnostics}
            new = (found for found in judged.of_subtype if (found.code, found.at, found.message) not in said)
            self._diagnostics.extend(new)

    def placed(
        self, document: EffectiveDocument, layer: LayerFolder, changes: list[Change]
    ) -> Iterator[tuple[Change, Node]]:
        """Yield the changes of a layer, each with what the layer wrote for it."""
        after = next(stage for stage in document.stages if stage.layer is layer)
        written = self._judging.writing(document, after)
        yield from ((change, written(change.path)) for change in changes)

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
