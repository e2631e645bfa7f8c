"""Expressions of rules as functions of an Environment, and texts of the configuration in a person's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sidra.plugin_calls import plugin_failure
from sidra.rules.wording import language_of
from sidra_metamodel.expressions import Environment, EvaluationError, compile_python
from sidra_metamodel.expressions.nodes import Constant, Equal, Logic, Node
from sidra_metamodel.expressions.types import BOOLEAN, NULL
from sidra_metamodel.language import Formula, Label
from sidra_metamodel.model import Model

# The value has the type that the checker proved.
Evaluate = Callable[[Environment], Any]
Test = Callable[[Environment], bool]


def compile_condition(model: Model, formula: Formula) -> Test:
    """Whether a condition holds; null and what cannot be evaluated count as no. Raises PluginError when called."""
    return _guarded(compile_python(model.expression(formula), model.functions, when_null=False), failed=False)


def compile_likeness(model: Model, formula: Formula) -> Test:
    """Whether a condition holds as a sign that two records are one thing: what both lack makes them no more alike.

    Raises PluginError when called.
    """
    expression = model.expression(formula)
    known = replace(expression, root=_known(expression.root))
    return _guarded(compile_python(known, model.functions, when_null=False), failed=False)


def _known(node: Node) -> Node:
    """Give a condition whose `==` between two values is false where both are null; under a `!` it stays as it is."""
    match node:
        case Logic(operands=operands):
            return replace(node, operands=tuple(map(_known, operands)))
        case Equal(is_negated=False, left=left, right=right) if NULL not in (left.type, right.type):
            null = Constant(NULL, node.offset, None)
            return Logic(BOOLEAN, node.offset, "&&", (Equal(BOOLEAN, node.offset, True, left, null), node))
    return node


def compile_demand(model: Model, formula: Formula) -> Test:
    """Whether something is asked of a record: null counts as no, what cannot be evaluated as yes.

    Raises PluginError when called.
    """
    return _guarded(compile_python(model.expression(formula), model.functions, when_null=False), failed=True)


def compile_check(model: Model, formula: Formula) -> Test:
    """Whether a check is passed; null passes, as in SQL, and what cannot be evaluated does not. Raises PluginError."""
    return _guarded(compile_python(model.expression(formula), model.functions, when_null=True), failed=False)


def compile_value(model: Model, formula: Formula) -> Evaluate:
    """The value of an expression, null as None; raises EvaluationError."""
    return compile_python(model.expression(formula), model.functions, when_null=None)


def text_in(label: Label, locale: str | None) -> str:
    """A text of the configuration in a person's language, or the nearest that it has; empty where it has none."""
    return label.text(*(locale, language_of(locale)) if locale else ("en",))


def raise_failure_of_plugin(error: EvaluationError) -> None:
    """Raise PluginError where a plugin is the reason, which must not pass for an answer."""
    failure = plugin_failure(error)
    if failure is not None:
        raise failure from error


def _guarded(evaluate: Evaluate, *, failed: bool) -> Test:
    def test(environment: Environment) -> bool:
        try:
            return evaluate(environment) is True
        except EvaluationError as error:
            raise_failure_of_plugin(error)
            return failed

    return test
