"""Whether an expression has a form in SQL, and if not, why and where."""

from collections.abc import Iterator
from typing import NamedTuple

from sidra_metamodel.expressions.nodes import (
    Aggregate,
    At,
    Choice,
    Coalesce,
    Constant,
    Edge,
    Equal,
    Filter,
    In,
    Invoke,
    Items,
    Many,
    Map,
    Narrow,
    Node,
    Quantifier,
    Read,
    Through,
    Variable,
    children,
    walk,
)
from sidra_metamodel.expressions.types import (
    IDENTIFIER,
    JSON,
    NULL,
    PERIOD,
    STRING,
    ListType,
    ManyType,
    RecordType,
    StructType,
)


class Refusal(NamedTuple):
    """Why SQL cannot answer, and the character of the text where that begins."""

    reason: str
    offset: int


def sql_refusal(root: Node) -> Refusal | None:
    """Give the first reason why the expression has no SQL form, or None if it has one."""
    return next(_refusals(root, None), None)


def _refusals(node: Node, parent: Node | None) -> Iterator[Refusal]:
    reason = _reason(node, parent)
    if reason is not None:
        yield Refusal(reason, node.offset)
    for child in children(node):
        yield from _refusals(child, node)


def _reason(node: Node, parent: Node | None) -> str | None:
    match node:
        case At():
            return "a place in a list is known in memory only"
        case Invoke():
            return _invoke_reason(node)
        case Equal(left=left, right=right):
            return _equal_reason(left, right)
        case In(item=item, container=container):
            return _in_reason(item, container)
        case Variable(root="site", name=name):
            return f"`{name}` is known in memory only"
    return _source_reason(node) or _record_reason(node) or _value_reason(node, parent)


def _source_reason(node: Node) -> str | None:
    match node:
        case Aggregate(source=Map()):
            return None
        case Aggregate(source=source) if not _is_relation(source):
            return "only a relation is counted or summed in SQL"
        case Quantifier(source=source) | Filter(source=source) | Map(source=source) | Edge(source=source):
            return None if _is_relation(source) else "only records of a relation are searched in SQL"
    return None


def _record_reason(node: Node) -> str | None:
    match node:
        case Read(target=target) if isinstance(target.type, RecordType) and isinstance(target, Choice | Coalesce):
            return "a record that is chosen is known in memory only"
        case Read(target=target, name=name) if isinstance(target.type, RecordType) and name != "id":
            return None if len(target.type.entities) == 1 else "a relation to several entities must be narrowed first"
        case Many(target=target) if isinstance(target, Choice | Coalesce) or not _leads_to_one(target.type):
            return "a relation of several entities must be narrowed first"
        case Through(source=source) if not _leads_to_one(source.type):
            return "a relation of several entities must be narrowed first"
        case Narrow(target=Choice() | Coalesce()):
            return "a record that is chosen is known in memory only"
    if isinstance(node, Many | Through) and not _leads_to_one(node.type):
        return "a relation to several entities is walked in memory only"
    return None


def _leads_to_one(type_: object) -> bool:
    return isinstance(type_, RecordType | ManyType) and len(type_.entities) == 1


def _value_reason(node: Node, parent: Node | None) -> str | None:
    """Refuse values that have no single column, where the parent has not taken care of them."""
    match node:
        case Items() if not isinstance(parent, In):
            return "a list has no value in SQL"
        case Map() if not isinstance(parent, In | Aggregate):
            return "a list has no value in SQL"
        case Read(target=Variable(root="context")) if isinstance(node.type, ListType) and not isinstance(parent, In):
            return "a list has no value in SQL"
        case Choice() | Coalesce() if node.type in (JSON, PERIOD) or isinstance(
            node.type, RecordType | ListType | ManyType
        ):
            return f"a choice of {node.type} is made in memory only"
    if isinstance(node.type, StructType) and not isinstance(parent, Read):
        return f"{node.type} has no value in SQL"
    if isinstance(node.type, ManyType) and parent is None:
        return "records have no value in SQL"
    if node.type == PERIOD and not isinstance(parent, Read):
        return "a period has no value in SQL, its start and end have"
    return (
        "the inside of a json value is known in memory only"
        if isinstance(node, Read) and node.target.type == JSON
        else None
    )


def _equal_reason(left: Node, right: Node) -> str | None:
    kinds = {left.type, right.type}
    if JSON in kinds and NULL not in kinds:
        return "a json value is compared in memory only"
    if PERIOD in kinds:
        return "a period has no value in SQL, its start and end have"
    if kinds == {IDENTIFIER, STRING}:
        return "an id is compared with a text in memory only"
    return None


def _in_reason(item: Node, container: Node) -> str | None:
    if JSON in (item.type, getattr(container.type, "element", None)):
        return "a json value is compared in memory only"
    if isinstance(container, Items):
        kinds = {item.type, *(element.type for element in container.items)}
        return "an id is compared with a text in memory only" if {IDENTIFIER, STRING} <= kinds else None
    if isinstance(container.type, ListType) and {item.type, container.type.element} == {IDENTIFIER, STRING}:
        return "an id is compared with a text in memory only"
    is_context = (
        isinstance(container, Read) and isinstance(container.target, Variable) and container.target.root == "context"
    )
    is_known = is_context or _is_relation(container) or isinstance(container, Map)
    return None if is_known else "this list is known in memory only"


def _invoke_reason(node: Invoke) -> str | None:
    if node.function.sql is None:
        return f"`{node.function.name}` has no SQL form"
    if node.function.name == "add_months" and any(
        isinstance(part, Variable) and part.root in ("this", "macro") for part in walk(node)
    ):
        return "add_months in SQL takes constants: move it to the other side of the comparison"
    return None


def _is_relation(source: Node) -> bool:
    """Tell whether the elements are records that SQL can select."""
    return isinstance(source, Many | Through) or (isinstance(source, Filter) and _is_relation(source.source))


def is_constant(node: Node) -> bool:
    """Tell whether no record is read for the value."""
    return all(
        isinstance(part, Constant) or not isinstance(part, Variable) or part.root == "context" for part in walk(node)
    )
