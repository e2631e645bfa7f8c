"""The proof that what affiliates have stays as it is: their effective documents before and after, up to new names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sidra_metamodel.comparing.alike import is_label, shape_below
from sidra_metamodel.comparing.leaves import whole_changes
from sidra_metamodel.diagnostics import Diagnostic, Diagnostics, Severity, SidraError
from sidra_metamodel.explaining.differences import HEADERS
from sidra_metamodel.language import NamedShape, RecordShape, Shape, UnionShape
from sidra_metamodel.layering.effective import Key, effective
from sidra_metamodel.layering.layers import Layers
from sidra_metamodel.load import Language, load
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry
from sidra_metamodel.suggest import listed

_MOST_SHOWN: Final = 3
Path = tuple[str, ...]
Names = Mapping[str, str]
"""New names by former ones."""
Roots = Mapping[Key, Node]


class NotProven(SidraError):
    """Somebody would have something else than before."""

    code = "E283"


@dataclass(frozen=True, slots=True)
class Unequal:
    """One place at which an affiliate would have something else than it has."""

    affiliate: str
    kind: str
    document: str
    path: Path
    was: Node | None
    now: Node | None
    is_order: bool = False
    """Whether what both have stands in another order."""

    @property
    def address(self) -> str:
        """Kind, document and path, with dots between."""
        return ".".join((self.kind, self.document, *self.path))


def _to_all(_: Unequal) -> bool:
    return False


def demand_equal(
    before: Mapping[str, Roots],
    after: Layers,
    registry: Registry,
    is_agreed: Callable[[Unequal], bool] = _to_all,
) -> None:
    """Refuse what would give any affiliate something else than it has; raises NotProven.

    before: what each affiliate has, by its name. is_agreed: tells what may differ.
    """
    wrong = [
        one
        for name, roots in before.items()
        for one in unequal(name, roots, roots_of(after, name, registry), registry)
        if not is_agreed(one)
    ]
    if wrong:
        raise NotProven(
            f"{listed(sorted({one.affiliate for one in wrong}))} would not have what they have: "
            + ", ".join(f"`{one.address}`" for one in wrong[:_MOST_SHOWN]),
            hint="nothing was changed; do less at once, or change the files by hand",
        )


def demand_sound(before: Layers, after: Layers, language: Language, today: date) -> tuple[Diagnostic, ...]:
    """Return what a check would newly warn of; raises NotProven where it would find an error that it does not now."""
    warnings: list[Diagnostic] = []
    for name in before.affiliates:
        known = {(one.code, one.message) for one in _found(before, name, language, today)}
        new = [one for one in _found(after, name, language, today) if (one.code, one.message) not in known]
        wrong = next((one for one in new if one.severity is Severity.ERROR), None)
        if wrong is not None:
            raise NotProven(
                f"`{name}` would not check: {wrong.at}: {wrong.code}: {wrong.message}",
                hint="nothing was changed; choose another name with `--rename` or another layer with `--to`, or let "
                "those who lack it take it over with `--approve`",
            )
        warnings += [one for one in new if one not in warnings]
    return tuple(warnings)


def _found(layers: Layers, affiliate: str, language: Language, today: date) -> Sequence[Diagnostic]:
    return tuple(load(layers, affiliate, language, None, today).diagnostics)


def roots_of(layers: Layers, affiliate: str, registry: Registry) -> Roots:
    """Return the effective documents of an affiliate, but for its layers' own."""
    with layers.memory.load(affiliate):
        found = effective(layers.stack(affiliate), registry, Diagnostics())
    return {key: document.root for key, document in found.items() if key[0] not in HEADERS}


def unequal(affiliate: str, before: Roots, after: Roots, registry: Registry) -> tuple[Unequal, ...]:
    """Return what two sets of effective documents say differently, in what order named elements stand among it."""
    changes = (
        Unequal(affiliate, one.kind, one.document, one.path, one.was, one.now) for one in whole_changes(before, after)
    )
    orders = (
        Unequal(affiliate, *key, path, one, other, is_order=True)
        for key, root in before.items()
        if key in after
        for path, one, other in _moved(root, after[key], RecordShape(registry.kinds[key[0]]), ())
    )
    return (*changes, *orders)


def renamed(roots: Roots, names: Names, homonyms: Collection[Path] = ()) -> Roots:
    """Return documents with other names, of keys and within texts; what none of them stands in is the same.

    homonyms: kind, document and path of what only happens to have such a name, and keeps it.
    """
    if not names:
        return roots
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")

    def new(text: str) -> str:
        return pattern.sub(lambda found: names[found[1]], text)

    kept = {(path[:-1], path[-1]) for path in homonyms}

    def key(around: Path, name: str) -> str:
        return name if (around, name) in kept else new(name)

    return {(kind, key((kind,), name)): _renamed(root, (kind, name), new, key) for (kind, name), root in roots.items()}


def _renamed(node: Node, path: Path, new: Callable[[str], str], key: Callable[[Path, str], str]) -> Node:
    if node.is_map:
        items = {key(path, name): _renamed(child, (*path, name), new, key) for name, child in node.items.items()}
        is_same = all(items.get(name) is child for name, child in node.items.items())
        return node if is_same else _with(node, items)
    if isinstance(node.value, tuple):
        entries = tuple(_renamed(entry, path, new, key) for entry in node.value)
        return node if all(map(_is, entries, node.value)) else _with(node, entries)
    if not isinstance(node.value, str) or new(node.value) == node.value:
        return node
    return _with(node, new(node.value))


def _is(one: Node, other: Node) -> bool:
    return one is other


def _with(node: Node, value: str | dict[str, Node] | tuple[Node, ...]) -> Node:
    text = value if isinstance(value, str) and node.text is not None else None
    return Node(value, node.source, node.at, node.key_at, text, node.under, node.directives)


def _moved(was: Node, now: Node, shape: Shape | None, path: Path) -> Iterator[tuple[Path, Node, Node]]:
    """Yield the maps of named elements whose elements, of those that both have, stand in another order."""
    if was is now:
        return
    before, after = was.items, now.items
    if _has_order(shape) and [name for name in before if name in after] != [name for name in after if name in before]:
        yield path, was, now
    for name, child in before.items():
        if name in after:
            yield from _moved(child, after[name], shape_below(shape, name), (*path, name))


def _has_order(shape: Shape | None) -> bool:
    shapes = shape.alternatives if isinstance(shape, UnionShape) else (shape,)
    return any(isinstance(one, NamedShape) and not is_label(one) for one in shapes)
