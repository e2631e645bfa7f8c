"""What a new record gets where nothing was given: literals, expressions, the first state, rules of kind `default`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Container, MutableMapping
from dataclasses import dataclass
from typing import Any

from sidra.errors import Misconfigured, Problem
from sidra.records.coercion import coerce
from sidra.rules.conditions import Evaluate, Test, compile_condition, compile_value, raise_failure_of_plugin
from sidra.store.codecs import Codec, codec_of
from sidra_metamodel.expressions import Environment, EvaluationError
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.kinds.rule import Rule
from sidra_metamodel.model import Model

# Gives the next number for a member: the name of its sequence, and its shape such as `TT-{year}-{n:06}`.
NextNumber = Callable[[str, str, str], str]

NUMBERS = frozenset({"decimal", "percent", "money", "duration"})
"""Kept as whole numbers of 64 bits, which hold less than an expression may give."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value for one member, where a condition holds."""

    member: str
    value: Evaluate
    condition: Test | None = None
    codec: Codec | None = None
    """How the member is kept, where a number can be too large for that."""

    def applies(self, environment: Environment) -> bool:
        """Whether its condition holds; without one it always does."""
        return self.condition is None or self.condition(environment)

    def assign(self, record: MutableMapping[str, Any], environment: Environment) -> None:
        """Set the member; a value that cannot be evaluated, or not be kept, is none. Raises PluginError."""
        try:
            value = self.value(environment)
            if value is not None and self.codec is not None:
                self.codec.encode(value)
            record[self.member] = value
        except OverflowError:
            record[self.member] = None
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
            Assignment(found.name, compile_value(model, found.default.compute), codec=codec_of_numbers(model, found))
            for found in attributes
            if found.default is not None and found.default.compute is not None
        ]
        self._rules = [assignment(model, entity, rule) for rule in rules]
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
                record[member] = next_number(member, name, shape)

    def _by_rules(self, environment: Environment, given: Container[str]) -> None:
        assigned: set[str] = set()
        for rule in self._rules:
            if rule.member not in given and rule.member not in assigned and rule.applies(environment):
                rule.assign(environment.this, environment)
                assigned.add(rule.member)


def codec_of_numbers(model: Model, attribute: Attribute | None) -> Codec | None:
    """How an attribute is kept whose numbers can be too large for its column; None for any other one."""
    base = model.base_type(attribute) if attribute is not None else ""
    return codec_of(base, attribute.scale) if attribute is not None and base in NUMBERS else None


def assignment(model: Model, entity: Entity, rule: Rule) -> Assignment:
    """What a rule of kind `default` or `compute` sets in an entity; raises Misconfigured where it says not what."""
    if rule.at is None or rule.value is None:
        raise Misconfigured(f"the rule `{rule.name}` needs `at` and `value`", hint="run `sidra check`")
    condition = compile_condition(model, rule.when) if rule.when is not None else None
    codec = codec_of_numbers(model, entity.attributes.get(rule.at))
    return Assignment(rule.at, compile_value(model, rule.value), condition, codec)


def _literal(model: Model, attribute: Attribute) -> Any:  # noqa: ANN401 - of the attribute's type
    if attribute.default is None or attribute.default.value is None:
        return None
    value = coerce(model, attribute, attribute.default.value)
    if isinstance(value, Problem):
        raise Misconfigured(f"the default of `{attribute.name}` is not of its type", hint=value.message)
    return value
