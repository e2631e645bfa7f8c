"""What arrives by a channel: the sender is found, the conversation goes on or begins, and its queue is told."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sidra.access.actor import system_actor
from sidra.channels.conversations import (
    add_item,
    channels_of,
    identified,
    item_entity,
    line,
    open_ones,
    recorded,
    ways_to_party,
)
from sidra.errors import Invalid, NotFound, Problem
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.store.storable import storable

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra_metamodel.kinds.interface import Interface

JOINED = datetime.timedelta(hours=24)
"""A customer who writes by another channel within this time goes on with the same conversation."""
MOST_CHARACTERS = 20_000
MOST_NAME_CHARACTERS = 120
PARTS = {
    "text": MOST_CHARACTERS,
    "from": MOST_CHARACTERS,
    "name": MOST_NAME_CHARACTERS,
    "subject": MOST_CHARACTERS,
    "id": MOST_CHARACTERS,
}
"""What a message may have, and how much of it is kept."""
# What another system sent, by the names that it gives the parts.
Source = Mapping[str, str]


def receive(runtime: Runtime, name: str, source: Source) -> Record:
    """Return the conversation that a message came to; raises NotFound for no such channel, Invalid for no message.

    A message with an id that came before changes nothing.
    """
    channel = channels_of(runtime.model).get(name)
    if channel is None or channel.inbound is None:
        raise NotFound(f"nothing arrives by `{name[:60]}`", hint="see the interfaces of kind `channel`")
    actor = system_actor(f"channel:{name}", affiliate=runtime.affiliate, locale=runtime.model.locales[0])
    return runtime.transact(actor, lambda unit: _received(unit, channel, source))


def _received(unit: UnitOfWork, channel: Interface, source: Source) -> Record:
    message = _parts(channel, source)
    key = _key(channel, message["id"])
    entity = channel.inbound.into if channel.inbound is not None else ""
    known = _known(unit, entity, key)
    if known is not None:
        return known
    customer = _customer(unit, channel, message)
    sender = _readable(unit, channel, message["from"])
    conversation = _going_on(unit, channel, sender, customer) or _begun(unit, channel, message, sender, customer)
    values = {"direction": "inbound", "channel": channel.name, "text": message["text"], "client_key": key}
    add_item(unit, conversation, {**values, "author": message["name"] or sender})
    changed = {
        "unread": (conversation["unread"] or 0) + 1,
        "waiting_since": conversation["waiting_since"] or unit.now,
        "last_message": line(message["text"]),
        "last_message_at": unit.now,
    }
    unit.emit(f"channel.{channel.name}.received", entity, conversation.id)
    return unit.records.update(entity, conversation.id, changed, work=unit)


def _parts(channel: Interface, source: Source) -> dict[str, str]:
    """Return the parts of a message under our names; raises Invalid where it has no sender or says nothing."""
    named = channel.inbound.map if channel.inbound is not None else {}
    parts = {part: storable(str(source.get(named.get(part, part), ""))).strip()[:most] for part, most in PARTS.items()}
    lacking = [part for part in ("from", "text") if not parts[part]]
    if lacking:
        raise Invalid([Problem("R601", part, f"a message has `{part}`") for part in lacking])
    return parts


def _key(channel: Interface, id: str) -> str | None:
    """Return what a message is known by when it comes again; None where it has no id."""
    key = f"{channel.name}:{id}"
    if not id or len(key) <= MOST_NAME_CHARACTERS:
        return key if id else None
    # Whole, lest two long ids that begin alike are one message.
    return f"{channel.name}:{hashlib.sha256(id.encode()).hexdigest()}"


def _known(unit: UnitOfWork, entity: str, key: str | None) -> Record | None:
    if key is None:
        return None
    items, inverse = item_entity(unit.runtime.model, entity)
    page = unit.system.list(items, Query(filters=(Filter("client_key", "eq", key),), limit=1, count=False))
    return next((item[inverse] for item in page.records), None)


def _readable(unit: UnitOfWork, channel: Interface, sender: str) -> str:
    """Return a number or address in the form in which media are kept, or as it came where it is none."""
    entity, attribute, _ = identified(channel)
    if not entity:
        return sender[:120]
    typed = unit.runtime.entity(entity).coercion(attribute)(sender, None)
    return sender[:120] if typed is None or isinstance(typed, Problem) else str(typed)


def _customer(unit: UnitOfWork, channel: Interface, message: Mapping[str, str]) -> Record | None:
    """Return the customer whom a sender's medium leads to; None for nobody, and for more than one."""
    entity, attribute, part = identified(channel)
    inbound = channel.inbound
    if not entity or inbound is None or inbound.customer is None:
        return None
    wanted = unit.runtime.entity(entity).coercion(attribute)(message[part], None)
    if wanted is None or isinstance(wanted, Problem):
        return None
    page = unit.system.list(entity, Query(filters=(Filter(attribute, "eq", wanted),), limit=5, count=False))
    owner, by = ways_to_party(unit.runtime, channel)
    target = unit.runtime.model.entities[inbound.into].relations[inbound.customer].to[0]
    found: dict[str, Record] = {}
    for medium in page.records if by else ():
        narrowed = Query(filters=(Filter(by, "eq", medium[owner].id),), limit=2, count=False)
        found |= {each.id: each for each in unit.system.list(target, narrowed).records}
    return next(iter(found.values())) if len(found) == 1 else None


def _going_on(unit: UnitOfWork, channel: Interface, sender: str, customer: Record | None) -> Record | None:
    """Return the open conversation that a message belongs to: of the same sender, else of the same customer of late."""
    inbound = channel.inbound
    if inbound is None:
        return None
    same = unit.system.list(inbound.into, open_ones(sender=sender, channel=recorded(channel.medium))).records
    if same or customer is None or inbound.customer is None or channel.medium == "voice":
        return same[0] if same else None
    others = unit.system.list(inbound.into, open_ones(**{inbound.customer: customer.id})).records
    late = unit.now - JOINED
    return next((one for one in others if one["last_message_at"] and one["last_message_at"] >= late), None)


def _begun(
    unit: UnitOfWork, channel: Interface, message: Mapping[str, str], sender: str, customer: Record | None
) -> Record:
    inbound = channel.inbound
    values: dict[str, Any] = {
        "channel": recorded(channel.medium),
        "direction": "inbound",
        "sender": sender,
        "sender_name": message["name"] or None,
        "subject": line(message["subject"]) or None,
        "reason": line(message["subject"] or message["text"]),
        "queue": inbound.queue if inbound is not None else None,
        "call_state": "ringing" if channel.medium == "voice" else None,
    }
    if customer is not None and inbound is not None and inbound.customer is not None:
        values |= {inbound.customer: customer.id, "unit": customer["unit"]}
    return unit.records.create(inbound.into if inbound is not None else "", values, work=unit)
