"""Which texts an affiliate shows, in which languages, and which translations are of a text no longer in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sidra_metamodel.language import Element, NamedShape, RecordShape, ScalarShape, Shape, UnionShape, keywords_of
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

SOURCE = "en"
"""The language that texts are translated from, where they are in it."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text that people read, in the languages it is there in."""

    path: str
    """As a document of kind `translation` names it: `entity.customer.label`."""
    node: Node

    @property
    def source(self) -> Node | None:
        """The text to translate from: the English one, else the first there is."""
        return self.node.items.get(SOURCE) or next(iter(self.node.items.values()), None)

    def text(self, locale: str) -> str:
        """Return the text in a language; empty where there is none."""
        found = self.node.items.get(locale)
        return str(found.value) if found is not None and found.value is not None else ""

    def is_missing(self, locale: str) -> bool:
        """Tell whether readers of a language get the text in another one."""
        return not self.text(locale).strip()

    def is_stale(self, locale: str) -> bool:
        """Tell whether a layer above that of the translation has since said something else in English."""
        found, source = self.node.items.get(locale), self.source
        return found is not None and source is not None and source.source.rank > found.source.rank


def texts(model: Model) -> Iterator[Text]:
    """Yield each text of a configuration once, at the document that declares it, in the order of the documents."""
    seen: set[int] = set()
    for (kind, name), root in sorted(model.nodes.items(), key=lambda item: _order(model, *item[0])):
        for text in _below(f"{kind}.{name}", root, RecordShape(model.registry.kinds[kind])):
            if id(text.node) not in seen:
                seen.add(id(text.node))
                yield text


def _order(model: Model, kind: str, name: str) -> tuple[str, int, str]:
    """Supertypes first: what a subtype inherits belongs to them."""
    return kind, len(model.ancestors(name)) if kind == "entity" and name in model.entities else 0, name


def _below(path: str, node: Node, shape: Shape) -> Iterator[Text]:
    match shape:
        case NamedShape(is_label=True):
            if node.is_map and node.items:
                yield Text(path, node)
        case RecordShape(element=element) if node.is_map:
            yield from _in_element(path, node, element)
        case NamedShape(of=of) if not isinstance(of, ScalarShape):
            for name, child in node.items.items():
                yield from _below(f"{path}.{name}", child, of)
        case UnionShape(alternatives=alternatives):
            yield from _in_one(path, node, alternatives)
        case _:
            pass


def _in_element(path: str, node: Node, element: type[Element]) -> Iterator[Text]:
    for name, keyword in keywords_of(element).items():
        child = node.items.get(name)
        if child is not None and child.value is not None:
            yield from _below(f"{path}.{name}", child, keyword.shape)


def _in_one(path: str, node: Node, alternatives: Sequence[Shape]) -> Iterator[Text]:
    for alternative in alternatives:
        yield from _below(path, node, alternative)
