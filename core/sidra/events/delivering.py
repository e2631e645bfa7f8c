"""Durable work that tells a subscriber what waits for it: in order, over one connection, as long as it answers."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

import orjson
import structlog

from sidra.connectors.addresses import base_parts
from sidra.connectors.addresses import target_of as operators_target
from sidra.connectors.failures import CallFailed, NotConfigured, Refused
from sidra.errors import BadQuery, SidraError
from sidra.events.deliveries import Due, wait_after
from sidra.events.posting import Target, target_of
from sidra.events.subscribers import WEBHOOK
from sidra.events.subscriptions import HELD, Subscription
from sidra.jobs.handlers import SOON, Payload, job
from sidra.jobs.service import Jobs, Wish
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra_metamodel.kinds.interfaces.connector import FromEnvironment

if TYPE_CHECKING:
    from sidra.events.service import Events
    from sidra.jobs.work import JobWork
    from sidra.records.service import Records
    from sidra.store.database import Connection
    from sidra_metamodel.kinds.interface import Interface

BATCH = 50
"""Events that are marked as told by one transaction: so many may be told twice where the process is killed."""
AT_ONCE = 8
"""Subscribers that are told at the same time, by all workers together."""
AFFILIATE = "{affiliate}"


@dataclass(frozen=True, slots=True)
class Way:
    """How a subscriber is reached now."""

    target: Target
    secret: str
    base: str


@dataclass(slots=True)
class Told:
    """What became of a batch."""

    done: list[int] = field(default_factory=list)
    put_off: list[tuple[Due, tuple[str, str]]] = field(default_factory=list)
    failure: tuple[str, str] | None = None
    """Code and reason, where the subscriber itself failed."""


@job("deliver_events", priority=SOON, most_at_once=AT_ONCE)
def deliver_events(work: JobWork, payload: Payload) -> None:
    """Tell one subscriber all that waits for it and is due; asks for more such work where something is due later."""
    events, id = work.runtime.events, str(payload["subscription"])
    while True:
        subscription = events.subscription(id)
        if subscription is None or not events.subscriptions.hold(subscription, work.job_id, work.runtime.now()):
            return
        try:
            subscription = _deliver(work, events, subscription)
        finally:
            # Whoever came meanwhile went again: what waits now is looked at once more, after this.
            events.subscriptions.free(subscription, work.job_id)
        now = encode_datetime(work.runtime.now())
        if not events.deliveries.due(subscription, now, 1):
            _ask_again(work, payload, events.deliveries.later(subscription, now), now)
            return
        if subscription.resume_at > now:
            _ask_again(work, payload, subscription.resume_at, now)
            return


def _ask_again(work: JobWork, payload: Payload, due: int | None, now: int) -> None:
    """Ask for the same work when the time of what was put off has come (µs)."""
    if due is not None:
        moment = datetime.datetime.now(datetime.UTC) + (decode_datetime(due) - decode_datetime(now))
        key = f"{payload['subscription']}:{due}"
        work.jobs.enqueue(work.runtime.affiliate, work.name, payload, key=key, not_before=moment)


def ask(jobs: Jobs, affiliate: str, subscriptions: Iterable[str]) -> None:
    """Ask for what waits for these subscriptions to be told."""
    jobs.enqueue_all(Wish(affiliate, deliver_events.name, {"subscription": one}) for one in subscriptions)


def _deliver(work: JobWork, events: Events, subscription: Subscription) -> Subscription:
    """Tell what is due, batch by batch; returns the subscription as it stands then."""
    held_at = work.runtime.now()
    while True:
        now = work.runtime.now()
        if now - held_at > HELD / 4:
            events.subscriptions.hold(subscription, work.job_id, now)
            held_at = now
        actor = events.actor(subscription)
        if actor is None:
            # Whose token or account has ended is told nothing more.
            structlog.get_logger("sidra.events").warning("subscription ended", id=subscription.id)
            events.subscriptions.remove(subscription)
            return subscription
        moment = encode_datetime(now)
        batch = events.deliveries.due(subscription, moment, BATCH) if subscription.resume_at <= moment else []
        if not batch:
            return subscription
        told = _tell(work, events, subscription, work.runtime.records(actor), batch)
        subscription = _noted(work, events, subscription, told)
        work.progress(0, 0)


def _tell(work: JobWork, events: Events, subscription: Subscription, records: Records, batch: list[Due]) -> Told:
    told, behind = Told(), set[bytes]()
    try:
        way = way_to(work, events, subscription)
    except SidraError as error:
        told.failure = (error.code, error.reason)
        return told
    for due in batch:
        record = due.logged.event.record_id
        if record in behind:
            continue
        try:
            envelope = events.envelopes.envelope(records, due.logged, way.base, subscription.api, subscription.query)
            if envelope is not None:
                events.poster.post(way.target, orjson.dumps(envelope), way.secret)
        except (Refused, BadQuery) as error:
            # This one is wrong for it, others may not be; of the same record none goes before it.
            told.put_off.append((due, (error.code, error.reason)))
            behind.add(record)
        except CallFailed as error:
            told.failure = (error.code, error.reason)
            return told
        else:
            told.done.append(due.logged.sequence)
    return told


def _noted(work: JobWork, events: Events, subscription: Subscription, told: Told) -> Subscription:
    """Keep what became of a batch, in one transaction."""
    now = encode_datetime(work.runtime.now())
    failures = subscription.failures + 1 if told.failure else 0
    resume_at = now + wait_after(failures) if failures else 0

    def keep(connection: Connection) -> None:
        deliveries = events.deliveries
        deliveries.done(connection, subscription, told.done)
        for due, failure in told.put_off:
            deliveries.put_off(connection, subscription, due, now, failure)
        if told.failure is not None:
            deliveries.fail_all(connection, subscription, told.failure)
        if (failures, resume_at) != (subscription.failures, subscription.resume_at):
            events.subscriptions.note(connection, subscription, failures, resume_at)

    work.runtime.store.transact(keep)
    if told.failure is not None:
        code, reason = told.failure
        structlog.get_logger("sidra.events").warning("subscriber failed", id=subscription.id, code=code, why=reason)
    return events.subscription(subscription.id) or subscription


def way_to(work: JobWork, events: Events, subscription: Subscription) -> Way:
    """How a subscriber is reached; raises SidraError where it cannot be, or must not."""
    if subscription.client.startswith(WEBHOOK):
        return _way_of(events.webhooks[subscription.client.removeprefix(WEBHOOK)], work.runtime.affiliate)
    has_loopback = work.settings.callbacks == "loopback"
    target = target_of(subscription.callback, loopback=has_loopback)
    return Way(target, events.subscriptions.secret(subscription), subscription.base)


def _way_of(webhook: Interface, affiliate: str) -> Way:
    """The way to a declared webhook, whose address the operator gave."""
    value = partial(_value, affiliate=affiliate)
    parts = base_parts(value(webhook.url), webhook.url.environment if webhook.url else "url")
    target = operators_target(parts, internal=webhook.internal)
    literal = f"[{target}]" if ":" in target else target
    port = f":{parts.port}" if parts.port else ""
    url = f"{parts.scheme}://{literal}{port}{parts.path or '/'}"
    links = value(webhook.links).rstrip("/") if webhook.links is not None else ""
    secret = value(webhook.secret) if webhook.secret is not None else ""
    return Way(Target(url, parts.netloc, parts.hostname or ""), secret, f"{links}/{affiliate}/tmf-api/")


def _value(named: FromEnvironment | str | None, *, affiliate: str) -> str:
    """What the environment says; raises NotConfigured, also for what stands in YAML itself."""
    name = named.environment if isinstance(named, FromEnvironment) else ""
    value = os.environ.get(name, "")
    if not value:
        raise NotConfigured(f"the variable `{name}` is not set", hint=f"set `{name}`, and start the worker anew")
    return value.replace(AFFILIATE, quote(affiliate, safe=""))


JOBS = (deliver_events,)
"""The work of this topic."""
