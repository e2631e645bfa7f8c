"""Which tests a document can matter to: those that came upon it, or upon what speaks of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from sidra.trials.outcomes import Outcome
from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.language import Formula
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import Visit, visits_of
from sidra_metamodel.nodes import Node

EVERYTHING: Key = ("*", "")
"""Stands for what a test looked for and did not find."""


class Reach:
    """What follows from what in one Model."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def tests(self, changed: Iterable[Key], outcomes: Iterable[Outcome]) -> list[str]:
        """Return the tests that came upon one of some documents; rather one too many."""
        wide = {EVERYTHING}.union(*(self._from(key) for key in changed))
        return [outcome.test for outcome in outcomes if not wide.isdisjoint(outcome.touched)]

    def _from(self, key: Key) -> set[Key]:
        """Return the documents that a document can make another one of."""
        found: set[Key] = set()
        waiting = [key]
        for kind, name in waiting:
            if (kind, name) in found:
                continue
            found.add((kind, name))
            if kind == "entity":
                found |= self._family(name)
            elif kind == "rule" and name in self._model.rules:
                waiting.append(("entity", self._model.rules[name].on))
            else:
                waiting += self._naming.get((kind, name), ())
        return found | {reader for entity in [*found] for reader in self._readers.get(entity, ())}

    def _family(self, name: str) -> set[Key]:
        model = self._model
        names = {name, *model.ancestors(name), *model.subtypes(name)} if name in model.entities else {name}
        return {("entity", one) for one in names}

    @cached_property
    def _naming(self) -> dict[Key, set[Key]]:
        """By a document that is no entity, those that name it, such as the entities of a code list."""
        found: dict[Key, set[Key]] = {}
        for visit in visits_of(self._model):
            kind = visit.keyword.refers or ""
            if kind in self._model.registry.kinds and kind != "entity":
                for name in _texts(visit.path[-1] if visit.is_entry else visit.node):
                    found.setdefault((kind, name), set()).add(self._speaker(visit))
        return found

    @cached_property
    def _readers(self) -> dict[Key, set[Key]]:
        """By entity, the documents whose expressions read it; a rule stands for the entity that it is about."""
        found: dict[Key, set[Key]] = {}
        for visit in visits_of(self._model):
            if visit.is_expression and not visit.is_entry:
                for entity in self._read(visit):
                    found.setdefault(("entity", entity), set()).add(self._speaker(visit))
        return found

    def _read(self, visit: Visit) -> set[str]:
        formula = Formula(str(visit.node.value), visit.node, visit.keyword, visit.context)
        if not isinstance(visit.node.value, str):
            texts = [entry for entry in visit.node.entries if isinstance(entry.value, str)]
            return {entity for entry in texts for entity in self._read(visit._replace(node=entry))}
        try:
            return {entity for entity, _ in self._model.expression(formula).attributes}
        except ExpressionError:
            return set()

    @staticmethod
    def _speaker(visit: Visit) -> Key:
        context = visit.context
        if context.kind == "rule" and context.this:
            return ("entity", context.this[0])
        return (context.kind, context.document)


def _texts(said: str | Node) -> Iterator[str]:
    """Yield a name, or those that a node says."""
    if isinstance(said, str):
        yield said
        return
    yield from (str(entry.scalar) for entry in said.entries or (said,) if isinstance(entry.value, str))
