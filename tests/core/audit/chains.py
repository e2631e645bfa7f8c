"""Whole audits to try things on: entries of several lanes, with and without values, and heads that were exported."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from sidra.audit.chain import Chain, Told
from sidra.audit.heads import Head, sign_head
from sidra.audit.tables import audit_tables
from sidra.audit.verification import Verdict, Verification
from sidra.privacy.keys import KeyRing
from sidra.store.codecs import encode_datetime
from sidra.store.database import Store

AFFILIATE = "sn"
NOW = datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC)
AT = encode_datetime(NOW)
ACTIONS = ("create", "update", "delete", "validate", "sign_in")


def make_tables(store: Store) -> None:
    """Give an empty store the tables of the audit."""
    metadata = sa.MetaData()
    audit_tables(metadata)
    with store.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(str(CreateTable(table).compile(dialect=store.dialect)))
            for index in table.indexes:
                connection.execute(str(CreateIndex(index).compile(dialect=store.dialect)))


def told(chance: random.Random, at: int = AT) -> Told:
    """Return something that happened at a moment."""
    record = chance.randbytes(16)
    reason = chance.choice([None, "fraud", ""])
    entry = (at, str(chance.randrange(9)), "Awa", chance.choice(ACTIONS), "customer", record, 1, reason, '["name"]')
    if chance.random() < 0.3:
        return entry, None
    owner = chance.choice([None, chance.randbytes(16)])
    sealed = (record, "k1:x") if chance.random() < 0.5 else (None, None)
    return entry, ("customer", record, owner, None, '{"name":[null,"Awa"]}', '["name"]', *sealed)


@contextmanager
def in_lane(store: Store, lane: int) -> Iterator[None]:
    """Let a store write in a lane, whichever it would give."""
    store.lane = lambda connection: lane  # type: ignore[method-assign]  # noqa: ARG005 - what several writers of PostgreSQL have
    try:
        yield
    finally:
        del store.lane


def write(store: Store, chance: random.Random, number: int, lanes: int = 3) -> None:
    """Write entries in some lanes, a few in a transaction, with a clock that does not always go on."""
    chain, at = Chain(store), AT
    while number > 0:
        at += chance.choice([0, 1, 1_000_000])
        several = min(number, chance.randint(1, 3))
        with in_lane(store, chance.randrange(lanes)), store.writing() as connection:
            chain.append(connection, [told(chance, at) for _ in range(several)])
        number -= several


def exported(store: Store, keys: KeyRing, at: datetime.datetime = NOW) -> Head:
    """Return the head as it is exported now."""
    return sign_head(store, keys, AFFILIATE, at)


def verdict(store: Store, keys: KeyRing, *heads: Head) -> Verdict:
    """Return what a verification finds, with so few rows at a time that there are many times."""
    return Verification(store, keys, AFFILIATE, batch=7).run(heads)
