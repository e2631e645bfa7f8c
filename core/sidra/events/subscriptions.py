"""Who wants to be told: the subscriptions of one affiliate's store."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.errors import Conflict
from sidra.events.tables import event_tables_alone
from sidra.store.codecs import MICROSECOND, decode_datetime, encode_datetime
from sidra.store.identifiers import id_bytes, id_text, new_key
from sidra.store.prepared import Prepared, Row, given

if TYPE_CHECKING:
    from sidra.privacy.keys import KeyRing
    from sidra.store.database import Connection, Store

COLUMNS = (
    *("id", "client", "api", "callback", "query", "base", "secret", "made_at", "failures", "resume_at"),
    *("holder", "held_until"),
)
HELD = datetime.timedelta(minutes=2)
"""How long a piece of work that is not heard of keeps others from delivering."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One wish to be told of events."""

    id: str
    client: str
    api: str
    callback: str
    query: str
    base: str
    sealed: str
    made_at: datetime.datetime
    failures: int
    resume_at: int

    @property
    def key(self) -> bytes:
        """Its id as the store keeps it."""
        return id_bytes(self.id)


# Inside the class below `list` is the method.
Found = list[Subscription]


class Subscriptions:
    """Makes, finds and ends them; whatever is not a client's own is not there for it."""

    def __init__(self, store: Store, keys: KeyRing) -> None:
        self._store, self._keys = store, keys
        tables = event_tables_alone()
        table, delivery = tables.subscription, tables.delivery
        is_key = table.c.id == given("key")
        columns = [table.c[name] for name in COLUMNS]
        self._add = Prepared(store, table.insert().values({name: given(name) for name in COLUMNS}))
        self._get = Prepared(store, sa.select(*columns).where(is_key))
        self._list = Prepared(store, sa.select(*columns).order_by(table.c.id))
        self._remove = Prepared(store, table.delete().where(is_key))
        self._remove_deliveries = Prepared(store, delivery.delete().where(delivery.c.subscription_id == given("key")))
        is_free = sa.or_(table.c.holder.in_([given("nobody"), given("holder")]), table.c.held_until < given("now"))
        held = {"holder": given("holder"), "held_until": given("until")}
        self._hold = Prepared(store, table.update().where(is_key, is_free).values(held))
        free = table.update().where(is_key, table.c.holder == given("holder"))
        self._free = Prepared(store, free.values(holder=given("nobody")))
        counted = {"failures": given("failures"), "resume_at": given("resume_at")}
        self._note = Prepared(store, table.update().where(is_key).values(counted))

    def add(
        self, now: datetime.datetime, values: Mapping[str, str], *, secret: str, key: bytes | None = None
    ) -> Subscription:
        """The new subscription; raises Conflict where the client has the same one already.

        values: `client`, `api`, `callback`, `query`, `base`.
        """
        at = encode_datetime(now)
        key = key or new_key(at // 1000)
        row = {"id": key, "made_at": at, "failures": 0, "resume_at": 0, "holder": "", "held_until": 0, **values}
        row["secret"] = self._keys.seal("person", secret.encode(), about(key)) if secret else ""
        try:
            self._store.transact(lambda connection: self._add.run_on(connection, **row))
        except self._store.errors as error:
            if self._store.refusal(error) is None:
                raise
            hint = "use the one that there is, or delete it first"
            # Without its cause, which the log would take for a fault of the database.
            raise Conflict("there is such a subscription already", hint=hint) from None
        return _subscription(tuple(row[name] for name in COLUMNS))

    def get(self, id: str) -> Subscription | None:
        """A subscription; None where there is none."""
        try:
            row = self._get.one(key=id_bytes(id))
        except ValueError:
            return None
        return None if row is None else _subscription(row)

    def list(self) -> Found:
        """All of them, the oldest first."""
        return [_subscription(row) for row in self._list.all()]

    def remove(self, subscription: Subscription) -> None:
        """End a subscription, with all that it has still to be told."""

        def remove(connection: Connection) -> None:
            self._remove_deliveries.run_on(connection, key=subscription.key)
            self._remove.run_on(connection, key=subscription.key)

        self._store.transact(remove)

    def secret(self, subscription: Subscription) -> str:
        """The secret that its events are signed with; raises KeyMissing."""
        return self._keys.unseal("person", subscription.sealed, about(subscription.key)).decode()

    def hold(self, subscription: Subscription, holder: str, now: datetime.datetime) -> bool:
        """Whether this piece of work alone delivers from now on; it says so again before `HELD` is over."""
        at = encode_datetime(now)
        until = at + HELD // MICROSECOND
        return self._hold.run(key=subscription.key, holder=holder, nobody="", now=at, until=until) == 1

    def free(self, subscription: Subscription, holder: str) -> None:
        """Let another piece of work deliver."""
        self._free.run(key=subscription.key, holder=holder, nobody="")

    def note(self, connection: Connection, subscription: Subscription, failures: int, resume_at: int) -> None:
        """Keep how often a subscriber failed since it last answered, and until when it is left alone (µs)."""
        self._note.run_on(connection, key=subscription.key, failures=failures, resume_at=resume_at)


def about(key: bytes) -> bytes:
    """What a secret is sealed about."""
    return f"event_subscription:{id_text(key)}".encode()


def _subscription(row: Row) -> Subscription:
    key, client, api, callback, query, base, sealed, made_at, failures, resume_at = row[:10]
    moment = decode_datetime(made_at)
    return Subscription(id_text(key), client, api, callback, query, base, sealed, moment, failures, resume_at)
