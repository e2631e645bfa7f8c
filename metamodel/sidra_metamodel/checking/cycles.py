"""What must not lead back to itself: supertypes, base types, ownership, computed values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model


def check_cycles(model: Model, diagnostics: Diagnostics) -> None:
    """Record every circle once, at the first of its members by name."""
    _check_chain(model, "entity", "is_a", diagnostics)
    _check_chain(model, "type", "base", diagnostics)
    _check_ownership(model, diagnostics)
    _check_computed(model, diagnostics)


def _check_chain(model: Model, kind: str, keyword: str, diagnostics: Diagnostics) -> None:
    nodes = {name: node for (found, name), node in model.nodes.items() if found == kind}
    leads = {name: {str(node.items[keyword].value)} for name, node in nodes.items() if keyword in node.items}
    for circle in circles(leads):
        node = nodes[circle[0]].items[keyword]
        message = f"`{keyword}` goes in a circle: {shown_circle(circle)}"
        diagnostics.error("E404", message, node, help="cut it at one place")


def _check_ownership(model: Model, diagnostics: Diagnostics) -> None:
    owned = {
        name: {
            model.root(target): relation.node
            for relation in entity.relations.values()
            if relation.owned
            for target in relation.to
        }
        for name, entity in model.entities.items()
        if model.root(name) == name
    }
    for circle in circles({name: set(targets) for name, targets in owned.items()}):
        node = owned[circle[0]][circle[1 % len(circle)]]
        message = f"records would own themselves: {shown_circle(circle)}"
        diagnostics.report("E404", message, node, key=True, help="let one of them be a plain relation")


def _check_computed(model: Model, diagnostics: Diagnostics) -> None:
    formulas = dict(_computed(model))
    leads = {member: _read(model, formula) & formulas.keys() for member, formula in formulas.items()}
    for circle in circles(leads):
        message = f"the value depends on itself: {shown_circle(circle)}"
        diagnostics.error("E404", message, formulas[circle[0]].node, help="compute one of them from something else")


def _computed(model: Model) -> Iterable[tuple[str, Formula]]:
    for name, entity in model.entities.items():
        for attribute in entity.attributes.values():
            if attribute.compute is not None and attribute.compute.by is not None:
                yield _member(model, name, attribute.name), attribute.compute.by
    for rule in model.rules.values():
        if rule.kind_ == "compute" and rule.at and rule.value is not None and rule.on in model.entities:
            yield _member(model, rule.on, rule.at), rule.value


def _member(model: Model, entity: str, name: str) -> str:
    """Return the root entity with a member's name: subtypes share the value."""
    return f"{model.root(entity)}.{name}"


def _read(model: Model, formula: Formula) -> set[str]:
    try:
        read = model.expression(formula).attributes
    except ExpressionError:
        return set()
    return {_member(model, entity, name) for entity, name in read}


def circles(leads: Mapping[str, set[str]]) -> list[list[str]]:
    """Return a circle through each group of names that lead to each other, beginning with its least name."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in sorted(leads):
        if start not in done:
            circle = _way_back(leads, start)
            done.update(circle)
            if circle:
                found.append(circle)
    return found


def _way_back(leads: Mapping[str, set[str]], start: str) -> list[str]:
    """Return the shortest way from a name back to itself, or nothing."""
    ways: dict[str, list[str]] = {start: [start]}
    waiting = [start]
    for name in waiting:
        for target in sorted(leads.get(name, ())):
            if target == start:
                return ways[name]
            if target not in ways:
                ways[target] = [*ways[name], target]
                waiting.append(target)
    return []


def shown_circle(circle: list[str]) -> str:
    """Return a circle as people read it."""
    return " → ".join(f"`{name}`" for name in [*circle, *circle[:1]])
