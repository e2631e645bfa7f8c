"""Which class each override falls into when its affiliate takes another version of the baseline (LAYERING.md §5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from sidra_metamodel.diagnostics import Diagnostic, Severity
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.governing.govern import changes_above_packs
from sidra_metamodel.governing.levels import LIMITS, PARTS, TEXTS
from sidra_metamodel.governing.naming import prefix_of
from sidra_metamodel.governing.spots import lock_strength
from sidra_metamodel.governing.tombstones import tombstone
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.load import Loaded
from sidra_metamodel.nodes import Node, Place
from sidra_metamodel.registry import Registry
from sidra_metamodel.upgrading.findings import Class, Finding
from sidra_metamodel.upgrading.following import Followed, follow
from sidra_metamodel.upgrading.lock import Lock
from sidra_metamodel.upgrading.overrides import UNSEEN, Form, Override, Path, Words, below, overrides
from sidra_metamodel.upgrading.seen import NOTHING, Seen, seen, token

_GOVERNED: Final[Mapping[str, Class]] = MappingProxyType(
    {"E203": Class.OVERTAKEN, **dict.fromkeys(("E201", "E206", "E207", "E209", "E216", "E217"), Class.LOCKED)}
)
"""What governance refuses of an override, by the code of the finding."""
_UNDECIDED: Final = "decide: `--accept` keeps yours, `--adopt` takes the baseline's, `--edit PATH=VALUE` writes another"
_ADVICE: Final[Mapping[Class, str]] = MappingProxyType(
    {
        Class.LOCKED: "`--adopt` takes it away; or ask the group",
        Class.OVERTAKEN: "`--adopt` takes the baseline's value, `--edit PATH=VALUE` writes a tighter one",
        Class.ABSORBED: "the baseline says the same now: it is taken away",
        Class.UNLOCKED: "the baseline no longer locks this: nothing to do",
        Class.NEW: "what you replaced hides it: add it to yours if you want it",
    }
)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """An affiliate's layers on the version of the baseline that it has, and on another one."""

    layer: LayerFolder
    old: Loaded
    new: Loaded
    registry: Registry
    lock: Lock | None = None
    wrong: frozenset[Place] = frozenset()
    """Where errors stand on the version that it has already: they tell nothing of what is gone."""
    words: Words = field(init=False)
    before: Mapping[Key, Node] = field(init=False)
    after: Mapping[Key, Node] = field(init=False)

    def __post_init__(self) -> None:
        """Take the documents as they are below the affiliate, before and after."""
        object.__setattr__(self, "words", Words(self.registry))
        object.__setattr__(self, "before", below(self.old.effective, self.layer))
        object.__setattr__(self, "after", below(self.new.effective, self.layer))

    def findings(self) -> tuple[Finding, ...]:
        """Return what the new version does to the overrides that are not clean, in the order of their files."""
        judging = _Judging(self, _levels(self), _errors(self.new))
        found = [finding for override in overrides(self.layer, self.registry) for finding in judging.judge(override)]
        return tuple(dict.fromkeys(sorted(found, key=lambda one: (one.at, one.cls, one.path))))


def seen_by(loaded: Loaded, layer: LayerFolder, registry: Registry) -> Iterator[tuple[Override, Seen]]:
    """Yield what each override of a layer sees in what is below it."""
    words, roots = Words(registry), below(loaded.effective, layer)
    for override in overrides(layer, registry):
        if override.form not in UNSEEN:
            yield override, seen(override, follow(roots, override.key, _place(override), words).node)


def _place(override: Override) -> Path:
    """Return the path of what an override sees: of a place, the sibling; of what is its own, what it stands in."""
    match override.form:
        case Form.PLACED:
            return (*override.path[:-1], override.member)
        case Form.OWN:
            return override.path[:-1]
        case _:
            return override.path


def _levels(upgrade: Upgrade) -> Mapping[Key, Mapping[Path, int]]:
    found: dict[Key, dict[Path, int]] = {}
    for document, _before, after, changes in changes_above_packs(upgrade.old.effective, upgrade.registry):
        if after.layer.name == upgrade.layer.name:
            levels = found.setdefault((document.kind, document.name), {})
            for change in changes:
                levels[change.path] = max(change.level, levels.get(change.path, 0))
    return found


def _errors(loaded: Loaded) -> Mapping[Place, Diagnostic]:
    return {one.at: one for one in reversed(list(loaded.diagnostics)) if one.severity is Severity.ERROR}


@dataclass(frozen=True, slots=True)
class _Judging:
    upgrade: Upgrade
    levels: Mapping[Key, Mapping[Path, int]]
    errors: Mapping[Place, Diagnostic]

    def judge(self, override: Override) -> Iterator[Finding]:
        """Yield what became of what one override is about; nothing where it is clean."""
        words, path = self.upgrade.words, _place(override)
        old = follow(self.upgrade.before, override.key, path, words)
        new = self._followed(override, path)
        saw = self._saw(override, old)
        now = seen(override, new.node, saw.names or None)
        if new.renamed:
            yield self._renamed(override, new)
        yield from self._placed(override)
        refused = self._refused(override)
        if new.missing is not None:
            if override.form is Form.REMOVED and old.node is not None:
                yield self._finding(Class.ABSORBED, override, saw, now)
            elif self._was_there(override, old, new):
                yield self._gone(override, new, saw)
        elif refused is not None:
            yield self._finding(refused, override, saw, now)
        elif saw != now:
            yield from self._changed(override, saw, now, new)
        yield from self._near(override, new, saw)
        is_about_it = override.form is not Form.PLACED
        is_freer = is_about_it and _lock(self.upgrade.before, old) > _lock(self.upgrade.after, new)
        if refused is None and is_freer and new.node is not None:
            yield self._finding(Class.UNLOCKED, override, saw, now)

    def _followed(self, override: Override, path: Path) -> Followed:
        """Return where an override leads now: of a place, the sibling, unless the element itself is gone."""
        after, words = self.upgrade.after, self.upgrade.words
        is_own = override.path[-1:] and override.path[-1].startswith(prefix_of(self.upgrade.layer))
        if override.form is Form.PLACED and not is_own:
            element = follow(after, override.key, override.path, words, self.upgrade.before)
            if element.missing is not None:
                return element
        return follow(after, override.key, path, words, self.upgrade.before)

    def _saw(self, override: Override, old: Followed) -> Seen:
        lock = self.upgrade.lock
        entry = lock.entries.get(override.address) if lock is not None else None
        return entry.seen if entry is not None else seen(override, old.node)

    def _refused(self, override: Override) -> Class | None:
        places = [*override.places, *_inside(override), *self._around(override)]
        found = next((self.errors[place] for place in places if place in self.errors), None)
        return _GOVERNED.get(found.code) if found is not None else None

    def _around(self, override: Override) -> Iterator[Place]:
        """Yield where the elements around an override stand: governance names the widest one that it refuses."""
        written = ((one.kind, one.name, one.node) for one in self.upgrade.layer.documents)
        node = next((root for kind, name, root in written if (kind, name) == override.key), None)
        for length, step in enumerate(override.path[:-1], 1):
            node = node.items.get(step) if node is not None else None
            # What stands at a map of elements may be about another one of them.
            if node is not None and not self.upgrade.words.is_element(override.kind, override.path[: length + 1]):
                yield node.place
                yield node.key_place

    def _was_there(self, override: Override, old: Followed, new: Followed) -> bool:
        told = self.errors.keys() - self.upgrade.wrong
        is_told = not told.isdisjoint((*override.places, *self._around(override)))
        is_older = old.missing is None or (new.missing or 0) < old.missing
        return is_older or is_told

    def _renamed(self, override: Override, new: Followed) -> Finding:
        to = (*new.key, *new.path)
        name = ".".join(to)
        finding = self._finding(Class.RENAMED, override, Seen(override.address), Seen(name))
        return replace(finding, advice=f"it is called `{name}` now, and the overlay is rewritten", to=to)

    def _placed(self, override: Override) -> Iterator[Finding]:
        """Yield the new name of an element that is put elsewhere; what is followed of a place is its sibling."""
        if override.form is Form.PLACED:
            element = follow(self.upgrade.after, override.key, override.path, self.upgrade.words, self.upgrade.before)
            if len(override.path) in element.renamed:
                finding = self._renamed(override, element)
                yield replace(finding, override=replace(override, form=Form.VALUE))

    def _gone(self, override: Override, new: Followed, saw: Seen) -> Finding:
        kind, name = override.key
        parts = (kind, name, *_place(override))
        gone = ".".join(parts[: 2 + (new.missing or 0)])
        said = tombstone(self.upgrade.new.effective, override.key, _place(override)[: new.missing or 0])
        way_out = "`--adopt` takes the override away; what it said stays in this report"
        finding = self._finding(Class.ORPHAN, override, saw, NOTHING)
        return replace(finding, advice=f"`{gone}` is gone. {said}{way_out}", to=())

    def _changed(self, override: Override, saw: Seen, now: Seen, new: Followed) -> Iterator[Finding]:
        if _is_same(override, now, new.node):
            yield self._finding(Class.ABSORBED, override, saw, now)
        elif override.form not in {Form.ADDED, Form.DROPPED, Form.PLACED, *UNSEEN}:
            yield self._finding(Class.CHANGED, override, saw, now)

    def _near(self, override: Override, new: Followed, saw: Seen) -> Iterator[Finding]:
        if override.form is Form.REPLACED and new.node is not None and saw.names:
            for name in new.node.items:
                if name not in saw.names and name not in override.node.items:
                    finding = self._finding(Class.NEW, override, NOTHING, token(new.node.items[name], ()))
                    yield replace(finding, yours="nothing", path=f"{finding.path.rpartition('.')[0]}.{name}")

    def _finding(self, cls: Class, override: Override, saw: Seen, now: Seen) -> Finding:
        level = self._level(override)
        is_far = cls is Class.CHANGED and level >= LIMITS
        blocks = is_far or cls in {Class.ORPHAN, Class.LOCKED, Class.OVERTAKEN}
        kept = "yours is kept, and what it saw is noted anew; `--adopt` takes the baseline's"
        advice = _ADVICE.get(cls) or (_UNDECIDED if is_far else kept)
        yours = _yours(override)
        at = override.node.key_place
        return Finding(cls, override.address, level, saw.shown, now.shown, yours, blocks, advice, at, override)

    def _level(self, override: Override) -> int:
        """Return how far-reaching an override is: as the change at its path, around it, or inside it."""
        levels = self.levels.get(override.key, {})
        path = override.path
        near = [level for one, level in levels.items() if one == path[: len(one)] or path == one[: len(path)]]
        least = PARTS if override.form in {Form.REPLACED, Form.REMOVED} else TEXTS
        return max([*near, least])


def _inside(override: Override) -> Iterator[Place]:
    """Yield where the values of an element stand that is replaced whole: each may be refused for itself."""
    waiting = [override.node] if override.form is Form.REPLACED else []
    for node in waiting:
        yield from (place for child in node.items.values() for place in (child.place, child.key_place))
        waiting += node.items.values()


def _is_same(override: Override, now: Seen, node: Node | None) -> bool:
    """Tell whether the baseline says now what the override says."""
    match override.form:
        case Form.ADDED:
            return now != NOTHING
        case Form.DROPPED:
            return now == NOTHING
        case Form.REMOVED:
            return node is None
        case Form.REPLACED:
            return node is not None and node.plain() == override.node.plain()
        case Form.PLACED | Form.OWN | Form.LISTED:
            return False
        case _:
            return node is not None and type(node.value) is type(override.node.value) and _flow(node, override)


def _flow(node: Node, override: Override) -> bool:
    return flow(node) == flow(override.node)


def _yours(override: Override) -> str:
    match override.form:
        case Form.REMOVED:
            return "removed"
        case Form.ADDED | Form.DROPPED:
            return f"{override.member} {override.form}"
        case Form.PLACED:
            return f"{override.written[-1].removeprefix('$')} {override.member}"
        case _:
            return flow(override.node)


def _lock(roots: Mapping[Key, Node], place: Followed) -> int:
    """Return how strong the lock is that holds at a place."""
    node, strongest = roots.get(place.key), 0
    for step in ("", *place.path):
        node = node.items.get(step) if step and node is not None else node
        if node is None:
            break
        strongest = max(strongest, lock_strength(node.directive("lock")))
    return strongest


def worst(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that somebody has to decide about."""
    return tuple(one for one in findings if one.blocks)
