"""What a new record gets where nothing was given: literals, expressions, the first state, rules of kind `default`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Container, MutableMapping
from dataclasses import dataclass
from typing import Any

from sidra.errors import Misconfigured, Problem
from sidra.records.coercion import coerce
from sidra.rules.conditions import Evaluate, Test, compile_condition, compile_value, raise_failure_of_plugin
from sidra_metamodel.expressions import Environment, EvaluationError
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.kinds.rule import Rule
from sidra_metamodel.model import Model

# Gives the next number of a sequence: its name, and its shape such as `TT-{year}-{n:06}`.
NextNumber = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value for one member, where a condition holds."""

    member: str
    value: Evaluate
    condition: Test | None = None

    def applies(self, environment: Environment) -> bool:
        """Whether its condition holds; without one it always does."""
        return self.condition is None or self.condition(environment)

    def assign(self, record: MutableMapping[str, Any], environment: Environment) -> None:
        """Set the member; a value that cannot be evaluated is none. Raises PluginError."""
        try:
            record[self.member] = self.value(environment)
        except EvaluationError as error:
            raise_failure_of_plugin(error)
            record[self.member] = None


class Defaults:
    """The defaults of one entity. The first rule whose condition holds counts; the attribute's own comes last."""

    def __init__(self, model: Model, entity: Entity, rules: list[Rule]) -> None:
        attributes = entity.attributes.values()
        literals = {found.name: _literal(model, found) for found in attributes}
        self._literals = {name: value for name, value in literals.items() if value is not None}
        if entity.lifecycle:
            self._literals.setdefault(entity.lifecycle.attribute, entity.lifecycle.initial)
        self._computed = [
            Assignment(found.name, compile_value(model, found.default.compute))
            for found in attributes
            if found.default is not None and found.default.compute is not None
        ]
        self._rules = [assignment(model, rule) for rule in rules]
        root = model.root(entity.name)
        self._sequences = {
            found.name: (f"{root}.{found.name}", found.sequence or "{n}")
            for found in attributes
            if model.base_type(found) == "sequence"
        }

    def fill(self, environment: Environment, given: Container[str], next_number: NextNumber | None) -> None:
        """Set the members of the record that were not given; numbers only with `next_number`."""
        record = environment.this
        for member, value in self._literals.items():
            if member not in given:
                # A structure is copied, so that no record shares one with another.
                record[member] = copy.deepcopy(value) if isinstance(value, dict | list) else value
        for assigned in self._computed:
            if assigned.member not in given:
                assigned.assign(record, environment)
        self._by_rules(environment, given)
        for member, (name, shape) in self._sequences.items():
            if next_number is not None and record.get(member) is None:
                record[member] = next_number(name, shape)

    def _by_rules(self, environment: Environment, given: Container[str]) -> None:
        assigned: set[str] = set()
        for rule in self._rules:
            if rule.member not in given and rule.member not in assigned and rule.applies(environment):
                rule.assign(environment.this, environment)
                assigned.add(rule.member)


def assignment(model: Model, rule: Rule) -> Assignment:
    """What a rule of kind `default` or `compute` sets; raises Misconfigured where it says not what."""
    if rule.at is None or rule.value is None:
        raise Misconfigured(f"the rule `{rule.name}` needs `at` and `value`", hint="run `sidra check`")
    condition = compile_condition(model, rule.when) if rule.when is not None else None
    return Assignment(rule.at, compile_value(model, rule.value), condition)


def _literal(model: Model, attribute: Attribute) -> Any:  # noqa: ANN401 - of the attribute's type
    if attribute.default is None or attribute.default.value is None:
        return None
    value = coerce(model, attribute, attribute.default.value)
    if isinstance(value, Problem):
        raise Misconfigured(f"the default of `{attribute.name}` is not of its type", hint=value.message)
    return value
