"""Where what stands at a path of one version stands in another: by former names, and as `upgrades/` say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sidra_metamodel.kinds.upgrade import Upgrade
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.nodes import Node
from sidra_metamodel.upgrading.following import follow
from sidra_metamodel.upgrading.overrides import Path, Words

Move = tuple[Path, tuple[Path, ...]]
"""A path, kind and document first, and the paths at which it stands now."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What leads from the documents of one version to those of another."""

    before: Mapping[Key, Node]
    after: Mapping[Key, Node]
    words: Words
    moves: tuple[Move, ...] = ()
    """In the order in which they are carried out."""

    @classmethod
    def between(
        cls, before: Mapping[Key, Node], after: Mapping[Key, Node], words: Words, upgrades: Iterable[Upgrade] = ()
    ) -> Ways:
        """Return the ways between two versions; upgrades: what is declared of the versions after the first."""
        return cls(before, after, words, tuple(move for one in upgrades for move in _moves(one, after, words)))

    def was_there(self, path: Path) -> bool:
        """Tell whether something stands at a path of the version before, kind and document first."""
        key = (path[0], path[1])
        return key in self.before and follow(self.before, key, path[2:], self.words).missing is None

    def moved(self, path: Path) -> tuple[Path, ...]:
        """Return where `upgrades/` put what stood at a path, by the names that they know."""
        found: tuple[Path, ...] = (path,)
        for source, targets in self.moves:
            found = tuple(
                (*target, *one[len(source) :])
                for one in found
                for target in (targets if one[: len(source)] == source else (one[: len(source)],))
            )
        return found

    def lead(self, path: Path) -> tuple[Path, ...]:
        """Return where what stood at a path stands now: nowhere where it is gone, at several places after a split."""
        return tuple(now for one in self.moved(path) if (now := self._present(one, path)) is not None)

    def _present(self, path: Path, original: Path) -> Path | None:
        other = self.before if path == original else None
        found = follow(self.after, (path[0], path[1]), path[2:], self.words, other)
        return (*found.key, *found.path) if found.missing is None else None


def _moves(upgrade: Upgrade, after: Mapping[Key, Node], words: Words) -> Iterator[Move]:
    for move in upgrade.moves.values():
        yield from _known(move.from_, (move.to,), after, words)
    for split in upgrade.splits.values():
        yield from _known(split.from_, split.to, after, words)
    for change in upgrade.values.values():
        of = tuple(change.of.split("."))
        yield (*of, change.from_), ((*of, change.to),)


def _known(source: str, targets: tuple[str, ...], after: Mapping[Key, Node], words: Words) -> Iterator[Move]:
    ends = tuple(tuple(target.split(".")) for target in targets)
    for name in known_names(source, targets[0], after, words):
        yield tuple(name.split(".")), ends


def known_names(source: str, target: str, after: Mapping[Key, Node], words: Words) -> Iterator[str]:
    """Yield the paths by which an overlay may know what has moved: it may have had other names before."""
    yield source
    kind, name, *path = target.split(".")
    found = follow(after, (kind, name), tuple(path), words).node
    for former in former_names(found) if found is not None else ():
        yield f"{source.rpartition('.')[0]}.{former}"
