"""The access package: everything that a store holds about one person, for that person."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from sidra.audit.journal import Event
from sidra.comments.service import comments_of
from sidra.privacy.page import package_page
from sidra.privacy.reach import Place, Reach, Reaching
from sidra.store.codecs import GREATEST_INTEGER, decode_datetime
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import given
from sidra_metamodel.values import Money, Period

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime

HISTORY_PAGE = 500
DATA, PAGE = "data.json", "index.html"
# JSON of one package.
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Package:
    """What a person is given."""

    data: Plain
    locale: str

    def zipped(self) -> bytes:
        """Return the archive: the data for programs, and a page for people."""
        found = io.BytesIO()
        with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(DATA, orjson.dumps(self.data, option=orjson.OPT_INDENT_2))
            archive.writestr(PAGE, package_page(self.data, self.locale))
        return found.getvalue()


def package(
    runtime: Runtime, id: str, *, actor: Actor, locale: str | None = None, reason: str | None = None
) -> Package:
    """Return everything that is held about the person of a record; the audit notes that it was given out.

    Raises NotFound where there is no such record. It has nothing of other people: records that are also about others
    are named by their kind only, and nobody who worked on a record is named.
    """
    language = locale or runtime.model.locales[0]

    def collect(unit: UnitOfWork) -> Plain:
        found = _Collecting(unit, language).of(id)
        entity = found["subject"]["entity"]
        told = Event(actor=actor, at=unit.now, action="package", entity=entity, record_id=id, reason=reason)
        runtime.audit.write(unit, told)
        return found

    return Package(runtime.transact(actor, collect), language)


class _Collecting:
    def __init__(self, unit: UnitOfWork, locale: str) -> None:
        self._unit, self._locale = unit, locale
        self._runtime = unit.runtime
        self._reaching = Reaching(unit.runtime, unit.connection)

    def of(self, id: str) -> Plain:
        """Return the whole package of a person, as JSON has it."""
        reach = self._reaching.of(self._reaching.subject(id))
        root = self._runtime.entity(reach.subject[0])
        row = self._reaching.row(reach.subject)
        kind = root.kind_of(row) if row is not None else root.name
        return {
            "affiliate": self._runtime.affiliate,
            "made_at": self._unit.now.isoformat(),
            "subject": {"entity": kind, "id": id},
            "records": [one for place in self._ordered(reach) for one in self._record(place)],
            "shared": [self._named(place) for place in sorted(reach.shared)],
        }

    def _ordered(self, reach: Reach) -> list[Place]:
        return sorted(reach.mine, key=lambda place: (place != reach.subject, place))

    def _named(self, place: Place) -> Plain:
        entity = self._runtime.model.entity(place[0])
        return {"entity": entity.name, "label": self._runtime.model.label(entity, self._locale)}

    def _record(self, place: Place) -> Iterator[Plain]:
        row = self._reaching.row(place)
        if row is None:
            return
        kind = self._runtime.entity(place[0]).kind_of(row)
        entity, record = self._runtime.model.entity(kind), self._unit.system.whole(kind, row)
        yield {
            "entity": kind,
            "label": self._runtime.model.label(entity, self._locale),
            "id": record.id,
            "created_at": record.created_at.isoformat(),
            "updated_at": record.updated_at.isoformat(),
            "source": _source(record["created_by"]),
            "values": [
                {
                    "name": attribute.name,
                    "label": self._runtime.model.label(attribute, self._locale),
                    "personal": sorted(attribute.pii),
                    "value": plain(record.get(attribute.name)),
                }
                for attribute in entity.attributes.values()
                if record.get(attribute.name) is not None
            ],
            "links": self._links(kind, record),
            "history": [one for id in self._ids(place) for one in self._history(id)],
            "access": [one for id in self._ids(place) for one in self._access(id)],
            "comments": [
                {"at": one.at.isoformat(), "text": one.text}
                for one in comments_of(self._unit.system, record, limit=GREATEST_INTEGER)
                if one.text is not None
            ],
        }

    def _links(self, kind: str, record: Any) -> dict[str, str]:  # noqa: ANN401 - a record
        relations = self._runtime.model.entity(kind).relations.values()
        found = {one.name: record.get(f"{one.name}_id") for one in relations if not one.many}
        return {name: id for name, id in found.items() if id is not None}

    def _ids(self, place: Place) -> list[str]:
        """Return the id of a record, and those of the records that became part of it."""
        id = id_text(place[1])
        return [id, *self._runtime.tombstones.all_into(self._unit.connection, id)]

    def _history(self, id: str) -> Iterator[Plain]:
        before, connection = GREATEST_INTEGER, self._unit.connection
        while True:
            entries = self._runtime.audit.history(id, connection, before=before, limit=HISTORY_PAGE)
            for entry in entries:
                if entry.record_id == id:
                    values = {"old": plain(entry.old), "new": plain(entry.new)}
                    yield {"at": entry.at.isoformat(), "action": entry.action, "attribute": entry.member, **values}
            if len({entry.sequence for entry in entries}) < HISTORY_PAGE:
                return
            before = entries[-1].sequence

    def _access(self, id: str) -> Iterator[Plain]:
        """Yield who did something with the record, when and why: by what they did, not by name."""
        entry = self._runtime.audit_tables.entry
        select = sa.select(entry.c.at, entry.c.action, entry.c.reason).where(entry.c.record_id == given("id"))
        statement = self._runtime.store.compile(select.order_by(entry.c.sequence))
        for at, action, reason in statement.run(self._unit.connection, {"id": id_bytes(id)}).fetchall():
            yield {"at": decode_datetime(at).isoformat(), "action": action, "reason": reason}


def _source(created_by: str | None) -> str:
    """Return where a record came from: the feed or the program, or just that a person entered it."""
    text = created_by or ""
    return text if ":" in text else "entered"


def plain(value: Any) -> Any:  # noqa: ANN401 - of any type
    """Return a value as JSON has it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Money():
            return {"amount": str(value.amount), "currency": value.currency}
        case Period():
            return {"start": plain(value.start), "end": plain(value.end)}
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return value.total_seconds()
        case dict():
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(one) for one in value]
        case _:
            return str(value)
