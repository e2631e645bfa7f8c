"""What is kept of lists that are made into files: who asked for what, how far it is, and the files."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Literal

import orjson
import sqlalchemy as sa

from sidra.exports.tables import export_tables_alone
from sidra.records.query import Filter, Query
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, Row, given

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra.store.database import Connection, Store

KEPT = datetime.timedelta(hours=24)
"""How long a file is there for whoever asked for it."""
CANCELLED = "cancelled"
PART_BYTES = 512 * 1024
COLUMNS = ("id", "account_id", "entity", "sealed", "at", "rows", "total", "size", "ended_at", "stopped_by")
Form = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A list as a file."""

    entity: str
    query: Query = field(default_factory=Query)
    members: tuple[str, ...] = ()
    """Its columns in order; all that the person sees where none are named."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What columns are called, by member."""
    form: Form = "csv"
    name: str = ""
    """Of the sheet, as people read it."""
    is_right_to_left: bool = False
    limit: int = 0
    """The most rows; what the person may have at most is `exporting.row_limit`."""
    locale: str = ""
    """In which names of choices are written."""
    rights: str = ""
    """What the person's roles and units were: with others, they do not get it."""


@dataclass(frozen=True, slots=True)
class ExportRun:
    """One list that is made into a file."""

    id: str
    account_id: str
    wanted: Wanted
    where: str
    """The text of the expression that narrows it; empty for none."""
    at: datetime.datetime
    rows: int
    total: int
    size: int
    """Bytes of the file."""
    ended_at: datetime.datetime | None
    stopped_by: str

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.ended_at is not None

    @property
    def is_ready(self) -> bool:
        """Whether the file can be had."""
        return self.is_over and not self.stopped_by

    @property
    def until(self) -> datetime.datetime:
        """When it goes."""
        return self.at + KEPT


class ExportRuns:
    """The runs of one store; callers hold the transaction."""

    def __init__(self, store: Store) -> None:
        tables = export_tables_alone()
        run, part = tables.run, tables.part
        is_run, is_open = run.c.id == given("key"), run.c.ended_at.is_(None)
        shown = [run.c[name] for name in COLUMNS]
        self._add = Prepared(store, run.insert().values({column.name: given(column.name) for column in run.c}))
        self._get = Prepared(store, sa.select(*shown).where(is_run, run.c.at > given("since")))
        mine = (
            sa.select(run.c.id).where(run.c.account_id == given("account")).order_by(run.c.at.desc(), run.c.id.desc())
        )
        self._mine = Prepared(store, mine)
        old = sa.select(run.c.id).where(run.c.at <= given("before")).limit(100)
        self._old = Prepared(store, old)
        told = {name: given(f"new_{name}") for name in ("rows", "total")}
        self._progress = Prepared(store, run.update().where(is_run, is_open).values(told))
        ended = {name: given(f"new_{name}") for name in ("ended_at", "stopped_by", "rows", "size")}
        self._end = Prepared(store, run.update().where(is_run, is_open).values(ended))
        self._drop = Prepared(store, run.delete().where(is_run))
        of_run = part.c.run_id == given("key")
        self._drop_parts = Prepared(store, part.delete().where(of_run))
        self._add_part = Prepared(store, part.insert().values({column.name: given(column.name) for column in part.c}))
        one = sa.select(part.c.sealed).where(of_run, part.c.number == given("number"))
        self._part = Prepared(store, one)

    def begin(self, unit: UnitOfWork, wanted: Wanted) -> str:
        """Return the id of a new run."""
        key, account = unit.new_key(), id_bytes(unit.actor.id)
        self._add.run_on(
            unit.connection,
            id=key,
            account_id=account,
            entity=wanted.entity,
            sealed=unit.runtime.persons.seal(unit.connection, account, written(wanted), key),
            at=unit.microseconds,
            rows=0,
            total=0,
            size=0,
            ended_at=None,
            stopped_by=None,
        )
        return id_text(key)

    def get(self, runtime: Runtime, run_id: str, connection: Connection | None = None) -> ExportRun | None:
        """Return a run; None where there is none, it was kept long enough, or its person's key was destroyed."""
        try:
            key = id_bytes(run_id)
        except (ValueError, AttributeError):
            return None
        if connection is None:
            with runtime.store.reading() as reading:
                return self.get(runtime, run_id, reading)
        rows = self._get.rows_on(connection, key=key, since=encode_datetime(runtime.now() - KEPT))
        plain = runtime.persons.unseal(connection, rows[0][1], rows[0][3], key) if rows else None
        return None if plain is None else _run(rows[0], plain)

    def of(self, connection: Connection, account_id: str) -> list[str]:
        """Return the ids of the runs of an account, the latest first."""
        return [id_text(key) for (key,) in self._mine.rows_on(connection, account=id_bytes(account_id))]

    def note(self, unit: UnitOfWork, run_id: str, rows: int, total: int) -> bool:
        """Keep how far a run is; False where it is over."""
        changed = {"new_rows": rows, "new_total": total}
        return self._progress.run_on(unit.connection, key=id_bytes(run_id), **changed) == 1

    def end(self, unit: UnitOfWork, run_id: str, stopped_by: str = "", *, rows: int = 0, size: int = 0) -> bool:
        """Keep that a run is over, by an error of this code where there is one; False where it was already."""
        ended = {"new_ended_at": unit.microseconds, "new_stopped_by": stopped_by or None}
        told = {"new_rows": rows, "new_size": size}
        return self._end.run_on(unit.connection, key=id_bytes(run_id), **ended, **told) == 1

    def keep_part(self, unit: UnitOfWork, run_id: str, number: int, content: bytes) -> None:
        """Keep a part of the file; the first of them instead of all that a run before has left."""
        key = id_bytes(run_id)
        if not number:
            self._drop_parts.run_on(unit.connection, key=key)
        sealed = unit.runtime.persons.seal(unit.connection, key, content, _about(number), known=unit.sealed_for)
        self._add_part.run_on(unit.connection, run_id=key, number=number, sealed=sealed)

    def parts(self, runtime: Runtime, run: ExportRun) -> Iterator[bytes]:
        """Yield the file, part by part; it ends early where it goes meanwhile."""
        key = id_bytes(run.id)
        for number in range(-(-run.size // PART_BYTES)):
            with runtime.store.reading() as connection:
                rows = self._part.rows_on(connection, key=key, number=number)
                plain = runtime.persons.unseal(connection, key, rows[0][0], _about(number)) if rows else None
            if plain is None:
                return
            yield plain

    def drop(self, unit: UnitOfWork, run_id: str) -> None:
        """Take a run and its file away for good, with the key."""
        key = id_bytes(run_id)
        self._drop_parts.run_on(unit.connection, key=key)
        self._drop.run_on(unit.connection, key=key)
        unit.runtime.persons.erase(unit.connection, key)

    def sweep(self, unit: UnitOfWork, now: datetime.datetime) -> int:
        """Take away some of what was kept long enough; return how many these were."""
        return self._drop_all(unit, now - KEPT)

    def forget(self, unit: UnitOfWork) -> None:
        """Take away all files: somebody is erased who may be in any of them, and they are soon made anew."""
        while self._drop_all(unit, unit.now):
            pass

    def _drop_all(self, unit: UnitOfWork, before: datetime.datetime) -> int:
        old = self._old.rows_on(unit.connection, before=encode_datetime(before))
        for (key,) in old:
            self.drop(unit, id_text(key))
        return len(old)


def content_parts(content: IO[bytes]) -> Iterator[bytes]:
    """Yield what a file has in parts as they are kept."""
    while part := content.read(PART_BYTES):
        yield part


def written(wanted: Wanted) -> bytes:
    """Return what is asked for as JSON."""
    query = wanted.query
    filters = [[one.path, one.op, one.value] for one in query.filters]
    where = query.where.text if query.where is not None else ""
    asked = {"filters": filters, "where": where, "sort": query.sort, "text": query.text}
    names = ("members", "titles", "form", "name", "is_right_to_left", "limit", "locale", "rights")
    return orjson.dumps({**{name: getattr(wanted, name) for name in names}, "query": asked}, default=_plain)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a value of a filter
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes) else str(value)


def _read(entity: str, plain: bytes) -> tuple[Wanted, str]:
    """Return what was asked for, and apart from it the text of its expression, which is checked before it is asked."""
    kept = orjson.loads(plain)
    asked = kept.pop("query")
    filters = tuple(Filter(path, op, value) for path, op, value in asked["filters"])
    query = Query(filters=filters, sort=tuple(asked["sort"]), text=asked["text"])
    members: Sequence[str] = kept.pop("members")
    return Wanted(entity=entity, query=query, members=tuple(members), **kept), str(asked["where"])


def _about(number: int) -> bytes:
    return f"export:{number}".encode()


def _run(row: Row, plain: bytes) -> ExportRun:
    key, account, entity, _, at, rows, total, size, ended_at, stopped_by = row
    wanted, where = _read(entity, plain)
    ended = None if ended_at is None else decode_datetime(ended_at)
    made = decode_datetime(at)
    return ExportRun(id_text(key), id_text(account), wanted, where, made, rows, total, size, ended, stopped_by or "")
