"""The first half of a test: what is given is made, and its steps are done, all through the gate of the records."""

from __future__ import annotations

from sidra.errors import SidraError
from sidra.identity.merging import Order, merge
from sidra.records.planning import find_row, plan_update
from sidra.records.ruling import Step as LifecycleStep
from sidra.trials.outcomes import Finding
from sidra.trials.world import Refusal, Unmade, World
from sidra_metamodel.kinds.test import Step
from sidra_metamodel.nodes import Node


def make_given(world: World) -> Finding | None:
    """Make the records that a test is given; return why one of them cannot be made."""
    for name, node in _below(world.test.node, "given"):
        for entity, values in node.items.items():
            try:
                record = world.records(None).create(entity, world.values(entity, values))
            except (SidraError, Unmade) as error:
                return _unmade(name, values, error)
            world.ids[name] = (record.entity, record.id)
    return None


def _unmade(name: str, node: Node, error: SidraError | Unmade) -> Finding:
    found = Refusal.of(error).shown if isinstance(error, SidraError) else str(error)
    return Finding(node.key_place, f"given.{name}", "the record is made", found, is_broken=True)


def do_steps(world: World) -> Finding | None:
    """Do the steps of a test; return why one of them is not done that nobody expects to be refused."""
    expected = {claim.refused for claim in world.test.then.values()}
    watched = {claim.warned for claim in world.test.then.values()}
    nodes = dict(_below(world.test.node, "when"))
    for name, step in world.test.when.items():
        node, path = nodes[name], f"when.{name}"
        try:
            if name in watched:
                world.warned[name] = _warnings(world, step, node)
            _do(world, name, step, node)
        except SidraError as error:
            world.refused[name] = Refusal.of(error)
            if name not in expected:
                return Finding(node.key_place, path, "the step is done", f"refused: {world.refused[name].shown}")
        except Unmade as error:
            return Finding(node.key_place, path, "the step can be done", str(error), is_broken=True)
    return None


def _below(node: Node, keyword: str) -> list[tuple[str, Node]]:
    found = node.get(keyword)
    return list(found.items.items()) if found is not None else []


def _do(world: World, name: str, step: Step, node: Node) -> None:
    if step.wait is not None:
        world.clock.wait(step.wait)
        return
    records = world.records(step.by)
    for entity, values in _written(node, "create"):
        made = records.create(entity, world.values(entity, values))
        world.ids[name] = (made.entity, made.id)
    for record, values in _written(node, "update"):
        entity, id = world.id_of(record)
        records.update(entity, id, world.values(entity, values))
    for record, transition in step.transition.items():
        entity, id = world.id_of(record)
        records.transition(entity, id, transition, reason=step.reason)
    if step.delete is not None:
        records.delete(*world.id_of(step.delete))
    for keep, drop in step.merge.items():
        entity, id = world.id_of(keep)
        order = Order(entity, id, world.id_of(drop)[1], reason=step.reason)
        world.runtime.transact(records.actor, lambda unit: merge(unit, order))  # noqa: B023 - called at once


def _written(node: Node, word: str) -> list[tuple[str, Node]]:
    return _below(node, word)


def _warnings(world: World, step: Step, node: Node) -> Refusal:
    """Return what a step is warned of, before it is done."""
    records = world.records(step.by)
    drafts = [records.draft(entity, world.values(entity, values)) for entity, values in _written(node, "create")]
    for record, values in _written(node, "update"):
        entity, id = world.id_of(record)
        drafts.append(records.draft(entity, world.values(entity, values), id=id))
    problems = [problem for draft in drafts for problem in draft.problems]
    for record, transition in step.transition.items():
        with records.connected() as connection:
            unit = world.runtime.planning(records.actor, connection)
            view, row = find_row(unit, *world.id_of(record))
            problems += plan_update(unit, view, row, {}, step=LifecycleStep(transition, step.reason)).all_problems()
    warnings = tuple(problem for problem in problems if problem.severity == "warning")
    return Refusal("", warnings, "")
