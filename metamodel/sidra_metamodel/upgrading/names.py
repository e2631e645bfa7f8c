"""Where an overlay uses names that are others in another version: in expressions, references, lists and tests.

A name is rewritten where it is that name alone: what a text says besides is left as it is, byte for byte. What cannot
be told stays, and is an error of the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from sidra_metamodel.checking.expressions import formulas
from sidra_metamodel.checking.texts import node_at
from sidra_metamodel.explaining.uses import MEMBER_REFERENCES
from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.language import Formula
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.model import Model
from sidra_metamodel.model.record_types import expected_type
from sidra_metamodel.model.walk import Visit, visits_of
from sidra_metamodel.nodes import Node, Place
from sidra_metamodel.upgrading.expressed import Expressed, Word
from sidra_metamodel.upgrading.following import follow
from sidra_metamodel.upgrading.mentions import Mention, is_of, member_path, mentions
from sidra_metamodel.upgrading.overrides import Form, Override, Path, overrides
from sidra_metamodel.upgrading.renamed import Renames, name_of_now
from sidra_metamodel.upgrading.ways import Ways

_WHOLE: Final = 2
"""Names in the path of a document."""
_MARK: Final = "\ufeff"
_STEPS: Final = frozenset({"transition", "action"})


@dataclass(frozen=True, slots=True)
class Use:
    """One name in a file that is another one now."""

    path: str
    """The file, as people see it."""
    offset: int
    """Of its first character in the file."""
    former: str
    now: str
    address: str
    """Of what uses it."""
    to: str
    """The same with the name of now, where the name is part of it."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text in an expression that may be a value with another name now."""

    at: Place
    address: str
    node: Node
    former: str
    now: str


@dataclass(frozen=True, slots=True)
class Lost:
    """What a test asks for, and what nothing can stand for that a version has."""

    test: str
    path: Path
    """Where it says so."""
    written: Path
    """The same by the names that its keys have now."""
    node: Node
    gone: Path
    """Kind and document first."""
    key: Key
    """The document, as it is called now."""
    leads: tuple[Path, ...] = ()
    """Where it stands now, if the test cannot ask for it there by another name."""


class Uses:
    """What a layer calls by names of the version that it stands on."""

    def __init__(self, layer: LayerFolder, model: Model, ways: Ways) -> None:
        """Look at a layer; model: of the version that it stands on; ways: from there to the other one."""
        self._looking = _Looking(layer, model, ways, Renames.between(ways))

    @cached_property
    def renamed(self) -> list[Use]:
        """The names that are others now, in the order of the files."""
        # A member of a list is a reference, too; what it says last names the override that it is.
        found = {(one.path, one.offset): one for one in self._looking.found()}
        return [found[place] for place in sorted(found)]

    @cached_property
    def doubtful(self) -> list[Doubt]:
        """Texts in expressions that are compared with what no type tells of."""
        return list(self._looking.doubts())

    @cached_property
    def lost(self) -> list[Lost]:
        """What tests ask for that is gone, or stands where they cannot ask for it so."""
        return list(self._looking.lost())


def rewritten(text: str, found: list[Use]) -> str:
    """Return the text of a file with the names of now."""
    if text.startswith(_MARK):
        return _MARK + rewritten(text.removeprefix(_MARK), found)
    for use in sorted(found, key=lambda one: -one.offset):
        text = text[: use.offset] + use.now + text[use.offset + len(use.former) :]
    return text


@dataclass(frozen=True, slots=True)
class _Looking:
    layer: LayerFolder
    model: Model
    ways: Ways
    renames: Renames
    _contexts: dict[Path, Visit] = field(default_factory=dict)
    """The keywords that hold references to members, by kind, document and path."""

    def found(self) -> Iterator[Use]:
        if self.renames:
            yield from self._in_documents()
        for test, mention in self._mentions():
            yield from self._mentioned(test, mention)

    def _in_documents(self) -> Iterator[Use]:
        for visit in visits_of(self.model):
            if visit.is_expression and not visit.is_entry:
                yield from self._read(visit)
            elif visit.keyword.refers is not None:
                self._contexts[visit.context.kind, visit.context.document, *visit.path] = visit
                yield from self._referred(visit)
        for override in overrides(self.layer, self.ways.words.registry):
            if override.form in {Form.ADDED, Form.DROPPED}:
                yield from self._member_of_list(override)

    def _is_ours(self, node: Node) -> bool:
        return node.source.layer == self.layer.name

    def _read(self, visit: Visit) -> Iterator[Use]:
        """Yield the former names in expressions."""
        address = _address(visit)
        for node, word in self._words(visit):
            if not word.is_doubtful:
                place = node_at(node, word.offset).place
                yield from _used(place, node, word.former, word.now, address)

    def doubts(self) -> Iterator[Doubt]:
        for visit in visits_of(self.model) if self.renames.values else ():
            if visit.is_expression and not visit.is_entry:
                for node, word in self._words(visit):
                    if word.is_doubtful:
                        place = node_at(node, word.offset).place
                        yield Doubt(place, _address(visit), node, word.former, word.now)

    def _words(self, visit: Visit) -> Iterator[tuple[Node, Word]]:
        looking = Expressed(self.model, self.renames)
        for node in formulas(visit):
            if self._is_ours(node):
                formula = Formula(str(node.value), node, visit.keyword, visit.context)
                try:
                    expression = self.model.expression(formula)
                except ExpressionError:
                    continue
                expects = expected_type(self.model, formula)
                yield from ((node, word) for word in looking.words(expression, expects))

    def _referred(self, visit: Visit) -> Iterator[Use]:
        if visit.is_entry:
            named = [(visit.path[-1], visit.node)] if self._is_free(visit) else []
        else:
            named = [(str(one.value), one) for one in visit.node.entries or (visit.node,) if isinstance(one.value, str)]
        for written, node in named:
            name = written.removeprefix("-") if visit.keyword.refers == "sort" else written
            now = self._now(visit, name) if self._is_ours(node) else None
            if now is not None:
                place = node.key_place if visit.is_entry else node.place
                to = _address(visit, now) if visit.is_entry else _address(visit)
                yield from _used(place, node, name, now, _address(visit), to, skipped=len(written) - len(name))

    def _is_free(self, visit: Visit) -> bool:
        """Tell whether a key leads to nothing in the version: one that leads to something is found as an override."""
        key = (visit.context.kind, visit.context.document)
        return follow(self.ways.after, key, visit.path, self.ways.words).missing is not None

    def _now(self, visit: Visit, name: str) -> str | None:
        refers, renames = visit.keyword.refers or "", self.renames
        entity = self.model.resolve(visit.context.source)
        if refers in MEMBER_REFERENCES:
            return name_of_now(renames.members, self._line(entity), name)
        if refers in _STEPS:
            owner = self.model.resolve(visit.context.this) or entity if refers == "transition" else entity
            return name_of_now(renames.steps, self._line(owner), name)
        if refers == "state":
            return self._state(self.model.resolve(visit.context.this) or entity, name)
        return renames.documents.get((refers, name))

    def _state(self, entity: str | None, name: str) -> str | None:
        declared = self.model.entities.get(entity or "")
        cycle = declared.lifecycle if declared is not None else None
        attribute = declared.attributes.get(cycle.attribute) if declared is not None and cycle is not None else None
        return self.renames.values.get((attribute.enum or "", name)) if attribute is not None else None

    def _line(self, entity: str | None) -> Path:
        return (entity, *self.model.ancestors(entity)) if entity in self.model.entities and entity else ()

    def _member_of_list(self, override: Override) -> Iterator[Use]:
        visit = self._contexts.get((override.kind, override.document, *override.path))
        now = self._now(visit, override.member) if visit is not None else None
        if now is not None:
            to = f"{override.address.removesuffix(override.member)}{now}"
            yield from _used(override.node.place, override.node, override.member, now, override.address, to)

    def _mentions(self) -> Iterator[tuple[str, Mention]]:
        for document in self.layer.documents:
            if document.kind == Test.kind:
                for one in mentions(document.name, document.node, self.model, self.ways):
                    if one.is_value or self.ways.was_there(one.target):
                        yield document.name, one

    def _mentioned(self, test: str, one: Mention) -> Iterator[Use]:
        written = _written(one, self._leads(one))
        if written is None:
            return
        place, whose = one.node.key_place if one.is_key else one.node.place, f"{Test.kind}.{test}"
        if len(written) > 1:
            former, now, skipped = f"{one.prefix}{one.text}", _several(one, written), 0
        else:
            former, (now,), skipped = one.text, written, len(one.prefix)
        if now != former:
            yield from _used(place, one.node, former, now, f"{whose}: {former}", f"{whose}: {now}", skipped)

    def _leads(self, one: Mention) -> tuple[Path, ...]:
        return self.ways.moved(one.target) if one.is_value else self.ways.lead(one.target)

    def lost(self) -> Iterator[Lost]:
        keys: dict[tuple[str, Path], str] = {}
        whole: set[str] = set()
        for test, one in self._mentions():
            if test in whole:
                continue
            leads = self._leads(one)
            written = _written(one, leads)
            if one.is_key and len(one.target) == _WHOLE and not leads:
                # Without records of that entity the test is about nothing.
                whole.add(test)
                yield Lost(test, (), (), one.node, one.target, self._key(one.target))
            elif written is None:
                now = _with_keys(keys, test, one.written)
                yield Lost(test, one.written, now, one.node, one.target, self._key(one.target), leads)
            elif one.is_key:
                keys[test, one.written] = written[0]
        for visit in visits_of(self.model):
            if visit.context.kind == Test.kind and visit.is_expression and self._is_ours(visit.node):
                yield from self._lost_to(visit)

    def _lost_to(self, visit: Visit) -> Iterator[Lost]:
        """Yield the first thing that an expression of a test reads and that is gone."""
        formula = Formula(str(visit.node.value), visit.node, visit.keyword, visit.context)
        try:
            read = sorted(self.model.expression(formula).attributes)
        except ExpressionError:
            return
        for entity, name in read:
            path = member_path(self.model, self.ways, entity, name)
            leads = self.ways.lead(path) if path is not None else ()
            if path is not None and not (len(leads) == 1 and is_of(self.model, self.ways, entity, leads[0])):
                test, key = visit.context.document, self._key(path)
                yield Lost(test, visit.path, visit.path, visit.node, path, key, leads)
                return

    def _key(self, gone: Path) -> Key:
        kind, name = next((one[:2] for one in self.ways.lead(gone[:2])), gone[:2])
        return kind, name


def _with_keys(keys: Mapping[tuple[str, Path], str], test: str, path: Path) -> Path:
    """Return a path in a test by the names that its keys have now."""
    return tuple(keys.get((test, path[:length]), path[length - 1]) for length in range(1, len(path) + 1))


def _written(one: Mention, leads: tuple[Path, ...]) -> tuple[str, ...] | None:
    """Return how a test asks for what stands elsewhere now; None where it cannot."""
    found = tuple(text for now in leads if (text := one.write(now)) is not None)
    is_told = found and len(found) == len(leads) and (len(found) == 1 or one.around is not None)
    return found if is_told else None


def _several(one: Mention, written: tuple[str, ...]) -> str:
    """Return several members of a list in the place of one, in the form that the list has."""
    texts = [f"{one.prefix}{text}" for text in written]
    around = one.around
    if around is None or not around.entries or around.entries[0].place == around.place:
        return f"[{', '.join(texts)}]"
    opening = around.source.text[_offset(around.place, around) :][:1]
    dash = around.entries[0].place.column - 3
    return ", ".join(texts) if opening == "[" else f"\n{' ' * dash}- ".join(texts)


def _used(  # noqa: PLR0913, PLR0917 - where it is, what it was and is, and whose
    place: Place, node: Node, former: str, now: str, address: str, to: str = "", skipped: int = 0
) -> Iterator[Use]:
    """Yield the use of a name if the file has just that name there, in quotes or without."""
    text, offset = node.source.text, _offset(place, node)
    offset += text[offset : offset + 1] in {"'", '"'}
    offset += skipped
    if text[offset : offset + len(former)] == former:
        yield Use(node.source.path, offset, former, now, address, to or address)


def _offset(place: Place, node: Node) -> int:
    """Return where a place is in the text of its file."""
    lines = node.source.text.splitlines(keepends=True)
    return sum(len(line) for line in lines[: place.line - 1]) + place.column - 1


def _address(visit: Visit, last: str = "") -> str:
    path = (*visit.path[:-1], last) if last else visit.path
    return ".".join((visit.context.kind, visit.context.document, *path))
