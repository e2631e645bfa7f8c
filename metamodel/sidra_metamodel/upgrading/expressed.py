"""The names in an expression that are others in another version, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sidra_metamodel.expressions.expression import Expression
from sidra_metamodel.expressions.nodes import (
    At,
    Choice,
    Coalesce,
    Constant,
    Equal,
    In,
    Items,
    Many,
    Node,
    Order,
    Read,
    Through,
    Variable,
    walk,
)
from sidra_metamodel.expressions.syntax import Call, Index, Member, Name, Syntax, children
from sidra_metamodel.expressions.types import JSON, STRING, EnumType, ListType, ManyType, RecordType, Type
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.model import Model
from sidra_metamodel.upgrading.renamed import Renames, name_of_now


class Word(NamedTuple):
    """A name in the text of an expression that is another one now."""

    offset: int
    former: str
    now: str
    is_doubtful: bool = False
    """Whether it may be about something else: it is told, and stays."""


@dataclass(frozen=True, slots=True)
class Expressed:
    """Finds former names in expressions of a Model."""

    model: Model
    renames: Renames

    def words(self, expression: Expression, expects: Type | None = None) -> Iterator[Word]:
        """Yield the former names of members, entities and values; expects: the type that the value must have.

        Where names of several things are written alike and cannot be told apart, there are none.
        """
        yield from self._members(expression)
        yield from self._entities(expression)
        yield from self._values(expression, expects)

    def _members(self, expression: Expression) -> Iterator[Word]:
        read: dict[str, list[str | None]] = {}
        for one in walk(expression.root):
            if isinstance(one, Read | Many | Through):
                inner = one.source if isinstance(one, Through) else one.target
                is_record = isinstance(inner.type, RecordType | ManyType)
                entities = inner.type.entities if isinstance(inner.type, RecordType | ManyType) else ()
                names = {self._member(entity, one.name) for entity in entities} if is_record else {None}
                read.setdefault(one.name, []).append(names.pop() if len(names) == 1 else None)
        written = list(self._names_in(expression.tree, frozenset()))
        for name, now in read.items():
            places = [offset for one, offset in written if one == name]
            if now[0] is not None and set(now) == {now[0]} and len(places) == len(now):
                yield from (Word(offset, name, now[0]) for offset in places)

    def _member(self, entity: str, name: str) -> str | None:
        return name_of_now(self.renames.members, (entity, *self.model.ancestors(entity)), name)

    def _names_in(self, tree: Syntax, bound: frozenset[str]) -> Iterator[tuple[str, int]]:
        """Yield the names of members, each with its place; entities, and what a macro binds, are none."""
        match tree:
            case Member(name=name):
                yield name, tree.offset + tree.length - len(name)
            case Name(name=name) if name not in bound:
                yield name, tree.offset
            case Index(target=target, index=Name(name=name)) if name in self.model.entities:
                yield from self._names_in(target, bound)
                return
            case Call(target=target, arguments=(Name(name=variable), *rest)) if target is not None and rest:
                yield from self._names_in(target, bound)
                for one in rest:
                    yield from self._names_in(one, bound | {variable})
                return
        for one in children(tree):
            yield from self._names_in(one, bound)

    def _entities(self, expression: Expression) -> Iterator[Word]:
        """Yield the entities that records are narrowed to."""
        # Where a place in a list is asked for by names, they may be members that are written like entities.
        if any(isinstance(one, At) and isinstance(one.index, Read | Variable) for one in walk(expression.root)):
            return
        for index in _indexes(expression.tree):
            now = self.renames.documents.get((Entity.kind, index.name))
            if now is not None:
                yield Word(index.offset, index.name, now)

    def _values(self, expression: Expression, expects: Type | None) -> Iterator[Word]:
        """Yield the literals that are values of a code list, and those that may be."""
        if not self.renames.values:
            return
        known: dict[int, set[str]] = {}
        said: dict[int, str] = {}
        meetings = [*_meetings(expression.root), *([(expression.root, expects)] if expects is not None else [])]
        for node, type_ in meetings:
            for literal in _literals(node):
                said[literal.offset] = literal.value
                if isinstance(type_, EnumType):
                    now = self.renames.values.get((type_.name, literal.value), literal.value)
                    known.setdefault(literal.offset, set()).add(now)
                elif type_ not in {STRING, JSON}:
                    known.setdefault(literal.offset, set())
        for offset, former in said.items():
            names = known.get(offset)
            if names is None:
                yield from self._doubtful(offset, former)
            elif len(names) == 1 and names != {former}:
                yield from _literal(expression.text, offset, former, *names)

    def _doubtful(self, offset: int, former: str) -> Iterator[Word]:
        names = sorted({now for (_, value), now in self.renames.values.items() if value == former})
        if names:
            yield Word(offset, former, "` or `".join(names), is_doubtful=True)


def _indexes(tree: Syntax) -> Iterator[Name]:
    if isinstance(tree, Index) and isinstance(tree.index, Name):
        yield tree.index
    for one in children(tree):
        yield from _indexes(one)


def _meetings(root: Node) -> Iterator[tuple[Node, Type]]:
    """Yield what is compared or mixed with something, and the type of that."""
    for node in walk(root):
        match node:
            case Equal(left=left, right=right) | Order(left=left, right=right):
                yield from ((left, right.type), (right, left.type))
            case In(item=item, container=Items(items=items)):
                yield from ((one, item.type) for one in items)
                yield from ((item, one.type) for one in items)
            case In(item=item, container=container) if isinstance(container.type, ListType):
                yield item, container.type.element
            case Choice() | Coalesce():
                # A literal alone is a string; beside a value of a code list, it is one, too.
                yield from [(node, node.type)] if isinstance(node.type, EnumType) else []


def _literals(node: Node) -> Iterator[Constant]:
    match node:
        case Constant(value=str()):
            yield node
        case Choice(then=then, otherwise=otherwise):
            yield from (*_literals(then), *_literals(otherwise))
        case Coalesce(operands=operands) | Items(items=operands):
            for operand in operands:
                yield from _literals(operand)


def _literal(text: str, offset: int, former: str, now: str) -> Iterator[Word]:
    """Yield a literal by what stands between its quotes, unless that is written with escapes."""
    begin = offset + (2 if text[offset] == "r" else 1)
    if text.startswith(former, begin):
        yield Word(begin, former, now)
