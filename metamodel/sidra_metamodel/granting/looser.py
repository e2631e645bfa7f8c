"""What documents hold back less than before, word by word: guards that go, borders that open, data that leave."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from sidra_metamodel.comparing.leaves import Path, is_same
from sidra_metamodel.governing.narrowing import is_narrower, value_of
from sidra_metamodel.granting.answers import DOCUMENTS, WORDS, Answer, Word
from sidra_metamodel.language import Document, Element, Keyword, NamedShape, RecordShape, Shape, UnionShape, keywords_of
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.inherit import supertype
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry

UNKNOWN: Final[Word] = "unknown"
"""The word for what nobody has said of whether it widens."""
_NO_PREFIX = "\0"


class Looser(NamedTuple):
    """One word that holds less back."""

    word: Word
    kind: str
    document: str
    path: Path
    was: Node | None
    now: Node | None


def loosened(
    before: Mapping[Key, Node], after: Mapping[Key, Node], registry: Registry, changed: Collection[Key] | None = None
) -> Iterator[Looser]:
    """Yield what may let more through than before, by the answers of its words; each once, where it is declared.

    changed: the documents that say something else, where that is known.
    """
    found: dict[tuple[Key, Path], Looser] = {}
    for kind in registry.kinds:
        had, has = _of_kind(kind, before), _of_kind(kind, after)
        for name, was, now in _pairs(had, has):
            if was is not now and (changed is None or (kind, name) in changed):
                walk = _Walk(kind, name)
                for one in walk.document(registry.kinds[kind], was, now):
                    found[(kind, name), one.path] = one
    for (key, path), one in found.items():
        root = after.get(key) or before.get(key)
        parent = supertype(root) if root is not None and key[0] == "entity" else None
        other = found.get(((key[0], parent), path)) if parent is not None else None
        if other is None or not (_is_alike(one.was, other.was) and _is_alike(one.now, other.now)):
            yield one


def _of_kind(kind: str, documents: Mapping[Key, Node]) -> Mapping[str, Node]:
    return {name: root for (one, name), root in documents.items() if one == kind}


def _pairs(had: Mapping[str, Node], has: Mapping[str, Node]) -> Iterator[tuple[str, Node | None, Node | None]]:
    """Yield names with what they were and are; a former name counts for what had it alone."""
    renamed = {
        name: was
        for name, node in has.items()
        if name not in had
        for was in former_names(node)
        if was in had and was not in has
    }
    for name, node in has.items():
        yield name, had.get(renamed.get(name, name)), node
    gone = set(renamed.values())
    for name, node in had.items():
        if name not in has and name not in gone:
            yield name, node, None


def _is_alike(one: Node | None, other: Node | None) -> bool:
    return one is other or (one is not None and other is not None and is_same(one, other))


@dataclass(frozen=True, slots=True)
class _Walk:
    """The way through one document."""

    kind: str
    name: str

    def document(self, element: type[Document], was: Node | None, now: Node | None) -> Iterator[Looser]:
        answer, word = DOCUMENTS.get(element, (Answer.ANY, UNKNOWN))
        if answer in {Answer.NEVER, Answer.COMPARED} or (self.kind == "rule" and not _is_checking(was)):
            return
        if answer is Answer.ANY:
            if not _is_alike(was, now):
                yield self._told(word, (), was, now)
        elif _came_or_went(answer, was, now):
            yield self._told(word, (), was, now)
        elif now is not None and (was is not None or answer is Answer.INSIDE):
            yield from self._inside(element, (), was, now)

    def _told(self, word: Word, path: Path, was: Node | None, now: Node | None) -> Looser:
        return Looser(word, self.kind, self.name, path, was, now)

    def _inside(self, element: type[Element], path: Path, was: Node | None, now: Node) -> Iterator[Looser]:
        """Yield what an element holds less back; one that is new, by what comes with it alone."""
        words = keywords_of(element)
        had = was.items if was is not None else {}
        for name in dict.fromkeys((*had, *now.items)):
            one, other = had.get(name), now.items.get(name)
            if not _is_alike(one, other) and name in words and (was is not None or _brings(element, name)):
                yield from self._keyword(element, words[name], (*path, name), one, other)

    def _keyword(
        self, element: type[Element], word: Keyword, path: Path, was: Node | None, now: Node | None
    ) -> Iterator[Looser]:
        answers = WORDS.get(element)
        answer = answers.by_name.get(word.name) if answers is not None else None
        if answers is None or answer is None:
            yield self._told(UNKNOWN, path, was, now)
        elif answer is Answer.ANY:
            yield self._told(answers.called(word.name), path, was, now)
        elif answer in _HOLDS_LESS:
            yield from self._shaped(answers.called(word.name), answer, word, path, was, now)

    def _shaped(
        self, told: Word, answer: Answer, word: Keyword, path: Path, was: Node | None, now: Node | None
    ) -> Iterator[Looser]:
        inner, depth = element_in(word.shape)
        if inner is None:
            if _HOLDS_LESS[answer](word, was, now):
                yield self._told(told, path, was, now)
        else:
            yield from self._elements(told, answer, inner, depth, path, was, now)

    def _elements(  # noqa: PLR0913, PLR0917 - the way down to elements that stand under names, and under names again
        self,
        told: Word,
        answer: Answer,
        inner: type[Element],
        depth: int,
        path: Path,
        was: Node | None,
        now: Node | None,
    ) -> Iterator[Looser]:
        if not depth:
            yield from self._element(told, answer, inner, path, was, now)
            return
        had, has = (node.items if node is not None else {} for node in (was, now))
        for name, one, other in _pairs(had, has):
            if not _is_alike(one, other):
                yield from self._elements(told, answer, inner, depth - 1, (*path, name), one, other)

    def _element(
        self, told: Word, answer: Answer, inner: type[Element], path: Path, was: Node | None, now: Node | None
    ) -> Iterator[Looser]:
        if _came_or_went(answer, was, now):
            yield self._told(told, path, was, now)
        elif now is not None and (was is not None or answer is Answer.INSIDE):
            yield from self._inside(inner, path, was, now)


def _brings(element: type[Element], name: str) -> bool:
    """Tell whether a word, or one in it, widens by being there, so that it does in something new as well."""
    return element in WORDS and WORDS[element].by_name.get(name) in {Answer.INSIDE, Answer.MORE, Answer.OUTSIDE}


def _is_checking(rule: Node | None) -> bool:
    """Tell whether a rule refused something."""
    kind = rule.get("kind") if rule is not None else None
    return kind is not None and kind.value == "validate"


def _came_or_went(answer: Answer, was: Node | None, now: Node | None) -> bool:
    return (answer is Answer.MORE and was is None) or (answer is Answer.LESS and now is None)


def element_in(shape: Shape) -> tuple[type[Element] | None, int]:
    """Return the element that a word holds, and under how many names each of them stands."""
    match shape:
        case RecordShape(element=element):
            return element, 0
        case NamedShape(of=of):
            inner, depth = element_in(of)
            return inner, depth + 1
        case UnionShape(alternatives=alternatives):
            found = (element_in(one) for one in alternatives)
            return next((one for one in found if one[0] is not None), (None, 0))
        case _:
            return None, 0


def _is_wider(word: Keyword, was: Node | None, now: Node | None) -> bool:
    """Tell whether a value leaves more room than before: by the word's order, else that something of it is lost."""
    if word.narrower is not None:
        return not is_narrower(word, was, now, _NO_PREFIX)
    return not _texts(was) <= _texts(now)


def _is_given(word: Keyword, was: Node | None, now: Node | None) -> bool:
    """Tell whether a value is there that was not, and that does not count without it."""
    if now is not None and isinstance(now.value, tuple):
        return not _texts(now) <= _texts(was)
    value = value_of(now, word)
    return value is not None and value != word.default


def _texts(node: Node | None) -> set[str]:
    if node is None or node.value is None or node.value is False:
        return set()
    return {str(entry.value) for entry in node.entries} if isinstance(node.value, tuple) else {str(node.value)}


def _is_elsewhere(_word: Keyword, was: Node | None, now: Node | None) -> bool:
    """Tell whether a path is there that is no later version of the one before."""
    if now is None or now.value is None:
        return False
    one, other = (_VERSIONED.fullmatch(str(node.value)) if node is not None else None for node in (was, now))
    return one is None or other is None or one[1] != other[1] or int(one[2]) > int(other[2])


_VERSIONED: Final = re.compile(r"(.+/v)([0-9]+)")

_HOLDS_LESS: Final[Mapping[Answer, Callable[[Keyword, Node | None, Node | None], bool]]] = MappingProxyType(
    {
        Answer.INSIDE: lambda _word, _was, _now: False,
        Answer.LESS: _is_wider,
        Answer.MORE: _is_given,
        Answer.RAISED: _is_elsewhere,
        Answer.OUTSIDE: lambda _word, _was, now: now is not None and "." in str(now.value),
    }
)
