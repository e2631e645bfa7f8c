"""Values that follow from others and are kept: set at each writing, those that others read first."""

from __future__ import annotations

from sidra.rules.conditions import compile_value
from sidra.rules.defaults import Assignment, assignment, codec_of_numbers
from sidra_metamodel.expressions import Environment
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.rule import Rule
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model


class Computations:
    """The stored computations of one entity: of its attributes, and of rules of kind `compute`."""

    def __init__(self, model: Model, entity: Entity, rules: list[Rule]) -> None:
        found: list[tuple[Assignment, frozenset[str]]] = []
        for attribute in entity.attributes.values():
            if attribute.compute is not None and attribute.compute.stored and attribute.compute.by is not None:
                formula = attribute.compute.by
                codec = codec_of_numbers(model, attribute)
                assigned = Assignment(attribute.name, compile_value(model, formula), codec=codec)
                found.append((assigned, _reads(model, formula)))
        for rule in rules:
            formulas = [formula for formula in (rule.value, rule.when) if formula is not None]
            reads = frozenset[str]().union(*(_reads(model, formula) for formula in formulas))
            found.append((assignment(model, entity, rule), reads))
        self._assignments = _ordered(found)
        self.members = frozenset(assigned.member for assigned in self._assignments)
        """What is computed, so that nobody enters it; a rule with a condition leaves its member open."""

    def set(self, environment: Environment) -> None:
        """Set the computed members of the record."""
        for assigned in self._assignments:
            if assigned.applies(environment):
                assigned.assign(environment.this, environment)


def _reads(model: Model, formula: Formula) -> frozenset[str]:
    return frozenset(path.partition(".")[0] for path in model.expression(formula).reads)


def _ordered(found: list[tuple[Assignment, frozenset[str]]]) -> list[Assignment]:
    """Assignments in an order in which each reads what is set already; a circle, which `check` refuses, stays."""
    ordered: list[Assignment] = []
    waiting = list(found)
    while waiting:
        pending = {assigned.member for assigned, _ in waiting}
        ready = [entry for entry in waiting if not entry[1] & (pending - {entry[0].member})] or waiting
        ordered += [assigned for assigned, _ in ready]
        waiting = [entry for entry in waiting if entry not in ready]
    return ordered
