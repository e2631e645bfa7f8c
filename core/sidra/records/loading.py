"""What a record loads when it is asked for: related records and values that are computed at reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.records.compiled import later
from sidra.records.readers import Row
from sidra.records.record import Record
from sidra.store.database import Statement
from sidra.store.identifiers import id_text
from sidra.store.tables import is_linked
from sidra_metamodel.expressions import EvaluationError
from sidra_metamodel.kinds.entity import Relation

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View


def load_member(records: Records, record: Record, row: Row, name: str) -> Any:  # noqa: ANN401 - of any type
    """Return a relation's record or records, or a computed value; raises KeyError for what is hidden or unknown."""
    view = records.view(record.entity)
    level = view.level(name)
    relation = view.compiled.entity.relations.get(name)
    # Of a reference there is nothing to be shown masked.
    if level == "none" or (relation is not None and level == "mask"):
        raise KeyError(name)
    if relation is not None:
        if relation.many:
            return related_records(records, view, row, relation)
        return _to_one(records, view, row, relation)
    return computed_value(records, view, records.whole(record.entity, row), name)


def computed_value(records: Records, view: View, this: Record, name: str) -> Any:  # noqa: ANN401 - of any type
    """Return a value that is computed at reading, of a whole record, as the reader may see it; raises KeyError."""
    attribute = view.compiled.entity.attributes.get(name)
    if attribute is None or attribute.compute is None:
        raise KeyError(name)
    try:
        value = records.runtime.computed(view.name, name)(records.environment(this))
    except EvaluationError:
        # People see the record without the value; the program, which decides by it, must not take it for null.
        if records.actor.is_system:
            raise
        return None
    return view.masked(attribute, value) if view.level(name) == "mask" else value


def _to_one(records: Records, view: View, row: Row, relation: Relation) -> Record | None:
    positions = view.compiled.positions
    target = row[positions[f"{relation.name}_id"]]
    if target is None:
        return None
    entity = relation.to[0]
    if view.compiled.polymorphic(relation.name):
        entity = row[positions[f"{relation.name}_kind"]]
    return records.find(entity, id_text(target))


def related_records(records: Records, view: View, row: Row, relation: Relation) -> list[Record]:
    """Return the records that a to-many relation of a row leads to, as far as the reader may see them."""
    if len(relation.to) != 1 or relation.to[0] not in records.runtime.model.entities:
        return _polymorphic_links(records, view, row, relation)
    target = records.runtime.view(relation.to[0], view.profile)
    if not target.can_read:
        return []
    build = _linked if is_linked(relation) else _inverse
    statement = target.statements.get(
        ("related", view.compiled.root, relation.name), lambda: build(view, target, relation)
    )
    source = row[view.compiled.positions["id"]]
    with records.connected() as connection:
        rows = records.run(connection, statement, {"k_id": source}).fetchall()
    return [records.record(target, found) for found in rows]


def _inverse(view: View, target: View, relation: Relation) -> Statement:
    del view
    table = target.compiled.table.table
    reference = table.c[f"{relation.inverse}_id"]
    select = sa.select(*target.compiled.columns).where(reference == later("k_id"))
    return target.led_statement(select.order_by(table.c.created_at, table.c.id), table)


def _linked(view: View, target: View, relation: Relation) -> Statement:
    table, link = target.compiled.table.table, view.runtime.tables.links[view.compiled.root, relation.name]
    select = sa.select(*target.compiled.columns).where(
        table.c.id.in_(sa.select(link.c.target_id).where(link.c.source_id == later("k_id")))
    )
    return target.led_statement(select.order_by(table.c.created_at, table.c.id), table)


def _polymorphic_links(records: Records, view: View, row: Row, relation: Relation) -> list[Record]:
    if not is_linked(relation):
        return []
    link = view.runtime.tables.links[view.compiled.root, relation.name]
    statement = view.statements.get(
        ("links", relation.name),
        lambda: view.compiled.store.compile(
            sa.select(link.c.target_id, link.c.target_kind).where(link.c.source_id == later("k_id"))
        ),
    )
    source = row[view.compiled.positions["id"]]
    with records.connected() as connection:
        found = statement.run(connection, {"k_id": source}).fetchall()
    loaded = (records.find(kind, id_text(target)) for target, kind in found)
    return [record for record in loaded if record is not None]
