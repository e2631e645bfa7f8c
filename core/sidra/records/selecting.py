"""From conditions that people put together to one expression, and back: only what a reader may narrow a list by.

The expression is checked and compiled as any other is. It reads no attribute that lists are not declared to be narrowed
by, none that the reader sees masked or not at all, and of related records only those that the reader may see.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sidra.errors import BadQuery, Problem
from sidra.records.coercion.unreadable import Unreadable
from sidra.records.paths import resolve
from sidra.records.query import Filter
from sidra.records.search_index import TRIGRAM
from sidra.records.selections import Rule, Selection
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.meanings import TEXT_TYPES
from sidra_metamodel.expressions import Expression
from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.expression import check
from sidra_metamodel.expressions.scope import Scope
from sidra_metamodel.expressions.types import BOOLEAN
from sidra_metamodel.expressions.unparse import literal
from sidra_metamodel.folding import FOLDED_CHARACTERS, fold
from sidra_metamodel.kinds.entity import Attribute, Relation

if TYPE_CHECKING:
    from sidra.records.views import View

Kind = Literal["text", "choice", "yes", "number", "money", "date", "moment", "record"]
NUMBERS: Final = frozenset({"integer", "decimal", "percent", "rating"})
EMPTY: Final = ("empty", "filled")
SPANS: Final = ("last", "next")
OPERATORS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "text": ("contains", "begins", "is", "not", *EMPTY),
    "choice": ("is", "not", *EMPTY),
    "yes": ("is",),
    "number": ("is", "not", "more", "less", "between", *EMPTY),
    "money": ("more", "less", "between", *EMPTY),
    "date": ("is", "before", "after", "between", *SPANS, *EMPTY),
    "moment": ("before", "after", "between", *SPANS, *EMPTY),
    "record": ("is", "not", *EMPTY),
}
"""The words of each kind of value, the most useful first."""
PARTS: Final = frozenset({"contains", "begins"})
MOST_INDEXED = 3
MOST_DAYS = 3660
MADE_AT = "created_at"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path leads: the member, its entity, and what kind of values it has."""

    path: str
    entity: str
    member: Attribute | Relation | None
    """None for the moment at which a record was made."""
    kind: Kind

    @property
    def name(self) -> str:
        """The last name of the path."""
        return self.path.rpartition(".")[2]


class Selecting:
    """What the lists of one entity can be narrowed by, for one set of roles."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.model = view.runtime.model

    def place(self, path: str) -> Place:
        """Return where a path leads; raises BadQuery for what is unknown, hidden, or not to be narrowed by."""
        way = resolve(self.view, path)
        member = way.stored.attribute or way.stored.relation
        name = path.rpartition(".")[2]
        if name == MADE_AT and not any(hop.relation.many for hop in way.hops):
            return Place(path, way.view.name, None, "moment")
        if member is None or member.name != name or any(hop.relation.many for hop in way.hops):
            raise BadQuery("no such condition", hint="choose one of those that are offered")
        if way.view.common_level(name) not in {"read", "edit"} or way.stored.is_sealed:
            raise BadQuery("no such condition", hint="what is masked or kept encrypted narrows no list")
        kind = self.kind(member)
        if kind is None or (isinstance(member, Attribute) and member.localised):
            raise BadQuery("no such condition", hint="values of this type are not compared")
        return Place(path, way.view.name, member, kind)

    def kind(self, member: Attribute | Relation) -> Kind | None:
        """Return what kind of values a member has; None for those that are not compared."""
        if isinstance(member, Relation):
            is_one = not member.many and len(member.to) == 1 and member.to[0] in self.model.entities
            return "record" if is_one else None
        base = self.model.base_type(member)
        plain: dict[str, Kind] = {"enum": "choice", "boolean": "yes", "money": "money", "date": "date"}
        if base == "datetime":
            return "moment"
        if base in TEXT_TYPES:
            return "text"
        return "number" if base in NUMBERS else plain.get(base)

    def expression(self, selection: Selection) -> Expression | None:
        """Return the conditions as one expression; None for none, BadQuery for one that is not to be had."""
        text = self.text(selection)
        return None if not text else self.checked(text)

    def indexed(self, selection: Selection) -> tuple[Filter, ...]:
        """Return what follows from the conditions and the search can be asked, so that not all records are looked at.

        It narrows and does not decide: the conditions are asked besides.
        """
        rules: list[Rule] = []
        if not selection.is_any:
            rules = [group[0] for group in selection.groups if len(group) == 1]
        elif len(selection.groups) == 1:
            rules = list(selection.groups[0])
        asked = [rule for rule in rules if rule.op in PARTS and len(rule.values) == 1 and self._is_known(rule)]
        return tuple(Filter(rule.path, "contains", rule.values[0]) for rule in asked[:MOST_INDEXED])

    def _is_known(self, rule: Rule) -> bool:
        """Tell whether the search finds whatever a condition does: numbers it reads otherwise, long texts in part."""
        member = self.place(rule.path).member
        words = fold(rule.values[0]).split()
        is_text = any(len(word) >= TRIGRAM for word in words) and any(sign.isalpha() for word in words for sign in word)
        if not (isinstance(member, Attribute) and member.search is True and is_text):
            return False
        limits = [getattr(one, "max_length", None) for one in (member, *self.model.type_chain(member))]
        longest = min((limit for limit in limits if limit is not None), default=FOLDED_CHARACTERS + 1)
        return rule.op == "begins" or longest <= FOLDED_CHARACTERS

    def checked(self, text: str) -> Expression:
        """Return the checked form of an expression about a record of the list."""
        try:
            return check(text, Scope(self.view.name), self.model.schema, self.model.functions, BOOLEAN)
        except ExpressionError as error:
            raise BadQuery("these conditions are too much for one list", hint="use fewer, or shorter values") from error

    def text(self, selection: Selection) -> str:
        """Return the conditions in the language of expressions."""
        outer, inner = (" || ", " && ") if selection.is_any else (" && ", " || ")
        groups = [[self.term(rule) for rule in group] for group in selection.groups if group]
        return outer.join(inner.join(terms) if len(terms) == 1 else f"({inner.join(terms)})" for terms in groups)

    def term(self, rule: Rule) -> str:
        """Return one condition in the language of expressions; raises BadQuery where it means nothing."""
        place = self.place(rule.path)
        if rule.op not in OPERATORS[place.kind]:
            raise BadQuery("no such condition", hint=f"there are: {', '.join(OPERATORS[place.kind])}")
        if rule.op in EMPTY:
            return f"{place.path} {'==' if rule.op == 'empty' else '!='} null"
        if rule.op in SPANS:
            return self._span(place, rule)
        wanted = 2 if rule.op == "between" else len(rule.values) if rule.op in {"is", "not"} else 1
        if not rule.values or len(rule.values) != wanted:
            raise BadQuery("a condition lacks its value", hint="give one value, or two for a range")
        return _TERMS[rule.op](place, [self.literal(place, value) for value in rule.values])

    def literal(self, place: Place, value: str) -> str:
        """Return a value as an expression has it; raises BadQuery for one that cannot be read."""
        if place.kind == "record":
            return literal(_id(value))
        if place.kind == "moment":
            return f"timestamp('{self._instant(value)}')"
        if place.kind == "text":
            return literal(value)
        coerce = self.view.runtime.entity(place.entity).coercion(place.name)
        try:
            typed = coerce(f"{value} {self.model.currency}" if place.kind == "money" else value, None)
        except (Unreadable, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            raise _unreadable() from error
        if typed is None or isinstance(typed, Problem):
            raise _unreadable()
        if isinstance(typed, datetime.date):
            return f"date('{typed.isoformat()}')"
        return literal(typed.amount if place.kind == "money" else typed)

    def _instant(self, day: str) -> str:
        try:
            begins = datetime.datetime.combine(
                datetime.date.fromisoformat(day), datetime.time(), self.model.time_zone
            ).astimezone(datetime.UTC)
        except (ValueError, OverflowError) as error:
            raise _unreadable() from error
        return begins.isoformat().replace("+00:00", "Z")

    def _span(self, place: Place, rule: Rule) -> str:
        number = rule.values[0] if len(rule.values) == 1 else ""
        if not (number.isascii() and number.isdigit() and 0 < int(number[:5]) <= MOST_DAYS):
            raise BadQuery(f"a number of days is from 1 to {MOST_DAYS}", hint="give a smaller number")
        days, path = int(number), place.path
        if place.kind == "date":
            now, there = "today", f"add_days(today, {-days if rule.op == 'last' else days})"
        else:
            now, there = "now", f"now {'-' if rule.op == 'last' else '+'} duration('{days * 24}h')"
        first, last = (there, now) if rule.op == "last" else (now, there)
        return f"({path} >= {first} && {path} <= {last})"


def _is(place: Place, values: list[str], *, negated: bool = False) -> str:
    path = f"{place.path}.id" if place.kind == "record" else place.path
    if len(values) == 1:
        return f"{path} {'!=' if negated else '=='} {values[0]}"
    among = f"{path} in [{', '.join(values)}]"
    return f"!({among})" if negated else among


def _compared(place: Place) -> str:
    return f"{place.path}.amount" if place.kind == "money" else place.path


def _part(method: str) -> Callable[[Place, list[str]], str]:
    # As a person types it: whether in capitals or not, with accents or without.
    return lambda place, values: f"{place.path}.folded().{method}({values[0]}.folded())"


_TERMS: Final[Mapping[str, Callable[[Place, list[str]], str]]] = {
    "is": _is,
    "not": lambda place, values: _is(place, values, negated=True),
    "contains": _part("contains"),
    "begins": _part("startsWith"),
    "more": lambda place, values: f"{_compared(place)} > {values[0]}",
    "less": lambda place, values: f"{_compared(place)} < {values[0]}",
    "after": lambda place, values: f"{_compared(place)} > {values[0]}",
    "before": lambda place, values: f"{_compared(place)} < {values[0]}",
    "between": lambda place, values: f"({_compared(place)} >= {values[0]} && {_compared(place)} <= {values[1]})",
}


def _id(value: str) -> str:
    try:
        return id_text(id_bytes(value))
    except (ValueError, AttributeError) as error:
        raise _unreadable() from error


def _unreadable() -> BadQuery:
    return BadQuery("the value of a condition cannot be read", hint="see the attribute's type")
