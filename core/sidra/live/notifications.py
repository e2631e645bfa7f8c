"""Notifications: what a person is told of, kept until it is read and a while longer."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.live.signals import key_of, tell
from sidra.live.tables import live_tables_alone
from sidra.store.codecs import MICROSECOND, decode_datetime, encode_datetime
from sidra.store.database import Store
from sidra.store.gathering import Adding, compile_adding
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, Row, given

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork

KIND = "notification"
READ_KEPT = datetime.timedelta(days=30)
KEPT = datetime.timedelta(days=120)
COLUMNS = ("id", "account_id", "kind", "entity", "record_id", "by_id")
SWEPT_AT_ONCE = 1000
"""In one transaction, since everybody else waits for it."""
MOST_COUNTED = 100
"""Nobody reads the number beyond; it is shown as 99+."""
LATEST = b"\xff" * 16
"""What all ids are below."""


def notify(
    unit: UnitOfWork,
    account_id: str,
    kind: str,
    entity: str = "",
    record_id: str | None = None,
    *,
    also_self: bool = False,
) -> None:
    """Tell a person of something, once this unit of work is kept; nobody is told of what they did, unless `also_self`.

    kind: what happened, in one word, such as `assigned` or `mentioned`. Its sentence is `notification_<kind>` of the
    screens' messages, with `{who}` and `{what}`: made when it is read, in the reader's language and by their rights.
    """
    if account_id == unit.actor.id and not also_self:
        return
    record = None if record_id is None else id_bytes(record_id)
    row = (unit.new_key(), id_bytes(account_id), kind, entity, record, unit.actor.id)
    unit.runtime.notifications.add(unit, row)
    tell(unit, f"account:{account_id}", KIND)


@dataclass(frozen=True, slots=True)
class Notification:
    """What a person was told of."""

    id: str
    kind: str
    entity: str
    record_id: str | None
    by_id: str
    at: datetime.datetime
    is_read: bool


class Notifications:
    """The notifications of one store; each is its account's alone, and asked for by the account's id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        table = self._table = live_tables_alone().notification
        is_own, is_unread = table.c.account_id == given("account"), table.c.read_at.is_(None)
        shown = [table.c[name] for name in ("id", "kind", "entity", "record_id", "by_id", "read_at")]
        page = sa.select(*shown).where(is_own, table.c.id < given("before")).order_by(table.c.id.desc())
        self._page = Prepared(store, page.limit(given("limit")))
        self._one = Prepared(store, sa.select(*shown).where(is_own, table.c.id == given("key")))
        unread = sa.select(table.c.id).where(is_own, is_unread).limit(MOST_COUNTED).subquery()
        self._count = Prepared(store, sa.select(sa.func.count()).select_from(unread))
        read = table.update().where(is_own, is_unread).values(read_at=given("now"))
        self._read = Prepared(store, read.where(table.c.id == given("key")))
        self._read_all = Prepared(store, read.where(table.c.id <= given("key")))
        is_over = sa.or_(table.c.read_at < given("read_before"), table.c.id < given("before"))
        # What was read long ago came before that, so that the latest are not looked at.
        old = sa.select(table.c.id).where(table.c.id < given("read_key"), is_over).limit(SWEPT_AT_ONCE)
        self._sweep = Prepared(store, table.delete().where(table.c.id.in_(old)))

    @cached_property
    def _insert(self) -> Adding:
        return compile_adding(self._store, self._table, COLUMNS)

    def add(self, unit: UnitOfWork, row: tuple[object, ...]) -> None:
        """Keep one in a unit of work; its values stand in the order of COLUMNS."""
        self._store.add(unit.connection, self._insert, [row])

    def unread(self, account_id: str) -> int:
        """Return how many are not read; MOST_COUNTED stands for more as well."""
        row = self._count.one(account=id_bytes(account_id))
        return int(row[0]) if row else 0

    def page(self, account_id: str, *, limit: int, before: str = "") -> list[Notification]:
        """Return the latest, or those before one; raises ValueError where that is no id."""
        earlier = id_bytes(before) if before else LATEST
        return [_notification(row) for row in self._page.all(account=id_bytes(account_id), before=earlier, limit=limit)]

    def get(self, account_id: str, notification_id: str) -> Notification | None:
        """Return one; None for that of another account. Raises ValueError where it is no id."""
        row = self._one.one(account=id_bytes(account_id), key=id_bytes(notification_id))
        return None if row is None else _notification(row)

    def read(self, account_id: str, notification_id: str, now: datetime.datetime) -> int:
        """Mark one as read; return how many were unread, which is none for that of another account."""
        key = id_bytes(notification_id)
        return self._read.run(account=id_bytes(account_id), key=key, now=encode_datetime(now))

    def read_all(self, account_id: str, now: datetime.datetime, *, until: str = "") -> int:
        """Mark all as read, or all that came until one; return how many were not."""
        key = id_bytes(until) if until else LATEST
        return self._read_all.run(account=id_bytes(account_id), key=key, now=encode_datetime(now))

    def sweep(self, now: datetime.datetime) -> int:
        """Delete what was read long ago, and what nobody has read for longer; return how many that were."""
        at = encode_datetime(now)
        before, read_before = key_of(at - KEPT // MICROSECOND), at - READ_KEPT // MICROSECOND
        swept = last = self._sweep.run(read_before=read_before, read_key=key_of(read_before), before=before)
        while last == SWEPT_AT_ONCE:
            last = self._sweep.run(read_before=read_before, read_key=key_of(read_before), before=before)
            swept += last
        return swept


def _notification(row: Row) -> Notification:
    key, kind, entity, record, by_id, read_at = row
    at = decode_datetime((int.from_bytes(key[:6], "big")) * 1000)
    record_id = None if record is None else id_text(record)
    return Notification(id_text(key), kind, entity, record_id, by_id, at, read_at is not None)
