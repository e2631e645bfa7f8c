"""Who did what to which record, when and why: written in the transaction of the change itself."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Protocol

import msgspec
import orjson
import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.audit.chain import Chain, Told
from sidra.audit.former import FormerNames
from sidra.audit.persons import Path, person_path
from sidra.audit.tables import AuditTables
from sidra.audit.values import decode_value, encode_values
from sidra.store.codecs import GREATEST_INTEGER, decode_datetime, encode_datetime, is_other
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.model import Model

# A record maps names to values of many types; each attribute's says which.
Record = Mapping[str, Any]
# Old and new value by member.
Changes = Mapping[str, tuple[Any, Any]]


class Persons(Protocol):
    """Seals personal values under a key of the person whom they are of; where the key is destroyed, they are gone."""

    def seal(
        self,
        connection: Connection,
        person_id: bytes,
        plaintext: bytes,
        about: bytes,
        *,
        is_new: bool = False,
        known: dict[bytes, Any] | None = None,
    ) -> str:
        """Return a text that only unseals with the person's key, `about` the same; a new person has none yet.

        known: what the transaction has sealed with so far, by person.
        """

    def unseal(self, connection: Connection, person_id: bytes, sealed: str, about: bytes) -> bytes | None:
        """Return what was sealed; None where the person was erased."""


class Finder(Protocol):
    """What finds the person whom a record is about."""

    def find(self, entity: str, id: str) -> Record | None:
        """Return a record; None where there is none."""


class Telling(Protocol):
    """What the journal needs of a unit of work."""

    connection: Connection
    told: list[Told]
    """What is to be written of it, last of all."""
    sealed_for: dict[bytes, Any]
    """What it has sealed with, by person; what is taken back is no longer in it."""
    before_commit: list[Callable[[], None]]

    @property
    def system(self) -> Finder:
        """The records as the program itself sees them."""


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
    seen: tuple[str, ...] = ()
    """Members whose value was shown, or asked for, and not changed: they are named, without their values."""


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
    is_personal: bool
    """Whether the values are sealed under the key of a person."""
    is_erased: bool = False
    """Whether that key was destroyed: the values are gone."""


@dataclass(frozen=True, slots=True)
class _Members:
    """What the journal follows of an entity."""

    names: Mapping[str, str]
    """Members by the key under which records have them."""
    personal: frozenset[str]
    """Members whose values never stand in the clear."""
    person: Path
    """The way to the person whose values they are."""
    keeps_history: bool


_NOTHING = _Members({}, frozenset(), (), keeps_history=False)


class Journal:
    """The audit of one affiliate's store."""

    def __init__(self, model: Model, store: Store, tables: AuditTables, persons: Persons) -> None:
        self._former = FormerNames(model)
        self._model, self._store, self._persons = model, store, persons
        # Each entity is looked at once; the cache lives and dies with the journal.
        self._members = cache(partial(_members, model))
        self._chain = Chain(store)
        self._select = store.compile(_selection(tables))

    def write(self, unit: Telling, event: Event) -> None:
        """Tell of what a unit of work does: its entries are written together, last of all that it writes.

        The values go into the history where the entity, or its owner, keeps one. Only members whose value differs are
        told, in the order of `changed`; others than the entity's own are not.
        """
        if not unit.told:
            unit.before_commit.append(partial(self._keep, unit))
        unit.told.append(self._told(unit.connection, event, unit))

    def append(self, connection: Connection, event: Event) -> None:
        """Write one entry at once, in the transaction of a connection."""
        self._chain.append(connection, [self._told(connection, event)])

    def _keep(self, unit: Telling) -> None:
        told, unit.told = unit.told, []
        self._chain.append(unit.connection, told)

    def _told(self, connection: Connection, event: Event, unit: Telling | None = None) -> Told:
        members = self._members(event.entity) if event.entity else _NOTHING
        before, names = event.before, members.names
        if before:
            changes = {
                names[key]: (old, new)
                for key, new in event.changed.items()
                if (old := before.get(key)) is not new and key in names and is_other(old, new)
            }
        else:
            changes = {
                names[key]: (None, new) for key, new in event.changed.items() if new is not None and key in names
            }
        changes |= {name: (lost or None, got or None) for name, (lost, got) in event.links.items()}
        record_id = None if event.record_id is None else id_bytes(event.record_id)
        entry = (
            encode_datetime(event.at),
            event.actor.id,
            event.actor.name,
            event.action,
            event.entity,
            record_id,
            event.version,
            event.reason,
            encode_values([*changes, *event.seen]),
        )
        if not (changes or event.seen) or record_id is None or not members.keeps_history:
            return entry, None
        return entry, self._history(connection, event, record_id, changes, unit)

    def _history(
        self, connection: Connection, event: Event, record_id: bytes, changes: Changes, unit: Telling | None
    ) -> tuple[object, ...]:
        """Return the columns of a row of the history after its entry."""
        personal = self._members(event.entity).personal & changes.keys()
        person_id = sealed = None
        if personal:
            values = encode_values({member: changes[member] for member in personal}).encode()
            person_id = self._person(event, record_id, unit)
            # A record that comes back from a merge had its key before; one whose parts were written first has it now.
            is_first = unit is not None and person_id not in unit.sealed_for
            is_new = is_first and person_id == record_id and event.action == "create"
            known = unit.sealed_for if unit is not None else None
            sealed = self._persons.seal(connection, person_id, values, record_id, is_new=is_new, known=known)
            changes = {member: pair for member, pair in changes.items() if member not in personal}
        return (
            event.entity,
            record_id,
            None if event.owner_id is None else id_bytes(event.owner_id),
            None if event.former_owner_id is None else id_bytes(event.former_owner_id),
            encode_values(changes),
            encode_values(sorted(personal)),
            person_id,
            sealed,
        )

    def _person(self, event: Event, record_id: bytes, unit: Telling | None) -> bytes:
        """Return the stored id of the person whose values an event tells; of the record itself where there is none."""
        path = self._members(event.entity).person
        if not path:
            return record_id
        found, last = record_id, len(path) - 1
        values: Record = {**event.before, **{key: new for key, new in event.changed.items() if new is not None}}
        for place, (name, target) in enumerate(path):
            id = values.get(f"{name}_id")
            if id is None:
                break
            found = id_bytes(id)
            if place < last:
                values = (unit.system.find(target, id) if unit is not None else None) or {}
        return found

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
        return [entry for row in rows for entry in self._read(connection, row)]

    def _read(self, connection: Connection, row: tuple[Any, ...]) -> Iterator[HistoryEntry]:
        sequence, at, actor_id, actor_name, action, reason, version, changed, *rest = row
        entity, record_id, changes, personal, person_id, sealed = rest
        values, hidden = orjson.loads(changes), frozenset(orjson.loads(personal))
        found = self._persons.unseal(connection, person_id, sealed, record_id) if sealed is not None else None
        if found is not None:
            values |= orjson.loads(found)
        present = self._former.entity(entity)
        for member in orjson.loads(changed):
            name = self._former.member(present, member)
            attribute = self._attribute(present, name)
            old, new = values.get(member, (None, None))
            yield HistoryEntry(
                sequence=sequence,
                at=decode_datetime(at),
                actor_id=actor_id,
                actor_name=actor_name,
                action=action,
                reason=reason,
                version=version,
                entity=present,
                record_id=id_text(record_id),
                member=name,
                old=decode_value(self._model, attribute, old),
                new=decode_value(self._model, attribute, new),
                is_personal=member in hidden,
                is_erased=member in hidden and found is None,
            )

    def _attribute(self, entity: str, member: str) -> Attribute | None:
        found = self._model.entities.get(entity)
        return found.attributes.get(member) if found is not None else None


def _members(model: Model, entity: str) -> _Members:
    declared = model.entity(entity)
    names = {name: name for name in declared.attributes}
    names |= {f"{name}_id": name for name, relation in declared.relations.items() if not relation.many}
    personal = frozenset(name for name, each in declared.attributes.items() if each.pii or each.encrypt)
    return _Members(names, personal, person_path(model, entity), keeps_history=_keeps_history(model, entity))


def _keeps_history(model: Model, entity: str) -> bool:
    """Whether an entity keeps its history, or one that owns it does."""
    owners = [source for source, relation in model.inverse_relations(entity) if relation.owned]
    kinds = [kind for owner in owners for kind in model.subtypes(owner)]
    return any(model.entity(name).history for name in (entity, *kinds))


def _given(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, required=False)


def _selection(tables: AuditTables) -> sa.Select[Any]:
    entry, history = tables.entry, tables.history
    names = ("sequence", "at", "actor_id", "actor_name", "action", "reason", "version", "changed")
    of_entry = [entry.c[name] for name in names]
    of_history = [history.c[name] for name in ("entity", "record_id", "changes", "personal", "person_id", "sealed")]
    record, before, limit = map(_given, ("record", "before", "limit"))
    # Each index gives its newest by itself: an OR over them would read and sort the whole history for a page.
    # An entry knows whether it has values: its index by record serves both tables.
    own = sa.select(entry.c.sequence.label("entry")).where(entry.c.record_id == record, entry.c.sequence < before)
    own = own.where(entry.c.history_digest.is_not(None)).order_by(entry.c.sequence.desc()).limit(limit)
    owned = (
        sa.select(history.c.entry)
        .where(history.c[name] == record, history.c.entry < before)
        .order_by(history.c.entry.desc())
        .limit(limit)
        for name in ("owner_id", "former_owner_id")
    )
    newest = (found.subquery() for found in (own, *owned))
    numbers = sa.union(*(sa.select(found.c.entry) for found in newest))
    return (
        sa.select(*of_entry, *of_history)
        .join_from(history, entry, history.c.entry == entry.c.sequence)
        .where(history.c.entry.in_(numbers))
        .order_by(history.c.entry.desc())
        .limit(limit)
    )
