"""Every place of a document that names something or holds an expression, found by its shapes."""

from __future__ import annotations

from typing import NamedTuple

from sidra_metamodel.context import element_context, entry_context, keyword_context, root_context
from sidra_metamodel.language import (
    Context,
    Document,
    Element,
    Keyword,
    ListShape,
    NamedShape,
    RecordShape,
    ScalarShape,
    Shape,
    UnionShape,
    keywords_of,
    once_per_class,
)
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node


class Visit(NamedTuple):
    """One value of a keyword, or one named entry of a keyword's map."""

    path: tuple[str, ...]
    """From the root of the document; of an entry, its key comes last."""
    keyword: Keyword
    node: Node
    context: Context
    """What references and expressions here speak of."""
    owner: Node
    """The map of the element that holds the keyword."""
    element: type[Element]
    is_entry: bool = False

    @property
    def is_expression(self) -> bool:
        """Whether the value is an expression rather than a literal."""
        return self.keyword.site is not None and isinstance(self.node.value, str | tuple)

    @property
    def dotted(self) -> str:
        """The path as people write it."""
        return ".".join(self.path)


def visits_of(model: Model) -> list[Visit]:
    """Return the places of all documents that name something or hold an expression; supertypes before subtypes."""
    keys = sorted(model.nodes, key=lambda key: (len(model.ancestors(key[1])) if key[0] == "entity" else 0, key))
    return [visit for key in keys for visit in _remembered(model, *key)]


def _remembered(model: Model, kind: str, name: str) -> list[Visit]:
    node = model.nodes[kind, name]
    return model.memory.of(("walk", kind, name, node), lambda: walk(model.registry.kinds[kind], name, node))


def walk(document: type[Document], name: str, node: Node) -> list[Visit]:
    """Return the places of a document that name something or hold an expression, in order."""
    found: list[Visit] = []
    _element(document, name, node, root_context(document, name), (), found)
    return found


def _element(
    element: type[Element], name: str, node: Node, outer: Context, path: tuple[str, ...], found: list[Visit]
) -> None:
    inner = element_context(element, node, outer)
    speaking = _speaking_keywords(element)
    for key, child in node.items.items():
        keyword = speaking.get(key)
        if keyword is not None:
            context = keyword_context(keyword, inner, outer, name)
            visit = Visit((*path, key), keyword, child, context, node, element)
            if keyword.refers or keyword.site:
                found.append(visit)
            _below(visit, keyword.shape, found)


def _below(at: Visit, shape: Shape, found: list[Visit]) -> None:
    match shape:
        case RecordShape(element=element) if at.node.is_map:
            name = at.path[-1] if at.is_entry else ""
            _element(element, name, at.node, at.context, at.path, found)
        case NamedShape(of=of, is_label=False):
            for key, child in at.node.items.items():
                context = entry_context(at.keyword, at.context, key)
                entry = at._replace(path=(*at.path, key), node=child, context=context, is_entry=True)
                if at.keyword.refers:
                    found.append(entry)
                _below(entry, of, found)
        case UnionShape(alternatives=alternatives):
            for alternative in alternatives:
                _below(at, alternative, found)
        case _:
            pass


@once_per_class
def _speaking_keywords(element: type[Element]) -> dict[str, Keyword]:
    """Return the keywords that name something or hold expressions, they or those below them."""
    return {
        word.name: word
        for word in keywords_of(element).values()
        if word.refers or word.site or _speaks(word.shape, frozenset({element}))
    }


def _speaks(shape: Shape, seen: frozenset[type[Element]]) -> bool:
    match shape:
        case RecordShape(element=element):
            return element not in seen and any(
                word.refers or word.site or _speaks(word.shape, seen | {element})
                for word in keywords_of(element).values()
            )
        case NamedShape(of=of):
            return _speaks(of, seen)
        case UnionShape(alternatives=alternatives):
            return any(_speaks(alternative, seen) for alternative in alternatives)
        case ScalarShape() | ListShape():
            return False
