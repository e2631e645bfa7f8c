"""The tables of this topic: what happened, who wants to be told, and what each of them has still to be told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


@dataclass(frozen=True, slots=True)
class EventTables:
    """Moments are µs since 1970 in UTC."""

    log: sa.Table
    subscription: sa.Table
    delivery: sa.Table


def event_tables(metadata: sa.MetaData) -> EventTables:
    """The three tables, added to a MetaData."""
    return EventTables(_log(metadata), _subscription(metadata), _delivery(metadata))


@cache
def event_tables_alone() -> EventTables:
    """The tables in a MetaData of their own, for who makes statements and no tables."""
    return event_tables(sa.MetaData())


def _log(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "event_log",
        metadata,
        # The order in which subscribers are told: that in which changes were kept, of one record that of its versions.
        sa.Column("sequence", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("id", ID, nullable=False, unique=True),
        sa.Column("at", INTEGER, nullable=False, index=True),
        sa.Column("type", TEXT, nullable=False),
        # The way to the resource, such as `troubleTicket/v4/troubleTicket`.
        sa.Column("location", TEXT, nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        # The row of the outbox: what one change tells shares it.
        sa.Column("change_id", ID, nullable=False, index=True),
        # The state that was reached, by its value inside.
        sa.Column("state", TEXT),
        sa.Index("event_log_of_location", "location", "sequence"),
    )


def _subscription(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "event_subscription",
        metadata,
        sa.Column("id", ID, primary_key=True),
        # `token:<hash>`, `account:<id>` or, where the configuration declares it, `webhook:<name>`.
        sa.Column("client", TEXT, nullable=False),
        # The API whose events are meant, such as `troubleTicket/v4`; empty for all of them.
        sa.Column("api", TEXT, nullable=False),
        sa.Column("callback", TEXT, nullable=False),
        sa.Column("query", TEXT, nullable=False),
        # What addresses in documents begin with.
        sa.Column("base", TEXT, nullable=False),
        # Sealed by the key ring; empty where the environment has it.
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("made_at", INTEGER, nullable=False),
        # Failures of the subscriber since it last answered, and until when it is left alone for them.
        sa.Column("failures", INTEGER, nullable=False),
        sa.Column("resume_at", INTEGER, nullable=False),
        # The piece of work that delivers now: so that one alone does, and in order.
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("held_until", INTEGER, nullable=False),
        sa.UniqueConstraint("client", "api", "callback", "query", name="event_subscription_once"),
    )


def _delivery(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "event_delivery",
        metadata,
        sa.Column("subscription_id", ID, primary_key=True),
        sa.Column("sequence", INTEGER, primary_key=True),
        sa.Column("record_id", ID, nullable=False),
        # `waiting` or `dead`; what was delivered has no row any more.
        sa.Column("standing", TEXT, nullable=False),
        sa.Column("tries", INTEGER, nullable=False),
        sa.Column("due_at", INTEGER, nullable=False),
        # Why the last try failed.
        sa.Column("code", TEXT),
        sa.Column("reason", TEXT),
        sa.Index("event_delivery_of_record", "subscription_id", "record_id", "sequence"),
        sa.Index("event_delivery_standing", "standing", "subscription_id", "sequence"),
    )
