"""The states of a record and the steps between them: which are possible now, and why another is not."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from sidra.errors import Problem
from sidra.plugin_calls import PluginError
from sidra.records.record import TransitionState
from sidra.rules.conditions import Test, compile_condition
from sidra.rules.wording import tell
from sidra_metamodel.expressions import Environment
from sidra_metamodel.kinds.entity import Attribute, Entity, Lifecycle, Transition
from sidra_metamodel.model import Model


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a step asks of the record; `reads` are attributes of it whose absence explains a refusal."""

    test: Test
    reads: tuple[str, ...]


class CompiledLifecycle:
    """The life cycle of one entity."""

    def __init__(self, model: Model, entity: Entity, lifecycle: Lifecycle) -> None:
        self._model = model
        self._entity = entity
        self._lifecycle = lifecycle
        self.attribute = lifecycle.attribute
        self.initial = lifecycle.initial
        self._conditions = {name: self._compile(step) for name, step in lifecycle.transitions.items()}

    def _compile(self, step: Transition) -> tuple[_Condition, ...]:
        found = []
        for formula in step.when:
            reads = self._model.expression(formula).reads
            own = tuple(sorted(name for name in reads if name in self._entity.attributes))
            found.append(_Condition(compile_condition(self._model, formula), own))
        return tuple(found)

    def target(self, step: str) -> str:
        """The state that a step leads to; raises KeyError for a step that is none."""
        return self._lifecycle.transitions[step].to

    def entered_by(self, state: str | None) -> tuple[str, ...]:
        """The steps one of which a person must be allowed who lets a new record begin in a state.

        None for the initial state, and for one that no step leads to: there `create` is all that can be asked.
        """
        if state == self.initial:
            return ()
        return tuple(name for name, step in self._lifecycle.transitions.items() if step.to == state)

    def steps_between(self, before: str | None, after: str) -> tuple[str, ...]:
        """The steps that lead from one state to another, for clients that set the state itself."""
        steps = self._lifecycle.transitions.items()
        return tuple(name for name, step in steps if step.to == after and before in step.from_)

    def states(
        self, environment: Environment, locale: str | None = None, *, shown: Container[str] | None = None
    ) -> list[TransitionState]:
        """Each step that leads from the record's state, in order, and why it is not possible now.

        shown: attributes that a reason may name; None for all.
        """
        state = environment.this.get(self.attribute)
        found = []
        for name, step in self._lifecycle.transitions.items():
            if state in step.from_:
                why_not = self._unmet(name, environment, locale, shown)
                found.append(TransitionState(name, not why_not, why_not))
        return found

    def problem(
        self,
        step: str,
        environment: Environment,
        *,
        reason: str | None = None,
        locale: str | None = None,
        shown: Container[str] | None = None,
    ) -> Problem | None:
        """Why a step cannot be made from the record's present state; None where it can."""
        found = self._lifecycle.transitions.get(step)
        if found is None:
            return self._told("R613", tell("transition_unknown", locale))
        state = environment.this.get(self.attribute)
        if state not in found.from_:
            return self._told("R613", tell("transition_from", locale, state=self._state_label(state, locale)))
        why_not = self._unmet(step, environment, locale, shown)
        return self._told("R614", why_not) if why_not else self._unreasoned(found, reason, locale)

    def changed(self, before: str | None, after: str | None, locale: str | None = None) -> Problem | None:
        """Why a state may not be entered like any value; None where it stays, or a new record may begin with it."""
        if before == after or (before is None and after in {self.initial, *self._lifecycle.entry}):
            return None
        if before is None:
            return self.begins_elsewhere(locale)
        steps = [step for step in self._lifecycle.transitions.values() if before in step.from_]
        names = [self._model.label(step, *_locales(locale)) for step in steps]
        return self._told("R613", tell("state_fixed", locale, steps=names) if names else tell("state_final", locale))

    def begins_elsewhere(self, locale: str | None = None) -> Problem:
        """Why a new record may not begin in the state that was given."""
        return self._told("R613", tell("state_initial", locale, state=self._state_label(self.initial, locale)))

    def _unmet(self, step: str, environment: Environment, locale: str | None, shown: Container[str] | None) -> str:
        for condition in self._conditions[step]:
            try:
                is_met = condition.test(environment)
            except PluginError as failure:
                return failure.problem(locale).message
            if not is_met:
                return self._explained(condition, environment, locale, shown)
        return ""

    def _explained(
        self, condition: _Condition, environment: Environment, locale: str | None, shown: Container[str] | None
    ) -> str:
        """What to fill in, where the condition reads attributes without value; else only that it does not hold."""
        missing = [
            self._attribute_label(self._entity.attributes[name], locale)
            for name in condition.reads
            if environment.this.get(name) is None and (shown is None or name in shown)
        ]
        return tell("transition_missing", locale, names=missing) if missing else tell("transition_condition", locale)

    def _unreasoned(self, step: Transition, reason: str | None, locale: str | None) -> Problem | None:
        if step.reason is None or (reason is None and not step.reason.required):
            return None
        if reason is None:
            return Problem("R615", "reason", tell("reason_required", locale))
        enum = self._model.enums.get(step.reason.enum)
        is_offered = enum is not None and reason in enum.values
        return None if is_offered else Problem("R615", "reason", tell("reason_unknown", locale))

    def _told(self, code: str, message: str) -> Problem:
        return Problem(code, self.attribute, message)

    def _attribute_label(self, attribute: Attribute, locale: str | None) -> str:
        return self._model.label(attribute, *_locales(locale))

    def _state_label(self, state: Any, locale: str | None) -> str:  # noqa: ANN401 - what the store has
        enum = self._model.enums.get(self._entity.attributes[self.attribute].enum or "")
        value = enum.values.get(state) if enum is not None else None
        return self._model.label(value, *_locales(locale)) if value is not None else str(state)


def _locales(locale: str | None) -> tuple[str, ...]:
    return (locale, locale[:2]) if locale else ()
