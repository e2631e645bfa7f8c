"""How records lead to persons, derived from the Model: a new entity or attribute cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sidra.store.tables import ANY, is_linked, is_polymorphic
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.model import Model


@dataclass(frozen=True, slots=True)
class LinkOf:
    """A relation that is kept with the record it starts from: a column, or a table of links."""

    source: str
    """The table that it starts from."""
    name: str
    targets: frozenset[str]
    """The tables that it leads to."""
    is_linked: bool
    is_polymorphic: bool
    is_owning: bool
    """Whether the record belongs to the one that it leads to."""


class Links:
    """The relations of one Model between its tables, as far as personal data follow them."""

    def __init__(self, model: Model, subject: str = "") -> None:
        """Follow the relations of a Model; the records of the table `subject` count as people, whatever they are."""
        self.model = model
        self._subject = frozenset({subject}) if subject else frozenset()
        self.roots = tuple(name for name in model.entities if model.root(name) == name)
        self.all = tuple(dict.fromkeys(link for root in self.roots for link in self._of(root)))

    def _of(self, root: str) -> Iterator[LinkOf]:
        for name in self.model.subtypes(root):
            for relation in self.model.entities[name].relations.values():
                if relation.many and not is_linked(relation):
                    continue
                is_any = relation.to == (ANY,)
                targets = self.roots if is_any else tuple(self.model.root(target) for target in relation.to)
                yield LinkOf(
                    root,
                    relation.name,
                    frozenset(targets),
                    is_linked(relation),
                    is_polymorphic(relation),
                    self._is_owning(name, relation),
                )

    def _is_owning(self, source: str, relation: Relation) -> bool:
        """Tell whether the other side of a relation owns the records that it starts from."""
        owners = (kind for target in relation.to if target != ANY for kind in self.model.subtypes(target))
        lineage = {source, *self.model.ancestors(source)}
        return any(
            other.owned and other.inverse == relation.name and lineage & set(other.to)
            for kind in owners
            for other in self.model.entities[kind].relations.values()
        )

    @cached_property
    def personal(self) -> frozenset[str]:
        """The tables with personal data."""
        return frozenset(root for root in self.roots if any(self.attributes_of(name) for name in self._tree(root)))

    @cached_property
    def persons(self) -> frozenset[str]:
        """The tables whose records are people: with identities, and leading to nobody else who has some."""
        named = frozenset(root for root in self.roots if any(map(self._identifies, self._tree(root))))
        return frozenset(root for root in named if not named & (self._reached(root) - {root})) | self._subject

    def _reached(self, root: str) -> set[str]:
        """Return the tables that the records of one lead to, over whatever others."""
        found: set[str] = set()
        fresh = {root}
        while fresh:
            fresh = {target for link in self.all if link.source in fresh for target in link.targets} - found
            found |= fresh
        return found

    @cached_property
    def leading(self) -> frozenset[str]:
        """The tables whose records lead to people, directly or over others, and those of people."""
        found = set(self.persons)
        while True:
            more = {link.source for link in self.all if link.targets & found} - found
            if not more:
                return frozenset(found)
            found |= more

    def attributes_of(self, entity: str) -> Mapping[str, Attribute]:
        """Return the attributes of an entity that are personal data."""
        return {name: one for name, one in self.model.entities[entity].attributes.items() if one.pii}

    def _tree(self, root: str) -> tuple[str, ...]:
        return self.model.subtypes(root)

    def _identifies(self, name: str) -> bool:
        entity: Entity = self.model.entities[name]
        return any("identity" in attribute.pii for attribute in entity.attributes.values())
