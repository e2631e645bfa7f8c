"""Which nodes can be null: what cannot needs no test in Python."""

from sidra_metamodel.expressions.nodes import (
    Aggregate,
    Choice,
    Coalesce,
    Constant,
    Equal,
    Filter,
    In,
    Items,
    Logic,
    Map,
    Node,
    Not,
    Quantifier,
    Through,
    Variable,
    Widen,
)
from sidra_metamodel.expressions.types import RecordType


def is_never_null(node: Node) -> bool:
    """Tell whether the value is never null, whatever the record holds."""
    match node:
        case Equal() | In() | Quantifier() | Items() | Filter() | Map() | Through():
            return True
        case Constant(value=value):
            return value is not None
        case Variable(root=root, name=name):
            is_element = root == "macro" and isinstance(node.type, RecordType)
            return is_element or root == "this" or (root == "context" and name in ("now", "today"))
        case Aggregate(name=name):
            return name in ("size", "count")
        case Not(operand=operand) | Widen(operand=operand):
            return is_never_null(operand)
        case Logic(operands=operands):
            return all(map(is_never_null, operands))
        case Choice(then=then, otherwise=otherwise):
            return is_never_null(then) and is_never_null(otherwise)
        case Coalesce(operands=operands):
            return any(map(is_never_null, operands))
        case _:
            return False
