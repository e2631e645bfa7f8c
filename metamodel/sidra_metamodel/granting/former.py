"""What each thing of a configuration was called in an earlier one, and whether it follows from the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from sidra_metamodel.granting.origins import Member, steps_of
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.language import Element
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.model import Model


class Former:
    """Two Models, and what each thing of the later one was called in the earlier."""

    def __init__(self, before: Model, after: Model) -> None:
        self.before, self.after = before, after
        called = {name: earlier(name, one, before.entities, after.entities) for name, one in after.entities.items()}
        # What is a new kind of something was kept back as that.
        nearest = {name: next(filter(None, map(called.get, (name, *after.ancestors(name)))), None) for name in called}
        self.entities = {name: was for name, was in nearest.items() if was is not None}
        self.is_as_before = cache(self._is_as_before)

    def pairs(self) -> Iterator[tuple[Entity | None, Entity]]:
        """Yield each entity with what it was; None for what is new altogether."""
        for name, entity in self.after.entities.items():
            yield self.entity(name), entity

    def entity(self, name: str) -> Entity | None:
        """Return what an entity was, or what it is a new kind of; None where there was none."""
        was = self.entities.get(name)
        return self.before.entities[was] if was is not None else None

    def member(self, entity: Entity, name: str) -> str | None:
        """Return what an attribute or relation was called; None where there was none."""
        was = self.entity(entity.name)
        if was is None:
            return None
        had, has = ({**one.attributes, **one.relations} for one in (was, entity))
        return earlier(name, has[name], had, has) if name in has else None

    def _is_as_before(self, entity: str, name: str) -> bool:
        """Tell whether a member was there and followed from the same, in the same words; from nothing is the same."""
        was, member = self.entities.get(entity), self.member(self.after.entities[entity], name)
        if was is None or member is None:
            return False
        had = {(one.member, one.formula.text) for one in steps_of(self.before, [(was, member)])}
        return had == {(self._called(one.member), one.formula.text) for one in steps_of(self.after, [(entity, name)])}

    def _called(self, member: Member) -> Member:
        entity, name = member
        return self.entities.get(entity, entity), self.member(self.after.entities[entity], name) or name


def earlier(name: str, element: Element, before: Collection[str], after: Collection[str]) -> str | None:
    """Return what an element was called; None where nothing was it.

    A former name counts for what had it alone: what is still called so, or was called this already, is another thing.
    """
    if name in before:
        return name
    return next((was for was in former_names(element.node) if was in before and was not in after), None)
