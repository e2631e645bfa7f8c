"""To-many relations of many records at once: one statement for all of them instead of one for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.records.compiled import later
from sidra.records.readers import Row
from sidra.store.database import Statement
from sidra.store.tables import is_linked
from sidra_metamodel.kinds.entity import Relation

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View

MAX_SOURCES = 256
"""Records whose relations one statement reads."""


def is_gathered(records: Records, relation: Relation) -> bool:
    """Whether the relation of many records can be read at once: it leads to one entity."""
    return relation.many and len(relation.to) == 1 and relation.to[0] in records.runtime.model.entities


def gather(records: Records, view: View, rows: Sequence[Row], relation: Relation) -> list[list[Row]]:
    """The rows that a relation of each row leads to, as far as the reader may see them, in order."""
    target = records.runtime.view(relation.to[0], view.profile)
    own_id = view.compiled.positions["id"]
    found: dict[bytes, list[Row]] = {row[own_id]: [] for row in rows}
    if target.can_read:
        for source, row in _pairs(records, view, target, list(found), relation):
            found[source].append(row)
    # Asked to order what it finds, the database may walk through all records in that order instead of looking them up.
    order = itemgetter(target.compiled.positions["created_at"], target.compiled.positions["id"])
    for reached in found.values():
        reached.sort(key=order)
    return [found[row[own_id]] for row in rows]


def _pairs(
    records: Records, view: View, target: View, sources: Sequence[bytes], relation: Relation
) -> Iterator[tuple[bytes, Row]]:
    width = len(target.compiled.columns)
    with records.connected() as connection:
        for start in range(0, len(sources), MAX_SOURCES):
            chunk = list(sources[start : start + MAX_SOURCES])
            # Lists of like length share a statement: the rest is filled with the last one.
            room = 1 << (len(chunk) - 1).bit_length()
            filled = [*chunk, *(chunk[-1:] * (room - len(chunk)))]
            parameters = {f"s{number}": source for number, source in enumerate(filled)}
            for row in records.run(connection, _statement(view, target, relation, room), parameters).fetchall():
                yield row[width], row[:width]


def _statement(view: View, target: View, relation: Relation, room: int) -> Statement:
    key = ("gathered", view.compiled.root, relation.name, room)
    return target.statements.get(key, lambda: _build(view, target, relation, room))


def _build(view: View, target: View, relation: Relation, room: int) -> Statement:
    table = target.compiled.table.table
    wanted = [later(f"s{number}") for number in range(room)]
    columns = target.compiled.columns
    if is_linked(relation):
        link = view.runtime.tables.links[view.compiled.root, relation.name]
        joined = table.join(link, link.c.target_id == table.c.id)
        select: sa.Select[Any] = (
            sa.select(*columns, link.c.source_id).select_from(joined).where(link.c.source_id.in_(wanted))
        )
    else:
        source = table.c[f"{relation.inverse}_id"]
        select = sa.select(*columns, source.label("gathered_by")).where(source.in_(wanted))
    return target.led_statement(select, table)
