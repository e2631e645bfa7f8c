"""Events as subscribers read them: TM Forum's envelope around the record, as its reader may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from sidra.api.calls import Call
from sidra.api.documents import outward, place
from sidra.api.faults import MethodNotAllowed
from sidra.api.service import Api
from sidra.errors import Forbidden, NotFound
from sidra.events.projecting import event_key
from sidra.events.querying import Test, Wanted, read_query, test_of
from sidra.records.bounded import Bounded
from sidra.store.identifiers import id_text

if TYPE_CHECKING:
    from sidra.api.shapes import Shape
    from sidra.events.log import Logged
    from sidra.records.record import Record
    from sidra.records.service import Records
    from sidra.runtime import Runtime

MAX_QUERIES = 256
SEEN = frozenset({"read", "edit"})
PRIORITY = "normal"

Document = dict[str, Any]


class Envelopes:
    """Makes the events of one Runtime; immutable but for its caches."""

    def __init__(self, runtime: Runtime) -> None:
        self.api = Api(runtime)
        self._queries: Bounded[tuple[object, str, str], tuple[Wanted, dict[str, Test]]] = Bounded(MAX_QUERIES)

    def check(self, records: Records, api: str, query: str) -> Wanted:
        """What a subscriber's query asks for; raises BadQuery."""
        return self._read(records, api, query)[0]

    def _read(self, records: Records, api: str, query: str) -> tuple[Wanted, dict[str, Test]]:
        def read() -> tuple[Wanted, dict[str, Test]]:
            wanted = read_query(query, api, self.api.shapes, records)
            shapes = self.api.shapes.resources
            return wanted, {at: test_of(text, shapes[at], records) for at, text in wanted.conditions.items()}

        return self._queries.get((records.profile.key, api, query), read)

    def envelope(self, records: Records, logged: Logged, base: str, api: str = "", query: str = "") -> Document | None:
        """One event as it is sent; None where its reader may not see the record, or does not ask for it.

        The record is as it is now, but for its state, which is the one that the event tells of. Raises BadQuery where
        the query means nothing any more.
        """
        event, wanted = logged.event, self._read(records, api, query)
        shape = self.api.shapes.resources.get(event.location)
        if shape is None or event.type not in wanted[0].types or event.entity not in self.api.shapes.model.entities:
            return None
        test = wanted[1].get(event.location)
        if event.is_deletion:
            document = None if test is not None else self._gone(records, shape, logged, base)
        else:
            document = self._told(records, shape, logged, base, test)
        if document is None:
            return None
        label = shape.entity.label.text(records.actor.locale, *records.runtime.model.locales) or shape.type_name
        return _envelope(shape, logged, document, label)

    def _gone(self, records: Records, shape: Shape, logged: Logged, base: str) -> Document | None:
        """What is left of a record; conditions on it cannot be asked any more, so who is under some is told nothing."""
        if not records.view(logged.event.entity).sees_all:
            return None
        id, type_ = id_text(logged.event.record_id), self.api.shapes.of(logged.event.entity).type_name
        return {"id": id, "href": f"{base}{shape.location}/{id}", "@type": type_}

    def _told(self, records: Records, shape: Shape, logged: Logged, base: str, test: Test | None) -> Document | None:
        id = id_text(logged.event.record_id)
        record = records.find(logged.event.entity, id)
        if record is None:
            return None
        state = self._state(records, logged)
        if state:
            record[state] = logged.event.state
        if test is not None and test(records.environment(record)) is not True:
            return None
        document = self._document(records, shape, record, base)
        if document is not None and state:
            kind = self.api.shapes.of(record.entity)
            member = kind.members[state]
            place(document, member, outward(logged.event.state, member))
        return document

    def _state(self, records: Records, logged: Logged) -> str:
        """The attribute of the state that was reached; empty where there is none, or its reader does not see it."""
        name = records.runtime.entity(logged.event.entity).state
        is_seen = records.view(logged.event.entity).level(name) in SEEN
        return name if logged.event.state is not None and name and is_seen else ""

    def _document(self, records: Records, shape: Shape, record: Record, base: str) -> Document | None:
        try:
            reply = self.api.get(Call(records, shape, base), record.id)
        except (NotFound, Forbidden, MethodNotAllowed):
            return None
        found: Document = orjson.loads(reply.body)
        return found


def _envelope(shape: Shape, logged: Logged, document: Document, label: str) -> Document:
    event, moment = logged.event, logged.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "eventId": id_text(event.id),
        "eventTime": moment,
        "eventType": event.type,
        "correlationId": id_text(event.change_id),
        "domain": shape.entity.domain or "",
        "title": event.type,
        "description": f"{label} {document['id']}",
        "priority": PRIORITY,
        "timeOcurred": moment,
        "event": {event_key(shape): document},
    }
