"""All that can lead to a record of an entity, derived from the Model: what is added anywhere cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.records.compiled import later
from sidra.store.tables import ANY, is_linked

if TYPE_CHECKING:
    from sidra.runtime import Runtime
    from sidra_metamodel.kinds.entity import Relation
    from sidra_metamodel.model import Model


@dataclass(frozen=True, slots=True)
class ColumnReference:
    """A relation to one record, whose column stands in the table of a root entity."""

    root: str
    relation: str

    @property
    def column(self) -> str:
        """The column that has the id."""
        return f"{self.relation}_id"

    def rows(self, runtime: Runtime) -> sa.Select[Any]:
        """Select the rows that lead to `k_id`, whatever the Model's entity, in order."""
        compiled = runtime.entity(self.root)
        table = compiled.table.table
        return sa.select(*compiled.columns).where(table.c[self.column] == later("k_id")).order_by(table.c.id)


@dataclass(frozen=True, slots=True)
class LinkReference:
    """A relation with a table of its own; a link counts for the record that it comes from and the one it leads to."""

    root: str
    relation: str
    end: str
    """`source_id` or `target_id`: the column that may have the record's id."""

    def table(self, runtime: Runtime) -> sa.Table:
        """Return the table of the links."""
        return runtime.tables.links[self.root, self.relation]


def column_references(runtime: Runtime, entity: str) -> tuple[ColumnReference, ...]:
    """Return the relations to one record that may lead to a record of an entity, each column once."""
    found = (
        ColumnReference(root, relation.name)
        for root, relation in _relations(runtime.model)
        if not relation.many and _leads_to(runtime.model, relation, entity)
    )
    return tuple(dict.fromkeys(found))


def link_references(runtime: Runtime, entity: str) -> tuple[LinkReference, ...]:
    """Return the links that may come from or lead to a record of an entity."""
    own, found = runtime.model.root(entity), []
    for root, relation in _relations(runtime.model):
        if is_linked(relation):
            if root == own:
                found.append(LinkReference(root, relation.name, "source_id"))
            if _leads_to(runtime.model, relation, entity):
                found.append(LinkReference(root, relation.name, "target_id"))
    return tuple(dict.fromkeys(found))


def _relations(model: Model) -> Iterator[tuple[str, Relation]]:
    for name in model.entities:
        for relation in model.entities[name].relations.values():
            yield model.root(name), relation


def _leads_to(model: Model, relation: Relation, entity: str) -> bool:
    """Tell whether a relation leads to the table of an entity: a subtype's records have ids there as well."""
    return ANY in relation.to or model.root(entity) in _roots(model, relation.to)


def _roots(model: Model, names: Iterable[str]) -> set[str]:
    return {model.root(name) for name in names}
