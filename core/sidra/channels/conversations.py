"""Conversations: the records in which what is said by any channel comes together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.model import Model

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime

ITEMS = "items"
IDENTIFY = re.compile(r"(\w+)\.(\w+) == source\.(\w+)")
SHOWN = 200
"""Characters of the last message that the inbox shows."""
OPEN = ("opened", "in_progress")
AS_RECORDED: Mapping[str, str] = {"mail": "email"}
"""Media that the code list of channels calls otherwise."""


def channels_of(model: Model) -> Mapping[str, Interface]:
    """Return the channels of an affiliate by name."""
    return {name: one for name, one in model.interfaces.items() if one.kind_ == "channel"}


def identified(channel: Interface) -> tuple[str, str, str]:
    """Return the entity, the attribute and the part of a message by which a sender is found; empty for none."""
    found = IDENTIFY.fullmatch(channel.inbound.identify or "") if channel.inbound is not None else None
    return (found[1], found[2], found[3]) if found is not None else ("", "", "")


def ways_to_party(runtime: Runtime, channel: Interface) -> tuple[str, str]:
    """Return by which relations a contact medium and a customer lead to the same party; empty for none."""
    entity, _, _ = identified(channel)
    inbound, model = channel.inbound, runtime.model
    if not entity or inbound is None or inbound.customer is None:
        return "", ""
    owner = next(iter(runtime.entity(entity).owners), "")
    parties = set(model.entities[entity].relations[owner].to) if owner else set()
    target = model.entities[inbound.into].relations[inbound.customer].to[0]
    relations = model.entities[target].relations.values()
    by = next((one.name for one in relations if not one.many and parties & set(one.to)), "")
    return (owner, by) if by else ("", "")


def recorded(medium: str | None) -> str:
    """Return the value by which a conversation says on which medium it began."""
    return AS_RECORDED.get(medium or "", medium or "")


def item_entity(model: Model, entity: str) -> tuple[str, str]:
    """Return the entity of the messages of a conversation, and their relation to it."""
    relation = model.entities[entity].relations[ITEMS]
    return relation.to[0], relation.inverse or entity


def add_item(unit: UnitOfWork, conversation: Record, values: Mapping[str, Any]) -> Record:
    """Return a new message, note or event of a conversation."""
    entity, inverse = item_entity(unit.runtime.model, conversation.entity)
    return unit.records.create(entity, {inverse: conversation.id, **values}, work=unit)


def items_of(runtime: Runtime, conversation: Record, entity: str) -> Query:
    """Return the query of what was said in a conversation, in order."""
    _, inverse = item_entity(runtime.model, entity)
    return Query(filters=(Filter(inverse, "eq", conversation.id),), sort=("created_at",), limit=500, count=False)


def open_ones(**values: object) -> Query:
    """Return the query of open conversations with these values, the latest first."""
    filters = (Filter("status", "in", list(OPEN)), *(Filter(name, "eq", value) for name, value in values.items()))
    return Query(filters=filters, sort=("-last_message_at",), limit=20, count=False)


def line(text: str) -> str:
    """Return what the inbox shows of a message: one line, not too long."""
    one = " ".join(text.split())
    return one if len(one) <= SHOWN else f"{one[: SHOWN - 1]}…"


def media_of(model: Model) -> Iterator[tuple[str, str]]:
    """Yield the name of each channel, and how conversations on it are recorded."""
    for name, channel in channels_of(model).items():
        yield name, recorded(channel.medium)
