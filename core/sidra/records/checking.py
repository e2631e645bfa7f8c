"""Whether the search finds each record by what it says, and nothing that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.records.compiled import CompiledEntity, later
from sidra.records.record import Record
from sidra.records.search_index import folded_text
from sidra.store.checking import DAMAGED, KEEP, Fault
from sidra.store.identifiers import NO_ID
from sidra.store.snapshots import snapshot

if TYPE_CHECKING:
    from sidra.runtime import Runtime

BATCH = 1000


def check_search(runtime: Runtime) -> list[Fault]:
    """Return where the texts of the search are not those of the records; read in batches, beside whoever writes."""
    found = []
    for name, entity in runtime.model.entities.items():
        compiled = runtime.entity(name)
        if not entity.abstract and compiled.searched:
            wrong = sum(_wrong(runtime, compiled))
            if wrong:
                found.append(_fault(f"{wrong} texts of `{name}` are not what the search knows"))
    for root in sorted({runtime.model.root(name) for name in runtime.model.entities}):
        lost = _lost(runtime, root)
        if lost:
            found.append(_fault(f"the search knows {lost} texts of `{root}` whose records are not there"))
    return found


def _fault(reason: str) -> Fault:
    return Fault(DAMAGED, reason, KEEP)


def _wrong(runtime: Runtime, compiled: CompiledEntity) -> Iterator[int]:
    """Yield for each batch of records how many texts differ."""
    texts, table = runtime.store.texts.texts, compiled.table.table
    select: sa.Select[Any] = sa.select(*compiled.columns).where(table.c.id > later("k_id"))
    if compiled.table.has_kind:
        select = select.where(table.c.kind == compiled.name)
    records = runtime.store.compile(select.order_by(table.c.id).limit(BATCH))
    between = sa.select(texts.c.record_id, texts.c.field, texts.c.folded).where(
        texts.c.root == compiled.root, texts.c.record_id > later("k_id"), texts.c.record_id <= later("k_last")
    )
    known, last = runtime.store.compile(between), NO_ID
    place = compiled.positions["id"]
    while True:
        # Each batch is seen at one moment: what is written meanwhile is no difference.
        with snapshot(runtime.store) as connection:
            rows = records.run(connection, {"k_id": last}).fetchall()
            if not rows:
                return
            bounds = {"k_id": last, "k_last": rows[-1][place]}
            kept = {(key, field): text for key, field, text in known.run(connection, bounds).fetchall()}
            view = runtime.system_records(connection, runtime.now())
            records_seen = [(row[place], view.whole(compiled.name, row)) for row in rows]
            yield sum(_differing(record, key, kept, compiled) for key, record in records_seen)
        last = rows[-1][place]


def _differing(record: Record, key: bytes, kept: dict[tuple[bytes, str], str], compiled: CompiledEntity) -> int:
    return sum(kept.get((key, name), "") != folded_text(record[name]) for name in compiled.searched)


def _lost(runtime: Runtime, root: str) -> int:
    texts, table = runtime.store.texts.texts, runtime.tables.entities[root].table
    known = sa.exists().where(table.c.id == texts.c.record_id)
    select: sa.Select[Any] = sa.select(sa.func.count()).select_from(texts).where(texts.c.root == root, ~known)
    with runtime.store.reading() as connection:
        count: int = runtime.store.compile(select).run(connection, {}).fetchone()[0]
    return count
