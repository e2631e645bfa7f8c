"""Files in attributes of records: brought before the record is saved, kept with it, given to who may read it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.audit.journal import Event
from sidra.errors import Invalid, NotFound, Problem
from sidra.files.sniffing import Media, endings_of, fits_name, sniff
from sidra.files.tables import file_tables
from sidra.rules.wording import tell
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import given
from sidra.store.storable import storable
from sidra_metamodel.kinds.entity import FILE_KINDS, Attribute, FileKind

if TYPE_CHECKING:
    from sidra.records.record import Record
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork
    from sidra.store.database import Connection, Store
    from sidra_metamodel.model import Model

PART_BYTES = 512 * 1024
MEGABYTE = 1024 * 1024
MEGABYTES = 10
"""The largest file where the attribute does not say."""
UNSAVED_KEPT = datetime.timedelta(days=8)
"""Longer than a draft of the form that it was brought for."""
MOST_UNSAVED = 50
"""Files of one account that no record has: the oldest goes for the next."""
MOST_UNSAVED_BYTES = 200 * MEGABYTE
"""Of these files together."""
MOST_NAME_CHARACTERS = 120
DOWNLOAD = "download"
"""Under which the audit keeps that a file was given out."""
TYPES = frozenset({"file", "image"})


@dataclass(frozen=True, slots=True)
class File:
    """What is known of a file."""

    id: str
    name: str
    media_type: str
    size: int
    record_id: str | None = None

    def value(self) -> dict[str, Any]:
        """Return the value of the attribute that has it."""
        return {"id": self.id, "name": self.name, "media_type": self.media_type, "size": self.size}


def limit_of(attribute: Attribute) -> int:
    """Return how many megabytes a file of an attribute has at most."""
    return attribute.max_megabytes or MEGABYTES


def kinds_of(model: Model, attribute: Attribute) -> frozenset[FileKind]:
    """Return what a file of an attribute may be."""
    known: frozenset[FileKind] = frozenset({"image"}) if model.base_type(attribute) == "image" else FILE_KINDS
    return attribute.accept & known if attribute.accept else known


class Files:
    """The files of one store; callers hold the transaction."""

    def __init__(self, store: Store) -> None:
        tables = file_tables(sa.MetaData())
        file, part = tables.file, tables.part
        names = ("id", "name", "media_type", "size", "record_id", "root", "attribute", "account_id")
        select, compile_ = sa.select(*(file.c[name] for name in names)), store.compile
        one, unsaved = file.c.id == given("id"), file.c.record_id.is_(None)
        self._one = compile_(select.where(one))
        self._add = compile_(sa.insert(file).values({column.name: given(column.name) for column in file.columns}))
        self._bind = compile_(sa.update(file).where(one).values(record_id=given("record_id")))
        self._of = compile_(sa.select(file.c.id).where(file.c.record_id == given("record_id")))
        mine = sa.select(file.c.id, file.c.size).where(unsaved, file.c.account_id == given("account_id"))
        self._mine = compile_(mine.order_by(file.c.at.desc(), file.c.id.desc()))
        self._old = compile_(sa.select(file.c.id).where(unsaved, file.c.at < given("before")).limit(1000))
        self._parts = compile_(sa.select(part.c.sealed).where(part.c.file_id == given("id")).order_by(part.c.number))
        self._add_part = compile_(
            sa.insert(part).values(file_id=given("id"), number=given("number"), sealed=given("sealed"))
        )
        self._drop = (
            compile_(sa.delete(part).where(part.c.file_id == given("id"))),
            compile_(sa.delete(file).where(one)),
        )

    def find(self, connection: Connection, id: str) -> tuple[File, tuple[str, str, str]] | None:
        """Return a file, and the root entity, the attribute and the account that it was brought for; or None."""
        try:
            row = self._one.run(connection, {"id": id_bytes(id)}).fetchone()
        except (ValueError, AttributeError):
            return None
        if row is None:
            return None
        record_id = None if row[4] is None else id_text(row[4])
        return File(id_text(row[0]), row[1], row[2], row[3], record_id), (row[5], row[6], row[7])

    def add(self, unit: UnitOfWork, key: bytes, row: Mapping[str, object], content: bytes) -> None:
        """Keep a new file."""
        persons = unit.runtime.persons
        self._add.run(unit.connection, {"id": key, **row})
        for number, start in enumerate(range(0, len(content), PART_BYTES)):
            part = content[start : start + PART_BYTES]
            sealed = persons.seal(unit.connection, key, part, _about(number), known=unit.sealed_for)
            self._add_part.run(unit.connection, {"id": key, "number": number, "sealed": sealed})

    def content(self, records: Records, connection: Connection, id: str) -> bytes | None:
        """Return what a file has; None where its key is gone."""
        key, persons = id_bytes(id), records.runtime.persons
        sealed = self._parts.run(connection, {"id": key}).fetchall()
        parts = [persons.unseal(connection, key, text, _about(number)) for number, (text,) in enumerate(sealed)]
        return None if any(part is None for part in parts) else b"".join(part for part in parts if part is not None)

    def keep(self, unit: UnitOfWork, record_id: str, was: object, now: object) -> None:
        """Keep the file of an attribute with its record; the one before goes."""
        former, file = (value.get("id") if isinstance(value, Mapping) else None for value in (was, now))
        if file is not None and file != former:
            self._bind.run(unit.connection, {"id": id_bytes(file), "record_id": id_bytes(record_id)})
        if isinstance(former, str) and former != file:
            self.drop(unit, id_bytes(former))

    def drop(self, unit: UnitOfWork, id: bytes) -> None:
        """Take a file away for good, with its key."""
        for statement in self._drop:
            statement.run(unit.connection, {"id": id})
        unit.runtime.persons.erase(unit.connection, id)

    def forget(self, unit: UnitOfWork, record_id: bytes) -> None:
        """Take away the files of a record that is gone, or was made anonymous."""
        for (id,) in self._of.run(unit.connection, {"record_id": record_id}).fetchall():
            self.drop(unit, id)

    def make_room(self, unit: UnitOfWork, size: int) -> None:
        """Take away the oldest files of the actor that no record has, where they are many or large with the next."""
        mine = self._mine.run(unit.connection, {"account_id": unit.actor.id}).fetchall()
        for number, (id, bytes_) in enumerate(mine):
            size += bytes_
            if number >= MOST_UNSAVED - 1 or size > MOST_UNSAVED_BYTES:
                self.drop(unit, id)

    def sweep(self, unit: UnitOfWork, before: int) -> int:
        """Take away what was brought before a moment and no record has; return how many these were."""
        old = self._old.run(unit.connection, {"before": before}).fetchall()
        for (id,) in old:
            self.drop(unit, id)
        return len(old)


def _about(number: int) -> bytes:
    return f"file:{number}".encode()


def bring(records: Records, entity: str, name: str, file_name: str, content: IO[bytes]) -> File:
    """Return a file that a record may be saved with; raises NotFound, and Invalid for what the attribute refuses."""
    attribute = _attribute(records, entity, name)
    read = content.read(limit_of(attribute) * MEGABYTE + 1)
    shown = cleaned_name(file_name)
    media = _checked(records, attribute, shown, read)

    def work(unit: UnitOfWork) -> File:
        files = unit.runtime.files
        files.make_room(unit, len(read))
        key = unit.new_key()
        file = File(id_text(key), shown, media.type, len(read))
        row: dict[str, object] = {
            "root": unit.runtime.model.root(entity),
            "attribute": name,
            "record_id": None,
            "account_id": unit.actor.id,
            "name": shown,
            "media_type": media.type,
            "size": file.size,
            "at": unit.microseconds,
        }
        files.add(unit, key, row, read)
        return file

    return records.runtime.transact(records.actor, work)


def _attribute(records: Records, entity: str, name: str) -> Attribute:
    """Return the attribute of files that the actor may set."""
    model = records.runtime.model
    declared = model.entities.get(entity)
    attribute = declared.attributes.get(name) if declared is not None else None
    is_file = attribute is not None and model.base_type(attribute) in TYPES
    access = records.access(entity) if is_file else None
    if attribute is None or access is None or not any(access.may_set(name, creating=new) for new in (False, True)):
        raise NotFound("no file is brought here", hint="use the forms of records")
    return attribute


def _checked(records: Records, attribute: Attribute, name: str, content: bytes) -> Media:
    """Return what a content is; raises Invalid where the attribute takes no such file."""
    locale, most = records.actor.locale, limit_of(attribute)
    if len(content) > most * MEGABYTE:
        raise Invalid([Problem("R152", attribute.name, tell("file_large", locale, most=most))])
    kinds = kinds_of(records.runtime.model, attribute)
    media = sniff(content)
    if media is None or media.kind not in kinds or not fits_name(media, name):
        key = "file_other" if media is not None and media.kind in kinds else "file_kind"
        endings = [ending.removeprefix(".") for ending in endings_of(kinds)]
        raise Invalid([Problem("R153", attribute.name, tell(key, locale, values=endings))])
    return media


def cleaned_name(name: str) -> str:
    """Return the name of a file without folders, and without what could mislead whoever reads it."""
    last = storable(name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(" .")
    stem, dot, ending = kept.rpartition(".")
    room = MOST_NAME_CHARACTERS - len(ending) - 1
    return (f"{stem[:room]}{dot}{ending}" if dot else kept[:MOST_NAME_CHARACTERS]) or "file"


def give(records: Records, entity: str, id: str, name: str, *, is_preview: bool = False) -> tuple[File, bytes]:
    """Return a file of a record with its content, once it is kept who got it; raises NotFound.

    A picture is part of what its record shows: `is_preview` keeps no more trace than reading the record does.
    """
    record = records.get(entity, id)
    with records.connected() as connection:
        file = _file_of(records, connection, record, name)
        content = records.runtime.files.content(records, connection, file.id) if file is not None else None
    if file is None or content is None:
        raise NotFound("there is no such file", hint="it may be gone, or not yours to see")
    if not (is_preview and file.media_type.startswith("image/")):
        records.runtime.transact(records.actor, lambda unit: _note(unit, record, name))
    return file, content


def _note(unit: UnitOfWork, record: Record, name: str) -> None:
    """Keep that the actor got a file."""
    event = Event(
        actor=unit.actor,
        at=unit.now,
        action=DOWNLOAD,
        entity=record.entity,
        record_id=record.id,
        version=record.version,
        seen=(name,),
    )
    unit.runtime.audit.write(unit, event)


def given_back(records: Records, entity: str, name: str, id: str) -> tuple[File, bytes]:
    """Return a file that the actor brought and no record has yet; raises NotFound."""
    files = records.runtime.files
    with records.connected() as connection:
        found = files.find(connection, id)
        content = None
        if found is not None and _is_waiting(records, found, entity, name):
            content = files.content(records, connection, id)
    if found is None or content is None:
        raise NotFound("there is no such file", hint="choose it again")
    return found[0], content


def _is_waiting(records: Records, found: tuple[File, tuple[str, str, str]], entity: str, name: str) -> bool:
    file, brought_for = found
    return file.record_id is None and brought_for == (records.runtime.model.root(entity), name, records.actor.id)


def _file_of(records: Records, connection: Connection, record: Record, name: str) -> File | None:
    """Return the file that an attribute of a record has, where the reader sees it whole."""
    runtime = records.runtime
    attribute = runtime.model.entity(record.entity).attributes.get(name)
    is_file = attribute is not None and runtime.model.base_type(attribute) in TYPES
    if not is_file or records.view(record.entity).level(name) not in {"read", "edit"}:
        return None
    value = record.get(name)
    found = runtime.files.find(connection, str(value.get("id"))) if isinstance(value, Mapping) else None
    known = {record.id, *runtime.tombstones.all_into(connection, record.id)}
    return found[0] if found is not None and found[0].record_id in known else None


def file_attributes(model: Model, entity: str) -> Iterator[str]:
    """Yield the attributes of an entity that have files."""
    for attribute in model.entity(entity).attributes.values():
        if model.base_type(attribute) in TYPES:
            yield attribute.name
