"""What operators accept and give: equality, order, membership, arithmetic, and how two types become one."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from difflib import get_close_matches
from typing import Final
from uuid import UUID

from sidra_metamodel.expressions.arithmetic import held
from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.limits import DIVISION_SCALE, MAX_SCALE
from sidra_metamodel.expressions.nodes import (
    Arithmetic,
    Choice,
    Coalesce,
    Constant,
    Equal,
    In,
    Items,
    Node,
    Order,
    Read,
    Widen,
)
from sidra_metamodel.expressions.scope import Schema
from sidra_metamodel.expressions.syntax import Syntax
from sidra_metamodel.expressions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    IDENTIFIER,
    INTEGER,
    JSON,
    MONEY,
    NULL,
    PERIOD,
    STRING,
    TIME,
    DecimalType,
    EnumType,
    ListType,
    ManyType,
    RecordType,
    StructType,
    Type,
    is_number,
    is_ordered,
    is_text,
    scale_of,
)

_HINTS: Final[dict[frozenset[Type], str]] = {
    frozenset({DATE, DATETIME}): "`today` is a date, `now` a datetime",
    frozenset({DATE, STRING}): "write date('2026-01-31')",
    frozenset({DATETIME, STRING}): "write timestamp('2026-01-31T08:00:00Z')",
    frozenset({DURATION, STRING}): "write duration('48h')",
    frozenset({TIME, STRING}): "write time('08:00')",
    frozenset({MONEY, INTEGER}): "compare its `.amount`, or write money(10, 'XOF')",
}
_Scale = Callable[[int, int], int]
_SAME: Final[_Scale] = max


def _product(left: int, right: int) -> int:
    return min(left + right, MAX_SCALE)


def _quotient(left: int, right: int) -> int:
    return max(left, right, DIVISION_SCALE)


_SCALES: Final[dict[str, _Scale]] = {"+": _SAME, "-": _SAME, "%": _SAME, "*": _product, "/": _quotient}
_NUMBER: Final = "number"
_RESULTS: Final[dict[str, dict[tuple[object, object], Type]]] = {
    "+": {
        (MONEY, MONEY): MONEY,
        (STRING, STRING): STRING,
        (DATETIME, DURATION): DATETIME,
        (DURATION, DATETIME): DATETIME,
        (DURATION, DURATION): DURATION,
    },
    "-": {
        (MONEY, MONEY): MONEY,
        (DATETIME, DURATION): DATETIME,
        (DATETIME, DATETIME): DURATION,
        (DATE, DATE): DURATION,
        (DURATION, DURATION): DURATION,
    },
    "*": {
        (MONEY, _NUMBER): MONEY,
        (_NUMBER, MONEY): MONEY,
        (DURATION, INTEGER): DURATION,
        (INTEGER, DURATION): DURATION,
    },
    "/": {(MONEY, _NUMBER): MONEY, (DURATION, INTEGER): DURATION},
    "%": {},
}


def suggest(name: str, known: Iterable[str]) -> str | None:
    """Give `did you mean …` with the closest of the known names, or None."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else None


def mismatch(what: str, left: Node, right: Node, place: Syntax) -> ExpressionError:
    """Give the error of two types that an operator does not take together."""
    kinds = frozenset({_plain(left.type), _plain(right.type)})
    message = f"{what} does not take {left.type} and {right.type}"
    return ExpressionError(
        message, place.offset, place.length, hint=_HINTS.get(kinds, "both sides must be of one type")
    )


def _plain(type_: Type) -> Type:
    if is_text(type_):
        return STRING
    return INTEGER if is_number(type_) else type_


def equal(left: Node, right: Node, place: Syntax, schema: Schema, *, is_negated: bool = False) -> Equal:
    """Give the node of `==` or `!=`; raises ExpressionError where the types never meet."""
    left, right = comparable("`!=`" if is_negated else "`==`", left, right, place, schema)
    return Equal(BOOLEAN, left.offset, is_negated, left, right)


def comparable(what: str, left: Node, right: Node, place: Syntax, schema: Schema) -> tuple[Node, Node]:
    """Give both sides of an equality in a form that both back ends compare alike."""
    for side in (left, right):
        if isinstance(side.type, ManyType | ListType | StructType) or side.type == PERIOD:
            hint = "use size() or exists()" if isinstance(side.type, ManyType | ListType) else "compare its members"
            raise ExpressionError(f"{what} does not take {side.type}", place.offset, place.length, hint=hint)
    if NULL in (left.type, right.type) or JSON in (left.type, right.type):
        return left, right
    if IDENTIFIER in (left.type, right.type) or isinstance(left.type, RecordType) or isinstance(right.type, RecordType):
        return _identities(what, left, right, place, schema)
    if is_text(left.type) and is_text(right.type):
        _check_enums(left, right, place)
        return left, right
    if left.type == right.type or (is_number(left.type) and is_number(right.type)):
        return left, right
    raise mismatch(what, left, right, place)


def _identities(what: str, left: Node, right: Node, place: Syntax, schema: Schema) -> tuple[Node, Node]:
    if isinstance(left.type, RecordType) and isinstance(right.type, RecordType):
        if not _related(left.type, right.type, schema):
            raise mismatch(what, left, right, place)
        return left, right
    sides = [_identity(left), _identity(right)]
    if any(side.type not in (IDENTIFIER, STRING) for side in sides):
        raise mismatch(what, left, right, place)
    return _identifier(sides[0], place), _identifier(sides[1], place)


def _identity(side: Node) -> Node:
    return Read(IDENTIFIER, side.offset, side, "id") if isinstance(side.type, RecordType) else side


def _related(left: RecordType, right: RecordType, schema: Schema) -> bool:
    if not left.entities or not right.entities:
        return True
    return any(
        schema.is_subtype(one, two) or schema.is_subtype(two, one) for one in left.entities for two in right.entities
    )


def _identifier(node: Node, place: Syntax) -> Node:
    """Give an id written as a string in its canonical form."""
    if not isinstance(node, Constant):
        return node
    try:
        return Constant(IDENTIFIER, node.offset, str(UUID(node.value)))
    except ValueError:
        raise ExpressionError(
            f"`{node.value}` is not an id", place.offset, place.length, hint="an id is a UUID"
        ) from None


def _check_enums(left: Node, right: Node, place: Syntax) -> None:
    for side, other in ((left, right), (right, left)):
        if isinstance(side.type, EnumType):
            check_literals(other, side.type)
    known = [set(side.type.values) for side in (left, right) if isinstance(side.type, EnumType) and side.type.values]
    if len(known) > 1 and not set.intersection(*known):
        raise mismatch("comparison", left, right, place)


def check_literals(node: Node, enum: EnumType) -> None:
    """Raise ExpressionError if the node can be a literal that the enum does not have."""
    match node:
        case Constant(value=str(value)) if enum.values and value not in enum.values:
            hint = suggest(value, enum.values) or f"there are {', '.join(enum.values[:8])}"
            raise ExpressionError(f"`{value}` is not a value of {enum}", node.offset, len(value) + 2, hint=hint)
        case Choice(then=then, otherwise=otherwise):
            check_literals(then, enum)
            check_literals(otherwise, enum)
        case Coalesce(operands=operands) | Items(items=operands):
            for operand in operands:
                check_literals(operand, enum)


def order(operator: str, left: Node, right: Node, place: Syntax) -> Order:
    """Give the node of `<`, `<=`, `>` or `>=`."""
    for side in (left, right):
        if not is_ordered(side.type):
            raise ExpressionError(f"{side.type} has no order", place.offset, place.length, hint=_order_hint(side.type))
    is_pair = (is_number(left.type) and is_number(right.type)) or (is_text(left.type) and is_text(right.type))
    if left.type != right.type and not is_pair:
        raise mismatch(f"`{operator}`", left, right, place)
    if is_text(left.type):
        _check_enums(left, right, place)
    return Order(BOOLEAN, left.offset, operator, left, right)


def _order_hint(type_: Type) -> str:
    if type_ == PERIOD:
        return "compare its `.start` or `.end`"
    return "compare with null by `==`" if type_ == NULL else "compare it by `==` or `!=`"


def member_of(item: Node, container: Node, place: Syntax, schema: Schema) -> In:
    """Give the node of `in`."""
    if isinstance(container.type, ManyType):
        element: Type = RecordType(container.type.entities)
    elif isinstance(container.type, ListType):
        element = container.type.element
    else:
        message = f"`in` looks into a list, not into {container.type}"
        raise ExpressionError(message, place.offset, place.length, hint="as in segment in ['gold', 'silver']")
    if isinstance(container, Items):
        pairs = [comparable("`in`", item, element_node, place, schema) for element_node in container.items]
        item = pairs[0][0] if pairs else item
        container = Items(container.type, container.offset, tuple(right for _, right in pairs))
        return In(BOOLEAN, item.offset, item, container)
    # A stand-in for an element: only its type matters.
    item, _ = comparable("`in`", item, Read(element, container.offset, container, ""), place, schema)
    return In(BOOLEAN, item.offset, item, container)


def arithmetic(operator: str, left: Node, right: Node, place: Syntax) -> Arithmetic:
    """Give the node of `+ - * / %` with the type of its result."""
    if is_number(left.type) and is_number(right.type):
        return Arithmetic(_number_type(operator, left.type, right.type), left.offset, operator, left, right)
    for left_kind in _kinds(left.type):
        for right_kind in _kinds(right.type):
            result = _RESULTS[operator].get((left_kind, right_kind))
            if result is not None:
                return Arithmetic(result, left.offset, operator, left, right)
    error = mismatch(f"`{operator}`", left, right, place)
    if DATE in (left.type, right.type) and operator in "+-":
        error.hint = "use add_days(…) or add_months(…)"
    raise error


def _number_type(operator: str, left: Type, right: Type) -> Type:
    if left == INTEGER and right == INTEGER:
        return INTEGER
    return DecimalType(_SCALES[operator](scale_of(left), scale_of(right)))


def _kinds(type_: Type) -> tuple[object, ...]:
    if is_text(type_):
        return (STRING,)
    return (type_, _NUMBER) if is_number(type_) else (type_,)


def common_type(nodes: tuple[Node, ...], place: Syntax, schema: Schema) -> Type:
    """Give the one type that all nodes can have; raises ExpressionError where there is none."""
    result: Type = NULL
    for node in sorted(nodes, key=_is_text_literal):
        if (isinstance(result, EnumType) or result == IDENTIFIER) and _is_text_literal(node):
            continue
        joined = _join(result, node.type, schema)
        if joined is None:
            message = f"{result} and {node.type} have no common type"
            raise ExpressionError(message, place.offset, place.length, hint="give all of them one type")
        result = joined
    if isinstance(result, EnumType):
        for node in nodes:
            check_literals(node, result)
    return result


def _join(left: Type, right: Type, schema: Schema) -> Type | None:
    if right in (left, NULL):
        return left
    if left == NULL:
        return right
    if is_number(left) and is_number(right):
        return DecimalType(max(scale_of(left), scale_of(right)))
    if is_text(left) and is_text(right):
        return STRING
    if isinstance(left, RecordType) and isinstance(right, RecordType) and _related(left, right, schema):
        return left if _covers(left, right, schema) else right
    return None


def _is_text_literal(node: Node) -> bool:
    """Tell whether the node is a string that takes the type of the enum or id that it meets."""
    return isinstance(node, Constant) and node.type == STRING


def _covers(left: RecordType, right: RecordType, schema: Schema) -> bool:
    if not left.entities:
        return True
    return all(any(schema.is_subtype(one, two) for two in left.entities) for one in right.entities or ("",))


def widen(node: Node, type_: Type) -> Node:
    """Give the node as a value of the type: a number at the scale of a decimal, a literal as an id."""
    if type_ == IDENTIFIER and node.type == STRING:
        return _identifier(node, Syntax(node.offset, 1))
    if not isinstance(type_, DecimalType) or node.type == type_ or not is_number(node.type):
        return node
    if isinstance(node, Constant):
        value = Decimal(node.value)
        if held(value, type_.scale) is None:
            message = f"a number that 64 bits do not hold with {type_.scale} decimal places"
            hint = "write a smaller one, or fewer decimal places beside it"
            raise ExpressionError(message, node.offset, len(str(value.copy_abs())), hint=hint)
        return Constant(type_, node.offset, value)
    return Widen(type_, node.offset, node)
