"""Every place of a document that names something or holds an expression, found by its shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple

from sidra_metamodel.context import element_context, entry_context, keyword_context, root_context
from sidra_metamodel.language import (
    Context,
    Document,
    Element,
    Keyword,
    NamedShape,
    RecordShape,
    ScalarShape,
    Shape,
    UnionShape,
    keywords_of,
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


class Found(NamedTuple):
    """One keyword that a document says something at."""

    keyword: Keyword
    node: Node
    owner: Node
    """The map of the element that holds the keyword."""
    element: type[Element]


Wanted = Callable[[Keyword], bool]
"""A function of a module, since what it leads to is remembered."""


def seek(element: type[Element], node: Node, wanted: Wanted) -> list[Found]:
    """Return the keywords of some sort in a document, with their values that are not null."""
    found: list[Found] = []
    _seek(element, node, wanted, found)
    return found


def _seek(element: type[Element], node: Node, wanted: Wanted, found: list[Found]) -> None:
    leading = _leading(element, wanted)  # type: ignore[arg-type]  # as in `once_per_class`
    # Most elements say little of what is sought, so that their own keys need not be gone through.
    for name in [name for name in leading if name in node.items]:
        child, keyword = node.items[name], leading[name]
        if child.value is not None:
            if wanted(keyword):
                found.append(Found(keyword, child, node, element))
            _seek_below(child, keyword.shape, wanted, found)


def _seek_below(node: Node, shape: Shape, wanted: Wanted, found: list[Found]) -> None:
    match shape:
        case RecordShape(element=element) if node.is_map:
            _seek(element, node, wanted, found)
        case NamedShape(of=of, is_label=False) if not isinstance(of, ScalarShape):
            for child in node.items.values():
                _seek_below(child, of, wanted, found)
        case UnionShape(alternatives=alternatives):
            for alternative in alternatives:
                _seek_below(node, alternative, wanted, found)
        case _:
            pass


@cache
def _leading(element: type[Element], wanted: Wanted) -> Mapping[str, Keyword]:
    """Return the keywords that are wanted, they or some below them."""
    return {
        name: word
        for name, word in keywords_of(element).items()
        if wanted(word) or any(wanted(inner) for below in elements_below(word.shape) for inner in _words(below))
    }


def _words(element: type[Element]) -> Iterable[Keyword]:
    return keywords_of(element).values()


@cache
def elements_below(shape: Shape) -> tuple[type[Element], ...]:
    """Return the classes of the elements that a value of a shape can hold, at any depth."""
    found: list[type[Element]] = []
    waiting = [shape]
    for each in waiting:
        match each:
            case RecordShape(element=element) if element not in found:
                found.append(element)
                waiting += [word.shape for word in _words(element)]
            case NamedShape(of=of):
                waiting.append(of)
            case UnionShape(alternatives=alternatives):
                waiting += alternatives
            case _:
                pass
    return tuple(found)


def visits_of(model: Model) -> list[Visit]:
    """Return the places of all documents that name something or hold an expression; supertypes before subtypes."""
    keys = sorted(model.nodes, key=lambda key: (len(model.ancestors(key[1])) if key[0] == "entity" else 0, key))
    return [visit for key in keys for visit in visits_in(model, *key)]


def visits_in(model: Model, kind: str, name: str) -> list[Visit]:
    """Return the places of one document that name something or hold an expression, in order."""
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
    speaking = _leading(element, _speaks)  # type: ignore[arg-type]  # as in `once_per_class`
    for key, child in node.items.items():
        keyword = speaking.get(key)
        if keyword is not None:
            context = keyword_context(keyword, inner, outer, name)
            visit = Visit((*path, key), keyword, child, context, node, element)
            if _speaks(keyword):
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


def _speaks(keyword: Keyword) -> bool:
    """Tell whether a keyword names something or holds an expression."""
    return keyword.refers is not None or keyword.site is not None
