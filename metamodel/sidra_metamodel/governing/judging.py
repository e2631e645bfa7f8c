"""One document of all layers: what each of them changed in it, and what of that it must not."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Final

from sidra_metamodel.diagnostics import Diagnostic, Diagnostics
from sidra_metamodel.governing.additions import Additions
from sidra_metamodel.governing.code import raised
from sidra_metamodel.governing.comparing import Comparison
from sidra_metamodel.governing.levels import CODE
from sidra_metamodel.governing.naming import prefix_of, refuses_unnamed, way_to_local
from sidra_metamodel.governing.refusals import Refusals
from sidra_metamodel.governing.spots import Change, Path, Spot
from sidra_metamodel.governing.steps import check_steps
from sidra_metamodel.governing.tombstones import of_document
from sidra_metamodel.governing.waivers import Waivers
from sidra_metamodel.kinds.granting import GRANTING
from sidra_metamodel.language import keywords_of
from sidra_metamodel.layering.effective import Effective, EffectiveDocument, Key, Stage
from sidra_metamodel.layering.inherit import supertype
from sidra_metamodel.layering.layers import AFFILIATE, REGION, LayerFolder
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.layering.waiving import grants
from sidra_metamodel.nodes import Node
from sidra_metamodel.recalling import Answers, Question
from sidra_metamodel.registry import Registry
from sidra_metamodel.suggest import did_you_mean

_OWN_KINDS: Final = frozenset({"layer", "pack", "translation", *GRANTING})
"""Kinds whose documents each layer names as it likes: itself, and locales; and those that it must not have at all."""

_ADDRESS: Final = "api"
"""Where an entity stands in the API, which each subtype decides for itself."""

_GENERATED: Final = ("list", "record", "view360", "360", "search")
"""Screens that follow from an entity, after its name; a document of that name shapes one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out about one document."""

    changes: tuple[tuple[Change, ...], ...]
    """What each layer but the first changed."""
    found: tuple[Diagnostic, ...]
    of_subtype: tuple[Diagnostic, ...]
    """What it must not say about what it inherits."""
    used: frozenset[str]
    """The waivers that it makes use of."""


class Judging:
    """Compares documents layer by layer; what it found stands until the document or what it asked of others changes."""

    def __init__(self, effective: Effective, registry: Registry) -> None:
        self._effective = effective
        self._kinds = registry.kinds
        self._code = registry.code
        self._answers = Answers(effective.stack.memory, self._answer)
        self.granted = grants(effective.stack, effective)
        self.written: dict[str, dict[Key, Node]] = {
            folder.name: {(found.kind, found.name): found.node for found in folder.documents}
            for folder in effective.stack.folders
        }
        """What each layer wrote, by its name."""

    def judged(self, document: EffectiveDocument) -> Judged:
        """Return what the layers changed in a document, and what of that they must not."""
        key = (document.kind, document.name)
        waivers = (one.node for one in self.granted if one.key == key)
        return self._answers.recalled(("judged", *self._state(key), *waivers), partial(self._judge, document))

    def _state(self, key: Key) -> tuple[Hashable, ...]:
        document = self._effective.get(key)
        stages = document.stages if document is not None else ()
        return (*key, *(part for stage in stages for part in self._stage(key, stage)))

    def _stage(self, key: Key, stage: Stage) -> tuple[Hashable, ...]:
        layer = stage.layer
        return layer.name, layer.rank, layer.prefix, stage.root, self.written[layer.name].get(key)

    def _answer(self, question: Question) -> object:
        match question:
            case ("layers",):
                return tuple(folder.name for folder in self._effective.stack.folders)
            case ("names", kind):
                return tuple(self._effective.names(str(kind)))
            case ("retired", kind, name):
                return of_document(self._effective.stack.folders, (str(kind), str(name)))
            case (_, kind, name):
                return self._state((str(kind), str(name)))
            case _:
                raise ValueError(question)

    def _document(self, key: Key) -> EffectiveDocument | None:
        self._answers.ask("document", *key)
        return self._effective.get(key)

    def _judge(self, document: EffectiveDocument) -> Judged:
        key = (document.kind, document.name)
        found, waivers, changed = Diagnostics(), Waivers([one for one in self.granted if one.key == key]), []
        first = document.stages[0]
        if first.layer.rank >= REGION:
            self._judge_name(document, first, found)
        for number, (before, after) in enumerate(pairwise(document.stages)):
            refusals = self._refusals(document, after, waivers, found)
            additions = Additions(after.layer, self._pii_below(after.layer), refusals, before.root)
            comparison = Comparison(after.layer, refusals, additions)
            if before.root is not after.root:
                lock = before.root.directive("lock")
                comparison.element(before.root, after.root, self._kinds[document.kind], Spot((), lock))
                check_steps(before.root, after.root, refusals, [one.root for one in document.stages[:number]])
            if after.layer.rank == AFFILIATE:
                comparison.changes += (Change(path, CODE, is_waived=True) for path in waivers.used_in(key))
            changed.append(tuple(raised(one, before.root, after.root, self._code) for one in comparison.changes))
        of_subtype = self._of_subtype(document, waivers)
        return Judged(tuple(changed), tuple(found), tuple(of_subtype), frozenset(waivers.used))

    def _refusals(self, document: EffectiveDocument, after: Stage, waivers: Waivers, found: Diagnostics) -> Refusals:
        refusals = Refusals(self.writing(document, after), found)
        if after.layer.rank != AFFILIATE:
            return refusals
        key, root = (document.kind, document.name), after.root
        return replace(refusals, waived=partial(waivers.lets, key, root), others=partial(waivers.notes, key))

    def writing(self, document: EffectiveDocument, after: Stage) -> Callable[[Path], Node]:
        """Return what gives the place where a layer wrote what stands at a path, or the nearest around it."""
        own = self.written[after.layer.name].get((document.kind, document.name))

        earlier = [before.root for before, stage in pairwise(document.stages) if stage.layer is after.layer]

        def written(path: Path) -> Node:
            below = earlier[0] if earlier else None
            return _written(own, path, below) or _deepest(after.root, path, after.layer.name) or own or after.root

        return written

    def _pii_below(self, layer: LayerFolder) -> Callable[[str, str], frozenset[str]]:
        """Return what gives the classes of personal data as the layers below one declare them."""
        names = self._answers.ask("layers")
        lower = set(names[: names.index(layer.name)])

        def pii(entity: str, attribute: str) -> frozenset[str]:
            document = self._document(("entity", entity))
            stages = [stage for stage in document.stages if stage.layer.name in lower] if document else []
            node = stages[-1].root.get("attributes", attribute, "pii") if stages else None
            return frozenset(str(entry.scalar) for entry in node.entries) if node else frozenset()

        return pii

    def _of_subtype(self, document: EffectiveDocument, waivers: Waivers) -> Diagnostics:
        """A subtype may refine what it inherits, only tightening."""
        parent = supertype(document.root)
        above = self._document((document.kind, parent)) if parent else None
        found = Diagnostics()
        if above is None:
            return found
        waived = partial(waivers.lets, (document.kind, document.name), document.root)
        refusals = Refusals(lambda path: _deepest(document.root, path) or document.root, found, waived)
        comparison = Comparison(document.stages[-1].layer, refusals, None)
        for name, word in keywords_of(self._kinds[document.kind]).items():
            low, high = above.root.get(name), document.root.get(name)
            if not word.own and name != _ADDRESS and low is not None and high is not None and low is not high:
                comparison.keyword(word, low, high, Spot((name,)), above.root)
        check_steps(above.root, document.root, refusals)
        return found

    def _judge_name(self, document: EffectiveDocument, first: Stage, found: Diagnostics) -> None:
        """Require the layer's prefix of a document that no lower layer has."""
        kind, name, layer = document.kind, document.name, first.layer
        if kind in _OWN_KINDS or name.startswith(prefix_of(layer)) or self._is_generated(kind, name):
            return
        if refuses_unnamed(layer, name, found):
            return
        there = [other for other in self._answers.ask("names", kind) if other != name]
        near = self._answers.ask("retired", kind, name) or did_you_mean(name, there)
        found.error(
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
        return name == "search" or (ending in _GENERATED and self._document(("entity", entity)) is not None)


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
