"""What saving would do, and which steps are open: for forms, without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sidra.records.planning import Plan, find_row, plan_create, plan_update
from sidra.records.record import Draft, Record, TransitionState
from sidra.records.resembling import Resembling

if TYPE_CHECKING:
    from sidra.records.service import Records


def draft(records: Records, entity: str, values: Mapping[str, Any], id: str | None) -> Draft:
    """Return the values as they would be saved, as far as the actor may see them, and what is wrong with them."""
    with records.connected() as connection:
        unit = records.runtime.planning(records.actor, connection)
        if id is None:
            unit.require(entity, "create")
            plan = plan_create(unit, entity, values)
        else:
            view, row = find_row(unit, entity, id)
            plan = plan_update(unit, view, row, values)
        shown = _shown(plan)
        found = Resembling(records, plan.view.name, {**shown, "id": plan.proposed["id"]}, plan.before)
        return Draft(shown, (*plan.all_problems(), *found.problems()), found.likenesses, found.bounded_by)


def _shown(plan: Plan) -> dict[str, Any]:
    """Values of the plan that its actor may read or has given; of owned records as lists."""
    stored = plan.view.compiled.stored_keys
    shown = {
        key: value
        for key, value in plan.proposed.items()
        if key == "kind" or (key in stored and plan.view.level(stored[key].name) in {"read", "edit"})
    }
    return shown | {name: [_shown(child) for child in children] for name, children in plan.children.items()}


def transitions(records: Records, record: Record) -> list[TransitionState]:
    """Return the steps from the record's state that the actor's roles know, each with why it is not possible now."""
    view = records.view(record.entity)
    lifecycle = records.runtime.rules(record.entity).lifecycle
    if lifecycle is None:
        return []
    whole = records.whole(record.entity, record.row)
    environment = records.environment(whole)
    shown = [name for name in view.compiled.entity.attributes if view.level(name) in {"read", "edit"}]
    states = lifecycle.states(environment, records.actor.locale, shown=shown)
    return [
        TransitionState(state.name, state.allowed, state.why_not)
        for state in states
        if records.profile.allows(record.entity, state.name, environment)
    ]
