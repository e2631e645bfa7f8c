"""Saves what a row of a feed describes: new records are made, known ones changed where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sidra.errors import Invalid, Problem
from sidra.interfaces.mapping import Found, Mapped
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.records.work import UnitOfWork
from sidra_metamodel.kinds.entity import Relation

Outcome = Literal["created", "updated", "unchanged"]


class Upsert:
    """Writes records within one unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._model = work.runtime.model

    def save(self, mapped: Mapped) -> Outcome:
        """Save a record with those it refers to and those that refer to it. Raises as `Records.create` does."""
        known = self._by_key(mapped.entity, mapped.key, mapped.values) if mapped.key else None
        record, outcome = self._save(mapped, known)
        for name, children in mapped.children.items():
            inverse = self._inverse(mapped.entity, name)
            for child in children:
                if self._save_child(child, inverse, record.id) != "unchanged" and outcome == "unchanged":
                    outcome = "updated"
        return outcome

    def _save(self, mapped: Mapped, known: Record | None) -> tuple[Record, Outcome]:
        values: dict[str, Any] = dict(mapped.values)
        changed_parent = False
        for name, parent in mapped.parents.items():
            values[name], is_changed = self._parent(parent, known[name] if known is not None else None)
            changed_parent |= is_changed
        if known is None:
            return self._work.records.create(mapped.entity, values, work=self._work), "created"
        changes = {name: value for name, value in values.items() if _differs(known, name, value)}
        if not changes:
            return known, "updated" if changed_parent else "unchanged"
        record = self._work.records.update(mapped.entity, known.id, changes, work=self._work)
        is_changed = record.version != known.version
        return record, "updated" if is_changed or changed_parent else "unchanged"

    def _parent(self, parent: Mapped | Found, known: Record | None) -> tuple[str, bool]:
        """Return the id of a record that is referred to, and whether it had to be written."""
        if isinstance(parent, Found):
            found = self._by_key(parent.entity, parent.attribute, {parent.attribute: parent.value})
            if found is None:
                hint = "load that record first"
                raise Invalid([Problem("R619", parent.attribute, f"there is no such `{parent.entity}`", hint)])
            return found.id, False
        if parent.key:
            known = self._by_key(parent.entity, parent.key, parent.values)
        record, outcome = self._save(parent, known)
        return record.id, outcome != "unchanged"

    def _save_child(self, child: Mapped, inverse: str, owner_id: str) -> Outcome:
        child.values[inverse] = owner_id
        known = self._by_key(child.entity, child.key, child.values) if child.key else None
        return self._save(child, known)[1]

    def _inverse(self, entity: str, name: str) -> str:
        relation: Relation = self._model.entity(entity).relations[name]
        if relation.inverse is None:
            raise Invalid([Problem("R624", name, "a feed fills relations that have an inverse", "declare `inverse:`")])
        return relation.inverse

    def _by_key(self, entity: str, key: str, values: Mapping[str, Any]) -> Record | None:
        if values.get(key) is None:
            raise Invalid([Problem("R601", key, "the key is missing", "fill the column that it comes from")])
        query = Query(filters=(Filter(key, "eq", values[key]),), limit=1, count=False)
        page = self._work.records.list(entity, query)
        return page.records[0] if page.records else None


def _differs(known: Record, name: str, value: object) -> bool:
    """Tell whether a record has another value; a to-one relation is compared by id."""
    if f"{name}_id" in known:
        return bool(known[f"{name}_id"] != value)
    return bool(known.get(name) != value)
