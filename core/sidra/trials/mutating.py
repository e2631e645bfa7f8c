"""Whether the tests would notice if an overlay did not say what it says: each of its values is dropped in turn."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sidra.trials.leaves import Leaf, leaves_of, without
from sidra.trials.outcomes import Finding, Outcome, Verdict
from sidra.trials.reach import Reach
from sidra.trials.running import NotTested, run_one, run_tests
from sidra.trials.stand import Stand
from sidra_metamodel.checking.verdicts import Verdicts
from sidra_metamodel.diagnostics import Diagnostics, Severity
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.governing.govern import changes_above_packs
from sidra_metamodel.governing.levels import LIMITS, PARTS, level_name
from sidra_metamodel.governing.spots import Path
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.layering.effective import Effective, Key, effective
from sidra_metamodel.layering.layers import LayerFolder, Layers
from sidra_metamodel.load import Language, Loaded, load, unchecked
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node, Place

NEEDS_TABLES: Final = frozenset({"entity", "enum", "type"})
"""Kinds of documents that decide what the tables are."""


class Noticed(StrEnum):
    """What notices that a value is gone."""

    TEST = "noticed by a test"
    CHECK = "noticed by check"
    NOT = "not noticed"
    DEAD = "without effect"


@dataclass(frozen=True, slots=True)
class Mutant:
    """An overlay without one of its values, and what became of the tests."""

    affiliate: str
    kind: str
    document: str
    path: Path
    level: int
    value: str
    place: Place
    noticed: Noticed
    by: str
    """The test that fails, or the finding of the check; empty where nothing notices."""

    @property
    def dotted(self) -> str:
        """The path as `sidra explain` takes it."""
        return ".".join((self.kind, self.document, *self.path))

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "affiliate": self.affiliate,
            "path": self.dotted,
            "level": level_name(self.level),
            "value": self.value,
            "noticed": str(self.noticed),
            "by": self.by,
            "place": str(self.place),
        }


def is_gap(mutant: Mutant) -> bool:
    """Tell whether a part that is replaced or removed could be lost without a test that notices."""
    return mutant.noticed is Noticed.NOT and mutant.level >= PARTS


def mutants(
    layers: Layers,
    language: Language,
    loaded: Loaded,
    *,
    least: int = LIMITS,
    only: Callable[[Leaf], bool] | None = None,
    told: Callable[[Mutant], None] | None = None,
) -> tuple[Mutant, ...]:
    """Return what becomes of an affiliate without each value of its overlay that is at least of a level.

    only: tells which of them are tried, where not all are. Raises NotTested where the configuration has errors, or
    tests fail already.
    """
    trying = _Trying(layers, language, loaded)
    found = []
    try:
        for leaf in filter(only, trying.leaves(least)) if only is not None else trying.leaves(least):
            found.append(trying.mutant(leaf))
            if told is not None:
                told(found[-1])
    finally:
        trying.close()
    return tuple(found)


class _Trying:
    def __init__(self, layers: Layers, language: Language, loaded: Loaded) -> None:
        self._language, self._loaded = language, loaded
        self._outcomes = run_tests(loaded)
        self._refuse_failing()
        assert loaded.model is not None  # noqa: S101 - its tests have run
        self._reach = Reach(loaded.model)
        self._layers = layers
        stack = layers.stack(loaded.affiliate)
        self._stack = stack
        self._own = next(one for one in stack.folders if one.level == "affiliate" and one.own_name == loaded.affiliate)
        self._stand = Stand.of(loaded.model)
        self._texts = {name: _text_of(test) for name, test in loaded.model.tests.items()}

    def _refuse_failing(self) -> None:
        failing = [outcome.test for outcome in self._outcomes if not outcome.is_good]
        if failing:
            reason = f"tests of `{self._loaded.affiliate}` fail already: {', '.join(failing[:3])}"
            raise NotTested(reason, hint=f"run `sidra test {self._loaded.affiliate}` and mend them first")

    def close(self) -> None:
        """Give the memory back."""
        self._stand.close()

    def leaves(self, least: int) -> list[Leaf]:
        """Return what can be dropped."""
        found = leaves_of(
            self._own, self._language.registry, _levels(self._loaded.effective, self._language, self._own)
        )
        return [leaf for leaf in found if leaf.level >= least]

    def mutant(self, leaf: Leaf) -> Mutant:
        """Return what becomes of everything without one leaf."""
        noticed, by = self._try(leaf)
        document = leaf.document
        return Mutant(
            affiliate=self._loaded.affiliate,
            kind=document.kind,
            document=document.name,
            path=leaf.path,
            level=leaf.level,
            value=_said(leaf.node),
            place=leaf.node.key_place,
            noticed=noticed,
            by=by,
        )

    def _try(self, leaf: Leaf) -> tuple[Noticed, str]:
        changed_layer = without(self._own, leaf)
        stack = dataclasses.replace(
            self._stack, folders=tuple(changed_layer if one is self._own else one for one in self._stack.folders)
        )
        documents = effective(stack, self._language.registry, Diagnostics())
        changed = _changed(self._loaded.effective, documents)
        if not changed:
            return Noticed.DEAD, ""
        failing = self._failing(unchecked(stack, documents, self._language), documents, leaf, changed)
        if failing is not None and failing.verdict is Verdict.FAILED:
            return Noticed.TEST, failing.test
        # What the check refuses need not be tested, but most is seen at once by a test.
        refusal = self._refusal(changed_layer)
        if refusal:
            return Noticed.CHECK, refusal
        return (Noticed.TEST, failing.test) if failing is not None else (Noticed.NOT, "")

    def _refusal(self, changed: LayerFolder) -> str:
        """Return why the configuration cannot be in force, or nothing."""
        folders = tuple(changed if one is self._own else one for one in self._layers.folders)
        layers = dataclasses.replace(self._layers, folders=folders)
        loaded = load(layers, self._loaded.affiliate, self._language, Verdicts(None))
        errors = (one for one in loaded.diagnostics if one.severity is Severity.ERROR)
        return next((f"{one.code} {one.message}" for one in errors), "")

    def _failing(self, model: Model, documents: Effective, leaf: Leaf, changed: Iterable[Key]) -> Outcome | None:
        """Return what became of the first test that does not pass, of those that the change can matter to."""
        names = self._reach.tests(changed, self._outcomes)
        names.sort(key=lambda name: -_likeness(self._texts[name], leaf))
        if not names:
            return None
        try:
            has_other_tables = any(kind in NEEDS_TABLES for kind, _ in changed)
            stand = self._stand.varied(model, has_other_tables=has_other_tables)
        except Exception as error:  # noqa: BLE001 - of documents that do not fit each other anything can come
            return _unmade(self._outcomes[0], error)
        try:
            found = (run_one(stand, model.tests[name], documents) for name in names)
            return next((one for one in found if not one.is_good), None)
        finally:
            if has_other_tables:
                stand.close()


def _unmade(outcome: Outcome, error: Exception) -> Outcome:
    """Return the outcome of a test that could not even begin."""
    finding = Finding(outcome.at, "", "the tables are made", f"{type(error).__name__}: {error}", is_broken=True)
    return dataclasses.replace(outcome, verdict=Verdict.ERROR, findings=(finding,))


def _levels(documents: Effective, language: Language, own: LayerFolder) -> Mapping[Key, Mapping[Path, int]]:
    """Return how far the layer's changes go, by document and path; a document of its own has none."""
    found: dict[Key, dict[Path, int]] = {}
    for document, _before, after, changes in changes_above_packs(documents, language.registry):
        if after.layer is own or after.layer.name == own.name:
            of_it = found.setdefault((document.kind, document.name), {})
            for change in changes:
                of_it[change.path] = max(change.level, of_it.get(change.path, 0))
    return found


def _changed(before: Effective, after: Effective) -> list[Key]:
    """Return the documents that are not the same."""
    return [
        key
        for key in dict.fromkeys((*before, *after))
        if key not in before
        or key not in after
        or (before[key].root is not after[key].root and _differ(before, after, key))
    ]


def _differ(before: Effective, after: Effective, key: Key) -> bool:
    return before[key].root.plain() != after[key].root.plain()


def _said(node: Node) -> str:
    """Return what a leaf says, on one line, its instructions with it."""
    told = {name: flow(one) for name, one in (node.directives or {}).items() if name in {"add", "drop", "remove"}}
    if not told:
        return flow(node)
    return f"{{{', '.join(f'${name}: {text}' for name, text in told.items())}}}"


def _text_of(test: Test) -> str:
    return str(test.node.plain())


def _likeness(text: str, leaf: Leaf) -> int:
    """Return how likely a test is about a leaf: how much of its path it names, the ends counting most."""
    return sum(2**place for place, name in enumerate((leaf.document.name, *leaf.path)) if name in text)
