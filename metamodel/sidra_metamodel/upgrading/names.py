"""Where an overlay uses names that are others in another version: in expressions, references, lists and tests.

A name is rewritten where it is that name alone: what a text says besides is left as it is, byte for byte. What cannot
be told stays, and is an error of the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sidra_metamodel.checking.expressions import formulas
from sidra_metamodel.checking.texts import node_at
from sidra_metamodel.explaining.uses import MEMBER_REFERENCES
from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.expressions.nodes import Many, Read, Through, walk
from sidra_metamodel.expressions.syntax import Call, Member, Name, Syntax, children
from sidra_metamodel.expressions.types import ManyType, RecordType
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.language import Formula
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import Visit, visits_of
from sidra_metamodel.nodes import Node, Place
from sidra_metamodel.upgrading.following import follow
from sidra_metamodel.upgrading.overrides import Form, Override, Words, overrides

_TRANSITIONS: Final = ("lifecycle", "transitions")
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
class Renames:
    """What has another name in another version: members and steps of entities, and documents."""

    members: Mapping[tuple[str, str], str]
    steps: Mapping[tuple[str, str], str]
    documents: Mapping[Key, str]

    @classmethod
    def between(cls, before: Mapping[Key, Node], after: Mapping[Key, Node], words: Words) -> Renames:
        """Return what is called otherwise in the documents of one version than in those of another."""
        members: dict[tuple[str, str], str] = {}
        steps: dict[tuple[str, str], str] = {}
        documents: dict[Key, str] = {}
        for key, root in before.items():
            found = follow(after, key, (), words, before)
            if found.missing is None and found.key != key:
                documents[key] = found.key[1]
            if key[0] != Entity.kind:
                continue
            for around, names in ((("attributes",), members), (("relations",), members), (_TRANSITIONS, steps)):
                holder = root.get(*around)
                for name in holder.items if holder is not None else ():
                    now = follow(after, key, (*around, name), words, before)
                    if now.missing is None and now.path[-1:] != (name,):
                        names[key[1], name] = now.path[-1]
        return cls(members, steps, documents)

    def __bool__(self) -> bool:
        return bool(self.members or self.steps or self.documents)


def uses(layer: LayerFolder, model: Model, renames: Renames, after: Mapping[Key, Node], words: Words) -> list[Use]:
    """Return where a layer uses names that are others now, in the order of its files.

    model: of the version that the layer stands on; after: the documents below it in the other one.
    """
    looking = _Looking(layer, model, renames, after, words).found() if renames else ()
    # A member of a list is a reference, too; what it says last names the override that it is.
    found = {(one.path, one.offset): one for one in looking}
    return [found[place] for place in sorted(found)]


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
    renames: Renames
    after: Mapping[Key, Node]
    words: Words
    _contexts: dict[tuple[str, ...], Visit] = field(default_factory=dict)
    """The keywords that hold references to members, by kind, document and path."""

    def found(self) -> Iterator[Use]:
        for visit in visits_of(self.model):
            if visit.is_expression and not visit.is_entry:
                for node in formulas(visit):
                    if self._is_ours(node):
                        yield from self._read(visit, node)
            elif visit.keyword.refers is not None:
                self._contexts[visit.context.kind, visit.context.document, *visit.path] = visit
                yield from self._referred(visit)
        for override in overrides(self.layer, self.words.registry):
            if override.form in {Form.ADDED, Form.DROPPED}:
                yield from self._member_of_list(override)
        for document in self.layer.documents:
            if document.kind == Test.kind:
                yield from self._tested(document.name, document.node)

    def _is_ours(self, node: Node) -> bool:
        return node.source.layer == self.layer.name

    def _read(self, visit: Visit, node: Node) -> Iterator[Use]:
        """Yield the names in an expression that are read of renamed members; none where one cannot be told apart."""
        formula = Formula(str(node.value), node, visit.keyword, visit.context)
        try:
            expression = self.model.expression(formula)
        except ExpressionError:
            return
        read: dict[str, list[str | None]] = {}
        for one in walk(expression.root):
            if isinstance(one, Read | Many | Through):
                inner = one.source if isinstance(one, Through) else one.target
                is_record = isinstance(inner.type, RecordType | ManyType)
                entities = inner.type.entities if isinstance(inner.type, RecordType | ManyType) else ()
                names = {self._member(entity, one.name) for entity in entities} if is_record else {None}
                read.setdefault(one.name, []).append(names.pop() if len(names) == 1 else None)
        written = list(_names_in(expression.tree, frozenset()))
        for name, now in read.items():
            places = [offset for one, offset in written if one == name]
            if now[0] is not None and set(now) == {now[0]} and len(places) == len(now):
                for offset in places:
                    place = node_at(node, offset).place
                    yield from self._at(place, node, name, now[0], _address(visit))

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
                yield from self._at(place, node, name, now, _address(visit), to, skipped=len(written) - len(name))

    def _is_free(self, visit: Visit) -> bool:
        """Tell whether a key leads to nothing in the version: one that leads to something is found as an override."""
        key = (visit.context.kind, visit.context.document)
        return follow(self.after, key, visit.path, self.words).missing is not None

    def _now(self, visit: Visit, name: str) -> str | None:
        refers = visit.keyword.refers or ""
        entity = self.model.resolve(visit.context.source)
        if refers in MEMBER_REFERENCES:
            return self._member(entity, name) if entity else None
        if refers in _STEPS:
            owner = self.model.resolve(visit.context.this) or entity if refers == "transition" else entity
            return self._of(self.renames.steps, owner, name) if owner else None
        return self.renames.documents.get((refers, name))

    def _member_of_list(self, override: Override) -> Iterator[Use]:
        visit = self._contexts.get((override.kind, override.document, *override.path))
        now = self._now(visit, override.member) if visit is not None else None
        if now is not None:
            to = f"{override.address.removesuffix(override.member)}{now}"
            yield from self._at(override.node.place, override.node, override.member, now, override.address, to)

    def _tested(self, name: str, root: Node) -> Iterator[Use]:
        """Yield the members that a test gives to the records that it makes and changes."""
        made: dict[str, str] = {}
        given, steps = root.get("given"), root.get("when")
        for record, one in given.items.items() if given is not None else ():
            yield from self._made(name, record, one, made)
        for step, one in steps.items.items() if steps is not None else ():
            created, updated = one.get("create"), one.get("update")
            if created is not None:
                yield from self._made(name, step, created, made)
            for record, values in updated.items.items() if updated is not None else ():
                yield from self._given(name, made.get(record, ""), values)

    def _made(self, test: str, record: str, created: Node, made: dict[str, str]) -> Iterator[Use]:
        for entity, values in created.items.items():
            made[record] = entity
            yield from self._given(test, entity, values)
            now = self.renames.documents.get((Entity.kind, entity))
            if now is not None:
                yield from self._at(values.key_place, values, entity, now, f"{Test.kind}.{test}")

    def _given(self, test: str, entity: str, values: Node) -> Iterator[Use]:
        for member, node in values.items.items():
            now = self._member(entity, member)
            if now is not None:
                yield from self._at(node.key_place, node, member, now, f"{Test.kind}.{test}")

    def _member(self, entity: str | None, name: str) -> str | None:
        return self._of(self.renames.members, entity, name) if entity else None

    def _of(self, names: Mapping[tuple[str, str], str], entity: str, name: str) -> str | None:
        line = (entity, *(self.model.ancestors(entity) if entity in self.model.entities else ()))
        return next((names[one, name] for one in line if (one, name) in names), None)

    def _at(  # noqa: PLR0913, PLR0917 - where it is, what it was and is, and whose
        self, place: Place, node: Node, former: str, now: str, address: str, to: str = "", skipped: int = 0
    ) -> Iterator[Use]:
        """Yield the use of a name if the file has just that name there, in quotes or without."""
        text = node.source.text
        offset = sum(len(line) for line in text.splitlines(keepends=True)[: place.line - 1]) + place.column - 1
        offset += text[offset : offset + 1] in {"'", '"'}
        offset += skipped
        if text[offset : offset + len(former)] == former:
            yield Use(node.source.path, offset, former, now, address, to or address)


def _names_in(tree: Syntax, bound: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the names of members in an expression, each with its place; those that a macro binds are none."""
    match tree:
        case Member(name=name):
            yield name, tree.offset + tree.length - len(name)
        case Name(name=name) if name not in bound:
            yield name, tree.offset
        case Call(target=target, arguments=(Name(name=variable), *rest)) if target is not None and rest:
            yield from _names_in(target, bound)
            for one in rest:
                yield from _names_in(one, bound | {variable})
            return
    for one in children(tree):
        yield from _names_in(one, bound)


def _address(visit: Visit, last: str = "") -> str:
    path = (*visit.path[:-1], last) if last else visit.path
    return ".".join((visit.context.kind, visit.context.document, *path))
