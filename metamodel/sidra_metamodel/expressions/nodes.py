"""The checked tree: every node has a type, every name is resolved. Both back ends read this and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from sidra_metamodel.expressions.functions import Function
from sidra_metamodel.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Node:
    """One node; `offset` is the character of the text where it begins."""

    parts: ClassVar[tuple[str, ...]] = ()

    type: Type
    offset: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A value known from the text."""

    # One of the value classes of the conventions, or a compiled pattern.
    value: Any


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list written out."""

    parts: ClassVar = ("items",)
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A name: `root` is `this`, `context` (now, user, …), `site` (old, value, …) or `macro`.

    A macro's variable has a name that is unique in the tree, and the path of the relation it runs over.
    """

    name: str
    root: str
    path: str


@dataclass(frozen=True, slots=True)
class Read(Node):
    """A member of a record, a struct, a json value, an amount or a period; null of null."""

    parts: ClassVar = ("target",)
    target: Node
    name: str


@dataclass(frozen=True, slots=True)
class At(Node):
    """An element of a list or of a json value; null where there is none."""

    parts: ClassVar = ("target", "index")
    target: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Narrow(Node):
    """A record if it is of the entity, else null."""

    parts: ClassVar = ("target",)
    target: Node
    entity: str


@dataclass(frozen=True, slots=True)
class Many(Node):
    """The records of a to-many relation of one record; none of null."""

    parts: ClassVar = ("target",)
    target: Node
    name: str


@dataclass(frozen=True, slots=True)
class Through(Node):
    """The records that a relation of each record of many leads to."""

    parts: ClassVar = ("source",)
    source: Node
    name: str
    is_many: bool


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """Those elements for which the body is true."""

    parts: ClassVar = ("source", "body")
    source: Node
    variable: Variable
    body: Node


@dataclass(frozen=True, slots=True)
class Map(Node):
    """The body's value for each element."""

    parts: ClassVar = ("source", "body")
    source: Node
    variable: Variable
    body: Node


@dataclass(frozen=True, slots=True)
class Quantifier(Node):
    """`exists`, `all` or `exists_one`; a body that is null counts as false."""

    parts: ClassVar = ("source", "body")
    name: str
    source: Node
    variable: Variable
    body: Node


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """`size`, `count`, `sum`, `min_of`, `max_of` or `avg` of records or of values."""

    parts: ClassVar = ("source",)
    name: str
    source: Node


@dataclass(frozen=True, slots=True)
class Edge(Node):
    """The `first` or `last` record, by id, which is by creation."""

    parts: ClassVar = ("source",)
    name: str
    source: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Kleene's not."""

    parts: ClassVar = ("operand",)
    operand: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """Kleene's `&&` or `||` over two or more operands."""

    parts: ClassVar = ("operands",)
    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Equal(Node):
    """`==`, or `!=` if negated: never null."""

    parts: ClassVar = ("left", "right")
    is_negated: bool
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Order(Node):
    """`<`, `<=`, `>` or `>=`; null if an operand is."""

    parts: ClassVar = ("left", "right")
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """Whether a list has an element that is equal: never null."""

    parts: ClassVar = ("item", "container")
    item: Node
    container: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`+ - * / %`; null if an operand is, if the divisor is 0, if the result does not fit."""

    parts: ClassVar = ("left", "right")
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """The operand with its sign changed."""

    parts: ClassVar = ("operand",)
    operand: Node


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """`condition ? then : otherwise`; a condition that is null counts as false."""

    parts: ClassVar = ("condition", "then", "otherwise")
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Coalesce(Node):
    """The first operand that is not null."""

    parts: ClassVar = ("operands",)
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Invoke(Node):
    """A function of the registry; null if an argument is."""

    parts: ClassVar = ("arguments",)
    function: Function
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Widen(Node):
    """An integer or decimal as a decimal of the node's scale."""

    parts: ClassVar = ("operand",)
    operand: Node


def children(node: Node) -> Iterator[Node]:
    """Give the nodes directly below a node."""
    for part in node.parts:
        value = getattr(node, part)
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


def walk(node: Node) -> Iterator[Node]:
    """Give the node and all below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)
