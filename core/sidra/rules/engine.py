"""The rules of an entity, compiled once: defaults, then computations, then validation, inside the transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sidra.errors import Problem
from sidra.plugin_calls import PluginError
from sidra.records.record import Illegible
from sidra.rules.computations import Computations
from sidra.rules.conditions import Test, compile_check, compile_demand, text_in
from sidra.rules.constraint import Constraint
from sidra.rules.constraints import Constraints
from sidra.rules.defaults import Defaults, NextNumber
from sidra.rules.duplicates import Duplicates
from sidra.rules.lifecycle import CompiledLifecycle
from sidra.rules.wording import tell
from sidra_metamodel.expressions import Environment
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.rule import Rule
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model

# A record maps names to values of many types; each attribute's says which.
Record = Mapping[str, Any]


class RuleSet:
    """All rules of one entity, its supertypes' among them; immutable, safe to use from many threads."""

    def __init__(self, model: Model, entity: Entity) -> None:
        names = (entity.name, *model.ancestors(entity.name))
        rules = [rule for rule in model.rules.values() if rule.on in names]
        self.entity = entity.name
        self._defaults = Defaults(model, entity, _of_kind(rules, "default"))
        self._computations = Computations(model, entity, _of_kind(rules, "compute"))
        self._constraints = Constraints(model, entity)
        self._validations = [_Validation.of(model, entity, rule) for rule in _of_kind(rules, "validate")]
        self._fixed = _conditions_of_fixed(model, entity)
        self.lifecycle = CompiledLifecycle(model, entity, entity.lifecycle) if entity.lifecycle else None
        self.duplicates = Duplicates(model, entity)
        self.computed = frozenset(name for name, found in entity.attributes.items() if found.compute is not None)
        """Attributes that nobody enters, stored or not."""
        self.sets = self._computations.members | ({self.lifecycle.attribute} if self.lifecycle is not None else set())
        """What rules set in a record that exists."""

    def apply(
        self,
        environment: Environment,
        *,
        given: Collection[str],
        before: Record | None = None,
        locale: str | None = None,
        may_set_state: bool = False,
        next_number: NextNumber | None = None,
    ) -> list[Problem]:
        """What is wrong with a record, after its defaults and computed values have been set in it.

        environment: `this` is the record as it would be saved, a mutable mapping; `now`, `today`, `user` are bound.
        given: members that the caller named, null or not; the others of a new record get their defaults.
        before: the values as they are stored; None for a new record.
        may_set_state: for a transition, and for the program itself; else the state of the life cycle stays.
        next_number: gives numbers of sequences; None for a draft, which gets none.
        Raises PluginError where a plugin fails, so that nobody can tell.
        """
        if before is None:
            self._defaults.fill(environment, given, next_number)
        self._computations.set(environment)
        return [
            *self._state(environment, before, locale, may_set_state=may_set_state),
            *self.validate(environment, locale),
        ]

    def compute(self, environment: Environment) -> None:
        """Set the computed values of a record again, as after a change of another one."""
        self._computations.set(environment)

    def validate(self, environment: Environment, locale: str | None = None) -> list[Problem]:
        """What is wrong with a record as it is: constraints of its members, then rules of kind `validate`."""
        problems = self._constraints.problems(environment.this, environment, locale)
        problems += [
            validation.problem(locale) for validation in self._validations if validation.is_broken(environment)
        ]
        return problems

    def could_be(self, member: str, value: object, environment: Environment) -> bool:
        """Tell whether a value fulfils the constraints of a member, so that some record may have it."""
        try:
            return not self.problems_of(member, value, environment)
        except PluginError:
            return False

    def problems_of(
        self, member: str, value: object, environment: Environment, locale: str | None = None
    ) -> list[Problem]:
        """What is wrong with a value of one member, whatever the others are. Raises PluginError."""
        if member not in self._constraints.members:
            return []
        problems = self._constraints.problems({member: value}, environment, locale)
        return [problem for problem in problems if problem.path == member]

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What keywords of its members demand."""
        return self._constraints.all

    @property
    def validations(self) -> tuple[Rule, ...]:
        """The rules of kind `validate` without whose fulfilment nothing is saved."""
        return tuple(one.rule for one in self._validations if one.rule.severity == "error")

    def demands_of(self, member: str) -> bool:
        """Whether there is anything that a value of a member could violate."""
        return member in self._constraints.members

    def read_only(self, environment: Environment) -> frozenset[str]:
        """The members that forms show and nobody enters, for this record; also those of which a plugin cannot tell."""
        return self.computed | {
            name for name, test in self._fixed.items() if test is None or _is_fixed(test, environment)
        }

    def refused(self, changes: Collection[str], environment: Environment, locale: str | None = None) -> list[Problem]:
        """A problem for each change of a member that nobody enters."""
        if not self._fixed and self.computed.isdisjoint(changes):
            return []
        fixed = sorted(name for name in self.read_only(environment) if name in changes)
        return [_refusal(name, is_computed=name in self.computed, locale=locale) for name in fixed]

    def _state(
        self, environment: Environment, before: Record | None, locale: str | None, *, may_set_state: bool
    ) -> list[Problem]:
        if self.lifecycle is None or may_set_state:
            return []
        now = environment.this.get(self.lifecycle.attribute)
        problem = self.lifecycle.changed(before.get(self.lifecycle.attribute) if before else None, now, locale)
        return [problem] if problem else []


@dataclass(frozen=True, slots=True)
class _Validation:
    """A rule of kind `validate`."""

    rule: Rule
    condition: Test | None
    checks: tuple[Test, ...]
    label: str
    sealed: tuple[str, ...]
    """The encrypted attributes that it reads: of those that cannot be read nobody can tell."""

    @classmethod
    def of(cls, model: Model, entity: Entity, rule: Rule) -> _Validation:
        condition = compile_demand(model, rule.when) if rule.when is not None else None
        checks = tuple(compile_check(model, formula) for formula in rule.check)
        formulas = (*rule.check, *((rule.when,) if rule.when is not None else ()))
        read = {path for formula in formulas for path in model.expression(formula).reads}
        sealed = tuple(name for name, found in entity.attributes.items() if found.encrypt and name in read)
        return cls(rule, condition, checks, model.label(rule), sealed)

    def is_broken(self, environment: Environment) -> bool:
        if any(environment.this.get(name).__class__ is Illegible for name in self.sealed):
            return False
        if self.condition is not None and not self.condition(environment):
            return False
        return not all(check(environment) for check in self.checks)

    def problem(self, locale: str | None) -> Problem:
        message = text_in(self.rule.message, locale) or tell("failed_rule", locale, rule=self.label)
        return Problem("R610", self.rule.at or "", message, severity=self.rule.severity)


def _of_kind(rules: list[Rule], kind: Literal["validate", "compute", "default"]) -> list[Rule]:
    return [rule for rule in rules if rule.kind_ == kind]


def _is_fixed(test: Test, environment: Environment) -> bool:
    try:
        return test(environment)
    except PluginError:
        return True


def _conditions_of_fixed(model: Model, entity: Entity) -> dict[str, Test | None]:
    """Members that are read only, each with its condition; None for always."""
    found: dict[str, Test | None] = {}
    members: list[Attribute | Relation] = [*entity.attributes.values(), *entity.relations.values()]
    for member in members:
        if isinstance(member.read_only, Formula):
            found[member.name] = compile_demand(model, member.read_only)
        elif member.read_only:
            found[member.name] = None
    return found


def _refusal(name: str, *, is_computed: bool, locale: str | None) -> Problem:
    return Problem("R612", name, tell("computed" if is_computed else "not_settable", locale))
