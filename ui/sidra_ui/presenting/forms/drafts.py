"""A record as it would be saved, for the conditions of its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sidra.records.record import Draft, Record
from sidra_ui.presenting.desk import Desk, targets


class DraftRecord(dict[str, Any]):
    """The values of a draft; what it does not say is as it stands in the record, relations among it."""

    def __init__(self, desk: Desk, entity: str, draft: Draft, stored: Record | None) -> None:
        super().__init__(draft.values)
        self.entity = entity
        self._desk = desk
        self.stored = stored

    def __missing__(self, name: str) -> Any:  # noqa: ANN401 - of any type
        relation = self._desk.model.entity(self.entity).relations.get(name)
        if relation is not None and not relation.many and f"{name}_id" in self:
            return self._to_one(name)
        if self.stored is not None:
            return self.stored[name]
        if relation is not None:
            return [] if relation.many else None
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - of any type
        """The value of a member, or the default where there is none to be seen."""
        try:
            return self[name]
        except KeyError:
            return default

    def _to_one(self, name: str) -> Record | None:
        target = self[f"{name}_id"]
        if target is None:
            return None
        relation = self._desk.model.entity(self.entity).relations[name]
        kind = self.get(f"{name}_kind")
        kinds = [kind] if kind else targets(self._desk.model, relation)
        return next((found for kind in kinds if (found := self._desk.records.find(kind, target))), None)


def owned_rows(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The records that belong to a draft."""
    found = record.get(name)
    return list(found) if isinstance(found, list | tuple) else []
