"""Handing over: whoever gets work, or serves the queue it waits in, is told once the change is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.errors import Problem
from sidra.live.notifications import notify
from sidra.live.signals import tell
from sidra.queues.presence import AVAILABLE, state_of
from sidra.queues.serving import who_serves
from sidra.rules.wording import tell as say

if TYPE_CHECKING:
    from sidra.records.planning import Plan
    from sidra.records.work import UnitOfWork

MOST_TOLD = 50
"""Of those who serve a queue; of more, nobody is told by name, and the inbox shows it to all."""


def check_persons(unit: UnitOfWork, plan: Plan, given: frozenset[str]) -> None:
    """Add a problem for each attribute that names somebody who has no account, or is shut out."""
    for name in plan.view.compiled.persons:
        login = plan.proposed.get(name)
        if name not in given or login is None or login == plan.before.get(name):
            continue
        person = unit.runtime.people.find(login, unit.connection)
        if person is None or person.is_disabled:
            plan.problems.append(Problem("R608", name, say("no_such_person", unit.actor.locale)))


def tell_handed(unit: UnitOfWork, plan: Plan) -> None:
    """Tell the queues that a record leaves and comes to, and whoever it is given to now."""
    compiled, changed, before = plan.view.compiled, plan.changed, plan.before
    if unit.gathered is not None:
        return
    for name in compiled.queues:
        for queue in {before.get(name), plan.proposed.get(name)} - {None}:
            tell(unit, f"queue:{queue}", "changed")
    given = [changed[name] for name in compiled.persons if changed.get(name)]
    for login in given:
        person = unit.runtime.people.find(login, unit.connection)
        if person is not None:
            notify(unit, person.id, "assigned", plan.view.name, plan.proposed["id"])
    waits = [changed[name] for name in compiled.queues if changed.get(name)]
    if waits and not unit.actor.is_system and not any(plan.proposed.get(name) for name in compiled.persons):
        _tell_serving(unit, plan, waits)


def _tell_serving(unit: UnitOfWork, plan: Plan, queues: list[str]) -> None:
    people = unit.runtime.people.by_login(unit.connection).values()
    for queue in queues:
        serving = who_serves(unit.runtime, queue, people)
        for person in serving if len(serving) <= MOST_TOLD else ():
            if state_of(unit.runtime, person.id) != AVAILABLE:
                continue
            notify(unit, person.id, "queued", plan.view.name, plan.proposed["id"])
