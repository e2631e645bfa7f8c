"""How affiliates keep what they have where a layer below them changes: by an override that says what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.comparing.alike import keyword_at, shape_at
from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.explaining.paths import record_of
from sidra_metamodel.language import Document, NamedShape, Shape, UnionShape
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.nodes import Node
from sidra_metamodel.promoting.placing import set_value
from sidra_metamodel.promoting.proof import Unequal
from sidra_metamodel.promoting.proposal import Proposal

Path = tuple[str, ...]

_OTHERWISE: Final = "let them take it over with `--approve {}`, or promote to a region that they are not in"


class CannotKeep(SidraError):
    """An affiliate cannot keep what it has where a layer below it changes."""

    code = "E284"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Writes into an affiliate's own layer what it had."""

    proposal: Proposal
    layer: LayerFolder
    kind: type[Document]
    address: Path
    """The document, and what changes below it."""
    reasons: Mapping[str, str]

    def keep(self, found: Sequence[Unequal]) -> None:
        """Write an override for each place where the affiliate would have something else; raises CannotKeep."""
        shown = self.proposal.document(self.layer, self.kind.kind, self.address[0])
        file = None
        if shown is None:
            file = self.proposal.new_file(self.layer, self.kind.kind, self.address[0])
            shown = self.proposal.shown(self.layer, file)
        text = self.proposal.text(self.layer, shown)
        edits = Edits(text if text is not None else f"{self.kind.kind}: {self.address[0]}\n")
        for one in found:
            if one.is_order:
                self._keep_order(edits, one)
            else:
                self._keep(edits, one)
        self.proposal.put(self.layer, shown, edits)

    def _keep(self, edits: Edits, one: Unequal) -> None:
        if one.was is None:
            self._opt_out(edits, one)
        elif one.now is None or one.was.is_map or one.now.is_map:
            raise self._refusal(one, "is gone from the layer below")
        else:
            around = shape_at(self.kind, one.path[:-1])
            value, reasons = _written(one.was), self.reasons if one.was.value is not None else {}
            set_value(edits, one.path, value, around, reasons)

    def _opt_out(self, edits: Edits, one: Unequal) -> None:
        word = keyword_at(self.kind, one.path)
        if is_default_there(self.kind, one.path) and word is not None:
            edits.set(one.path, word.default, reasons=self.reasons)
            return
        if one.now is None or not one.path or word is None or not _is_element(self.kind, one.path):
            raise self._refusal(one, "has no value that stands for none")
        if word.removable:
            edits.set(one.path, {"$remove": True}, reasons=self.reasons)
        elif _can_hide(shape_at(self.kind, one.path)):
            edits.set(one.path, {"hidden": True}, reasons=self.reasons)
        else:
            raise self._refusal(one, "can neither be removed nor hidden")

    def _keep_order(self, edits: Edits, one: Unequal) -> None:
        """Put each element that stands elsewhere behind the one that it stood behind."""
        before = [name for name in (one.was.items if one.was else ()) if one.now is not None and name in one.now.items]
        after = [name for name in (one.now.items if one.now else ()) if name in before]
        for name in _moved(before, after, self.address[-1]):
            index = before.index(name)
            path = (*one.path, name)
            if index:
                edits.set((*path, "$after"), before[index - 1])
            else:
                edits.set((*path, "$first"), True)
            for reason, text in self.reasons.items():
                edits.set((*path, f"${reason}"), text)

    def _refusal(self, one: Unequal, reason: str) -> CannotKeep:
        affiliate = one.affiliate
        return CannotKeep(
            f"`{affiliate}` cannot keep what it has: `{one.address}` {reason}", hint=_OTHERWISE.format(affiliate)
        )


def is_default_there(document: type[Document], path: Path) -> bool:
    """Tell whether a path is that of a keyword with a default, which says the same as nothing."""
    word = keyword_at(document, path)
    return word is not None and path[-1] == word.name and isinstance(word.default, bool | int | float | str)


def _written(node: Node) -> Data:
    if isinstance(node.value, tuple):
        return {"$set": [entry.scalar for entry in node.entries]}
    return node.text if node.text is not None and isinstance(node.value, str) else node.scalar


def _moved(before: list[str], after: list[str], first: str) -> list[str]:
    """Return names that must go elsewhere to turn one order into the other; `first` is tried before others."""
    moved: list[str] = []
    now = list(after)
    while now != before:
        name = min(now, key=lambda name: (_distance(_without(before, name), _without(now, name)), name != first))
        moved.append(name)
        now.remove(name)
        now.insert(before.index(name), name)
    return moved


def _without(names: list[str], name: str) -> list[str]:
    return [one for one in names if one != name]


def _distance(one: list[str], other: list[str]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _is_element(document: type[Document], path: Path) -> bool:
    around = shape_at(document, path[:-1])
    shapes = around.alternatives if isinstance(around, UnionShape) else (around,)
    return any(isinstance(one, NamedShape) and not one.is_label for one in shapes)


def _can_hide(shape: Shape | None) -> bool:
    record = record_of(shape) if shape is not None else None
    return record is not None and "hidden" in record.keywords
