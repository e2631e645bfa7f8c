"""What may be written next in an expression that is half-written: members behind a dot, names, functions, values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.expressions import (
    CONTEXT,
    EnumType,
    ExpressionError,
    ManyType,
    RecordType,
    Scope,
    StructType,
    Type,
    check,
)
from sidra_metamodel.expressions.members import PARTS
from sidra_metamodel.language import Context, Formula, Keyword
from sidra_metamodel.model import Model
from sidra_metamodel.model.record_types import expected_type, scope_of
from sidra_metamodel.nodes import Node, Source

MACROS: Final[Mapping[str, str]] = {
    "exists": "Whether the condition holds for one of them: `tickets.exists(t, t.status == 'open')`.",
    "all": "Whether the condition holds for all of them.",
    "filter": "Those for which the condition holds.",
    "map": "A list of the values of an expression.",
    "exists_one": "Whether the condition holds for exactly one of them.",
    "first": "The first of them, or null.",
    "last": "The last of them, or null.",
    "size": "How many there are.",
    "count": "How many there are for which the condition holds.",
}
"""What follows the dot of many records."""
_MACRO: Final = re.compile(r"\.(?:exists|exists_one|all|filter|map|count)\(\s*([a-z_]\w*)\s*,")
_COMPARED: Final = re.compile(r"(?:==|!=)\s*['\"](\w*)$")
_WORD: Final = re.compile(r"\w*$")


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be written."""

    text: str
    detail: str
    doc: str = ""
    what: str = "name"
    """`member`, `function`, `name` or `value`."""


@dataclass(frozen=True, slots=True)
class Half:
    """An expression up to where somebody writes."""

    model: Model
    text: str
    keyword: Keyword
    context: Context

    @property
    def typed(self) -> str:
        """The word that is being written."""
        found = _WORD.search(self.text)
        return found[0] if found else ""

    def offers(self) -> Iterator[Offer]:
        """Yield what may be written next."""
        compared = _COMPARED.search(self.text)
        if compared:
            type_ = self.type_of(_base(self.text[: compared.start()].rstrip()))
            yield from _values(type_)
            return
        before = self.text[: len(self.text) - len(self.typed)]
        if before.endswith("."):
            yield from self._members(self.type_of(_base(before[:-1])))
        elif before[-1:] not in {"'", '"'}:
            yield from self._names()

    def owner_type(self) -> Type | None:
        """Return the type of what the last word is a member of."""
        before = self.text[: len(self.text) - len(self.typed)]
        if before.endswith("."):
            return self.type_of(_base(before[:-1]))
        this = self._scope().this
        return RecordType((this,)) if this is not None else None

    def type_of(self, text: str) -> Type | None:
        """Return the type of a part of the expression; None where it is wrong."""
        try:
            return check(text, self._scope(), self.model.schema, self.model.functions).type
        except ExpressionError:
            return None

    def _scope(self) -> Scope:
        """Return the names that are seen where somebody writes, those of macros around it too."""
        scope = self._outer()
        for found in _MACRO.finditer(self.text):
            if _is_open(self.text[found.end() :]):
                inner = Half(self.model, self.text[: found.start()], self.keyword, self.context)
                type_ = inner.type_of(_base(self.text[: found.start()]))
                entities = type_.entities if isinstance(type_, ManyType | RecordType) else ()
                scope = Scope(scope.this, {**scope.names, found[1]: RecordType(entities)})
        return scope

    def _outer(self) -> Scope:
        return scope_of(self.model, self._formula())

    def _formula(self) -> Formula:
        return Formula(self.text, Node(self.text, Source("", "", 0), 0), self.keyword, self.context)

    def _members(self, type_: Type | None) -> Iterator[Offer]:
        match type_:
            case RecordType(entities=entities) | ManyType(entities=entities):
                yield from self._of_entities(entities)
                if isinstance(type_, ManyType):
                    yield from (Offer(name, "function", doc, "function") for name, doc in MACROS.items())
            case StructType(members=members):
                yield from (Offer(name, str(of), what="member") for name, of in members)
            case _ if type_ in PARTS:
                yield from (Offer(name, str(of), what="member") for name, of in PARTS[type_].members)
            case _:
                yield from self._functions()

    def _of_entities(self, entities: tuple[str, ...]) -> Iterator[Offer]:
        for entity in entities:
            for name in self.model.schema.members(entity):
                yield Offer(name, str(self.model.schema.member(entity, name)), f"Of `{entity}`.", "member")

    def _names(self) -> Iterator[Offer]:
        scope = self._scope()
        if scope.this is not None:
            yield from self._of_entities((scope.this,))
            yield Offer("this", scope.this, "The record itself.")
        yield from (Offer(name, str(of)) for name, of in {**CONTEXT, **scope.names}.items())
        yield from _values(expected_type(self.model, self._formula()), quote="'")
        yield from self._functions()

    def _functions(self) -> Iterator[Offer]:
        for function in self.model.functions.values():
            forms = "; ".join(f"({overload}) → {overload.returns}" for overload in function.overloads)
            doc = f"{function.doc}\n\n`{function.example}`" if function.example else function.doc
            yield Offer(function.name, forms, doc, "function")


def _values(type_: Type | None, quote: str = "") -> Iterator[Offer]:
    if isinstance(type_, EnumType):
        yield from (Offer(f"{quote}{value}{quote}", str(type_), what="value") for value in type_.values)


def _is_open(text: str) -> bool:
    """Tell whether the bracket that opened before a text is still open at its end."""
    depth = 1
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth == 0:
            return False
    return True


def _base(text: str) -> str:
    """Return the path that a text ends with: names with dots, calls and indexes between."""
    column, depth = len(text), 0
    while column > 0:
        character = text[column - 1]
        if character in ")]":
            depth += 1
        elif character in "([":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and not (character.isalnum() or character in "_."):
            break
        column -= 1
    return text[column:]
