"""Making and changing records: a plan is checked whole, then written whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from sidra.errors import Duplicate, Invalid, Outdated, Problem
from sidra.records.deleting import delete_row
from sidra.records.journaling import record_written
from sidra.records.linking import write_links
from sidra.records.owning import touch_owners
from sidra.records.planning import Plan, find_row, plan_create, plan_update, row_id
from sidra.records.ruling import Step, allow_new, find_step
from sidra.records.search_index import index_texts
from sidra.rules.wording import tell
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.records.readers import Row
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork


Values = Mapping[str, Any]
# What changes, or what tells that from the record as it is: called inside the transaction, it misses no other change.
Changes = Values | Callable[["View", "Row"], Values]


class Written(msgspec.Struct, frozen=True):
    """A record that was written: its entity as the actor sees it, and its row."""

    view: View
    row: Row


def create(unit: UnitOfWork, entity: str, values: Mapping[str, Any]) -> Written:
    """Return a new record."""
    plan = plan_create(unit, entity, values)
    unit.require(plan.view.name, "create")
    plan.check()
    row = write(unit, plan)
    allow_new(unit, plan.view, row)
    touch_owners(unit, plan.view.compiled, row)
    return _written(unit, plan.view, row)


def update(
    unit: UnitOfWork,
    entity: str,
    id: str,
    wanted: Changes,
    version: int | None,
) -> Written:
    """Return a changed record."""
    view, row = find_row(unit, entity, id)
    changes = wanted if isinstance(wanted, Mapping) else wanted(view, row)
    step = find_step(unit, view, row, changes)
    plan = plan_update(unit, view, row, changes, step=step)
    for action in _actions(plan):
        _allow(unit, view, row, action)
    return _change(unit, plan, version)


def transition(
    unit: UnitOfWork,
    entity: str,
    id: str,
    name: str,
    *,
    reason: str | None,
    version: int | None,
) -> Written:
    """Return a record after a step of its life cycle."""
    view, row = find_row(unit, entity, id)
    _allow(unit, view, row, name)
    return _change(unit, plan_update(unit, view, row, {}, step=Step(name, reason)), version)


def _allow(unit: UnitOfWork, view: View, row: Row, action: str) -> None:
    """Raise Forbidden unless an action is allowed with the record of a row that was just read."""
    unit.require(view.name, action)
    if not view.comes_with_reading(action):
        unit.allow(view, row, action)


def _actions(plan: Plan) -> list[str]:
    """Return what a plan does with its record: who may take a step may not change other members along with it."""
    if plan.step is None:
        return ["update"]
    lifecycle = plan.view.compiled.entity.lifecycle
    others = plan.given - {lifecycle.attribute if lifecycle is not None else ""}
    return [plan.step.name, "update"] if others else [plan.step.name]


def _change(unit: UnitOfWork, plan: Plan, version: int | None) -> Written:
    if version is not None and plan.before["version"] != version:
        raise Outdated("the record has changed since it was read", hint="read it again and repeat the change")
    plan.check()
    row = write(unit, plan)
    if row is not plan.row:
        # Whoever changes a record may not change it into one that is out of reach.
        for action in _actions(plan):
            if plan.view.may_lose(action, plan.changed):
                unit.allow_written(plan.view, row, action)
        touch_owners(unit, plan.view.compiled, plan.row, row)
    return _written(unit, plan.view, row)


def _written(unit: UnitOfWork, view: View, row: Row) -> Written:
    """Return a record as the store has it now: what followed from its change may have changed it in its turn."""
    if unit.renewed and (id := row_id(view, row)) in unit.renewed:
        row = view.compiled.select.run(unit.connection, {"k_id": id}).fetchone()
    return Written(view, row)


def write(unit: UnitOfWork, plan: Plan) -> Row:
    """Write a checked plan with all that it owns; return the row of its record, the same one where nothing changed."""
    _refuse_duplicates(unit, plan)
    row = _insert(unit, plan) if plan.row is None else _update_if(unit, plan, plan.row)
    unit.written += 1
    for name in plan.view.compiled.files:
        if name in plan.changed:
            unit.runtime.files.keep(unit, plan.proposed["id"], plan.before.get(name), plan.changed[name])
    for name, children in plan.children.items():
        for child in children:
            child.proposed[f"{plan.view.compiled.entity.relations[name].inverse}_id"] = plan.proposed["id"]
            written = write(unit, child)
            if child.is_new:
                allow_new(unit, child.view, written)
            elif written is not child.row:
                unit.allow_written(child.view, written, "update")
    for kind, removed in plan.removed:
        delete_row(unit, unit.records.view(kind), removed)
    write_links(unit, plan)
    if row is not plan.row:
        _index(unit, plan)
        record_written(unit, plan)
        unit.recompute(plan.view.compiled, plan.row, row, plan.changed, is_alone=plan.is_new and not plan.children)
    return row


def is_touched(plan: Plan) -> bool:
    """Tell whether a plan changes its record, or anything that the record owns."""
    return (
        plan.is_new
        or bool(plan.changed or plan.removed or plan.links)
        or any(is_touched(child) for children in plan.children.values() for child in children)
    )


def _insert(unit: UnitOfWork, plan: Plan) -> Row:
    insertion = plan.view.compiled.insertion
    if unit.gathered is not None:
        return insertion.gather(unit.gathered, plan.proposed)
    given, row = insertion.encode(plan.proposed)
    unit.runtime.store.later(unit.connection, insertion.sql, given, partial(_not_kept, unit, plan))
    return row


def _update_if(unit: UnitOfWork, plan: Plan, before: Row) -> Row:
    if not (plan.changed or is_touched(plan)):
        return before
    always = {"version": plan.before["version"] + 1, "updated_at": unit.now, "updated_by": unit.actor.id}
    plan.changed |= always
    plan.proposed.update(always)
    rewrite = plan.view.compiled.change(frozenset(plan.changed))
    given, row = rewrite.encode(plan.proposed, before)
    if not unit.runtime.store.rewrite(unit.connection, rewrite.sql, given, partial(_not_kept, unit, plan)):
        raise Outdated("the record has changed since it was read", hint="read it again and repeat the change")
    return row


def _not_kept(unit: UnitOfWork, plan: Plan, error: Exception) -> Exception:
    """Name the members that must be unique, and never the other record; another error stays as it is."""
    shared = unit.runtime.store.refusal(error)
    if shared is None:
        return error
    named = [
        stored.name
        for stored in plan.view.compiled.table.members.values()
        if not shared.isdisjoint(stored.equal_columns)
    ]
    if not named:
        return Invalid([Problem("R619", "", tell("not_id", unit.actor.locale))])
    return Invalid([Problem("R616", name, tell("duplicate", unit.actor.locale)) for name in named])


def _refuse_duplicates(unit: UnitOfWork, plan: Plan) -> None:
    identity = plan.view.compiled.entity.identity
    if identity is None or not identity.refuse:
        return
    given = (name for name in sorted(identity.strong) if plan.changed.get(name) is not None)
    shared = [name for name in given if _is_taken(unit, plan, name)]
    if shared:
        raise Duplicate("there is such a record already", fields=shared, hint="search for it and use it")


def _is_taken(unit: UnitOfWork, plan: Plan, name: str) -> bool:
    compiled = plan.view.compiled
    encoded = compiled.encode({name: plan.proposed[name]})
    given = {f"k_{column}": value for column, value in encoded.items()} | {"k_id": id_bytes(plan.proposed["id"])}
    return compiled.same(name).run(unit.connection, given).fetchone() is not None


def _index(unit: UnitOfWork, plan: Plan) -> None:
    texts = {name: plan.changed[name] for name in plan.view.compiled.searched if name in plan.changed}
    if texts:
        store, root = unit.runtime.store, plan.view.compiled.root
        index_texts(store, unit.connection, root, plan.proposed["id"], texts, is_new=plan.is_new)
