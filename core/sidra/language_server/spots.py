"""What the language says about a place of a text: its keyword, what stands there below, what it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sidra.language_server.desk import Desk
from sidra.language_server.outline import Outline
from sidra_metamodel.context import element_context, entry_context, keyword_context, root_context
from sidra_metamodel.directives import Position
from sidra_metamodel.forms import as_map
from sidra_metamodel.language import (
    Context,
    Document,
    Element,
    Keyword,
    NamedShape,
    RecordShape,
    Shape,
    UnionShape,
    keywords_of,
)
from sidra_metamodel.layering.layers import PACK, LayerFolder
from sidra_metamodel.load import Loaded
from sidra_metamodel.model.walk import Visit
from sidra_metamodel.nodes import Node, Source

_TYPED = Source("", "", 0)


@dataclass(frozen=True, slots=True)
class Sight:
    """A text as one affiliate sees it."""

    path: Path
    outline: Outline
    folder: LayerFolder | None
    affiliate: str
    loaded: Loaded | None
    named: Loaded | None
    """As `loaded`, or as it was when nothing was wrong: what names there are."""
    document: type[Document] | None
    """The kind that the header names."""
    name: str

    @property
    def is_overlay(self) -> bool:
        """Whether the file changes what layers below say, and may add only names of its own."""
        return self.folder is not None and self.folder.rank > PACK

    @property
    def below(self) -> Node | None:
        """The document as the layers below the file have it."""
        if self.loaded is None or self.folder is None or self.document is None:
            return None
        found = self.loaded.effective.get((self.document.kind, self.name))
        stages = [stage.root for stage in found.stages if stage.layer.rank < self.folder.rank] if found else []
        return stages[-1] if stages else None

    @property
    def effective(self) -> Node | None:
        """The document as the affiliate has it."""
        if self.loaded is None or self.document is None:
            return None
        found = self.loaded.effective.get((self.document.kind, self.name))
        return found.root if found is not None else None


def sight_of(desk: Desk, path: Path, text: str) -> Sight:
    """Return how a text looks to the affiliate it is of, or to the first one that sees it."""
    outline = Outline(text)
    kind, name = outline.header
    seen_by = desk.seen_by(path)
    affiliate = seen_by[0] if seen_by else ""
    loaded = desk.whole(affiliate, kind, name) if affiliate else None
    named = desk.named(affiliate) if affiliate else None
    document = desk.language.registry.kinds.get(kind)
    return Sight(path, outline, desk.folder_of(path), affiliate, loaded, named, document, name)


@dataclass(frozen=True, slots=True)
class Spot:
    """What the language says about one path of a document."""

    shape: Shape | None
    """What may stand there; None where the language knows nothing."""
    keyword: Keyword | None
    element: type[Element] | None
    context: Context
    below: Node | None
    effective: Node | None
    written: Node | None
    owner: Node
    """The map of the element that holds the keyword."""
    path: tuple[str, ...] = ()
    position: Position = Position.ROOT
    is_entry: bool = False

    @property
    def map_shape(self) -> Shape | None:
        """The shape of a map that stands here."""
        return as_map(self.shape) if self.shape is not None else None

    def visit(self) -> Visit | None:
        """Return the place as the checks see it; None where no keyword leads to it."""
        if self.keyword is None or self.element is None:
            return None
        node = self.effective or self.written or self.owner
        return Visit(self.path, self.keyword, node, self.context, self.owner, self.element, self.is_entry)


def spot_at(sight: Sight, path: tuple[str, ...]) -> Spot | None:
    """Return what the language says about a path below the document's root; None outside of any kind."""
    if sight.document is None:
        return None
    context = root_context(sight.document, sight.name)
    written = sight.outline.root.node(_TYPED)
    both = _both(written, sight.effective)
    spot = Spot(RecordShape(sight.document), None, None, context, sight.below, sight.effective, written, both)
    element_name = sight.name
    for step in path:
        if step:
            spot = _step(spot, step, element_name)
            element_name = step if spot.is_entry else ""
    return spot


def _step(spot: Spot, step: str, element_name: str) -> Spot:
    shape = spot.map_shape
    inner = replace(
        spot,
        below=_get(spot.below, step),
        effective=_get(spot.effective, step),
        written=_get(spot.written, step),
        path=(*spot.path, step),
        position=Position.VALUE,
        is_entry=False,
    )
    if isinstance(shape, RecordShape):
        keyword = keywords_of(shape.element).get(step)
        if keyword is None:
            return replace(inner, shape=None)
        owner = _both(spot.written, spot.effective)
        around = element_context(shape.element, owner, spot.context)
        context = keyword_context(keyword, around, spot.context, element_name)
        return replace(inner, shape=keyword.shape, keyword=keyword, element=shape.element, context=context, owner=owner)
    if isinstance(shape, NamedShape) and spot.keyword is not None:
        context = spot.context if shape.is_label else entry_context(spot.keyword, spot.context, step)
        position = Position.VALUE if shape.is_label else Position.NAMED
        return replace(inner, shape=shape.of, context=context, position=position, is_entry=True)
    return replace(inner, shape=None)


def _get(node: Node | None, step: str) -> Node | None:
    return node.get(step) if node is not None else None


def _both(written: Node | None, effective: Node | None) -> Node:
    """Return a map with what is written now, and for the rest what was in force."""
    items = {**(effective.items if effective else {}), **(written.items if written else {})}
    return Node(items, _TYPED, 0)


def scalars_of(shape: Shape) -> tuple[Shape, ...]:
    """Return the shapes that a single value may have where a shape is asked for."""
    return shape.alternatives if isinstance(shape, UnionShape) else (shape,)
