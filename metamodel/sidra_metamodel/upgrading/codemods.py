"""What documents of kind `upgrade` do to an overlay on the way to a version: moves, splits, other values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.kinds.upgrade import Upgrade
from sidra_metamodel.layering.effective import Effective, Key
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.model.build import build
from sidra_metamodel.nodes import Node
from sidra_metamodel.reading.scalars import plain_value
from sidra_metamodel.registry import Registry
from sidra_metamodel.upgrading.files import Overlay
from sidra_metamodel.upgrading.overrides import Words, below
from sidra_metamodel.upgrading.ways import known_names
from sidra_metamodel.versions.manifest import numbers


@dataclass(frozen=True, slots=True)
class Rewriting:
    """One thing that a codemod rewrote."""

    version: str
    path: str
    to: str

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data for programs."""
        return {"version": self.version, "path": self.path, "to": self.to}


def upgrades(effective: Effective, after: str, until: str) -> tuple[Upgrade, ...]:
    """Return what the group declares of the versions after one and until another, the oldest first."""
    found = [build(Upgrade, name, one.root) for (kind, name), one in effective.items() if kind == Upgrade.kind]
    wanted = [one for one in found if numbers(after) < numbers(one.version) <= numbers(until)]
    return tuple(sorted(wanted, key=lambda one: (numbers(one.version), one.name)))


def rewrite(
    overlay: Overlay, layer: LayerFolder, upgrades: Iterable[Upgrade], registry: Registry, effective: Effective
) -> tuple[Rewriting, ...]:
    """Rewrite an overlay as codemods say, and return what was rewritten; raises Uneditable.

    effective: the documents of the new version, which say what was called otherwise before it moved.
    """
    roots = below(effective, layer)
    return tuple(done for upgrade in upgrades for done in _Codemod(overlay, upgrade, registry, roots).run())


@dataclass(frozen=True, slots=True)
class _Codemod:
    overlay: Overlay
    upgrade: Upgrade
    registry: Registry
    roots: Mapping[Key, Node]

    def run(self) -> Iterator[Rewriting]:
        for move in self.upgrade.moves.values():
            yield from self._move(move.from_, (move.to,))
        for split in self.upgrade.splits.values():
            yield from self._move(split.from_, split.to)
        for change in self.upgrade.values.values():
            edits, path = self._there(change.of)
            if edits is not None and edits.has(path):
                yield from self._other_value(edits, path, change.from_, change.to, change.of)

    def _move(self, source: str, targets: tuple[str, ...]) -> Iterator[Rewriting]:
        for name in known_names(source, targets[0], self.roots, Words(self.registry)):
            yield from self._moved(name, targets)

    def _moved(self, source: str, targets: tuple[str, ...]) -> Iterator[Rewriting]:
        edits, path = self._there(source)
        if edits is None or not edits.has(path):
            return
        if len(targets) == 1 and source.split(".")[:2] == targets[0].split(".")[:2]:
            edits.move(path, targets[0].split(".")[2:])
        else:
            taken = edits.take(path)
            for target in targets:
                kind, name, *rest = target.split(".")
                self.overlay.document(kind, name, self.registry.kinds[kind].folder).put(rest, taken)
        for target in targets:
            yield Rewriting(self.upgrade.version, source, target)

    def _there(self, path: str) -> tuple[Edits | None, list[str]]:
        """Return the edits of the overlay's document that a path leads into, and the names below it."""
        kind, name, *rest = [*path.split("."), ""][: max(3, path.count(".") + 1)]
        known = self.registry.kinds.get(kind)
        return (self.overlay.known(kind, name, known.folder) if known is not None and rest else None), rest

    def _other_value(self, edits: Edits, path: list[str], old: str, new: str, of: str) -> Iterator[Rewriting]:
        written = edits.get(path)
        value: Data = written.get("$set") if isinstance(written, dict) else written
        if str(value) == old:
            edits.set(path, new if isinstance(value, str) else plain_value(new))
        elif isinstance(written, list) and old in written:
            edits.rename([*path, old], new)
        elif isinstance(written, dict) and (word := _with_member(written, old)):
            edits.rename([*path, word, old], new)
        else:
            return
        yield Rewriting(self.upgrade.version, f"{of}: {old}", f"{of}: {new}")


def _with_member(written: dict[str, Data], member: str) -> str | None:
    lists = {word: written.get(word) for word in ("$add", "$drop", "$set")}
    return next((word for word, found in lists.items() if isinstance(found, list) and member in found), None)
