"""Answers: kept with the conversation at once, sent by durable work, and marked with how far they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.channels.conversations import add_item, channels_of, item_entity, line
from sidra.channels.drivers import NotSent, Outgoing, driver_of
from sidra.channels.reaching import is_written, ways
from sidra.errors import Conflict, Invalid, NotFound, Problem
from sidra.jobs.handlers import SOON, Payload, job
from sidra.live.signals import tell_changed
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.rules.wording import tell
from sidra.store.storable import storable

if TYPE_CHECKING:
    from sidra.channels.reaching import Way
    from sidra.jobs.work import JobWork
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork

QUEUED = "channel.message.queued"
MOST_TRIES = 4
MOST_CHARACTERS = 20_000


def send(records: Records, conversation: Record, name: str, text: str, *, key: str, customer: str | None) -> Record:
    """Return the message that goes out: the one that was sent already where the same key comes twice.

    Raises Invalid for a text that is none or too long, NotFound for no such channel, NotReachable with its reason.
    """
    runtime, said = records.runtime, storable(text).strip()
    channel = channels_of(runtime.model).get(name)
    if channel is None or channel.outbound is None or not is_written(channel):
        raise NotFound(f"nothing is sent by `{name[:60]}`", hint="choose one of the channels that are offered")
    _check_text(said, channel.outbound.most_characters or MOST_CHARACTERS, records.actor.locale)

    def write(unit: UnitOfWork) -> Record:
        known = _sent_before(unit, conversation.entity, key)
        if known is not None:
            return known
        way = next(one for one in ways(unit.records, conversation, customer) if one.name == name)
        way.check()
        return _kept(unit, conversation, way, said, key)

    return runtime.transact(records.actor, write)


def send_again(records: Records, conversation: Record, item_id: str, *, customer: str | None) -> Record:
    """Return a message that had failed and goes out once more; raises Conflict for another, NotReachable as `send`."""

    def write(unit: UnitOfWork) -> Record:
        entity, inverse = item_entity(unit.runtime.model, conversation.entity)
        item = unit.records.get(entity, item_id)
        if item[inverse].id != conversation.id or item["delivery"] != "failed":
            raise Conflict("it is on its way, or came", hint="look at the conversation again")
        next(one for one in ways(unit.records, conversation, customer) if one.name == item["channel"]).check()
        unit.emit(QUEUED, entity, item.id)
        return unit.records.update(entity, item.id, {"delivery": "queued", "failure": None}, work=unit)

    return records.runtime.transact(records.actor, write)


def add_note(records: Records, conversation: Record, text: str, *, key: str) -> Record:
    """Return a note that colleagues read and the customer does not; raises Invalid for an empty one."""
    said = storable(text).strip()
    _check_text(said, MOST_CHARACTERS, records.actor.locale)

    def write(unit: UnitOfWork) -> Record:
        values = {"item_kind": "note", "text": said, "author": unit.actor.name, "client_key": key}
        return _sent_before(unit, conversation.entity, key) or add_item(unit, conversation, values)

    return records.runtime.transact(records.actor, write)


def _check_text(text: str, most: int, locale: str) -> None:
    if not text:
        raise Invalid([Problem("R601", "text", tell("required", locale))])
    if len(text) > most:
        raise Invalid([Problem("R606", "text", tell("too_long", locale, n=most))])


def _sent_before(unit: UnitOfWork, entity: str, key: str) -> Record | None:
    items, _ = item_entity(unit.runtime.model, entity)
    page = unit.system.list(items, Query(filters=(Filter("client_key", "eq", key),), limit=1, count=False))
    return page.records[0] if page.records else None


def _kept(unit: UnitOfWork, conversation: Record, way: Way, text: str, key: str) -> Record:
    made = add_item(
        unit,
        conversation,
        {
            "direction": "outbound",
            "channel": way.name,
            "text": text,
            "author": unit.actor.name,
            "delivery": "queued",
            "client_key": key,
        },
    )
    changed = {"unread": 0, "waiting_since": None, "last_message": line(text), "last_message_at": unit.now}
    unit.records.update(conversation.entity, conversation.id, changed, work=unit)
    unit.emit(QUEUED, made.entity, made.id)
    return made


@job("send_message", on=(QUEUED,), priority=SOON, tries=MOST_TRIES, wait_seconds=2.0)
def send_message(work: JobWork, payload: Payload) -> None:
    """Give a message to its channel; after the last try it stands as failed, with the reason, until it is sent anew."""
    entity, record_id = str(payload["entity"]), str(payload["record_id"])
    records = work.runtime.records(work.actor)
    item = records.find(entity, record_id)
    if item is None or item["delivery"] != "queued":
        return
    channel = channels_of(work.runtime.model).get(item["channel"])
    inverse = next(iter(work.runtime.entity(entity).owners))
    if channel is None or not is_written(channel):
        _mark(work, item, inverse, "failed", "there is no such channel any more")
        return
    conversation = item[inverse]
    customer = channel.inbound.customer if channel.inbound is not None else None
    way = next(one for one in ways(records, conversation, customer) if one.name == channel.name)
    tries = work.jobs.get(work.job_id).tries
    try:
        came = driver_of(work.runtime.model, channel).send(Outgoing(record_id, way.to, item["text"], tries))
    except Exception as error:  # a driver may be a plugin's, and whatever it raises, the message does not wait for ever
        if tries + 1 < MOST_TRIES:
            raise
        reason = str(error) if isinstance(error, NotSent) else f"the channel broke: {type(error).__name__}"
        _mark(work, item, inverse, "failed", reason)
        return
    _mark(work, item, inverse, came, "")


def _mark(work: JobWork, item: Record, inverse: str, delivery: str, failure: str) -> None:
    def write(unit: UnitOfWork) -> None:
        unit.records.update(item.entity, item.id, {"delivery": delivery, "failure": failure or None}, work=unit)
        tell_changed(unit, item[inverse].entity, item[inverse].id)

    work.once("mark", write)


JOBS = (send_message,)
"""The work of this topic."""
