"""Where a value comes from: dotted paths from `this`, and the attributes that an expression reads."""

from typing import Final

from sidra_metamodel.expressions.nodes import Edge, Filter, Many, Narrow, Node, Read, Through, Variable, walk
from sidra_metamodel.expressions.types import ManyType, RecordType

_THIS: Final = "this."


def path_of(node: Node) -> str:
    """Give the dotted path with its root, as in `this.customer.tickets`, or the empty text if there is none."""
    match node:
        case Variable(path=path):
            return path
        case Read(target=inner, name=name) | Many(target=inner, name=name) | Through(source=inner, name=name):
            path = path_of(inner)
            return f"{path}.{name}" if path else ""
        case Narrow(target=inner) | Filter(source=inner) | Edge(source=inner):
            return path_of(inner)
        case _:
            return ""


def reads(root: Node) -> frozenset[str]:
    """Give the paths from `this` that the value depends on, relations that are walked among them."""
    paths = {path_of(node) for node in walk(root) if isinstance(node, Read | Many | Through)}
    return frozenset(path.removeprefix(_THIS) for path in paths if path.startswith(_THIS))


def attributes(root: Node) -> frozenset[tuple[str, str]]:
    """Give each attribute and relation that is read, with the entity that it is read of."""
    found: set[tuple[str, str]] = set()
    for node in walk(root):
        match node:
            case Read(target=inner, name=name) | Many(target=inner, name=name) | Through(source=inner, name=name):
                if isinstance(inner.type, RecordType | ManyType):
                    found.update((entity, name) for entity in inner.type.entities)
    return frozenset(found)


def names(root: Node) -> frozenset[str]:
    """Give the names outside `this` that the value depends on: `now`, `user`, `old`."""
    variables = (node for node in walk(root) if isinstance(node, Variable))
    return frozenset(variable.name for variable in variables if variable.root in ("context", "site"))


def relations(root: Node) -> frozenset[str]:
    """Give the paths of all relations that are walked, whatever they begin with."""
    walked: set[str] = set()
    for node in walk(root):
        if isinstance(node, Many | Through):
            walked.add(path_of(node))
        elif isinstance(node, Read) and _is_walked(node.target):
            walked.add(path_of(node.target))
    return frozenset(walked)


def _is_walked(target: Node) -> bool:
    return isinstance(target, Read | Narrow | Edge) and isinstance(target.type, RecordType)
