"""The types of events that a resource tells, as TM Forum names them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sidra_metamodel.kinds.entity import ApiBinding

CREATE, CHANGE, DELETE = "CreateEvent", "AttributeValueChangeEvent", "DeleteEvent"
STATES: Final = MappingProxyType({"state": "StateChangeEvent", "status": "StatusChangeEvent"})
"""The event of a change of state, by the word `events` of the binding."""


def event_name(resource: str) -> str:
    """Return what the types of a resource's events begin with: `TroubleTicket` of `troubleTicket`."""
    return resource[:1].upper() + resource[1:]


def event_types(binding: ApiBinding, resource: str) -> tuple[str, ...]:
    """Return the types of the events of a resource, in the order in which TM Forum lists them."""
    state = [STATES[binding.events]] if binding.events is not None else []
    further = [f"{name}Event" for name in dict.fromkeys(binding.state_events.values())]
    return tuple(event_name(resource) + kind for kind in (CREATE, CHANGE, *state, *further, DELETE))
