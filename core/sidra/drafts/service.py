"""Drafts: what a person entered in a form and has not saved, kept for that person alone, for a week."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from sidra.drafts.tables import draft_table
from sidra.errors import Invalid, Problem
from sidra.rules.wording import tell
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.identifiers import id_bytes
from sidra.store.prepared import given

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra.store.database import Connection, Store

KEPT = datetime.timedelta(days=7)
MOST_BYTES = 512 * 1024
MOST_DRAFTS = 30
"""Of one account: the oldest goes for the next."""
MOST_FORM_CHARACTERS = 300
Entries = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was entered in a form, and when."""

    entries: tuple[tuple[str, str], ...]
    at: datetime.datetime


class Drafts:
    """The drafts of one store."""

    def __init__(self, store: Store) -> None:
        draft, compile_ = draft_table(sa.MetaData()), store.compile
        is_form = sa.and_(draft.c.account_id == given("account_id"), draft.c.form == given("form"))
        columns = (draft.c.sealed, draft.c.at, draft.c.record_id)
        self._find = compile_(sa.select(*columns).where(is_form, draft.c.at > given("since")))
        self._add = compile_(sa.insert(draft).values({column.name: given(column.name) for column in draft.columns}))
        self._drop = compile_(sa.delete(draft).where(is_form))
        mine = sa.select(draft.c.form).where(draft.c.account_id == given("account_id")).order_by(draft.c.at.desc())
        self._mine = compile_(mine)
        self._forget = compile_(sa.delete(draft).where(draft.c.record_id == given("record_id")))
        self._sweep = compile_(sa.delete(draft).where(draft.c.at <= given("before")))

    def find(self, runtime: Runtime, actor: Actor, form: str) -> Draft | None:
        """Return what a person has entered in a form; None for nothing, and for what is older than a week."""
        since = runtime.now() - KEPT
        with runtime.store.reading() as connection:
            bound = {"account_id": actor.id, "form": form, "since": encode_datetime(since)}
            row = self._find.run(connection, bound).fetchone()
            plain = None if row is None else _unsealed(runtime, connection, actor, form, row[0], row[2])
        if row is None or plain is None:
            return None
        return Draft(tuple((name, value) for name, value in orjson.loads(plain)), decode_datetime(row[1]))

    def keep(self, unit: UnitOfWork, form: str, record_id: str | None, entries: Entries) -> None:
        """Keep what was entered in a form instead of what was kept of it before; raises Invalid for too much."""
        plain = orjson.dumps(list(entries))
        if len(plain) > MOST_BYTES or len(form) > MOST_FORM_CHARACTERS:
            raise Invalid([Problem("R155", "", tell("draft_large", unit.actor.locale))])
        key, subject = unit.new_key(), None if record_id is None else id_bytes(record_id)
        self.drop(unit, form)
        self._make_room(unit)
        row: dict[str, object] = {
            "id": key,
            "account_id": unit.actor.id,
            "form": form,
            "record_id": subject,
            "at": unit.microseconds,
            "sealed": unit.runtime.persons.seal(
                unit.connection, subject or id_bytes(unit.actor.id), plain, _about(unit.actor, form)
            ),
        }
        self._add.run(unit.connection, row)

    def drop(self, unit: UnitOfWork, form: str) -> None:
        """Forget what a person entered in a form."""
        self._drop.run(unit.connection, {"account_id": unit.actor.id, "form": form})

    def _make_room(self, unit: UnitOfWork) -> None:
        for (form,) in self._mine.run(unit.connection, {"account_id": unit.actor.id}).fetchall()[MOST_DRAFTS - 1 :]:
            self.drop(unit, form)

    def forget(self, connection: Connection, record_id: bytes) -> None:
        """Forget what anybody entered in the form of a record that is gone, or was made anonymous."""
        self._forget.run(connection, {"record_id": record_id})

    def sweep(self, connection: Connection, now: datetime.datetime) -> int:
        """Forget what is older than a week; return how many these were."""
        count: int = self._sweep.run(connection, {"before": encode_datetime(now - KEPT)}).rowcount
        return count


def _about(actor: Actor, form: str) -> bytes:
    return f"draft:{actor.id}:{form}".encode()


def _unsealed(
    runtime: Runtime, connection: Connection, actor: Actor, form: str, sealed: str, record_id: bytes | None
) -> bytes | None:
    subject = record_id if record_id is not None else id_bytes(actor.id)
    return runtime.persons.unseal(connection, subject, sealed, _about(actor, form))
