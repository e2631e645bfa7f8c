"""From rows of the outbox to the events that TM Forum names: which they are, and of what."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sidra.api.naming import camel_case
from sidra.api.shapes import Shape, Shapes, resource_name
from sidra.store.identifiers import id_bytes
from sidra_metamodel.model.event_types import CHANGE, CREATE, DELETE, STATES, event_name, event_types

if TYPE_CHECKING:
    from sidra.jobs.outbox import Happening

WRITES = {"created": CREATE, "deleted": DELETE, "updated": CHANGE}


@dataclass(frozen=True, slots=True)
class Event:
    """One event that happened, without the document of its record."""

    id: bytes
    type: str
    location: str
    entity: str
    record_id: bytes
    change_id: bytes
    state: str | None = None
    """The state that was reached, by its value inside; None for an event of another kind."""

    @property
    def is_deletion(self) -> bool:
        """Whether its record is gone."""
        return self.type.endswith(DELETE)


def events_of(shapes: Shapes, row: Happening) -> Iterator[Event]:
    """Yield the events that a row of the outbox tells of; none for a record that no API shows by itself."""
    if row.record_id is None or row.entity not in shapes.model.entities:
        return
    location, prefix = shapes.location(row.entity), f"{row.entity}."
    if not location or not row.event.startswith(prefix):
        return
    name, change, record = (
        event_name(resource_name(shapes.resources[location].entity)),
        id_bytes(row.id),
        id_bytes(row.record_id),
    )
    for kind, state in _kinds(shapes.resources[location], row, row.event.removeprefix(prefix)):
        type_ = f"{name}{kind}"
        yield Event(_id(row.id, type_), type_, location, row.entity, record, change, state)


def _kinds(shape: Shape, row: Happening, action: str) -> Iterator[tuple[str, str | None]]:
    """Yield the ends of the names of the events, with the state that was reached."""
    told: dict[str, Any] = dict(row.payload)
    write = WRITES.get(told.get("is", action), CHANGE)
    state = told.get("to")
    if state is None or write != CHANGE or shape.binding is None:
        yield write, None
        return
    if shape.binding.events is not None:
        yield STATES[shape.binding.events], state
    if (further := shape.binding.state_events.get(state)) is not None:
        yield f"{further}Event", state
    if told.get("also") or shape.binding.events is None:
        yield CHANGE, None


def event_key(shape: Shape) -> str:
    """The name under which an event holds its document, such as `troubleTicket`."""
    return camel_case(resource_name(shape.entity))


def api_of(location: str) -> str:
    """The API of a resource: `troubleTicket/v4` of `troubleTicket/v4/troubleTicket`."""
    return location.rpartition("/")[0]


def types_of(shape: Shape) -> tuple[str, ...]:
    """The types of the events of a resource."""
    return event_types(shape.binding, resource_name(shape.entity)) if shape.binding is not None else ()


def _id(change: str, type_: str) -> bytes:
    """The id of an event: it follows from what happened, so that it is the same however often that is told."""
    return uuid.uuid5(uuid.UUID(change), type_).bytes
