"""Extension points: where the layers below invite additions, how many there may be, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sidra_metamodel.forms import as_map
from sidra_metamodel.language import Keyword, NamedShape, RecordShape, Shape
from sidra_metamodel.layering.layers import PACK
from sidra_metamodel.nodes import Node
from sidra_metamodel.traits import EXTEND, Narrower

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExtensionPoint:
    """A map that higher layers may add to."""

    path: Path
    taken: tuple[str, ...]
    """What layers above the packs have added."""
    most: int | None
    """How many there may be; None for any number."""

    def __str__(self) -> str:
        """Return it as one line: `slots.before_close: at most 3, has x_sn_regulator`."""
        bound = "any number" if self.most is None else f"at most {self.most}"
        names = f", has {', '.join(self.taken)}" if self.taken else ""
        return f"{'.'.join(self.path)}: {bound}{names}"


def local_names(node: Node) -> tuple[str, ...]:
    """Return the names in a map that layers above the packs have added."""
    return tuple(name for name, child in node.items.items() if is_local(child))


def is_local(node: Node) -> bool:
    """Tell whether a layer above the packs brought something."""
    *_, lowest = node.chain()
    return lowest.source.rank > PACK


def limit_of(holder: Node, name: str) -> Node | None:
    """Return the most local additions that an element allows in one of its maps; None for any number."""
    extend = holder.directive("extend")
    return extend.get(name, "max") if extend is not None else None


def extension_points(root: Node, shape: Shape, path: Path = ()) -> Iterator[ExtensionPoint]:
    """Yield what may be added to in an element: what says `$extend`, and slots."""
    extend = root.directive("extend")
    for name, node in root.items.items():
        inner, word = _inside(shape, name)
        if not node.is_map or inner is None:
            continue
        if _is_open(extend, name, word) or _is_open(node.directive("extend"), name, word):
            yield _point(root, name, node, path)
        if (
            word is not None
            and word.rule is EXTEND
            and isinstance(inner, NamedShape)
            and isinstance(inner.of, NamedShape)
        ):
            yield from (_point(node, slot, steps, (*path, name)) for slot, steps in node.items.items())
        else:
            yield from extension_points(node, inner, (*path, name))


def _is_open(extend: Node | None, name: str, word: Keyword | None) -> bool:
    """Tell whether an instruction names a map, or opens a list of names that is closed else."""
    if extend is None:
        return False
    return name in extend.items or (extend.value is True and word is not None and word.narrower is Narrower.SUBSET)


def _inside(shape: Shape, name: str) -> tuple[Shape | None, Keyword | None]:
    shape = as_map(shape)
    if isinstance(shape, RecordShape):
        word = shape.keywords.get(name)
        return (as_map(word.shape), word) if word is not None else (None, None)
    return (as_map(shape.of), None) if isinstance(shape, NamedShape) and not shape.is_label else (None, None)


def _point(holder: Node, name: str, node: Node, path: Path) -> ExtensionPoint:
    most = limit_of(holder, name)
    bound = most.value if most is not None and isinstance(most.value, int) else None
    return ExtensionPoint((*path, name), local_names(node), bound)
