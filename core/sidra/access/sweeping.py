"""Takes away sessions and attempts that are over; using them sweeps too, this is for where nobody does."""

from __future__ import annotations

import datetime

import sqlalchemy as sa

from sidra.access.sessions import IDLE_LIMIT
from sidra.access.tables import access_tables_alone
from sidra.access.throttle import WINDOW_MICROSECONDS
from sidra.store.codecs import encode_datetime
from sidra.store.database import Store
from sidra.store.prepared import Prepared, given


def sweep(store: Store, now: datetime.datetime) -> int:
    """Return how many rows were over."""
    tables, at = access_tables_alone(), encode_datetime(now)
    idle_since = encode_datetime(now - IDLE_LIMIT)
    session, attempt = tables.session, tables.attempt
    is_over = sa.or_(session.c.expires_at <= given("now"), session.c.seen_at <= given("idle_since"))
    ended = Prepared(store, session.delete().where(is_over)).run(now=at, idle_since=idle_since)
    tried = Prepared(store, attempt.delete().where(attempt.c.at <= given("since"))).run(since=at - WINDOW_MICROSECONDS)
    return ended + tried
