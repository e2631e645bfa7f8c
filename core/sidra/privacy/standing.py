"""Erasures as the store has them: what each still has before it, so that one goes on wherever it was ended."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import orjson
import sqlalchemy as sa

from sidra.privacy.anonymising import Anonymised
from sidra.privacy.holds import Hold
from sidra.privacy.surveying import Erasure
from sidra.privacy.tables import erasure_tables
from sidra.store.codecs import decode_datetime
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.privacy.reach import Place
    from sidra.store.database import Connection, Store

State = Literal["erasing", "forgetting", "done"]
"""`forgetting`: all values are gone, and what was sealed of them since goes with the keys."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One erasure, as it stands."""

    id: str
    subject: str
    """The id of the person's record."""
    asked_at: datetime.datetime
    asked_by: str
    """The id of whoever asked for it."""
    reason: str
    state: State
    done: int
    total: int
    erasure: Erasure
    ended_at: datetime.datetime | None
    stopped_by: str
    """The code of what stopped it; empty while it goes on."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state == "done"


class Erasures:
    """The erasures of one store."""

    def __init__(self, store: Store) -> None:
        tables = erasure_tables(sa.MetaData())
        self._erasure, self._place, self._store = tables.erasure, tables.place, store

    def add(self, connection: Connection, standing: Standing, at: int) -> None:
        """Keep a new one."""
        values = _row(standing) | {"asked_at": at, "asked_by": standing.asked_by, "reason": standing.reason}
        ids = {"id": id_bytes(standing.id), "subject_id": id_bytes(standing.subject)}
        self._run(connection, self._erasure.insert(), values | ids | {"ended_at": None})

    def change(self, connection: Connection, standing: Standing, ended_at: int | None = None) -> None:
        """Keep how far one is."""
        is_this = self._erasure.c.id == given("key")
        update = self._erasure.update().where(is_this)
        values = _row(standing) | {"ended_at": ended_at}
        places = {name: given(name) for name in values}
        Prepared(self._store, update.values(places)).run_on(connection, key=id_bytes(standing.id), **values)

    def get(self, key: str, connection: Connection | None = None) -> Standing | None:
        """Return one, or None."""
        return self._one(self._erasure.c.id, key, connection)

    def last_of(self, subject: str, connection: Connection | None = None) -> Standing | None:
        """Return the last one of a person, or None."""
        return self._one(self._erasure.c.subject_id, subject, connection)

    def _one(self, column: sa.Column[Any], key: str, connection: Connection | None) -> Standing | None:
        select = sa.select(*self._erasure.c).where(column == given("key")).order_by(self._erasure.c.asked_at.desc())
        statement = self._store.compile(select.limit(1))
        if connection is not None:
            row = statement.run(connection, {"key": id_bytes(key)}).fetchone()
        else:
            with self._store.reading() as reading:
                row = statement.run(reading, {"key": id_bytes(key)}).fetchone()
        return None if row is None else _standing(dict(zip(self._erasure.c.keys(), row, strict=True)))

    def add_places(self, connection: Connection, standing: Standing, places: Iterable[Place]) -> None:
        """Add records to what one has before it, behind all others."""
        insert = Prepared(self._store, self._place.insert())
        for number, (root, id) in enumerate(places, standing.total):
            key = id_bytes(standing.id)
            insert.run_on(connection, erasure_id=key, number=number, root=root, record_id=id, is_done=0)

    def open(self, connection: Connection, standing: Standing, most: int) -> list[tuple[int, Place]]:
        """Return the first records that are not done, by number."""
        return self._listed(connection, standing, most, self._place.c.is_done == sa.literal_column("0"))

    def listed(self, connection: Connection, standing: Standing, most: int | None = None) -> list[tuple[int, Place]]:
        """Return the first records, done or not, by number; all of them without `most`."""
        return self._listed(connection, standing, most)

    def _listed(
        self, connection: Connection, standing: Standing, most: int | None, *wanted: sa.ColumnElement[bool]
    ) -> list[tuple[int, Place]]:
        place = self._place
        select = sa.select(place.c.number, place.c.root, place.c.record_id).order_by(place.c.number)
        select = select.where(place.c.erasure_id == given("key"), *wanted)
        statement = self._store.compile(select if most is None else select.limit(sa.literal_column(str(most))))
        rows = statement.run(connection, {"key": id_bytes(standing.id)}).fetchall()
        return [(number, (root, id)) for number, root, id in rows]

    def mark(self, connection: Connection, standing: Standing, numbers: Iterable[int]) -> None:
        """Keep that some records are done."""
        update = self._place.update().values(is_done=sa.literal_column("1"))
        statement = Prepared(self._store, update.where(*self._is_place()))
        for number in numbers:
            statement.run_on(connection, key=id_bytes(standing.id), place=number)

    def drop(self, connection: Connection, standing: Standing, numbers: Iterable[int]) -> None:
        """Take some records off the list."""
        statement = Prepared(self._store, self._place.delete().where(*self._is_place()))
        for number in numbers:
            statement.run_on(connection, key=id_bytes(standing.id), place=number)

    def _is_place(self) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
        return self._place.c.erasure_id == given("key"), self._place.c.number == given("place")

    def _run(self, connection: Connection, statement: sa.Insert, values: dict[str, object]) -> None:
        Prepared(self._store, statement).run_on(connection, **values)


def _row(standing: Standing) -> dict[str, object]:
    """Return the columns of one that change while it goes on."""
    return {
        "state": standing.state,
        "done": standing.done,
        "total": standing.total,
        "numbers": orjson.dumps(asdict(standing.erasure)).decode(),
        "stopped_by": standing.stopped_by or None,
    }


def _standing(row: dict[str, Any]) -> Standing:
    numbers = orjson.loads(row["numbers"])
    held, done = [Hold(**one) for one in numbers.pop("held")], Anonymised(**numbers.pop("done"))
    return Standing(
        id=id_text(row["id"]),
        subject=id_text(row["subject_id"]),
        asked_at=decode_datetime(row["asked_at"]),
        asked_by=row["asked_by"],
        reason=row["reason"],
        state=row["state"],
        done=row["done"],
        total=row["total"],
        erasure=Erasure(held=held, done=done, **numbers),
        ended_at=None if row["ended_at"] is None else decode_datetime(row["ended_at"]),
        stopped_by=row["stopped_by"] or "",
    )
