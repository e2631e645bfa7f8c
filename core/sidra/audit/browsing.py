"""Who did what, for those who look after it: entries by actor, record, action and period, the latest first."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from sidra.audit.chain import LANE_BITS, LANES
from sidra.audit.tables import audit_tables
from sidra.errors import BadQuery
from sidra.store.codecs import GREATEST_INTEGER, LEAST_INTEGER, decode_datetime, encode_datetime
from sidra.store.database import Store
from sidra.store.identifiers import id_bytes, id_text

PAGE = 50
MAX_PAGE = 1_000
LOOKED_THROUGH = 20_000
"""So many entries are looked through for a page: it takes as long in an audit of a million as in one of a thousand."""
COLUMNS = ("sequence", "at", "actor_id", "actor_name", "action", "entity", "record_id", "version", "reason", "changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are looked for; what is not given narrows nothing."""

    actor: str = ""
    """Id of who acted."""
    entity: str = ""
    record_id: str = ""
    action: str = ""
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    """The first moment that is too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who did what to which record, when and why: the names of what changed, never values."""

    sequence: int
    at: datetime.datetime
    actor_id: str
    actor_name: str
    action: str
    entity: str
    record_id: str | None
    version: int | None
    reason: str | None
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, the latest first, and where the next page begins."""

    entries: tuple[Entry, ...]
    next_before: int | None = None
    is_complete: bool = True
    """Whether the page is as full as can be: otherwise so many entries were looked through that it ends early."""


class AuditEntries:
    """Reads the entries of one affiliate's audit. Whoever asks has the function `audit`: that is for the caller."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._table = audit_tables(sa.MetaData()).entry

    def page(self, wanted: AuditFilter, *, before: int = GREATEST_INTEGER, limit: int = PAGE) -> EntryPage:
        """Return the latest entries below a sequence; raises BadQuery for a page or a record that cannot be."""
        if not 0 < limit <= MAX_PAGE:
            raise BadQuery(f"a page has from 1 to {MAX_PAGE} entries", hint="ask for fewer and follow the cursor")
        if not (wanted.actor + wanted.entity + wanted.action).isprintable():
            raise BadQuery("no entry has such a text", hint="write names as entries have them")
        rows, lowest = self._rows(wanted, before, limit)
        entries = tuple(map(_entry, rows[:limit]))
        if len(rows) > limit:
            return EntryPage(entries, entries[-1].sequence)
        return EntryPage(entries) if lowest is None else EntryPage(entries, lowest, is_complete=False)

    def _rows(self, wanted: AuditFilter, before: int, limit: int) -> tuple[Sequence[tuple[Any, ...]], int | None]:
        """Return one row more than wanted, if there is one, and the lowest sequence looked at, if there is more."""
        column = self._table.c
        near = sa.select(column.sequence).where(*self._indexed(wanted), column.sequence < before)
        last = near.order_by(column.sequence.desc()).limit(1).offset(LOOKED_THROUGH - 1)
        chosen = sa.select(*(column[name] for name in COLUMNS)).where(*self._indexed(wanted), column.sequence < before)
        narrow = self._narrow(wanted)
        with self._store.reading() as connection:
            lowest = self._store.compile(last).run(connection, {}).fetchone() if narrow else None
            floor = LEAST_INTEGER if lowest is None else lowest[0]
            select = chosen.where(*narrow, column.sequence >= floor).order_by(column.sequence.desc()).limit(limit + 1)
            rows = self._store.compile(select).run(connection, {}).fetchall()
        return rows, None if lowest is None else lowest[0]

    def _indexed(self, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
        """Return the conditions that an index answers."""
        column, found = self._table.c, []
        if wanted.since is not None:
            found.append(column.sequence >= _first(wanted.since))
        if wanted.until is not None:
            found.append(column.sequence < _first(wanted.until))
        if wanted.record_id:
            found.append(column.record_id == sa.literal(_record(wanted.record_id), column.record_id.type))
        elif wanted.actor:
            found.append(column.actor_id == wanted.actor)
        return found

    def _narrow(self, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
        """Return the conditions that each entry is asked for."""
        column = self._table.c
        given = {"action": wanted.action, "entity": wanted.entity, "actor_id": wanted.actor if wanted.record_id else ""}
        return [column[name] == value for name, value in given.items() if value]


def cursor(text: str) -> int:
    """Return the sequence that a cursor names, the greatest for none; raises BadQuery."""
    if not text:
        return GREATEST_INTEGER
    if not (
        text.isascii()
        and text.isdecimal()
        and len(text) <= len(str(GREATEST_INTEGER))
        and int(text) <= GREATEST_INTEGER
    ):
        raise BadQuery("the cursor is not one of this list", hint="begin at the first page")
    return int(text)


def _first(at: datetime.datetime) -> int:
    """Return the least sequence of a moment, in any lane; a moment too far away counts as the last there is."""
    return max(0, min(encode_datetime(at) << LANE_BITS, GREATEST_INTEGER - LANES))


def _record(text: str) -> bytes:
    try:
        return id_bytes(text)
    except ValueError as error:
        raise BadQuery("the record is named by its id", hint="write it as `0190…`") from error


def _entry(row: tuple[Any, ...]) -> Entry:
    cells = dict(zip(COLUMNS, row, strict=True))
    record_id = cells["record_id"]
    return Entry(
        **{
            **cells,
            "at": decode_datetime(cells["at"]),
            "record_id": None if record_id is None else id_text(record_id),
            "changed": tuple(orjson.loads(cells["changed"])),
        }
    )
