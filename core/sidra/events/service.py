"""Events of one affiliate: kept from the outbox, asked for by clients, read and delivered."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sidra.access.actor import Actor
from sidra.access.entrance import Entrance
from sidra.connectors.failures import Unreachable
from sidra.errors import BadQuery, Conflict, Forbidden, Invalid, NotFound, Problem
from sidra.events.deliveries import Deliveries
from sidra.events.documents import Envelopes
from sidra.events.log import KEPT, EventLog
from sidra.events.posting import CallbackRefused, Poster, target_of
from sidra.events.projecting import events_of
from sidra.events.querying import read_types, resources_of
from sidra.events.signing import new_secret
from sidra.events.subscribers import WEBHOOK, actor_of
from sidra.events.subscriptions import Subscription, Subscriptions
from sidra.store.codecs import encode_datetime
from sidra.store.identifiers import id_text

if TYPE_CHECKING:
    from sidra.jobs.outbox import Happening
    from sidra.records.service import Records
    from sidra.runtime import Runtime
    from sidra_metamodel.kinds.interface import Interface

MOST_OF_CLIENT = 50
NAMESPACE = uuid.UUID("8f0c7f0e-5d0b-4c1c-9d0e-2f1f6a0c5e11")
"""Of the ids of declared webhooks, which follow from their names."""


class Events:
    """The events of one Runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.log = EventLog(runtime.store)
        self.subscriptions = Subscriptions(runtime.store, runtime.keys)
        self.deliveries = Deliveries(runtime.store)

    @cached_property
    def envelopes(self) -> Envelopes:
        """What makes events of what the log has."""
        return Envelopes(self._runtime)

    @cached_property
    def poster(self) -> Poster:
        """What sends them."""
        return Poster()

    @cached_property
    def _entrance(self) -> Entrance:
        runtime = self._runtime
        return Entrance.of(runtime.affiliate, runtime.store, clock=runtime.clock, keys=runtime.keys)

    @cached_property
    def webhooks(self) -> dict[str, Interface]:
        """The webhooks that the configuration declares, by name."""
        found = self._runtime.model.interfaces.values()
        return {one.name: one for one in found if one.kind_ == "webhook"}

    def keep(self, rows: Sequence[Happening]) -> list[str]:
        """Keep in the log what rows of the outbox tell; returns the ids of the subscriptions that something waits for.

        Told of the same rows again, it keeps nothing twice.
        """
        shapes = self.envelopes.api.shapes
        events = [event for row in in_order(rows) for event in events_of(shapes, row)]
        if not events:
            return []
        wanted = {one.key: self._types(one) for one in self.current()}
        self.log.keep(events, encode_datetime(self._runtime.now()), wanted)
        return [id_text(key) for key in self.deliveries.waiting() if key in wanted]

    def _types(self, subscription: Subscription) -> frozenset[str]:
        try:
            return read_types(subscription.query, subscription.api, self.envelopes.api.shapes)
        except BadQuery:
            # The configuration has changed since: what it names is no longer there to happen.
            return frozenset()

    def current(self) -> list[Subscription]:
        """All subscriptions, those of declared webhooks among them."""
        found = {one.client: one for one in self.subscriptions.list() if one.client.startswith(WEBHOOK)}
        for name in self.webhooks:
            if f"{WEBHOOK}{name}" not in found:
                self._declare(name)
        return [self._current(one) for one in self.subscriptions.list()]

    def subscription(self, id: str) -> Subscription | None:
        """A subscription; None where there is none."""
        found = self.subscriptions.get(id)
        return None if found is None else self._current(found)

    def _current(self, subscription: Subscription) -> Subscription:
        """The same, with what the configuration says of it now."""
        webhook = self.webhooks.get(subscription.client.removeprefix(WEBHOOK))
        if webhook is None or not subscription.client.startswith(WEBHOOK):
            return subscription
        parts = [f"eventType={','.join(webhook.events)}" if webhook.events else "", webhook.query or ""]
        return dataclasses.replace(subscription, query="&".join(part for part in parts if part))

    def wrong(self, subscription: Subscription) -> str:
        """Why nothing is told to a subscription: its client or its query means nothing now; empty where both do."""
        actor = self.actor(subscription)
        if actor is None:
            return "its token, account or webhook has ended"
        try:
            self.envelopes.check(self._runtime.records(actor), subscription.api, subscription.query)
        except BadQuery as error:
            return error.reason
        return ""

    def _declare(self, name: str) -> None:
        key = uuid.uuid5(NAMESPACE, name).bytes
        values = {"client": f"{WEBHOOK}{name}", "api": "", "callback": "", "query": "", "base": ""}
        try:
            self.subscriptions.add(self._runtime.now(), values, secret="", key=key)
        except Conflict:
            # Another process was first.
            return

    def subscribe(  # noqa: PLR0913 - each is a property of its own
        self, records: Records, client: str, api: str, callback: str, query: str, base: str, *, has_loopback: bool
    ) -> tuple[Subscription, str]:
        """A new subscription, and its secret, which is shown this once.

        Raises NotFound for no such API, Forbidden where none of it may be read, BadQuery, CallbackRefused, Conflict.
        """
        resources = resources_of(api, self.envelopes.api.shapes)
        if not resources:
            raise NotFound(f"no API `{api[:80]}`", hint="see the reference of the API")
        if not any(records.view(shape.entity.name).can_read for shape in resources.values()):
            raise Forbidden("you may read nothing of this API", hint="ask for a role that may")
        self.envelopes.check(records, api, query)
        try:
            target_of(callback, loopback=has_loopback)
        except Unreachable as error:
            raise CallbackRefused(error.reason, hint="give the name of a host that there is") from error
        if sum(one.client == client for one in self.subscriptions.list()) >= MOST_OF_CLIENT:
            hint = "delete one that is no longer needed"
            raise Invalid([Problem("R604", "", f"a client has {MOST_OF_CLIENT} subscriptions at most", hint)])
        secret = new_secret()
        values = {"client": client, "api": api, "callback": callback, "query": query, "base": base}
        return self.subscriptions.add(self._runtime.now(), values, secret=secret), secret

    def own(self, client: str, api: str, id: str) -> Subscription:
        """A client's own subscription to an API; raises NotFound, for one of another client too."""
        found = self.subscriptions.get(id)
        if found is None or (found.client, found.api) != (client, api):
            raise NotFound("there is no such subscription", hint="it may be gone, or not yours")
        return found

    def sweep(self, now: datetime.datetime) -> None:
        """Delete what is too old to be read or told, and the subscriptions of those who may read nothing any more."""
        while self.log.sweep(encode_datetime(now - KEPT)):
            pass
        for one in self.subscriptions.list():
            if self.actor(one) is None:
                self.subscriptions.remove(one)

    def replay(self, id: str) -> tuple[int, list[str]]:
        """How many events are to be told again, and to which subscriptions; raises as `Deliveries.replay`, NotFound."""
        found = self.deliveries.replay(id)
        if not found:
            raise NotFound("nothing of this id waits to be told again", hint="see `sidra events dead`")
        return sum(found.values()), [id_text(key) for key in found]

    def actor(self, subscription: Subscription) -> Actor | None:
        """With whose rights its events are read now; None where these have ended."""
        return actor_of(subscription.client, self._entrance, self._runtime.model)


def in_order(rows: Sequence[Happening]) -> Iterable[Happening]:
    """Rows of the outbox, those of one record in the order of its versions.

    The clocks of two processes, by which rows are numbered, may differ; versions do not.
    """
    of_record: dict[str | None, list[Happening]] = defaultdict(list)
    for row in rows:
        of_record[row.record_id].append(row)
    sorted_ = {
        record: iter(sorted(found, key=lambda row: (row.version or 0, row.event.endswith(".deleted"))))
        for record, found in of_record.items()
        if record is not None
    }
    return [next(sorted_[row.record_id]) if row.record_id is not None else row for row in rows]
