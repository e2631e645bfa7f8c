"""A syntax tree back to text, which parses to the same tree (offsets aside)."""

from decimal import Decimal

from sidra_metamodel.expressions.parser import PRECEDENCE
from sidra_metamodel.expressions.syntax import (
    Binary,
    Call,
    Conditional,
    Index,
    ListLiteral,
    Literal,
    LiteralValue,
    Logical,
    Member,
    Name,
    Syntax,
    Unary,
)

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def unparse(node: Syntax) -> str:
    """Give a text of the tree, with brackets only where precedence asks for them."""
    match node:
        case Literal(value=value):
            return literal(value)
        case ListLiteral(items=items):
            return f"[{_listed(items)}]"
        case Name(name=name):
            return name
        case Member(target=target, name=name):
            return f"{_tight(target)}.{name}"
        case Index(target=target, index=index):
            return f"{_tight(target)}[{unparse(index)}]"
        case Call(target=target, name=name, arguments=arguments):
            return f"{'' if target is None else _tight(target) + '.'}{name}({_listed(arguments)})"
        case _:
            return _operation(node)


def literal(value: LiteralValue) -> str:
    """Give the text of a literal."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f"'{value.translate(_ESCAPES)}'"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _operation(node: Syntax) -> str:
    match node:
        case Unary(operator=operator, operand=operand):
            text = _tight(operand) if not isinstance(operand, Unary) else unparse(operand)
            # `-5` is a literal, so a minus before a number keeps its brackets.
            return f"{operator}({text})" if isinstance(operand, Literal) else f"{operator}{text}"
        case Binary(operator=operator, left=left, right=right):
            level = PRECEDENCE[operator]
            return f"{_level(left, level)} {operator} {_level(right, level + 1)}"
        case Logical(operator=operator, operands=operands):
            level = PRECEDENCE[operator] + 1
            return f" {operator} ".join(_level(operand, level) for operand in operands)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return f"{_level(condition, 1)} ? {unparse(then)} : {unparse(otherwise)}"
        case _:
            raise TypeError(f"no text for {type(node).__name__}")


def _listed(items: tuple[Syntax, ...]) -> str:
    return ", ".join(map(unparse, items))


def _tight(node: Syntax) -> str:
    """Give the text of a node that a member, an index or a sign binds to."""
    is_signed = isinstance(node, Literal) and isinstance(node.value, int | Decimal) and node.value < 0
    text = unparse(node)
    return f"({text})" if is_signed or isinstance(node, Binary | Logical | Conditional | Unary) else text


def _level(node: Syntax, level: int) -> str:
    text = unparse(node)
    match node:
        case Conditional():
            return f"({text})"
        case Binary(operator=operator) | Logical(operator=operator) if PRECEDENCE[operator] < level:
            return f"({text})"
        case _:
            return text
