"""Life cycles: every state can be reached, and none is a trap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.kinds.entity import Entity, Lifecycle
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import listed


def check_lifecycles(model: Model, diagnostics: Diagnostics) -> None:
    """Record states that no record can get into, and those from which no end can be reached."""
    # Subtypes share what they inherit, so that it is told once.
    computed: dict[int, tuple[Node, Entity]] = {}
    for entity in model.entities.values():
        states = _states(model, entity)
        if entity.lifecycle is not None and states:
            _check_reached(entity.lifecycle, model, entity, states, diagnostics)
            _check_left(entity.lifecycle, states, diagnostics)
            _check_begin(entity.lifecycle, entity, states, diagnostics)
            computed.update((id(node), (node, entity)) for node in _computed(entity.lifecycle, model, entity))
    for node, entity in computed.values():
        _refuse_computed(node, entity, diagnostics)


def _states(model: Model, entity: Entity) -> list[str]:
    attribute = entity.attributes.get(entity.lifecycle.attribute) if entity.lifecycle else None
    if attribute is None or attribute.enum is None or attribute.enum not in model.enums:
        return []
    return [name for name, value in model.enums[attribute.enum].values.items() if not value.hidden]


def _check_reached(
    lifecycle: Lifecycle, model: Model, entity: Entity, states: list[str], diagnostics: Diagnostics
) -> None:
    reached = _closure({lifecycle.initial, *lifecycle.entry}, _steps(lifecycle))
    enum = model.enums[entity.attributes[lifecycle.attribute].enum or ""]
    for state in states:
        if state not in reached:
            diagnostics.report(
                "E405",
                f"no step leads to the state `{state}` of `{entity.name}`",
                lifecycle.node.items.get("transitions", lifecycle.node),
                key=True,
                notes=[note("declared here", enum.values[state].node, key=True)],
                help="add a transition to it, or hide the value",
            )


def _check_left(lifecycle: Lifecycle, states: list[str], diagnostics: Diagnostics) -> None:
    steps = _steps(lifecycle)
    ends = lifecycle.final or {state for state in states if not steps.get(state)}
    if not ends:
        return
    back: dict[str, set[str]] = {}
    for source, targets in steps.items():
        for target in targets:
            back.setdefault(target, set()).add(source)
    safe = _closure(ends, back)
    for state in states:
        if state not in safe:
            leading = next((t for t in lifecycle.transitions.values() if t.to == state), None)
            diagnostics.report(
                "E406",
                f"a record in the state `{state}` can never reach an end: {listed(sorted(ends))}",
                leading.node.items["to"] if leading else lifecycle.node.items["initial"],
                help="add a transition from it, or name it in `final:`",
            )


def _computed(lifecycle: Lifecycle, model: Model, entity: Entity) -> Iterator[Node]:
    """Yield what would compute the state of a record, which steps alone change."""
    state, line = entity.attributes[lifecycle.attribute], {entity.name, *model.ancestors(entity.name)}
    if state.compute is not None:
        yield state.node.items["compute"]
    for rule in model.rules.values():
        if rule.kind_ == "compute" and rule.at == state.name and rule.on in line:
            yield rule.node.items["at"]


def _refuse_computed(node: Node, entity: Entity, diagnostics: Diagnostics) -> None:
    places = [note("its life cycle is here", entity.node.items["lifecycle"], key=True)]
    message = f"this computes the state of `{entity.name}`, which only steps change"
    help_ = "add a step with `when:`, or compute another attribute"
    diagnostics.report("E412", message, node, key=True, notes=places, help=help_)


def _check_begin(lifecycle: Lifecycle, entity: Entity, states: list[str], diagnostics: Diagnostics) -> None:
    default, begins = entity.attributes[lifecycle.attribute].default, sorted({lifecycle.initial, *lifecycle.entry})
    if default is not None and default.value in states and default.value not in begins:
        message = f"no record of `{entity.name}` may begin in the state `{default.value}`"
        help_ = f"it may begin in {listed(begins)}"
        diagnostics.error("E415", message, default.node.items["value"], help=help_)


def _steps(lifecycle: Lifecycle) -> Mapping[str, set[str]]:
    steps: dict[str, set[str]] = {}
    for transition in lifecycle.transitions.values():
        for source in transition.from_:
            steps.setdefault(source, set()).add(transition.to)
    return steps


def _closure(start: Iterable[str], steps: Mapping[str, set[str]]) -> set[str]:
    found = list(dict.fromkeys(start))
    for state in found:
        found += [target for target in sorted(steps.get(state, ())) if target not in found]
    return set(found)
