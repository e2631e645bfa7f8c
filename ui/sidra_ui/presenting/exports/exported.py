"""A list as a file: its columns, their titles, and whether a request should wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sidra.records.exporting import Export
from sidra.records.query import Filter, Query
from sidra_metamodel.kinds.entity import Entity
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.listing import Listing


@dataclass(frozen=True)
class Exported:
    """A list as a file: what its columns are called, and whether it has more rows than a request should wait for."""

    export: Export
    titles: Mapping[str, str]
    entity: Entity
    query: Query
    limit: int
    is_long: bool


def exported(desk: Desk, entity: str, asked: Asked, limit: int, narrowed: tuple[Filter, ...] = ()) -> Exported:
    """A list as a file: the columns of the screen, then the others that the reader sees."""
    listing = Listing(desk, entity, asked)
    query = listing.whole.narrowed(*narrowed)
    export = Export(desk.records, entity, query, limit=limit)
    count = desk.records.list(entity, replace(query, limit=0, sort=())).count
    shown = [source.name for source in listing.sources if source.name in export.members]
    rest = [name for name in export.members if name not in shown and not is_hidden(listing.entity, name)]
    export.members = tuple(dict.fromkeys((*shown, *rest)))
    declared = {**listing.entity.attributes, **listing.entity.relations}
    titles = {name: desk.label(declared[name]) for name in export.members}
    is_long = count is not None and not count.is_exact and limit > count.value
    return Exported(export, titles, listing.entity, query, limit, is_long)


def is_hidden(entity: Entity, name: str) -> bool:
    """Whether a member is on no screen."""
    found = entity.attributes.get(name) or entity.relations.get(name)
    return found is not None and found.hidden
