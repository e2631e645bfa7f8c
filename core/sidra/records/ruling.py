"""The rules of a record at work on a plan: defaults, computations, checks, and the step of its life cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sidra.errors import Problem
from sidra.plugin_calls import PluginError

if TYPE_CHECKING:
    from sidra.records.planning import Plan
    from sidra.records.readers import Row
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Step:
    """A transition that is asked for, and the reason that was chosen for it."""

    name: str
    reason: str | None = None


def find_step(unit: UnitOfWork, view: View, row: Row, changes: Mapping[str, Any]) -> Step | None:
    """Return the step that a change of the state itself means, as clients of the API make it; None for no step."""
    lifecycle = unit.runtime.rules(view.name).lifecycle
    if lifecycle is None or lifecycle.attribute not in changes or unit.actor.is_system:
        return None
    now, wanted = row[view.compiled.positions[lifecycle.attribute]], changes[lifecycle.attribute]
    name = lifecycle.step_between(now, wanted) if isinstance(wanted, str) and wanted != now else None
    return Step(name) if name is not None else None


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
        next_number=unit.sequence if unit.writes else None,
    )
    return problems


def _stepped(unit: UnitOfWork, plan: Plan, step: Step) -> list[Problem]:
    """Set the state that a step leads to; the conditions of the step see the record in the state before it."""
    lifecycle = unit.runtime.rules(plan.view.name).lifecycle
    if lifecycle is None:
        return [Problem("R613", "", f"`{plan.view.name}` has no steps")]
    plan.proposed[lifecycle.attribute] = plan.before.get(lifecycle.attribute)
    environment = unit.records.environment(plan.proposed)
    shown = [name for name in plan.view.compiled.entity.attributes if plan.view.level(name) in {"read", "edit"}]
    problem = lifecycle.problem(step.name, environment, reason=step.reason, locale=unit.actor.locale, shown=shown)
    if problem is not None:
        return [problem]
    plan.proposed[lifecycle.attribute] = lifecycle.target(step.name)
    return []
