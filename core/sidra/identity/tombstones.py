"""Records that were merged into others: kept aside, sealed, until nobody can want them back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from sidra.identity.moving import Cells, Moved, MovedLink
from sidra.identity.pairs import later
from sidra.identity.tables import identity_tables
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Connection, Statement
from sidra.store.identifiers import id_bytes, id_text, new_id

if TYPE_CHECKING:
    from sidra.runtime import Runtime

MAX_CHAIN = 50
"""Merges of survivors that are followed from one record that is gone."""


@dataclass(slots=True)
class Kept:
    """What it takes to undo a merge, and to show what went."""

    former: Cells
    """The row that went."""
    before: Cells
    """The survivor's row before."""
    after: Cells
    """The survivor's row afterwards."""
    moved: Moved = field(default_factory=Moved)


@dataclass(frozen=True, slots=True)
class Merge:
    """One record that became part of another one."""

    id: str
    entity: str
    survivor: str
    dropped: str
    at: datetime.datetime
    by_id: str
    by_name: str
    reason: str | None
    undone_at: datetime.datetime | None
    sealed: str


class Tombstones:
    """The merges of one store; callers hold the transaction."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        merge = identity_tables(sa.MetaData()).merge
        order = merge.c.at.desc(), merge.c.id.desc()
        names = ("id", "entity", "keep_id", "drop_id", "at", "by_id", "by_name", "reason", "undone_at", "kept")
        select, compile_ = sa.select(*(merge.c[name] for name in names)), runtime.store.compile
        stands = merge.c.undone_at.is_(None)
        self._add = compile_(sa.insert(merge).values({name: later(name) for name in names}))
        self._by_id = compile_(select.where(merge.c.id == later("id")))
        self._of_dropped = compile_(select.where(merge.c.drop_id == later("id"), stands).order_by(*order).limit(1))
        self._of_kept = compile_(select.where(merge.c.keep_id == later("id"), stands).order_by(*order).limit(MAX_CHAIN))
        self._undo = compile_(sa.update(merge).where(merge.c.id == later("id")).values(undone_at=later("at")))
        is_part = sa.or_(merge.c.keep_id == later("id"), merge.c.drop_id == later("id"))
        self._parts = compile_(sa.select(merge.c.drop_id).where(merge.c.keep_id == later("id"), stands))
        self._forget = compile_(sa.delete(merge).where(is_part))

    def add(self, connection: Connection, merge: Merge, kept: Kept) -> Merge:
        """Keep a merge; return it with what was sealed."""
        id = new_id(encode_datetime(merge.at) // 1000)
        row: dict[str, object] = {
            "id": id_bytes(id),
            "entity": merge.entity,
            "keep_id": id_bytes(merge.survivor),
            "drop_id": id_bytes(merge.dropped),
            "at": encode_datetime(merge.at),
            "by_id": merge.by_id,
            "by_name": merge.by_name,
            "reason": merge.reason,
            "undone_at": None,
            "kept": self._seal(connection, merge.dropped, kept),
        }
        self._add.run(connection, row)
        found = self.get(connection, id)
        assert found is not None, "it was just added"  # noqa: S101 - for the reader of types
        return found

    def get(self, connection: Connection, id: str) -> Merge | None:
        """Return a merge by its id."""
        return next(iter(self._rows(connection, self._by_id, id)), None)

    def of_dropped(self, connection: Connection, record: str) -> Merge | None:
        """Return the merge in which a record went, if it is not undone."""
        return next(iter(self._rows(connection, self._of_dropped, record)), None)

    def into(self, connection: Connection, record: str) -> list[Merge]:
        """Return the merges into a record that are not undone, the latest first."""
        return self._rows(connection, self._of_kept, record)

    def all_into(self, connection: Connection, record: str) -> list[str]:
        """Return the ids of all records that became part of one, also of those that did before it did."""
        found = [merge.dropped for merge in self.into(connection, record)]
        for _ in range(MAX_CHAIN):
            deeper = [merge.dropped for id in found for merge in self.into(connection, id)]
            if set(deeper) <= set(found):
                break
            found = list(dict.fromkeys((*found, *deeper)))
        return found

    def survivor(self, connection: Connection, record: str) -> Merge | None:
        """Return the last of the merges that lead on from a record that is gone."""
        found: Merge | None = None
        for _ in range(MAX_CHAIN):
            further = self.of_dropped(connection, record)
            if further is None:
                break
            found, record = further, further.survivor
        return found

    def undone(self, connection: Connection, merge: Merge, at: int) -> None:
        """Note that a merge was undone."""
        self._undo.run(connection, {"id": id_bytes(merge.id), "at": at})

    def forget(self, connection: Connection, record: bytes) -> None:
        """Drop all that merges kept of a record, and of those that became part of it, with the keys of these.

        A record whose merge was taken back is somebody else again, whose key stays.
        """
        gone = [record]
        for one in gone:
            for (part,) in self._parts.run(connection, {"id": one}).fetchall():
                self._runtime.persons.erase(connection, part)
                gone.append(part)
            self._forget.run(connection, {"id": one})

    def kept(self, connection: Connection, merge: Merge) -> Kept | None:
        """Return what was kept of a merge; None where the person was erased. Raises KeyMissing."""
        about = id_bytes(merge.dropped)
        text = self._runtime.persons.unseal(connection, about, merge.sealed, about)
        if text is None:
            return None
        found = orjson.loads(text)
        moved = Moved(
            [(root, relation, id) for root, relation, id in found["columns"]],
            [(kind, _read(cells)) for kind, cells in found["removed"]],
            [
                MovedLink(root, relation, end, _read(was), became and _read(became))
                for root, relation, end, was, became in found["links"]
            ],
        )
        return Kept(_read(found["former"]), _read(found["before"]), _read(found["after"]), moved)

    def _seal(self, connection: Connection, dropped: str, kept: Kept) -> str:
        moved = kept.moved
        plain = {
            "former": _plain(kept.former),
            "before": _plain(kept.before),
            "after": _plain(kept.after),
            "columns": moved.columns,
            "removed": [[kind, _plain(cells)] for kind, cells in moved.removed],
            "links": [
                [one.root, one.relation, one.end, _plain(one.was), one.became and _plain(one.became)]
                for one in moved.links
            ],
        }
        person = id_bytes(dropped)
        return self._runtime.persons.seal(connection, person, orjson.dumps(plain), person)

    def _rows(self, connection: Connection, statement: Statement, id: str) -> list[Merge]:
        try:
            rows = statement.run(connection, {"id": id_bytes(id)}).fetchall()
        except ValueError:
            return []
        return [
            Merge(
                id_text(id),
                entity,
                id_text(keep),
                id_text(drop),
                decode_datetime(at),
                by_id,
                by_name,
                reason,
                None if undone_at is None else decode_datetime(undone_at),
                sealed,
            )
            for id, entity, keep, drop, at, by_id, by_name, reason, undone_at, sealed in rows
        ]


def _plain(cells: Cells) -> Cells:
    """Return cells as JSON takes them: ids, and whatever else is bytes, by their hexadecimal digits."""
    return {name: {"bytes": cell.hex()} if isinstance(cell, bytes) else cell for name, cell in cells.items()}


def _read(cells: Cells) -> Cells:
    return {name: bytes.fromhex(cell["bytes"]) if isinstance(cell, dict) else cell for name, cell in cells.items()}
