"""Paths as people write them: `individual.attributes.given_name.max_length`, with the kind before it or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.language import Element, Keyword, NamedShape, RecordShape, Shape, UnionShape
from sidra_metamodel.layering.effective import Effective, EffectiveDocument
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry
from sidra_metamodel.suggest import did_you_mean, listed


class UnknownPath(SidraError):
    """A path that leads to nothing in the effective configuration."""

    code = "E125"


@dataclass(frozen=True, slots=True)
class Spot:
    """What a path leads to."""

    document: EffectiveDocument
    steps: tuple[str, ...]
    """The names below the document."""
    node: Node
    keyword: Keyword | None
    """The keyword whose value it is or stands in; None for a document."""
    element: type[Element] | None
    """The element class that defines the keyword."""

    @property
    def dotted(self) -> str:
        """The names below the document as people write them, or the document's own name."""
        return ".".join(self.steps) or self.document.name

    @property
    def address(self) -> str:
        """The whole path, as `find` takes it."""
        return ".".join((self.document.kind, self.document.name, *self.steps))


FIRST_KIND: Final = "entity"
"""What a name without a kind means when documents of several kinds have it."""


def find(effective: Effective, registry: Registry, path: str) -> Spot:
    """Return what a path leads to; raises UnknownPath with the nearest name."""
    parts = [part for part in path.split(".") if part]
    document, rest = _document(effective, parts)
    node, shape = document.root, RecordShape(registry.kinds[document.kind])
    return _descend(Spot(document, (), node, None, None), shape, rest)


def _document(effective: Effective, parts: list[str]) -> tuple[EffectiveDocument, list[str]]:
    if len(parts) > 1 and (parts[0], parts[1]) in effective:
        return effective[parts[0], parts[1]], parts[2:]
    name = parts[0] if parts else ""
    kinds = sorted((kind for kind, found in effective if found == name), key=lambda kind: (kind != FIRST_KIND, kind))
    if kinds:
        return effective[kinds[0], name], parts[1:]
    known_kinds = {kind for kind, _ in effective}
    if name in known_kinds:
        names = effective.names(name)
        wanted = parts[1] if len(parts) > 1 else ""
        reason = f"no {name} `{wanted}`" if wanted else f"`{name}` is a kind of documents; say which one"
        raise UnknownPath(reason, hint=did_you_mean(wanted, names) or f"there are {listed(names)}")
    raise UnknownPath(
        f"no document `{name}`",
        hint=did_you_mean(name, {found for _, found in effective})
        or "begin with a document's name, or its kind and name",
    )


def _descend(spot: Spot, shape: Shape, rest: list[str]) -> Spot:
    for step in rest:
        child = spot.node.get(step)
        if child is None:
            hint = did_you_mean(step, spot.node.items) or (
                f"there are {listed(spot.node.items)}" if spot.node.items else ""
            )
            raise UnknownPath(f"no `{step}` in `{spot.dotted}`", hint=hint)
        keyword, element = spot.keyword, spot.element
        record = record_of(shape)
        if record is not None and step in record.keywords:
            keyword, element = record.keywords[step], record.element
        shape = shape_below(shape, step)
        spot = Spot(spot.document, (*spot.steps, step), child, keyword, element)
    return spot


def record_of(shape: Shape) -> RecordShape | None:
    """Return the alternative of a shape that is a map of keywords."""
    alternatives = shape.alternatives if isinstance(shape, UnionShape) else (shape,)
    return next((one for one in alternatives if isinstance(one, RecordShape)), None)


def shape_below(shape: Shape, step: str) -> Shape:
    """Return the shape of what stands under a name in a value of a shape."""
    record = record_of(shape)
    if record is not None and step in record.keywords:
        return record.keywords[step].shape
    alternatives = shape.alternatives if isinstance(shape, UnionShape) else (shape,)
    named = next((one for one in alternatives if isinstance(one, NamedShape)), None)
    return named.of if named is not None else shape
