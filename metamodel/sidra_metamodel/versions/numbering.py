"""Which version a baseline must have after another one: what its changes do to those who build on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sidra_metamodel.comparing.leaves import LeafChange, order_changes, whole_changes
from sidra_metamodel.language import NamedShape
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry
from sidra_metamodel.traits import FINAL
from sidra_metamodel.upgrading.overrides import Words
from sidra_metamodel.versions.manifest import numbers


class Size(IntEnum):
    """How much a change asks of those who build on the baseline."""

    NONE = 0
    PATCH = 1
    """Texts and order: nobody has to look."""
    MINOR = 2
    """More, less room, another default, another name: an overlay may have to say something else."""
    MAJOR = 3
    """Something is gone, or what is final is another thing: what was built on it may not work."""


ASIDE: Final = frozenset({"test", "tour", "upgrade", "translation"})
"""Kinds of documents that no overlay builds on."""
_HEADS: Final = frozenset({"layer", "pack"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One change of the baseline, and what it asks for."""

    size: Size
    path: str
    what: str

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data for programs."""
        return {"size": self.size.name.lower(), "path": self.path, "what": self.what}


def reasons(below: Mapping[Key, Node], above: Mapping[Key, Node], registry: Registry) -> tuple[Reason, ...]:
    """Return what makes one baseline another version than an earlier one, what asks for most first."""
    judging = _Judging(above, Words(registry))
    found = [judging.judge(change) for change in whole_changes(below, above) if change.path != ("version",)]
    found += [Reason(Size.PATCH, _path(one), "another order") for one in order_changes(below, above)]
    for key, root in above.items():
        if key in below:
            found += _locks(".".join(key), below[key], root)
    return tuple(sorted(found, key=lambda one: (-one.size, one.path)))


def next_version(since: str, found: Iterable[Reason]) -> str:
    """Return the least version that changes since another one ask for."""
    major, minor, patch = (*numbers(since), 0, 0, 0)[:3]
    match max((one.size for one in found), default=Size.NONE):
        case Size.MAJOR:
            return f"{major + 1}.0.0"
        case Size.MINOR:
            return f"{major}.{minor + 1}.0"
        case Size.PATCH:
            return f"{major}.{minor}.{patch + 1}"
        case _:
            return since


@dataclass(frozen=True, slots=True)
class _Judging:
    above: Mapping[Key, Node]
    words: Words

    def judge(self, change: LeafChange) -> Reason:
        size, what = self._judged(change)
        if change.kind in ASIDE:
            size = Size.PATCH
        return Reason(size, _path(change), what)

    def _judged(self, change: LeafChange) -> tuple[Size, str]:
        word = self.words.keyword(change.kind, change.path)
        if change.path and word is not None and isinstance(word.shape, NamedShape) and word.shape.is_label:
            return Size.PATCH, "another text"
        is_thing = not change.path or self.words.is_element(change.kind, change.path)
        if change.now is None and is_thing:
            name = self._present(change)
            return (Size.MINOR, f"is called `{name}`") if name else (Size.MAJOR, "is gone")
        if word is not None and word.rule is FINAL and change.was is not None and change.kind not in _HEADS:
            return Size.MAJOR, "is final, and another value" if change.now is not None else "is final, and gone"
        if change.was is None:
            return Size.MINOR, "is new"
        return Size.MINOR, "has another value" if change.now is not None else "is gone, which leaves more room"

    def _present(self, change: LeafChange) -> str | None:
        """Return what something is called now that is gone by its former name."""
        if not change.path:
            roots = ((name, root) for (kind, name), root in self.above.items() if kind == change.kind)
            return next((name for name, root in roots if change.document in former_names(root)), None)
        root = self.above.get((change.kind, change.document))
        around = root.get(*change.path[:-1]) if root is not None else None
        items = around.items if around is not None else {}
        return next((name for name, child in items.items() if change.path[-1] in former_names(child)), None)


def _path(change: LeafChange) -> str:
    return f"{change.kind}.{change.dotted}"


def _locks(path: str, was: Node, now: Node) -> Iterator[Reason]:
    if was is now:
        return
    before, after = was.directive("lock"), now.directive("lock")
    if (before and before.value) != (after and after.value):
        what = f"is locked: {after.value}" if after is not None else "is no longer locked"
        yield Reason(Size.MINOR, path, what)
    for name, child in now.items.items():
        if name in was.items:
            yield from _locks(f"{path}.{name}", was.items[name], child)
