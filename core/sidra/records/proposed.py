"""A record as it would be saved: what rules see before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sidra.records.readers import Row

if TYPE_CHECKING:
    from sidra.records.service import Records


class Proposed(dict[str, Any]):
    """Attribute values, members of every record and `<relation>_id`; relations and computed values load when asked for.

    A relation that is being written shows what is proposed, any other what the program itself sees in the store.
    """

    __slots__ = ("_loaded", "_records", "_row", "entity", "many")

    def __init__(self, values: Mapping[str, Any], entity: str, row: Row | None, records: Records) -> None:
        super().__init__(values)
        self.entity = entity
        self.many: dict[str, Sequence[Mapping[str, Any]]] = {}
        """By to-many relation that is written: what it will lead to, as it is written or stays as it is."""
        self._row = row
        self._records = records
        self._loaded: dict[str, Any] = {}

    @property
    def _system(self) -> Records:
        return self._records.system

    def __missing__(self, name: str) -> Any:  # noqa: ANN401 - of any type
        if name in self.many:
            return self.many[name]
        entity = self._system.runtime.model.entity(self.entity)
        relation = entity.relations.get(name)
        if relation is not None and not relation.many:
            return self._to_one(name)
        if name not in self._loaded:
            self._loaded[name] = self._load(name, is_relation=relation is not None)
        return self._loaded[name]

    def _to_one(self, name: str) -> Any:  # noqa: ANN401 - a record or None
        relation = self._system.runtime.model.entity(self.entity).relations[name]
        target = self.get(f"{name}_id")
        key = f"{name}={target}"
        if key not in self._loaded:
            kind = self.get(f"{name}_kind") or relation.to[0]
            self._loaded[key] = None if target is None else self._system.find(kind, target)
        return self._loaded[key]

    def _load(self, name: str, *, is_relation: bool) -> Any:  # noqa: ANN401 - of any type
        if is_relation:
            return [] if self._row is None else self._system.whole(self.entity, self._row)[name]
        compute = self._system.runtime.computed(self.entity, name)
        return compute(self._system.environment(self))
