"""To-one relations of many records at once: one statement an entity instead of one a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sidra.records.query import MAX_LIMIT, Filter, Query
from sidra.records.record import Record

if TYPE_CHECKING:
    from sidra.records.service import Records


def relate(records: Records, found: Sequence[Record], names: Iterable[str]) -> None:
    """Load to-one relations of records that this service has read, as far as its actor sees them."""
    for name in names:
        targets = {kind: _target(records, kind, name) for kind in {record.entity for record in found}}
        key = f"{name}_id"
        having = [record for record in found if targets[record.entity] is not None and record.get(key)]
        ids = list(dict.fromkeys(record[key] for record in having))
        for entity in {target for record in having if (target := targets[record.entity])}:
            led_to: dict[str, Record] = {}
            for start in range(0, len(ids), MAX_LIMIT):
                chunk = ids[start : start + MAX_LIMIT]
                query = Query(filters=(Filter("id", "in", chunk),), limit=len(chunk), count=False)
                led_to |= {each.id: each for each in records.list(entity, query).records}
            for record in having:
                record.keep(name, led_to.get(record[key]))


def _target(records: Records, kind: str, name: str) -> str | None:
    """Return the entity that a relation leads to; None where it leads to several, or to what is not to be seen."""
    relation = records.runtime.model.entity(kind).relations.get(name)
    if (
        relation is None
        or relation.many
        or len(relation.to) != 1
        or relation.to[0] not in records.runtime.model.entities
    ):
        return None
    return relation.to[0] if records.view(relation.to[0]).can_read else None
