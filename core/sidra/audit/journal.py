"""Who did what to which record, when and why: written in the transaction of the change itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from operator import itemgetter
from typing import Any

import msgspec
import orjson
import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.audit.tables import AuditTables
from sidra.audit.values import decode_value, encode_values
from sidra.store.codecs import GREATEST_INTEGER, decode_datetime, encode_datetime, is_other
from sidra.store.database import Connection, Store, add_row
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.positional import compile_positional
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.model import Model

# A record maps names to values of many types; each attribute's says which.
Record = Mapping[str, Any]
# Old and new value by member.
Changes = Mapping[str, tuple[Any, Any]]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One action of one actor.

    before: the values as they were, empty for a new record; changed: new values of the members that were written, all
    null for a record that was deleted. Both have attributes by name and to-one relations as `<relation>_id`.
    """

    actor: Actor
    at: datetime.datetime
    action: str
    """`create update delete`, the name of a transition, or another verb such as `sign_in`."""
    entity: str = ""
    record_id: str | None = None
    owner_id: str | None = None
    """Of an owned record: the record whose history it is part of."""
    former_owner_id: str | None = None
    """The record that it belonged to before, where that is another one."""
    version: int | None = None
    reason: str | None = None
    before: Record = {}
    changed: Record = {}
    links: Mapping[str, tuple[list[str], list[str]]] = {}
    """By relation with a table of its own: ids of the records that it lost, and of those that it got."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One member of a record or of one that it owns, as it changed; values are whole: the reader's gate masks them."""

    sequence: int
    """Of the audit's entry; the members that one saving changed share it."""
    at: datetime.datetime
    actor_id: str
    actor_name: str
    action: str
    reason: str | None
    version: int | None
    entity: str
    record_id: str
    member: str
    old: Any
    new: Any
    is_pii: bool


@dataclass(frozen=True, slots=True)
class _Members:
    """What the journal follows of an entity."""

    names: Mapping[str, str]
    """Members by the key under which records have them."""
    pii: frozenset[str]
    keeps_history: bool


_NOTHING = _Members({}, frozenset(), keeps_history=False)


class _Insert:
    """Adds a row to a table of the audit, by the names of its columns; gives its number."""

    def __init__(self, store: Store, statement: sa.Insert, columns: Iterable[str]) -> None:
        places: dict[str, sa.BindParameter[Any]] = {name: sa.bindparam(name, required=False) for name in columns}
        compiled = compile_positional(store, statement.values(places))
        self._sql, self._ordered = compiled.sql, itemgetter(*compiled.names)

    def run(self, connection: Connection, row: Mapping[str, object]) -> int:
        return add_row(connection, self._sql, self._ordered(row))


class Journal:
    """The audit of one affiliate's store."""

    def __init__(self, model: Model, store: Store, tables: AuditTables) -> None:
        self._model, self._store = model, store
        # Each entity is looked at once; the cache lives and dies with the journal.
        self._members = cache(partial(_members, model))
        entry, history = tables.entry, tables.history
        own = [column.name for column in entry.columns if column.name != "sequence"]
        self._entry = _Insert(store, entry.insert(), own)
        self._history = _Insert(store, history.insert(), history.columns.keys())
        self._select = store.compile(_selection(tables))

    def write(self, connection: Connection, event: Event) -> int:
        """The number of the new entry; the values go into the history where the entity, or its owner, keeps one.

        Only members whose value differs are told, in the order of `changed`; others than the entity's own are not.
        """
        members = self._members(event.entity) if event.entity else _NOTHING
        before, names = event.before, members.names
        changes = {
            names[key]: (old, new)
            for key, new in event.changed.items()
            if (old := before.get(key)) is not new and key in names and is_other(old, new)
        }
        changes |= {name: (lost or None, got or None) for name, (lost, got) in event.links.items()}
        record_id = None if event.record_id is None else id_bytes(event.record_id)
        sequence = self._entry.run(connection, _entry_row(event, record_id, changes))
        if changes and record_id is not None and members.keeps_history:
            self._history.run(connection, _history_row(sequence, event, record_id, changes, members.pii))
        return sequence

    def history(
        self, record_id: str, connection: Connection | None = None, *, before: int = GREATEST_INTEGER, limit: int = 50
    ) -> list[HistoryEntry]:
        """What the last entries, `limit` of them, tell of a record and of what it owns, the latest first.

        before: only entries with a smaller number; those of the next page.
        """
        if connection is None:
            with self._store.reading() as reading:
                return self.history(record_id, reading, before=before, limit=limit)
        given = {"record": id_bytes(record_id), "before": before, "limit": limit}
        rows = connection.execute(self._select.sql, self._select.parameters(given)).fetchall()
        return [entry for row in rows for entry in self._read(row)]

    def _read(self, row: tuple[Any, ...]) -> Iterator[HistoryEntry]:
        sequence, at, actor_id, actor_name, action, reason, version, entity, record_id, changes, pii = row
        personal = frozenset(orjson.loads(pii))
        for member, (old, new) in orjson.loads(changes).items():
            attribute = self._attribute(entity, member)
            yield HistoryEntry(
                sequence=sequence,
                at=decode_datetime(at),
                actor_id=actor_id,
                actor_name=actor_name,
                action=action,
                reason=reason,
                version=version,
                entity=entity,
                record_id=id_text(record_id),
                member=member,
                old=decode_value(self._model, attribute, old),
                new=decode_value(self._model, attribute, new),
                is_pii=member in personal,
            )

    def _attribute(self, entity: str, member: str) -> Attribute | None:
        found = self._model.entities.get(entity)
        return found.attributes.get(member) if found is not None else None


def _members(model: Model, entity: str) -> _Members:
    declared = model.entity(entity)
    names = {name: name for name in declared.attributes}
    names |= {f"{name}_id": name for name, relation in declared.relations.items() if not relation.many}
    pii = frozenset(name for name, attribute in declared.attributes.items() if attribute.pii)
    return _Members(names, pii, keeps_history=_keeps_history(model, entity))


def _keeps_history(model: Model, entity: str) -> bool:
    """Whether an entity keeps its history, or one that owns it does."""
    owners = [source for source, relation in model.inverse_relations(entity) if relation.owned]
    kinds = [kind for owner in owners for kind in model.subtypes(owner)]
    return any(model.entity(name).history for name in (entity, *kinds))


def _entry_row(event: Event, record_id: bytes | None, changes: Changes) -> dict[str, object]:
    return {
        "at": encode_datetime(event.at),
        "actor_id": event.actor.id,
        "actor_name": event.actor.name,
        "action": event.action,
        "entity": event.entity,
        "record_id": record_id,
        "version": event.version,
        "reason": event.reason,
        "changed": encode_values(list(changes)),
    }


def _history_row(
    sequence: int, event: Event, record_id: bytes, changes: Changes, pii: frozenset[str]
) -> dict[str, object]:
    return {
        "entry": sequence,
        "entity": event.entity,
        "record_id": record_id,
        "owner_id": None if event.owner_id is None else id_bytes(event.owner_id),
        "former_owner_id": None if event.former_owner_id is None else id_bytes(event.former_owner_id),
        "changes": encode_values(changes),
        "pii": encode_values([member for member in changes if member in pii]),
    }


def _given(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, required=False)


def _selection(tables: AuditTables) -> sa.Select[Any]:
    entry, history = tables.entry, tables.history
    names = ("sequence", "at", "actor_id", "actor_name", "action", "reason", "version")
    of_entry = [entry.c[name] for name in names]
    of_history = [history.c[name] for name in ("entity", "record_id", "changes", "pii")]
    record, before, limit = map(_given, ("record", "before", "limit"))
    # Each index gives its newest by itself: an OR over them would read and sort the whole history for a page.
    newest = (
        sa.select(history.c.entry)
        .where(history.c[name] == record, history.c.entry < before)
        .order_by(history.c.entry.desc())
        .limit(limit)
        .subquery()
        for name in ("record_id", "owner_id", "former_owner_id")
    )
    numbers = sa.union(*(sa.select(found.c.entry) for found in newest))
    return (
        sa.select(*of_entry, *of_history)
        .join_from(history, entry, history.c.entry == entry.c.sequence)
        .where(history.c.entry.in_(numbers))
        .order_by(history.c.entry.desc())
        .limit(limit)
    )
