"""What a call means: a macro with a variable of its own, a form that many types take, or a function of the registry."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

import re2

from sidra_metamodel.expressions import operators
from sidra_metamodel.expressions.constructors import CONSTRUCTORS, construct
from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.limits import DIVISION_SCALE, MAX_PATTERN_CHARACTERS
from sidra_metamodel.expressions.nodes import (
    Aggregate,
    Coalesce,
    Constant,
    Edge,
    Filter,
    Invoke,
    Map,
    Node,
    Quantifier,
)
from sidra_metamodel.expressions.standard import compile_pattern
from sidra_metamodel.expressions.syntax import Call, Index, Member, Name, Syntax
from sidra_metamodel.expressions.types import (
    BOOLEAN,
    DURATION,
    INTEGER,
    MONEY,
    NULL,
    STRING,
    DecimalType,
    ListType,
    ManyType,
    RecordType,
    Type,
    is_number,
    is_ordered,
    scale_of,
)
from sidra_metamodel.suggest import OF_A_PLUGIN

if TYPE_CHECKING:
    from sidra_metamodel.expressions.checker import Checker

NO_ELEMENTS: Final = "only lists and relations to many have"

Form: TypeAlias = Callable[["Checker", Call], Node]


def call_function(checker: "Checker", call: Call) -> Node:
    """Give the call of a function of the registry."""
    function = checker.functions.get(call.name)
    if function is None:
        hint = operators.suggest(call.name, [*checker.functions, *CALLS]) or OF_A_PLUGIN
        raise ExpressionError(f"no function `{call.name}`", call.name_offset, len(call.name), hint=hint)
    written = _arguments(call)
    arguments = tuple(checker.check(argument) for argument in written)
    overload = function.overload([argument.type for argument in arguments]) if arguments else None
    if overload is None:
        takes = " or ".join(f"({overload})" for overload in function.overloads)
        given = ", ".join(str(argument.type) for argument in arguments)
        message = f"`{call.name}` takes {takes}, not ({given})"
        hint = "give it values of these types, in this order"
        raise ExpressionError(message, call.name_offset, len(call.name), hint=hint)
    if function.is_standard and call.name == "matches":
        arguments = (arguments[0], _pattern(arguments[1], written[1]))
    parameters = overload.parameters + (overload.parameters[-1],) * (len(arguments) - len(overload.parameters))
    pairs = zip(arguments, parameters, strict=True)
    widened = tuple(operators.widen(argument, _scaled(parameter, argument)) for argument, parameter in pairs)
    return Invoke(overload.returns, call.offset, function, widened)


def _scaled(parameter: Type, argument: Node) -> Type:
    """Give the decimal type that keeps the argument's places: a parameter's scale binds only what it returns."""
    return argument.type if isinstance(argument.type, DecimalType) else parameter


def _pattern(argument: Node, place: Syntax) -> Node:
    if not isinstance(argument, Constant) or not isinstance(argument.value, str):
        raise ExpressionError("a pattern must be written out", place.offset, place.length, hint="write it in quotes")
    if len(argument.value) > MAX_PATTERN_CHARACTERS:
        message = f"a pattern longer than {MAX_PATTERN_CHARACTERS} characters"
        raise ExpressionError(message, place.offset, place.length, hint="shorten it, or test parts of it")
    try:
        return Constant(STRING, argument.offset, compile_pattern(argument.value))
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise ExpressionError("not a pattern of RE2", place.offset, place.length, hint=reason) from None


def _arguments(call: Call) -> tuple[Syntax, ...]:
    return call.arguments if call.target is None else (call.target, *call.arguments)


def _exactly(call: Call, count: int, usage: str) -> tuple[Syntax, ...]:
    arguments = _arguments(call)
    if len(arguments) != count:
        message = f"`{call.name}` is used as {usage}"
        raise ExpressionError(message, call.name_offset, len(call.name), hint="give it these arguments")
    return arguments


def _constructor(checker: "Checker", call: Call) -> Node:
    return construct(call, tuple(checker.check(argument) for argument in _arguments(call)))


def _has(checker: "Checker", call: Call) -> Node:
    (path,) = _exactly(call, 1, "has(path)")
    if not isinstance(path, Member | Name | Index):
        raise ExpressionError("has(…) takes a path", path.offset, path.length, hint="as in has(customer.segment)")
    node = checker.check(path)
    if isinstance(node.type, ManyType):
        everything = Constant(BOOLEAN, call.offset, value=True)
        return Quantifier(BOOLEAN, call.offset, "exists", node, checker.variable(node, call), everything)
    null = Constant(NULL, call.offset, None)
    return operators.equal(node, null, path, checker.schema, is_negated=True)


def _changed(checker: "Checker", call: Call) -> Node:
    (path,) = _exactly(call, 1, "changed(attribute)")
    new = checker.check(path)
    with checker.before(path):
        old = checker.check(path)
    return operators.equal(new, old, path, checker.schema, is_negated=True)


def _coalesce(checker: "Checker", call: Call) -> Node:
    arguments = _arguments(call)
    if not arguments:
        hint = "write coalesce(value, instead)"
        raise ExpressionError("`coalesce` takes values", call.name_offset, len(call.name), hint=hint)
    operands = tuple(checker.check(argument) for argument in arguments)
    type_ = operators.common_type(operands, call, checker.schema)
    return Coalesce(type_, call.offset, tuple(operators.widen(operand, type_) for operand in operands))


def _quantifier(checker: "Checker", call: Call) -> Node:
    path, name, condition = _exactly(call, 3, f"items.{call.name}(x, condition)")
    source = _elements(checker, path)
    with checker.bound(name, source) as variable:
        body = checker.checked(condition, BOOLEAN, "the condition")
    return Quantifier(BOOLEAN, call.offset, call.name, source, variable, body)


def _filter(checker: "Checker", call: Call) -> Node:
    path, name, condition = _exactly(call, 3, "items.filter(x, condition)")
    source = _elements(checker, path)
    with checker.bound(name, source) as variable:
        body = checker.checked(condition, BOOLEAN, "the condition")
    return Filter(source.type, call.offset, source, variable, body)


def _map(checker: "Checker", call: Call) -> Node:
    path, name, value = _exactly(call, 3, "items.map(x, value)")
    source = _elements(checker, path)
    with checker.bound(name, source) as variable:
        body = checker.check(value)
    if isinstance(body.type, ManyType | ListType):
        raise ExpressionError("a list of lists", value.offset, value.length, hint="map to single values")
    return Map(ListType(body.type), call.offset, source, variable, body)


def _elements(checker: "Checker", path: Syntax) -> Node:
    node = checker.check(path)
    if not isinstance(node.type, ManyType | ListType):
        raise ExpressionError(f"{node.type} has no elements", path.offset, path.length, hint=NO_ELEMENTS)
    return node


def _size(checker: "Checker", call: Call) -> Node:
    (path,) = _exactly(call, 1, "size(items)")
    node = checker.check(path)
    if isinstance(node.type, ManyType | ListType):
        return Aggregate(INTEGER, call.offset, "size", node)
    return call_function(checker, call)


def _count(checker: "Checker", call: Call) -> Node:
    (path,) = _exactly(call, 1, "count(items)")
    return Aggregate(INTEGER, call.offset, "count", _elements(checker, path))


def _aggregate(checker: "Checker", call: Call) -> Node:
    (path,) = _exactly(call, 1, f"{call.name}(items.attribute)")
    node = checker.check(path)
    element = node.type.element if isinstance(node.type, ListType) else None
    is_sum = call.name in ("sum", "avg")
    if element is None or not (_is_summable(element) if is_sum else is_ordered(element)):
        what = "amounts" if is_sum else "values that have an order"
        message = f"`{call.name}` takes {what}, not {node.type}"
        raise ExpressionError(message, path.offset, path.length, hint=f"as in {call.name}(bills.amount)")
    if call.name == "avg" and is_number(element):
        element = DecimalType(max(scale_of(element), DIVISION_SCALE))
    return Aggregate(element, call.offset, call.name, node)


def _is_summable(type_: Type) -> bool:
    return is_number(type_) or type_ in (MONEY, DURATION)


def _edge(checker: "Checker", call: Call) -> Node:
    (path,) = _exactly(call, 1, f"{call.name}(records)")
    node = checker.check(path)
    if not isinstance(node.type, ManyType):
        message = f"`{call.name}` takes records of a to-many relation, not {node.type}"
        raise ExpressionError(message, path.offset, path.length, hint=f"as in tickets.{call.name}().status")
    return Edge(RecordType(node.type.entities), call.offset, call.name, node)


CALLS: Final[dict[str, Form]] = {
    **dict.fromkeys(CONSTRUCTORS, _constructor),
    **dict.fromkeys(("exists", "all", "exists_one"), _quantifier),
    **dict.fromkeys(("sum", "min_of", "max_of", "avg"), _aggregate),
    **dict.fromkeys(("first", "last"), _edge),
    "has": _has,
    "changed": _changed,
    "coalesce": _coalesce,
    "filter": _filter,
    "map": _map,
    "size": _size,
    "count": _count,
}
"""The words that no function of the registry may take."""
