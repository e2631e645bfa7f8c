"""How expectations and values are told to a person: in the words of the test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sidra.records.record import Record
from sidra_metamodel.expressions import Environment, EvaluationError, ExpressionError, check, compile_python
from sidra_metamodel.expressions.expression import Expression
from sidra_metamodel.expressions.functions import Functions
from sidra_metamodel.expressions.scope import Scope
from sidra_metamodel.expressions.syntax import Binary, Call, Conditional, Literal, Logical, Syntax, Unary

MAX_VALUES = 8
MAX_SHOWN = 80


def shown(value: Any) -> str:  # noqa: ANN401 - of any type
    """Return a value as a test would write it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Record():
            return f"the {value.entity} `{value.title}`"
        case datetime():
            return value.isoformat(timespec="seconds")
        case str():
            return _short(f"'{value}'")
        case Mapping():
            return _short(", ".join(f"{name}: {shown(one)}" for name, one in value.items()))
        case _:
            return _short(_listed(value) if isinstance(value, list | tuple | frozenset) else str(value))


def _listed(values: Iterable[Any]) -> str:
    return f"[{', '.join(shown(one) for one in values)}]"


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def names(listed: Any) -> str:  # noqa: ANN401 - an iterable of texts
    """Return names in order, or that there are none."""
    return ", ".join(f"`{name}`" for name in listed) or "none"


def parts_of(
    expression: Expression, scope: Scope, functions: Functions, environment: Environment
) -> tuple[tuple[str, str], ...]:
    """Return the parts of a condition with what they are now, so that one sees which of them is not as it must be."""
    told: dict[str, str] = {}
    for node in _parts(expression.tree):
        text = expression.text[node.offset : node.offset + node.length]
        try:
            part = check(text, scope, expression.schema, functions)
            told.setdefault(text, shown(compile_python(part, functions, when_null=None)(environment)))
        except (ExpressionError, EvaluationError):
            continue
    return tuple(told.items())[:MAX_VALUES]


def _parts(node: Syntax) -> Iterator[Syntax]:
    """Yield what a condition compares: sides of comparisons, operands, what a macro goes through."""
    match node:
        case Logical(operands=operands):
            for operand in operands:
                yield from _parts(operand)
        case Unary(operand=operand):
            yield from _parts(operand)
        case Conditional(condition=condition):
            yield from _parts(condition)
        case Binary(left=left, right=right):
            for side in (left, right):
                yield from _parts(side)
        case Call(target=target) if target is not None:
            yield target
        case Literal():
            return
        case _:
            yield node
