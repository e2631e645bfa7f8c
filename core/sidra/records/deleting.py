"""Removing records: with what they own, and never while others refer to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import Conflict, Invalid, Outdated
from sidra.records.belongings import forget_belongings
from sidra.records.compiled import later
from sidra.records.journaling import record_deleted
from sidra.records.owning import touch_owners
from sidra.records.planning import find_row
from sidra.records.search_index import forget_record
from sidra.store.database import Statement
from sidra.store.identifiers import id_text
from sidra.store.tables import is_linked
from sidra_metamodel.kinds.entity import Relation

if TYPE_CHECKING:
    from sidra.records.readers import Row
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime


def delete(unit: UnitOfWork, entity: str, id: str, version: int | None) -> None:
    """Remove a record that the actor may delete; raises Conflict where its owner cannot be without it."""
    view, row = find_row(unit, entity, id)
    unit.require(view.name, "delete")
    unit.allow(view, row, "delete")
    if version is not None and row[view.compiled.positions["version"]] != version:
        raise Outdated("the record has changed since it was read", hint="read it again and decide again")
    delete_row(unit, view, row)
    try:
        touch_owners(unit, view.compiled, row)
    except Invalid as needed:
        raise Conflict(
            needed.problems[0].message, hint="the record that it belongs to needs it: change that"
        ) from needed


def delete_row(unit: UnitOfWork, view: View, row: Row) -> None:
    """Remove the record of a row with what it owns; raises Conflict where others refer to it."""
    compiled = view.compiled
    stored_id = row[compiled.positions["id"]]
    before = unit.system.whole(view.name, row)
    for relation in compiled.owned:
        for child in before[relation.name]:
            delete_row(unit, unit.records.view(child.entity), child.row)
    links = {relation.name: _unlink(unit, view, relation, stored_id) for relation in compiled.linked}
    _require_unreferenced(unit, view, stored_id)
    compiled.delete.run(unit.connection, {"k_id": stored_id})
    forget_record(unit.runtime.store, unit.connection, id_text(stored_id))
    forget_belongings(unit, stored_id)
    record_deleted(unit, view, before, links)
    unit.recompute(compiled, row, None, dict(before))


def _unlink(unit: UnitOfWork, view: View, relation: Relation, stored_id: bytes) -> tuple[list[str], list[str]]:
    """Remove the links of a relation; return the ids to which it led, and no others."""
    compiled, given = view.compiled, {"k_id": stored_id}
    link = unit.runtime.tables.links[compiled.root, relation.name]
    is_mine = link.c.source_id == later("k_id")
    select = sa.select(link.c.target_id).where(is_mine).distinct().order_by(link.c.target_id)
    find = view.statements.get(("led", link.name), lambda: compiled.store.compile(select))
    remove = view.statements.get(
        ("unlink all", link.name), lambda: compiled.store.compile(sa.delete(link).where(is_mine))
    )
    led = [id_text(target) for (target,) in find.run(unit.connection, given).fetchall()]
    if led:
        remove.run(unit.connection, given)
    return led, []


def _require_unreferenced(unit: UnitOfWork, view: View, stored_id: bytes) -> None:
    """Raise Conflict where a record refers to one; it names the first entity of which the actor sees such a record."""
    given = {"k_id": stored_id}
    found = [
        (source, relation)
        for source, relation, statement in _references(unit, view)
        if statement.run(unit.connection, given).fetchone() is not None
    ]
    if found:
        # What its reader sees none of says no more than that it is there, whatever else is there.
        seen = next((source for source, relation in found if _sees_one(unit, source, relation, stored_id)), None)
        named = "other records" if seen is None else f"records of `{seen}`"
        raise Conflict(f"{named} refer to it", hint="remove or change them first")


def _sees_one(unit: UnitOfWork, source: str, relation: Relation, stored_id: bytes) -> bool:
    """Tell whether the actor sees a record of an entity whose relation leads to one, and sees that it does."""
    view = unit.records.view(source)
    if not view.can_read or view.common_level(relation.name) not in {"read", "edit"}:
        return False

    def make() -> Statement:
        return view.statement(_reference(unit.runtime, source, relation).limit(1), view.compiled.table.table)

    statement = view.statements.get(("sees refers", relation.name), make)
    return unit.records.run(unit.connection, statement, {"k_id": stored_id}).fetchone() is not None


def _references(unit: UnitOfWork, view: View) -> Iterator[tuple[str, Relation, Statement]]:
    """Yield what finds a record that refers to `k_id`, for each relation that may lead to the entity."""
    runtime = unit.runtime
    for source, relation in runtime.model.inverse_relations(view.name):
        if relation.many and not is_linked(relation):
            continue
        root = runtime.model.root(source)
        select = _reference(runtime, source, relation)
        make = partial(view.compiled.store.compile, select.limit(1))
        yield source, relation, view.statements.get(("refers", root, relation.name), make)


def _reference(runtime: Runtime, source: str, relation: Relation) -> sa.Select[Any]:
    table = runtime.tables.entities[source].table
    one: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(table)
    if is_linked(relation):
        link = runtime.tables.links[runtime.model.root(source), relation.name]
        return one.where(link.c.source_id == table.c.id, link.c.target_id == later("k_id"))
    # A record that refers to itself holds nobody back.
    return one.where(table.c[f"{relation.name}_id"] == later("k_id"), table.c.id != later("k_id"))
