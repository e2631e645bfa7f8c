"""What an affiliate's overlay says about elements of the layers below: each override with the path it is written at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sidra_metamodel.explaining.differences import HEADERS
from sidra_metamodel.explaining.paths import record_of, shape_below
from sidra_metamodel.governing.naming import prefix_of
from sidra_metamodel.language import Keyword, NamedShape, RecordShape, Shape
from sidra_metamodel.layering.effective import Effective, Key
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.layering.translating import TRANSLATION, parts_of
from sidra_metamodel.nodes import Node, Place
from sidra_metamodel.registry import Registry
from sidra_metamodel.traits import ACCUMULATE

Path = tuple[str, ...]

SIBLINGS: Final = ("before", "after")


class Form(StrEnum):
    """How an override is written."""

    VALUE = "value"
    ADDED = "added"
    """A member that it adds to a set."""
    DROPPED = "dropped"
    REPLACED = "replaced"
    """An element that it replaces whole."""
    REMOVED = "removed"
    PLACED = "placed"
    """An element that it puts next to another one."""
    OWN = "own"
    """An element of its own in one of the layers below."""
    LISTED = "listed"
    """An element that it names without saying anything about it."""


UNSEEN: Final = frozenset({Form.OWN, Form.LISTED})
"""Forms of what needs only that something is there, whatever it says."""


@dataclass(frozen=True, slots=True)
class Override:
    """One thing that an overlay says about what the layers below have."""

    kind: str
    document: str
    path: Path
    """The names below the document."""
    form: Form
    node: Node
    """What is written."""
    written: Path
    """Where it is written in its file; for a translation, the path as one name."""
    member: str = ""
    """Of a set, or the sibling next to which an element is put."""
    around: Node | None = None
    """The set that the member belongs to."""

    @property
    def places(self) -> frozenset[Place]:
        """Where findings about it stand."""
        nodes = (self.node, *([self.around] if self.around is not None else []))
        return frozenset(place for node in nodes for place in (node.place, node.key_place))

    @property
    def key(self) -> Key:
        """Kind and name of the document that it is about."""
        return self.kind, self.document

    @property
    def address(self) -> str:
        """The whole path as people write it; for members and places with the instruction."""
        return ".".join((self.kind, self.document, *self.path, *self._ending()))

    def _ending(self) -> Path:
        match self.form:
            case Form.ADDED:
                return ("$add", self.member)
            case Form.DROPPED:
                return ("$drop", self.member)
            case Form.PLACED | Form.REPLACED | Form.REMOVED:
                return (self.written[-1],)
            case _:
                return ()


@dataclass(frozen=True, slots=True)
class Words:
    """Tells what stands at a path of a document: a keyword, or a name in a map of names."""

    registry: Registry

    def keyword(self, kind: str, path: Path) -> Keyword | None:
        """Return the keyword at a path, or around a name there."""
        return self._walk(kind, path)[0]

    def is_element(self, kind: str, path: Path) -> bool:
        """Tell whether the last name of a path is that of an element rather than a keyword or a language."""
        return self._walk(kind, path)[1]

    def _walk(self, kind: str, path: Path) -> tuple[Keyword | None, bool]:
        shape: Shape = RecordShape(self.registry.kinds[kind])
        found, is_name = None, False
        for step in path:
            record = record_of(shape)
            is_keyword = record is not None and step in record.keywords
            if record is not None and is_keyword:
                found = record.keywords[step]
            is_name = not is_keyword and not (isinstance(shape, NamedShape) and shape.is_label)
            shape = shape_below(shape, step)
        return found, is_name


def below(effective: Effective, layer: LayerFolder) -> Mapping[Key, Node]:
    """Return the documents as they are below a layer."""
    names = [folder.name for folder in effective.stack.folders]
    lower = set(names[: names.index(layer.name)])
    found: dict[Key, Node] = {}
    for key, document in effective.items():
        roots = [stage.root for stage in document.stages if stage.layer.name in lower]
        if roots and key[0] not in HEADERS:
            found[key] = roots[-1]
    # What the layer removes whole, which is refused, is still there below it.
    for key, tombstone in effective.removed.items():
        if tombstone.under is not None:
            found[key] = tombstone.under
    return found


def overrides(layer: LayerFolder, registry: Registry) -> Iterator[Override]:
    """Yield what a layer says about anything that is not its own by its prefix, in the order of its files."""
    reading = _Reading(Words(registry), prefix_of(layer))
    for kind, name, node in layer.documents:
        if kind == TRANSLATION:
            yield from reading.texts(name, node)
        elif kind not in HEADERS and not name.startswith(prefix_of(layer)):
            yield from reading.node(kind, name, node, ())


@dataclass(frozen=True, slots=True)
class _Reading:
    words: Words
    prefix: str

    def texts(self, locale: str, translation: Node) -> Iterator[Override]:
        for written, node in translation.items.items():
            kind, name, *path = parts_of(written)
            own = next((index for index, part in enumerate(path) if part.startswith(self.prefix)), None)
            if path and own is None and not name.startswith(self.prefix):
                yield Override(kind, name, (*path, locale), Form.VALUE, node, (written,))
            elif own is not None:
                yield Override(kind, name, tuple(path[: own + 1]), Form.OWN, node, (written,))

    def node(self, kind: str, name: str, node: Node, path: Path) -> Iterator[Override]:
        said = node.directives or {}
        if "remove" in said or "replace" in said:
            form = Form.REMOVED if "remove" in said else Form.REPLACED
            yield Override(kind, name, path, form, node, (*path, f"${form.removesuffix('d')}"))
            return
        yield from self._places(kind, name, node, path)
        if "add" in said or "drop" in said:
            yield from self._members(kind, name, node, path)
        elif node.is_map and not node.items and path and not said:
            yield Override(kind, name, path, Form.LISTED, node, path)
        elif node.is_map:
            for key, child in node.items.items():
                if not key.startswith(self.prefix):
                    yield from self.node(kind, name, child, (*path, key))
                else:
                    yield Override(kind, name, (*path, key), Form.OWN, child, (*path, key))
                    yield from self._places(kind, name, child, (*path, key))
        elif self._adds_up(kind, path):
            for entry in node.entries:
                yield Override(kind, name, path, Form.ADDED, entry, (*path, str(entry.value)), str(entry.value), node)
        else:
            yield Override(kind, name, path, Form.VALUE, node, path)

    def _places(self, kind: str, name: str, node: Node, path: Path) -> Iterator[Override]:
        for place in SIBLINGS:
            sibling = node.directive(place)
            if sibling is not None and not str(sibling.value).startswith(self.prefix):
                yield Override(kind, name, path, Form.PLACED, sibling, (*path, f"${place}"), str(sibling.value))

    def _members(self, kind: str, name: str, node: Node, path: Path) -> Iterator[Override]:
        for word, form in (("add", Form.ADDED), ("drop", Form.DROPPED)):
            listed = node.directive(word)
            for entry in listed.entries if listed is not None else ():
                member = str(entry.value)
                if not member.startswith(self.prefix):
                    yield Override(kind, name, path, form, entry, (*path, f"${word}", member), member, node)

    def _adds_up(self, kind: str, path: Path) -> bool:
        word = self.words.keyword(kind, path)
        return word is not None and word.rule is ACCUMULATE
