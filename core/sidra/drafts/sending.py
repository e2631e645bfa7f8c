"""Forms of new records that are sent twice: by a second click, a second tab, or a browser that tries again."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.drafts.tables import sent_table
from sidra.store.codecs import encode_datetime
from sidra.store.failures import Collision
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import given

if TYPE_CHECKING:
    from sidra.records.record import Record
    from sidra.records.work import UnitOfWork
    from sidra.store.database import Connection, Store

KEPT = datetime.timedelta(days=8)
"""Longer than a draft: what was sent from it is known as long as it could be sent again."""


class Sent:
    """The forms of one store that made a record; callers hold the transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        sent, compile_ = sent_table(sa.MetaData()), store.compile
        is_form = sa.and_(sent.c.form_id == given("form_id"), sent.c.account_id == given("account_id"))
        self._find = compile_(sa.select(sent.c.entity, sent.c.record_id).where(is_form))
        self._add = compile_(sa.insert(sent).values({column.name: given(column.name) for column in sent.columns}))
        self._sweep = compile_(sa.delete(sent).where(sent.c.at <= given("before")))

    def made(self, unit: UnitOfWork, form_id: str) -> Record | None:
        """Return the record that a form of the actor has made, as far as it is still there and seen; None for none."""
        key = _key(form_id)
        if key is None:
            return None
        row = self._find.run(unit.connection, {"form_id": key, "account_id": unit.actor.id}).fetchone()
        return None if row is None else unit.records.find(row[0], id_text(row[1]))

    def note(self, unit: UnitOfWork, form_id: str, record: Record) -> None:
        """Keep which record a form has made; raises Collision where another process was just faster."""
        key = _key(form_id)
        if key is None:
            return
        row = {
            "form_id": key,
            "account_id": unit.actor.id,
            "entity": record.entity,
            "record_id": id_bytes(record.id),
            "at": unit.microseconds,
        }
        try:
            self._add.run(unit.connection, row)
        except self._store.errors as error:
            if self._store.refusal(error) is None:
                raise
            raise Collision("the same form is being sent", hint="try again in a moment") from error

    def sweep(self, connection: Connection, now: datetime.datetime) -> int:
        """Forget forms that nobody sends again; return how many these were."""
        count: int = self._sweep.run(connection, {"before": encode_datetime(now - KEPT)}).rowcount
        return count


def _key(form_id: str) -> bytes | None:
    try:
        return id_bytes(form_id)
    except ValueError:
        return None
