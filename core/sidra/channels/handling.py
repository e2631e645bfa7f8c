"""What an agent does with a conversation besides answering: take it, hand it over, join two, speak, end it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sidra.channels.conversations import OPEN, add_item, item_entity, line
from sidra.errors import Conflict, Invalid, NotFound, Problem
from sidra.queues.serving import queues_of
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.rules.wording import tell
from sidra.store.storable import storable

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork

CALLS: Final[Mapping[str, tuple[tuple[str, ...], Mapping[str, Any]]]] = {
    "answer": (("ringing",), {"call_state": "talking"}),
    "hold": (("talking",), {"call_state": "held"}),
    "resume": (("held",), {"call_state": "talking"}),
    "mute": (("talking", "held"), {"muted": True}),
    "unmute": (("talking", "held"), {"muted": False}),
    "end": (("ringing", "talking", "held"), {"call_state": "ended", "muted": False}),
}
"""By what an agent does with a call: the states in which it can be done, and what is so afterwards."""


def login_of(records: Records) -> str:
    """Return the login of whoever acts; empty for the program."""
    return records.actor.login


def is_reached(records: Records, conversation: Record, login: str) -> bool:
    """Tell whether a conversation stands in somebody's inbox: it is theirs, or waits in a queue that they serve."""
    queue = conversation["queue"]
    return conversation["assignee"] == login or queue is None or queue in queues_of(records.runtime, records.actor)


def reached(records: Records, entity: str, id: str) -> Record:
    """Return a conversation; raises NotFound where it is not in the inbox of whoever asks, whatever their grants."""
    found = records.get(entity, id)
    if not is_reached(records, found, login_of(records)):
        raise NotFound("there is no such conversation in your inbox", hint="look for it among the interactions")
    return found


def hand_over(records: Records, conversation: Record, *, queue: str, login: str, reason: str) -> Record:
    """Return a conversation that waits in another queue, or belongs to somebody else; a reason is kept with it.

    Raises Invalid where neither is named, or no reason is given.
    """
    why, problems = line(storable(reason)), []
    if not why:
        problems.append(Problem("R601", "reason", tell("required", records.actor.locale)))
    if not queue and not login:
        problems.append(Problem("R601", "queue", tell("required", records.actor.locale)))
    if problems:
        raise Invalid(problems)
    changes: dict[str, Any] = {"assignee": login or None, **({"queue": queue} if queue else {})}

    def write(unit: UnitOfWork) -> Record:
        return _given(unit, conversation, changes, "handed", {"queue": queue, "login": login, "why": why})

    return records.runtime.transact(records.actor, write)


def _given(
    unit: UnitOfWork, conversation: Record, changes: Mapping[str, Any], word: str, facts: Mapping[str, str]
) -> Record:
    # Before it is given away: afterwards it may be out of reach.
    add_event(unit, conversation, word, facts)
    return unit.records.update(conversation.entity, conversation.id, changes, work=unit)


def add_event(unit: UnitOfWork, conversation: Record, word: str, facts: Mapping[str, str]) -> None:
    """Keep with a conversation that something was done with it, as words that are put into sentences when shown."""
    told = " ".join([word, *(f"{name}={value}" for name, value in facts.items() if value)])
    add_item(unit, conversation, {"item_kind": "event", "text": told, "author": unit.actor.name})


def step_call(records: Records, conversation: Record, step: str) -> Record:
    """Return a call after something was done with it; raises Conflict where it is in no state for that."""
    if step not in CALLS:
        raise NotFound(f"nothing is called `{step[:40]}`", hint=f"there are {', '.join(CALLS)}")
    states, changes = CALLS[step]

    def write(unit: UnitOfWork) -> Record:
        now = unit.records.get(conversation.entity, conversation.id)
        if now["call_state"] not in states:
            raise Conflict("the call is in another state by now", hint="look at it again")
        more: dict[str, Any] = dict(changes)
        if step == "answer":
            more |= {"call_began_at": unit.now, "unread": 0, "waiting_since": None}
            more |= {} if now["assignee"] else {"assignee": login_of(unit.records)}
        if step in {"answer", "end"}:
            add_event(unit, now, f"call_{step}", {})
        return unit.records.update(now.entity, now.id, more, work=unit)

    return records.runtime.transact(records.actor, write)


def read(records: Records, conversation: Record) -> Record:
    """Return a conversation whose messages whoever has it has read; for all others nothing changes."""
    if not conversation["unread"] or conversation["assignee"] != login_of(records):
        return conversation
    return records.update(conversation.entity, conversation.id, {"unread": 0})


def wrap_up(records: Records, conversation: Record, transition: str, values: Mapping[str, Any], note: str) -> Record:
    """Return a conversation that is over, with what it was about; raises Invalid with the problems of the values."""

    def write(unit: UnitOfWork) -> Record:
        if storable(note).strip():
            add_item(
                unit,
                conversation,
                {"item_kind": "note", "text": storable(note).strip(), "author": unit.actor.name},
            )
        ended = {"call_state": "ended", "muted": False} if conversation["call_state"] else {}
        changes = {**values, **ended, "interaction_end": unit.now, "unread": 0, "waiting_since": None}
        changed = unit.records.update(conversation.entity, conversation.id, changes, work=unit)
        return unit.records.transition(changed.entity, changed.id, transition, work=unit)

    return records.runtime.transact(records.actor, write)


def merge(records: Records, kept: Record, other: Record, customer: str, transition: str) -> Record:
    """Return a conversation with what was said in another one of the same customer, which is over then.

    Raises Conflict where they are of two customers, of nobody, or over already.
    """
    one, two = kept[customer], other[customer]
    if one is None or two is None or one.id != two.id or kept.id == other.id:
        raise Conflict("only two conversations of one customer become one", hint="link both to the customer first")
    if kept["status"] not in OPEN or other["status"] not in OPEN:
        raise Conflict("one of them is over", hint="choose two that are open")
    items, inverse = item_entity(records.runtime.model, kept.entity)

    def write(unit: UnitOfWork) -> Record:
        query = Query(filters=(Filter(inverse, "eq", other.id),), limit=1000, count=False)
        for item in unit.records.list(items, query).records:
            unit.records.update(items, item.id, {inverse: kept.id}, work=unit)
        add_event(unit, kept, "merged", {})
        unit.records.update(other.entity, other.id, {"unread": 0, "waiting_since": None}, work=unit)
        unit.records.transition(other.entity, other.id, transition, work=unit)
        waiting = min(filter(None, (kept["waiting_since"], other["waiting_since"])), default=None)
        unread = (kept["unread"] or 0) + (other["unread"] or 0)
        return unit.records.update(kept.entity, kept.id, {"waiting_since": waiting, "unread": unread}, work=unit)

    return records.runtime.transact(records.actor, write)
