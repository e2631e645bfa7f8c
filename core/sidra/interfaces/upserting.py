"""Saves what the rows of a feed describe: new records are made, known ones changed where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from sidra.errors import Invalid, Problem
from sidra.interfaces.mapping import Found, Key, Mapped
from sidra.records.changing import Written, create
from sidra.records.finding import can_find_many, find_many
from sidra.records.given import Entered
from sidra.records.planning import row_id
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.records.work import UnitOfWork
from sidra.store.codecs import is_other
from sidra.store.identifiers import id_text

Outcome = Literal["created", "updated", "unchanged"]


class KnownRecords:
    """Records by what they are found by: those of a whole chunk are read together, before its rows are saved."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._found: dict[Key, Record | Written | None] = {}
        self._saved: list[tuple[Key, bool, Record | Written | None]] = []
        """What was saved since `begin`: the key, and what was known of it before."""

    def read(self, keys: Iterable[Key]) -> None:
        """Find the records of many keys, and remember those that have none. Raises Forbidden."""
        for (entity, name), group in groupby(sorted(set(keys), key=itemgetter(0, 1)), key=itemgetter(0, 1)):
            wanted = list(group)
            self._records.readable(entity)
            if can_find_many(self._records, entity, name):
                self._found |= dict.fromkeys(wanted)
                values = [value for _, _, value in wanted]
                self._found |= {(entity, name, record[name]): record for record in self._read(entity, name, values)}

    def read_linked(self, described: Iterable[Mapped]) -> None:
        """Read the records that those which are known lead to, and that nothing else finds."""
        ids: dict[str, set[object]] = {}
        for one in described:
            known = self.find(one.key) if one.key is not None and one.key[2] is not None else None
            for name, parent in one.parents.items():
                if known is not None and isinstance(parent, Mapped) and parent.key is None:
                    ids.setdefault(parent.entity, set()).add(known.get(f"{name}_id"))
        if self._records.waiting is not None:
            for entity, found in ids.items():
                self._read(entity, "id", [id for id in found if id is not None])

    def _read(self, entity: str, name: str, values: list[Any]) -> list[Record]:
        records = find_many(self._records, entity, name, values)
        if (waiting := self._records.waiting) is not None:
            position = self._records.view(entity).compiled.positions["id"]
            waiting.update((record.row[position], record.row) for record in records)
        return records

    def find(self, key: Key) -> Record | None:
        """Return the record of a key."""
        if key not in self._found:
            entity, name, value = key
            query = Query(filters=(Filter(name, "eq", value),), limit=1, count=False)
            self._found[key] = next(iter(self._records.list(entity, query).records), None)
        found = self._found[key]
        if isinstance(found, Written):
            # Most that are made are never asked for.
            found = self._found[key] = self._records.record(found.view, found.row)
        return found

    def keep(self, key: Key, record: Record | Written) -> None:
        """Remember a record that was saved."""
        self._saved.append((key, key in self._found, self._found.get(key)))
        self._found[key] = record

    def begin(self) -> None:
        """Begin with a row."""
        self._saved.clear()

    def take_back(self) -> None:
        """Forget what was saved since the row began."""
        for key, was_known, before in reversed(self._saved):
            if was_known:
                self._found[key] = before
            else:
                del self._found[key]
        self._saved.clear()


class Upsert:
    """Writes records within one unit of work."""

    def __init__(self, work: UnitOfWork, known: KnownRecords) -> None:
        self._work = work
        self._model = work.runtime.model
        self._known = known

    def save(self, mapped: Mapped) -> Outcome:
        """Save a record with those it refers to and those that refer to it. Raises as `Records.create` does."""
        self._known.begin()
        saved, outcome = self._save(mapped, self._find(mapped))
        for name, children in mapped.children.items():
            inverse = self._inverse(mapped.entity, name)
            for child in children:
                child.references[inverse] = saved
                _, became = self._save(child, self._find(child))
                if became != "unchanged" and outcome == "unchanged":
                    outcome = "updated"
        return outcome

    def _find(self, mapped: Mapped) -> Record | None:
        return self._known.find(_filled(mapped.key)) if mapped.key is not None else None

    def _save(self, mapped: Mapped, known: Record | None) -> tuple[str, Outcome]:
        """Save one record; return its id."""
        record, outcome = self._written(mapped, known)
        if mapped.key is not None:
            self._known.keep(mapped.key, record)
        if isinstance(record, Record):
            return record.id, outcome
        return id_text(row_id(record.view, record.row)), outcome

    def _written(self, mapped: Mapped, known: Record | None) -> tuple[Record | Written, Outcome]:
        # A value has the type of its attribute; Python's own types cannot say which.
        values: dict[str, Any] = dict(mapped.references)
        has_new_parent = False
        # Those that must be there come first: where one is missing, nothing is written yet.
        for name, parent in sorted(mapped.parents.items(), key=lambda item: isinstance(item[1], Mapped)):
            values[name], is_changed = self._parent(parent, known, name)
            has_new_parent |= is_changed
        if known is None:
            return create(self._work, mapped.entity, self._entered(mapped, values)), "created"
        values |= mapped.values
        changes = {name: value for name, value in values.items() if _differs(known, name, value)}
        if not changes:
            return known, "updated" if has_new_parent else "unchanged"
        record = self._work.records.update(mapped.entity, known.id, changes, work=self._work)
        is_changed = record.version != known.version
        return record, "updated" if is_changed or has_new_parent else "unchanged"

    def _entered(self, mapped: Mapped, references: dict[str, Any]) -> Mapping[str, Any]:
        """Return the values of a new record: as they are where the feed may give them, since it has read them."""
        view = self._work.records.view(mapped.entity)
        if not mapped.values.keys() <= view.entered(creating=True).keys():
            return mapped.values | references
        entered = Entered(view, True)
        entered.update(mapped.values)
        entered.others = references
        return entered

    def _parent(self, parent: Mapped | Found, known: Record | None, relation: str) -> tuple[str, bool]:
        """Return the id of a record that is referred to, and whether it had to be written."""
        if isinstance(parent, Mapped):
            linked = known[relation] if known is not None and parent.key is None else None
            saved, outcome = self._save(parent, self._find(parent) if parent.key is not None else linked)
            return saved, outcome != "unchanged"
        entity = parent.key[0]
        found = self._known.find(parent.key)
        if found is None:
            raise Invalid([Problem("R619", relation, f"there is no such `{entity}`", "load that record first")])
        return found.id, False

    def _inverse(self, entity: str, name: str) -> str:
        relation = self._model.entity(entity).relations[name]
        if relation.inverse is None:
            raise Invalid([Problem("R624", name, "a feed fills relations that have an inverse", "declare `inverse:`")])
        return relation.inverse


def _filled(key: Key) -> Key:
    if key[2] is None:
        raise Invalid([Problem("R601", key[1], "the key is missing", "fill the column that it comes from")])
    return key


def _differs(known: Record, name: str, value: object) -> bool:
    """Tell whether a record has another value; a to-one relation is compared by id."""
    if f"{name}_id" in known:
        return is_other(known[f"{name}_id"], value)
    return is_other(known.get(name), value)
