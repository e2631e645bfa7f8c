"""What was written under a former name is read under the present one: the audit itself never changes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.language import Element
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.model import Model

NOBODY_KNOWS = ""
"""In place of a name that was given away and taken again: nobody can tell whose value it was, so nobody is shown it."""


class FormerNames:
    """The former names of a Model's entities, attributes and relations."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @cached_property
    def _entities(self) -> dict[str, str]:
        return _former(self._model.entities.values())

    @cached_property
    def _members(self) -> dict[str, dict[str, str]]:
        found = {name: _former(_elements(entity)) for name, entity in self._model.entities.items()}
        return {name: members for name, members in found.items() if members}

    def entity(self, name: str) -> str:
        """Return what an entity is called now."""
        now = self._entities.get(name)
        if now is None:
            return name
        return NOBODY_KNOWS if name in self._model.entities else now

    def member(self, entity: str, name: str) -> str:
        """Return what a member is called now, of an entity by its present name."""
        now = self._members.get(entity, {}).get(name)
        if now is None:
            return name
        declared = self._model.entity(entity)
        return NOBODY_KNOWS if name in declared.attributes or name in declared.relations else now


def _elements(entity: Entity) -> Iterable[Element]:
    return (*entity.attributes.values(), *entity.relations.values())


def _former(elements: Iterable[Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in elements:
        found.update(dict.fromkeys(former_names(element.node), element.name))
    return found
