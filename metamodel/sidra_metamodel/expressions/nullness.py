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
    children,
)
from sidra_metamodel.expressions.types import RecordType


def is_never_null(node: Node) -> bool:
    """Tell whether the value is never null, whatever the record holds."""
    match node:
        case Equal() | In() | Quantifier() | Items() | Filter() | Map() | Through():
            return True
        case Constant(value=value):
            return value is not None
        case Variable():
            return _is_bound(node)
        case Aggregate(name=name):
            return name in ("size", "count")
        case Coalesce(operands=operands):
            return any(map(is_never_null, operands))
        case Not() | Logic():
            return all(map(is_never_null, children(node)))
        case Choice(then=then, otherwise=otherwise):
            return is_never_null(then) and is_never_null(otherwise)
    return False


def _is_bound(variable: Variable) -> bool:
    if variable.root == "macro":
        return isinstance(variable.type, RecordType)
    return variable.root == "this" or (variable.root == "context" and variable.name in ("now", "today"))
