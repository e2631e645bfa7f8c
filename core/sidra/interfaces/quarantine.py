"""Rejected rows of feeds: kept with their reasons until they are corrected and loaded, or dropped."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from sidra.errors import NotFound, Problem
from sidra.interfaces.tables import FeedTables
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.gathering import compile_adding
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

PAGE = 100
AT_ONCE = 500
"""Keys that are looked up by one statement."""
COLUMNS = ("id", "run_id", "feed", "row_key", "line", "texts", "problems", "at")
CHANGED = ("run_id", "line", "texts", "problems", "at")


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was not loaded."""

    id: str
    run_id: str
    feed: str
    key: str
    """Of the record it would have made; its file and line where it has none."""
    line: int
    texts: Mapping[str, str]
    problems: tuple[Problem, ...]
    at: datetime.datetime


class Quarantine:
    """The rejected rows of one store."""

    def __init__(self, store: Store, tables: FeedTables) -> None:
        table = tables.reject
        columns = [table.c[name] for name in COLUMNS]
        of_feed = table.c.feed == given("of")
        same_id, same_key = table.c.id == given("key"), table.c.row_key == given("key")
        changed = {name: given(name) for name in CHANGED}
        self._store = store
        self._insert = compile_adding(store, table)
        some = [given(f"key_{place}") for place in range(AT_ONCE)]
        self._kept = store.compile(sa.select(table.c.row_key).where(of_feed, table.c.row_key.in_(some)))
        self._replace = Prepared(store, table.update().where(of_feed, same_key).values(changed))
        self._change = Prepared(store, table.update().where(same_id).values(changed))
        self._clear = Prepared(store, table.delete().where(of_feed, same_key))
        self._drop = Prepared(store, table.delete().where(same_id))
        self._get = Prepared(store, sa.select(*columns).where(of_feed, same_id))
        ordered = sa.select(*columns).where(of_feed).order_by(table.c.line, table.c.id)
        self._list = Prepared(store, ordered.limit(given("limit")).offset(given("offset")))
        self._count = Prepared(store, sa.select(sa.func.count()).where(of_feed))

    def kept(self, connection: Connection, feed: str, keys: Sequence[str]) -> set[str]:
        """Return those of many keys that have a row."""
        found: set[str] = set()
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            given = {f"key_{place}": some[min(place, len(some) - 1)] for place in range(AT_ONCE)}
            found |= {row[0] for row in self._kept.run(connection, {"of": feed, **given}).fetchall()}
        return found

    def put(self, connection: Connection, reject: Reject, *, is_there: bool = False) -> None:
        """Keep a row; an earlier one of the same key, where there is one, keeps its id."""
        values = _changing(reject)
        if is_there:
            self._replace.run_on(connection, of=reject.feed, key=reject.key, **values)
            return
        values |= {"id": id_bytes(reject.id), "feed": reject.feed, "row_key": reject.key}
        self._store.add(connection, self._insert, [[values[name] for name in self._insert.names]])

    def change(self, connection: Connection, reject: Reject) -> None:
        """Keep what a row says now, and why it still is not loaded."""
        self._change.run_on(connection, key=id_bytes(reject.id), **_changing(reject))

    def clear(self, connection: Connection, feed: str, key: str) -> None:
        """Forget the row of a key, because it is loaded now."""
        self._clear.run_on(connection, of=feed, key=key)

    def drop(self, connection: Connection, reject_id: str) -> None:
        """Forget a row, if it is there."""
        self._drop.run_on(connection, key=id_bytes(reject_id))

    def get(self, feed: str, reject_id: str) -> Reject:
        """Return one row of a feed. Raises NotFound."""
        try:
            row = self._get.one(of=feed, key=id_bytes(reject_id))
        except ValueError:
            row = None
        if row is None:
            raise NotFound("there is no such row in quarantine", hint="it may have been loaded meanwhile")
        return _reject(row)

    def list(self, feed: str, *, limit: int = PAGE, offset: int = 0) -> list[Reject]:
        """Return the rows of a feed, by line."""
        return [_reject(row) for row in self._list.all(of=feed, limit=limit, offset=offset)]

    def count(self, feed: str) -> int:
        """Return how many rows of a feed are kept."""
        row = self._count.one(of=feed)
        return int(row[0]) if row else 0


def _changing(reject: Reject) -> dict[str, object]:
    return {
        "run_id": id_bytes(reject.run_id),
        "line": reject.line,
        "texts": orjson.dumps(dict(reject.texts)).decode(),
        "problems": orjson.dumps(_plain(reject.problems)).decode(),
        "at": encode_datetime(reject.at),
    }


def _plain(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [
        {"code": one.code, "path": one.path, "message": one.message, "hint": one.hint, "severity": one.severity}
        for one in problems
    ]


# A row's values have the types of its columns, which no driver can say.
def _reject(row: tuple[Any, ...]) -> Reject:
    key, run_id, feed, row_key, line, texts, problems, at = row
    found = tuple(Problem(**one) for one in orjson.loads(problems))
    return Reject(id_text(key), id_text(run_id), feed, row_key, line, orjson.loads(texts), found, decode_datetime(at))
