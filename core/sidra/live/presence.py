"""Presence: who has a record open now, as far as the streams of their browsers tell."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.live.tables import live_tables_alone
from sidra.store.codecs import MICROSECOND, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.runtime import Runtime

KIND = "presence"
REFRESH_SECONDS = 20.0
KEPT = datetime.timedelta(seconds=60)
"""Whoever was not seen for longer is gone: the process that saw them has ended without saying so."""
MOST = 20


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who has a record open."""

    account_id: str
    edits: bool
    """Whether it is open to be changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tab is."""

    topic: str
    account_id: str
    record_id: str
    edits: bool


class Presence:
    """Who is where in one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        table = live_tables_alone().presence
        is_here = sa.and_(table.c.record_id == given("record"), table.c.seen_at > given("since"))
        edits = sa.func.max(sa.cast(table.c.edits, sa.Integer))
        here = sa.select(table.c.account_id, edits).where(is_here).group_by(table.c.account_id)
        self._here = Prepared(store, here.order_by(table.c.account_id).limit(MOST))
        is_tab = table.c.id == given("key")
        self._insert = Prepared(store, table.insert())
        self._delete = Prepared(store, table.delete().where(is_tab))
        self._touch = Prepared(store, table.update().where(is_tab).values(seen_at=given("now")))
        self._sweep = Prepared(store, table.delete().where(table.c.seen_at <= given("since")))

    def of(self, record_id: str, now: datetime.datetime) -> list[Here]:
        """Return who has a record open, always in the same order; the reader among them."""
        rows = self._here.all(record=id_bytes(record_id), since=encode_datetime(now - KEPT))
        return [Here(id_text(account), bool(edits)) for account, edits in rows]

    def change(
        self, connection: Connection, came: Mapping[bytes, Place], went: Mapping[bytes, Place], now: int
    ) -> None:
        """Keep which tabs came and which went."""
        for key in went:
            self._delete.run_on(connection, key=key)
        for key, place in came.items():
            account, record = id_bytes(place.account_id), id_bytes(place.record_id)
            self._insert.run_on(
                connection, id=key, account_id=account, record_id=record, edits=place.edits, seen_at=now
            )

    def refresh(self, connection: Connection, tabs: Mapping[bytes, Place], now: int) -> None:
        """Keep that tabs are still there, and forget those of whom nobody says so."""
        for key in tabs:
            self._touch.run_on(connection, key=key, now=now)
        self._sweep.run_on(connection, since=now - KEPT // MICROSECOND)


class Places:
    """The tabs that one process sees at one affiliate, written when they change and now and then."""

    def __init__(self) -> None:
        self._known: dict[bytes, Place] = {}
        self._refreshed = 0.0

    def write(self, runtime: Runtime, tabs: Mapping[bytes, Place], moment: float) -> None:
        """Bring the store to what is so now; `moment` is of a clock that only goes on."""
        came = {key: place for key, place in tabs.items() if key not in self._known}
        went = {key: place for key, place in self._known.items() if key not in tabs}
        is_due = bool(self._known) and moment - self._refreshed >= REFRESH_SECONDS
        if not (came or went or is_due):
            return
        now = encode_datetime(runtime.now())

        def write(connection: Connection) -> None:
            runtime.presence.change(connection, came, went, now)
            if is_due:
                runtime.presence.refresh(connection, tabs, now)
            if came or went:
                topics = {place.topic for place in (*came.values(), *went.values())}
                runtime.signals.keep(connection, [(topic, KIND) for topic in sorted(topics)], now)

        runtime.store.transact(write)
        self._known = dict(tabs)
        self._refreshed = moment if is_due or not self._refreshed else self._refreshed
