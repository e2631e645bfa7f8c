"""The syntax tree: what was written, with its place in the text, before anything is known of names and types."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

LiteralValue: TypeAlias = bool | int | Decimal | str | None


@dataclass(frozen=True, slots=True)
class Syntax:
    """One node; `offset` and `length` count characters of the text."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Literal(Syntax):
    """`null`, `true`, `12`, `1.5`, `'gold'`."""

    value: LiteralValue


@dataclass(frozen=True, slots=True)
class ListLiteral(Syntax):
    """`[a, b]`."""

    items: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Name(Syntax):
    """A bare name."""

    name: str


@dataclass(frozen=True, slots=True)
class Member(Syntax):
    """`target.name`."""

    target: Syntax
    name: str


@dataclass(frozen=True, slots=True)
class Index(Syntax):
    """`target[index]`: the place in a list, the key of a json value, or the entity that a record is narrowed to."""

    target: Syntax
    index: Syntax


@dataclass(frozen=True, slots=True)
class Call(Syntax):
    """`name(a, b)` or, with a target, `target.name(a, b)`; `name_offset` is where the name stands."""

    target: Syntax | None
    name: str
    name_offset: int
    arguments: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Unary(Syntax):
    """`!operand` or `-operand`."""

    operator: str
    operand: Syntax


@dataclass(frozen=True, slots=True)
class Binary(Syntax):
    """`left operator right`, for comparison, `in` and arithmetic."""

    operator: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Logical(Syntax):
    """`a && b && c` or `a || b || c`: a chain is one node, so that its length is not depth."""

    operator: str
    operands: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Syntax):
    """`condition ? then : otherwise`."""

    condition: Syntax
    then: Syntax
    otherwise: Syntax


def children(node: Syntax) -> tuple[Syntax, ...]:
    """Give the nodes directly below a node, in the order of the text."""
    match node:
        case ListLiteral(items=items) | Logical(operands=items):
            return items
        case Member(target=target):
            return (target,)
        case Index(target=target, index=index):
            return (target, index)
        case Call(target=target, arguments=arguments):
            return arguments if target is None else (target, *arguments)
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case _:
            return ()


def walk(node: Syntax) -> Iterator[tuple[Syntax, int]]:
    """Give each node with its depth (the root has 1), without recursion."""
    stack = [(node, 1)]
    while stack:
        current, depth = stack.pop()
        yield current, depth
        stack.extend((child, depth + 1) for child in children(current))
