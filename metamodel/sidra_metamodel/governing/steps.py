"""Steps of a life cycle that a layer adds: none leads around the conditions of those below."""

from __future__ import annotations

from collections.abc import Iterable

from sidra_metamodel.diagnostics import note
from sidra_metamodel.governing.narrowing import members, shown
from sidra_metamodel.governing.refusals import Refusals
from sidra_metamodel.governing.spots import Spot
from sidra_metamodel.layering.layers import PACK
from sidra_metamodel.nodes import Node, Scalar

_PATH = ("lifecycle", "transitions")


def check_steps(below: Node, above: Node, refusals: Refusals, lower: Iterable[Node] = ()) -> None:
    """Refuse a new step into a state of the layers below that asks for less than the steps there do.

    below: the document without the layer; lower: as it is still lower, where a step may be that one between removed.
    """
    added, known = above.get(*_PATH), below.get(*_PATH)
    new = {name: step for name, step in (added.items if added is not None else {}).items() if step.source.rank > PACK}
    for name in known.items if known is not None else ():
        new.pop(name, None)
    roots = (below, *lower) if new else ()
    for steps in filter(None, (root.get(*_PATH) for root in roots)):
        for name, step in list(new.items()):
            if _refuses(name, step, steps, refusals):
                del new[name]


def _refuses(name: str, step: Node, steps: Node, refusals: Refusals) -> bool:
    avoided, reason = _avoided(step, steps), _unasked(step, steps)
    if avoided is not None:
        _refuse(name, step, avoided, refusals)
    if reason is not None:
        _refuse_unasked(name, step, reason, refusals)
    return avoided is not None or reason is not None


def _avoided(step: Node, steps: Node) -> Node | None:
    """Return a condition that a step leads around: it lacks those of each step below to the same state.

    From a state that a step below leaves for it, those of such a step count alone.
    """
    asked = _conditions(step)
    ways = [way for way in steps.items.values() if _target(way) == _target(step)]
    for state in members(step.get("from")):
        direct = [way for way in ways if state in members(way.get("from"))] or ways
        lacking = [_conditions(way).keys() - asked.keys() for way in direct]
        if lacking and all(lacking):
            return _conditions(direct[0])[min(lacking[0], key=str)]
    return None


def _unasked(step: Node, steps: Node) -> Node | None:
    """Return a reason that each step below between the same two states must be given, and this one not."""
    given = _demanded(step)
    ways = [way for way in steps.items.values() if _target(way) == _target(step)]
    for state in members(step.get("from")):
        asked = [_demanded(way) for way in ways if state in members(way.get("from"))]
        wanted = [reason for reason in asked if reason is not None]
        if (
            wanted
            and len(wanted) == len(asked)
            and (given is None or given.scalar not in {one.scalar for one in wanted})
        ):
            return wanted[0]
    return None


def _demanded(step: Node) -> Node | None:
    """Return the code list that a step's reason must be chosen from."""
    required = step.get("reason", "required")
    return step.get("reason", "enum") if required is None or required.scalar is not False else None


def _target(step: Node) -> Scalar:
    node = step.get("to")
    return None if node is None else node.scalar


def _conditions(step: Node) -> dict[Scalar, Node]:
    written = step.get("when")
    return {entry.scalar: entry for entry in written.entries} if written is not None else {}


def _refuse(name: str, step: Node, avoided: Node, refusals: Refusals) -> None:
    state, condition = _target(step), shown(avoided)
    refusals.refuse(
        "E203",
        f"`{name}` leads to `{state}` around `{condition}`, which is asked for below",
        Spot((*_PATH, name)),
        [note("asked for here", avoided)],
        f'let it ask for that, too: `when: "{condition}"`, or lead to a state of your own',
    )


def _refuse_unasked(name: str, step: Node, reason: Node, refusals: Refusals) -> None:
    refusals.refuse(
        "E203",
        f"`{name}` leads to `{_target(step)}` without the reason that is asked for below",
        Spot((*_PATH, name)),
        [note("asked for here", reason)],
        f"let it ask for one, too: `reason: {{enum: {reason.scalar}}}`, or lead to a state of your own",
    )
