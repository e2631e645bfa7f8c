"""Taking conversations: one that is chosen, or the next one of the queues, as long as a person has room for more."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sidra.channels.conversations import OPEN, recorded
from sidra.channels.handling import add_event, login_of
from sidra.errors import Conflict
from sidra.queues.serving import queues_of
from sidra.records.query import Filter, Query
from sidra.records.record import Record

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork
    from sidra_metamodel.model import Model

UNPROMISED = datetime.timedelta(hours=8)
"""By when a queue that promises nothing is served."""
MOST_HELD = 500
"""Conversations that a person has, counted for their room."""


class Full(Conflict):
    """Whoever takes a conversation has as many of its medium as their queues allow already."""

    code = "R135"


def bounds(model: Model, queues: Iterable[str]) -> Mapping[str, int]:
    """Return how many conversations of a medium somebody who serves these queues holds at once, as it is recorded."""
    found: dict[str, int] = {}
    for name in queues:
        for medium, most in model.queues[name].capacity.items():
            found[recorded(medium)] = max(most, found.get(recorded(medium), 0))
    return found


def held(records: Records, entity: str, login: str) -> Counter[str]:
    """Return how many open conversations somebody has, by medium; a call that has ended takes no room."""
    filters = (Filter("status", "in", list(OPEN)), Filter("assignee", "eq", login))
    page = records.list(entity, Query(filters=filters, limit=MOST_HELD, count=False))
    return Counter(str(one["channel"]) for one in page.records if one["call_state"] != "ended")


def full_media(records: Records, entity: str) -> frozenset[str]:
    """Return the media of which the actor has no room for another conversation."""
    has = held(records, entity, login_of(records))
    most = bounds(records.runtime.model, queues_of(records.runtime, records.actor))
    return frozenset(medium for medium, bound in most.items() if has[medium] >= bound)


def take(records: Records, conversation: Record, *, over: bool = False) -> Record:
    """Return a conversation that is the actor's now; raises Conflict where somebody else was faster.

    Raises Full where the actor has no room for it, unless they take it `over` that.
    """
    login = login_of(records)

    def write(unit: UnitOfWork) -> Record:
        now = unit.records.get(conversation.entity, conversation.id)
        if now["assignee"] == login:
            return now
        if now["assignee"] is not None:
            raise Conflict("somebody else has taken it", hint="choose another one, or ask them to hand it over")
        if not over and now["channel"] in full_media(unit.records, now.entity):
            raise Full("you have as many as you can hold", hint="finish one first, or take it all the same")
        add_event(unit, now, "taken", {"who": unit.actor.name})
        return unit.records.update(now.entity, now.id, {"assignee": login}, work=unit)

    return records.runtime.transact(records.actor, write)


def take_next(records: Records, entity: str) -> Record | None:
    """Return the conversation that is the actor's now: of the queue whose promise ends first, by that queue's order.

    None where nothing waits for which there is room.
    """
    full = full_media(records, entity)
    found = [one for name in queues_of(records.runtime, records.actor) for one in _first(records, entity, name, full)]
    for one in sorted(found, key=lambda one: one["waiting_since"] + _promise(records, one)):
        try:
            return take(records, one)
        except Conflict:
            continue
    return None


def _first(records: Records, entity: str, queue: str, full: frozenset[str]) -> list[Record]:
    """Return what a queue offers first, of what waits for an answer and nobody has."""
    declared = records.runtime.model.queues[queue]
    wanted = (
        Filter("queue", "eq", queue),
        Filter("assignee", "null", True),
        Filter("waiting_since", "null", False),
        Filter("status", "in", list(OPEN)),
    )
    order = "waiting_since" if declared.order == "oldest" else "-waiting_since"
    page = records.list(entity, Query(filters=wanted, sort=(order,), limit=20, count=False))
    return [one for one in page.records if one["channel"] not in full][:1]


def _promise(records: Records, conversation: Record) -> datetime.timedelta:
    return records.runtime.model.queues[conversation["queue"]].answer_within or UNPROMISED
