"""Conversations that the company begins: a call to a customer, or a message that answers none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sidra.channels.conversations import channels_of, identified, line, open_ones, recorded
from sidra.channels.handling import add_event, login_of
from sidra.channels.reaching import is_written, way_by
from sidra.errors import Invalid, NotFound, Problem
from sidra.records.record import Record
from sidra.rules.wording import tell
from sidra.store.storable import storable

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork
    from sidra_metamodel.kinds.interface import Interface
    from sidra_metamodel.kinds.interfaces.channel import Inbound


def outgoing(records: Records, entity: str) -> list[Interface]:
    """Return the channels by which a conversation of an entity can be begun."""
    return [
        one
        for one in channels_of(records.runtime.model).values()
        if one.outbound is not None and one.inbound is not None and one.inbound.into == entity and one.inbound.customer
    ]


def begin(records: Records, entity: str, name: str, customer: str, about: str) -> Record:
    """Return the actor's conversation with a customer by a channel: the one that is open, or a new one.

    Raises Invalid where the customer or what it is about is lacking, NotReachable where the channel leads nowhere.
    """
    channel = next((one for one in outgoing(records, entity) if one.name == name), None)
    if channel is None or channel.inbound is None:
        raise NotFound(f"nothing is begun by `{name[:60]}`", hint="choose one of the channels that are offered")
    inbound, reason = channel.inbound, line(storable(about))
    lacking = [part for part, value in (("customer", customer), ("about", reason)) if not value]
    if lacking:
        raise Invalid([Problem("R601", part, tell("required", records.actor.locale)) for part in lacking])

    def write(unit: UnitOfWork) -> Record:
        known = _going_on(unit, channel, inbound, customer)
        return known if known is not None else _made(unit, channel, inbound, customer, reason)

    return records.runtime.transact(records.actor, write)


def _going_on(unit: UnitOfWork, channel: Interface, inbound: Inbound, customer: str) -> Record | None:
    """Return the actor's own open conversation with a customer on a channel: a second click makes no other one."""
    same = {str(inbound.customer): customer, "channel": recorded(channel.medium), "assignee": login_of(unit.records)}
    found = unit.records.list(inbound.into, open_ones(**same)).records
    return next((one for one in found if one["call_state"] != "ended"), None)


def _made(unit: UnitOfWork, channel: Interface, inbound: Inbound, customer: str, reason: str) -> Record:
    values: dict[str, Any] = {
        "channel": recorded(channel.medium),
        "direction": "outbound",
        "reason": reason,
        "last_message": reason,
        "last_message_at": unit.now,
        "queue": inbound.queue,
        "assignee": login_of(unit.records),
        str(inbound.customer): customer,
    }
    made = unit.records.create(inbound.into, values, work=unit)
    way = way_by(unit.records, made, inbound.customer, channel)
    way.check()
    called = {} if is_written(channel) else {"call_state": "talking", "call_began_at": unit.now}
    if called:
        add_event(unit, made, "called", {})
    reached = {"sender": way.to} if _is_seen(unit, channel) else {}
    return unit.records.update(made.entity, made.id, {**reached, **called}, work=unit) if reached or called else made


def _is_seen(unit: UnitOfWork, channel: Interface) -> bool:
    """Tell whether the actor sees where a channel leads: whoever sees it masked is not told by the conversation."""
    entity, attribute, _ = identified(channel)
    return bool(entity) and unit.records.view(entity).level(attribute) in {"read", "edit"}
