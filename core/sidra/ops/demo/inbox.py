"""An inbox in the middle of a day: conversations that wait, some taken, some of nobody knows whom."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from sidra.access.actor import Actor, system_actor
from sidra.access.entrance import Entrance
from sidra.channels.conversations import add_item, channels_of, identified, item_entity
from sidra.channels.receiving import receive
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime

FILE = "demo_inbox.json"
CUSTOMER = "customer"
ENTITY = "party_interaction"
MINE = (0, 1, 2, 4, 6, 7, 8)
"""Which of them the agent has taken."""
UNKNOWN = (3, 13)
"""Which of them come from numbers that nobody has."""
BY_CATEGORY = {"billing": "billing_desk", "technical": "tier_2", "complaint": "complaints"}
STEP = datetime.timedelta(seconds=50)


def fill_inbox(runtime: Runtime, folder: Path) -> int:
    """Make the conversations of an affiliate's file; return how many, 0 where there are messages or no file."""
    file = folder / FILE
    items, _ = item_entity(runtime.model, ENTITY)
    records = runtime.records(system_actor("demo", affiliate=runtime.affiliate))
    if not file.exists() or records.list(items, Query(limit=1, count=False)).records:
        return 0
    for person in runtime.people.by_login().values():
        # Nobody wants to read of what was made for them in months that never were.
        runtime.notifications.read_all(person.id, runtime.now())
    talks = orjson.loads(file.read_bytes())
    agent = Entrance.of(runtime.affiliate, runtime.store).accounts.find("agent")
    people = _reachable(runtime, talks)
    for number, (talk, (customer, known)) in enumerate(zip(talks, people, strict=False)):
        sender = f"{known[:-4]}{number:04}" if number in UNKNOWN else known
        _talk(runtime, number, talk, customer, sender, agent.actor(runtime.affiliate) if agent is not None else None)
    return len(talks)


def _reachable(runtime: Runtime, talks: list[Mapping[str, Any]]) -> Iterator[tuple[Record, str]]:
    """Yield for each talk another customer who can be found by its channel, with their number or address."""
    records = runtime.records(system_actor("demo", affiliate=runtime.affiliate))
    waiting = iter(records.list(CUSTOMER, Query(sort=("number",), limit=400, count=False)).records)
    for talk in talks:
        channel = channels_of(runtime.model)[talk["channel"]]
        _, attribute, _ = identified(channel)
        for customer in waiting:
            media = [one[attribute] for one in customer["engaged_party"]["contact_media"] if one[attribute]]
            if media and customer["status"] == "active":
                yield customer, media[0]
                break


def _talk(
    runtime: Runtime, number: int, talk: Mapping[str, Any], customer: Record, sender: str, agent: Actor | None
) -> None:
    begun = runtime.now() - datetime.timedelta(minutes=talk["minutes"]) - STEP * len(talk["lines"])
    name = "" if number in UNKNOWN else str(customer["name"] or "")
    conversation: Record | None = None
    for at, said in enumerate(talk["lines"]):
        then = runtime.at(lambda moment=begun + STEP * at: moment)  # type: ignore[misc]  # the moment of this line
        text = said[1:].format(name=name)
        if said.startswith("<") or conversation is None:
            source = {"from": sender, "text": text, "name": name, "subject": talk.get("subject", "")}
            conversation = receive(then, talk["channel"], {**source, "id": f"demo-{number}-{at}"})
        else:
            _answered(then, conversation, talk["channel"], text, agent)
    if conversation is not None:
        _placed(runtime, number, talk, conversation, agent)


def _answered(then: Runtime, conversation: Record, channel: str, text: str, agent: Actor | None) -> None:
    def write(unit: UnitOfWork) -> None:
        values = {"direction": "outbound", "channel": channel, "text": text, "delivery": "delivered"}
        add_item(unit, conversation, {**values, "author": agent.name if agent is not None else ""})
        changed = {"unread": 0, "waiting_since": None, "last_message": text, "last_message_at": unit.now}
        unit.records.update(conversation.entity, conversation.id, changed, work=unit)

    then.transact(system_actor("demo", affiliate=then.affiliate), write)


def _placed(runtime: Runtime, number: int, talk: Mapping[str, Any], conversation: Record, agent: Actor | None) -> None:
    """Give a conversation to whoever has it."""

    def write(unit: UnitOfWork) -> None:
        changes: dict[str, Any] = {"category": talk["category"]}
        if number in MINE:
            changes |= {"assignee": "agent"} if agent is not None else {}
        elif number % 3 == 0:
            changes |= {"queue": BY_CATEGORY.get(talk["category"], "vip")}
        if number == 1:
            changes |= {"call_state": "held", "call_began_at": unit.now - datetime.timedelta(minutes=4, seconds=17)}
        unit.records.update(conversation.entity, conversation.id, changes, work=unit)

    runtime.transact(system_actor("demo", affiliate=runtime.affiliate), write)
