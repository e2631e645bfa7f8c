"""References as clients read them: `{id, href, name, @referredType}`, their names loaded together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sidra.api.shapes import Shapes
from sidra.records.query import Filter, Query

if TYPE_CHECKING:
    from sidra.records.record import Record
    from sidra.records.service import Records

CHUNK = 200
Reference = dict[str, Any]


class References:
    """The references of one answer: each is made at once, and named when all are known."""

    def __init__(self, records: Records, shapes: Shapes, base: str) -> None:
        self._records, self._shapes, self._base = records, shapes, base
        self._waiting: dict[str, dict[str, list[Reference]]] = {}

    def to(self, entity: str, id: str) -> Reference:
        """The reference to a record, which `complete` gives its name; to one that may not be seen, without name."""
        reference = self._reference(entity, id)
        if entity in self._shapes.model.entities:
            self._waiting.setdefault(entity, {}).setdefault(id, []).append(reference)
        return reference

    def of(self, record: Record) -> Reference:
        """The reference to a record that is there."""
        return self._named(self._reference(record.entity, record["id"]), record)

    def complete(self) -> None:
        """Load the names of all references at once, and the subtypes that they turn out to be of."""
        for entity, waiting in self._waiting.items():
            if not self._records.view(entity).can_read:
                continue
            ids = list(waiting)
            for start in range(0, len(ids), CHUNK):
                self._complete(entity, waiting, ids[start : start + CHUNK])

    def _complete(self, entity: str, waiting: dict[str, list[Reference]], ids: list[str]) -> None:
        if len(ids) == 1:
            found = self._records.find(entity, ids[0])
            records = [found] if found else []
        else:
            records = self._records.list(
                entity, Query(filters=(Filter("id", "in", ids),), sort=("id",), limit=len(ids), count=False)
            ).records
        for record in records:
            for reference in waiting[record["id"]]:
                reference.update(self._named(self._reference(record.entity, record["id"]), record))

    def _reference(self, entity: str, id: str) -> Reference:
        reference: Reference = {"id": id}
        if entity in self._shapes.model.entities:
            location = self._shapes.location(entity)
            if location:
                reference["href"] = f"{self._base}{location}/{id}"
            reference["@referredType"] = self._shapes.of(entity).type_name
        return reference

    def _named(self, reference: Reference, record: Record) -> Reference:
        title = self._records.title(record)
        if title != reference["id"]:
            reference["name"] = title
        return reference
