"""The rules of a record at work on a plan: defaults, computations, checks, and the step of its life cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sidra.errors import Forbidden, Problem
from sidra.plugin_calls import PluginError
from sidra.rules.wording import tell
from sidra.store.identifiers import NO_ID
from sidra.store.storable import storable

if TYPE_CHECKING:
    from sidra.records.planning import Plan
    from sidra.records.readers import Row
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork
    from sidra.rules.lifecycle import CompiledLifecycle


@dataclass(frozen=True, slots=True)
class Step:
    """A transition that is asked for, and the reason that was chosen for it."""

    name: str
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.reason is not None:
            object.__setattr__(self, "reason", storable(self.reason))


def find_step(unit: UnitOfWork, view: View, row: Row, changes: Mapping[str, Any]) -> Step | None:
    """Return the step that a change of the state itself means, as clients of the API make it; None for no step."""
    lifecycle = unit.runtime.rules(view.name).lifecycle
    if lifecycle is None or lifecycle.attribute not in changes or unit.actor.is_system:
        return None
    now, wanted = row[view.compiled.positions[lifecycle.attribute]], changes[lifecycle.attribute]
    names = lifecycle.steps_between(now, wanted) if isinstance(wanted, str) and wanted != now else ()
    if not names:
        return None
    # Of several ways, the actor means one that is open to them.
    return Step(next((name for name in names if len(names) == 1 or unit.may(view, row, name)), names[0]))


def apply_rules(unit: UnitOfWork, plan: Plan, given: frozenset[str]) -> list[Problem]:
    """Return what is wrong with the proposed record, after defaults, the step and computations are set in it.

    given: the members that the caller named.
    """
    try:
        return _ruled(unit, plan, given)
    except PluginError as failure:
        return [failure.problem(unit.actor.locale)]


def _ruled(unit: UnitOfWork, plan: Plan, given: frozenset[str]) -> list[Problem]:
    rules = unit.runtime.rules(plan.view.name)
    environment = unit.records.environment(plan.proposed)
    problems: list[Problem] = []
    if not unit.actor.is_system:
        state = rules.lifecycle.attribute if rules.lifecycle and plan.step else ""
        problems += rules.refused(given - {state} if state else given, environment, unit.actor.locale)
    if plan.step is not None:
        problems += _stepped(unit, plan, plan.step)
    problems += rules.apply(
        environment,
        given=given,
        before=plan.before or None,
        locale=unit.actor.locale,
        may_set_state=plan.step is not None or unit.actor.is_system,
        next_number=partial(_next_number, unit, plan) if unit.writes else None,
    )
    if rules.lifecycle is not None and not _may_enter(unit, plan, rules.lifecycle):
        problems.append(rules.lifecycle.begins_elsewhere(unit.actor.locale))
    return problems


def _next_number(unit: UnitOfWork, plan: Plan, member: str, name: str, shape: str) -> str:
    same = plan.view.compiled.same(member)

    def is_taken(text: str) -> bool:
        if unit.gathered is not None:
            # Whoever gathers is told of what is there twice when the rows are added.
            return False
        return same.run(unit.connection, {f"k_{member}": text, "k_id": NO_ID}).fetchone() is not None

    return unit.sequence(name, shape, is_taken)


def _may_enter(unit: UnitOfWork, plan: Plan, lifecycle: CompiledLifecycle) -> bool:
    """Tell whether a new record may begin in its state: by a step that leads there and that the actor's roles allow."""
    if not plan.is_new or unit.actor.is_system:
        return True
    steps = lifecycle.entered_by(plan.proposed.get(lifecycle.attribute))
    return not steps or not plan.view.access.actions.isdisjoint(steps)


def allow_new(unit: UnitOfWork, view: View, row: Row) -> None:
    """Raise Forbidden unless the actor may make the record of a new row, and let it begin in the state that it has."""
    unit.allow_written(view, row, "create")
    lifecycle = unit.runtime.rules(view.name).lifecycle
    if lifecycle is None or unit.actor.is_system:
        return
    steps = lifecycle.entered_by(row[view.compiled.positions[lifecycle.attribute]])
    if steps and not any(unit.may_written(view, row, step) for step in steps):
        raise Forbidden(f"you may not {' or '.join(steps)} this `{view.name}`", hint="let it begin in its first state")


def _stepped(unit: UnitOfWork, plan: Plan, step: Step) -> list[Problem]:
    """Set the state that a step leads to; the conditions of the step see the record in the state before it."""
    lifecycle = unit.runtime.rules(plan.view.name).lifecycle
    if lifecycle is None:
        return [Problem("R613", "", tell("transition_unknown", unit.actor.locale))]
    plan.proposed[lifecycle.attribute] = plan.before.get(lifecycle.attribute)
    environment = unit.records.environment(plan.proposed)
    shown = [name for name in plan.view.compiled.entity.attributes if plan.view.level(name) in {"read", "edit"}]
    problem = lifecycle.problem(step.name, environment, reason=step.reason, locale=unit.actor.locale, shown=shown)
    if problem is not None:
        return [problem]
    plan.proposed[lifecycle.attribute] = lifecycle.target(step.name)
    return []
