"""How far a change reaches into what roles give: only what hangs together with it is compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from sidra_metamodel.comparing.leaves import is_same
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.model import Model
from sidra_metamodel.model.record_types import ANY_ENTITY

EVERYWHERE: Final = frozenset({"type", "layer"})
"""Kinds of which any document may matter to all roles."""


class Reach:
    """The roles and entities that a change may have given something: those changed, and what hangs together with them.

    Entities hang together by inheritance and relations: rights over owned records follow their owners, and values
    follow others as far as relations lead.
    """

    def __init__(self, before: Model, after: Model, changed: Collection[Key] | None) -> None:
        found = None if changed is None else {*changed, *_of_group(before, after)}
        self._is_all = found is None or any(kind in EVERYWHERE for kind, _ in found)
        self._changed: Collection[Key] = found or ()
        self._entities = frozenset[str]() if self._is_all else frozenset(self._around((before, after)))

    def has_role(self, *names: str | None) -> bool:
        """Tell whether one of some roles says something else than before, or may."""
        return self._is_all or any(("role", name) in self._changed for name in names)

    def has_entity(self, name: str) -> bool:
        """Tell whether something else may hold for the records of an entity."""
        return self._is_all or name in self._entities

    def _around(self, models: Iterable[Model]) -> Iterator[str]:
        links: dict[str, set[str]] = {}
        for model in models:
            for one, other in _links(model):
                links.setdefault(one, set()).add(other)
                links.setdefault(other, set()).add(one)
        seen = set(self._begun(models))
        waiting = list(seen)
        for name in waiting:
            yield name
            new = links.get(name, set()) - seen
            seen |= new
            waiting += new

    def _begun(self, models: Iterable[Model]) -> Iterator[str]:
        for kind, name in self._changed:
            if kind == "entity":
                yield name
            elif kind == "rule":
                yield from (model.rules[name].on for model in models if name in model.rules)


def _links(model: Model) -> Iterator[tuple[str, str]]:
    for name, entity in model.entities.items():
        if entity.is_a is not None:
            yield name, entity.is_a
        for relation in entity.relations.values():
            yield from ((name, other) for other in (model.entities if ANY_ENTITY in relation.to else relation.to))


def _of_group(before: Model, after: Model) -> Iterator[Key]:
    """Yield what the group says otherwise of roles and entities, which bounds what layers above it say."""
    had, has = before.group_nodes, after.group_nodes
    if had is before.nodes and has is after.nodes:
        return
    for key in {*_bounding(had), *_bounding(has)}:
        one, other = had.get(key), has.get(key)
        if one is not other and (one is None or other is None or not is_same(one, other)):
            yield key


def _bounding(nodes: Mapping[Key, object]) -> Iterator[Key]:
    return (key for key in nodes if key[0] in {"role", "entity"})
