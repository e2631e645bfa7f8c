"""The read side of events, as TMF688 has it: a topic for each resource, and what happened there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sidra.errors import BadQuery, NotFound
from sidra.events.log import MOST
from sidra.events.projecting import types_of
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.api.shapes import Shape
    from sidra.events.documents import Document
    from sidra.events.service import Events
    from sidra.records.service import Records

PATH = "event/v4/topic"
LEAST_LIMIT, LIMIT = 1, 20
MOST_READ = 10
"""Pages of the log that one request looks through for events that its reader may see."""
DIGITS = 18


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events of a topic, and the cursor of the next; None at the end."""

    events: list[Document]
    next: str | None


class Topics:
    """The topics that an actor may read."""

    def __init__(self, events: Events, records: Records, base: str) -> None:
        """base: `https://host/affiliate/tmf-api/`."""
        self._events, self._records, self._base = events, records, base
        shapes = events.envelopes.api.shapes.resources.values()
        self._shapes = {topic_id(one): one for one in shapes if records.view(one.entity.name).can_read}

    def all(self) -> list[Document]:
        """All of them, by id."""
        return [self._topic(self._shapes[id]) for id in sorted(self._shapes)]

    def get(self, id: str) -> Document:
        """One of them; raises NotFound."""
        return self._topic(self._shape(id))

    def events(self, id: str, cursor: str = "", limit: int = LIMIT) -> EventPage:
        """Events of a topic after a cursor, the oldest first; raises NotFound, BadQuery."""
        if not LEAST_LIMIT <= limit <= MOST:
            raise BadQuery(f"`limit` is from {LEAST_LIMIT} to {MOST}", hint="follow the link `next`")
        if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= DIGITS):
            raise BadQuery("the cursor is not one of this list", hint="begin at the first page")
        shape, after, found = self._shape(id), int(cursor or 0), list[Any]()
        for _ in range(MOST_READ):
            page = self._events.log.page(shape.location, after)
            for logged in page:
                if len(found) == limit:
                    return EventPage(found, str(after))
                after = logged.sequence
                envelope = self._events.envelopes.envelope(self._records, logged, self._base)
                if envelope is not None:
                    found.append(envelope)
            if len(page) < MOST:
                return EventPage(found, None)
        return EventPage(found, str(after))

    def event(self, id: str, event_id: str) -> Document:
        """One event of a topic; raises NotFound, for one of a record that its reader may not see too."""
        shape = self._shape(id)
        try:
            logged = self._events.log.get(shape.location, id_bytes(event_id))
        except ValueError:
            logged = None
        found = self._events.envelopes.envelope(self._records, logged, self._base) if logged is not None else None
        if found is None:
            raise NotFound("no such event", hint="it may be too old, or not yours to see")
        return found

    def _shape(self, id: str) -> Shape:
        if id not in self._shapes:
            raise NotFound(f"no topic `{id[:60]}`", hint="see the list of topics")
        return self._shapes[id]

    def _topic(self, shape: Shape) -> Document:
        id = topic_id(shape)
        query = f"eventType={','.join(types_of(shape))}"
        return {
            "id": id,
            "href": f"{self._base}{PATH}/{id}",
            "name": shape.type_name,
            "contentQuery": query,
            "@type": "Topic",
        }


def topic_id(shape: Shape) -> str:
    """The id of a resource's topic: its location with dots, `troubleTicket.v4.troubleTicket`."""
    return shape.location.replace("/", ".")
