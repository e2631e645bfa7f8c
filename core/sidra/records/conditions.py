"""The filters of a query as SQL: the form is prepared once, the values come at each execution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import BadQuery, Problem
from sidra.records.coercion import texts, times
from sidra.records.coercion.unreadable import Unreadable
from sidra.records.compiled import later
from sidra.records.folding import sort_key
from sidra.records.paths import Way, no_filter
from sidra.records.query import OPERATORS, Filter
from sidra.records.search_index import matches, search_parameters
from sidra.store.codecs import DATETIME_CODEC, TEXT_CODEC
from sidra.store.identifiers import id_bytes
from sidra.store.meanings import TEXT_TYPES
from sidra.store.storable import storable
from sidra_metamodel.folding import fold

if TYPE_CHECKING:
    pass

MAX_CHOICES = 500
NULL = frozenset({"null"})
WHOLE = frozenset({"eq", "ne", "in", *NULL})
"""The operators that a blind index answers."""
LAST_CHARACTER = "\U0010ffff"

Column = sa.ColumnElement[Any]

_COMPARISONS: Mapping[str, Callable[[Column, Column], sa.ColumnElement[bool]]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: sa.or_(column != value, column.is_(None)),
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
}


class Condition:
    """One filter, checked against what its reader may ask; gives its SQL and, apart from it, its parameters.

    Two conditions with the same `form` have the same SQL.
    """

    def __init__(self, way: Way, wanted: Filter, number: int) -> None:
        self.way = way
        self.stored = way.stored
        self.number = number
        self.op: str = wanted.op
        self.path = wanted.path
        self.is_lookup = way.view.common_level(self.stored.name) == "mask"
        """Whether it asks for a value that its reader sees masked only, which leaves a trace."""
        value = wanted.value
        if self.op == "eq" and value is None:
            self.op, value = "null", True
        self._check(value)
        self.parameters = self._parameters(value)
        self.form = (self.path, self.op, value if self.op == "null" else tuple(self.parameters))

    def _check(self, value: object) -> None:
        if self.op not in OPERATORS:
            raise BadQuery(f"no operator `{self.op}`", hint=f"there are: {', '.join(sorted(OPERATORS))}")
        attribute = self.stored.attribute
        # One whole value at a time: a list would let a reader try out the numbers that a birth date leaves open.
        is_whole = self.op == "eq" or (self.op == "in" and isinstance(value, list | tuple) and len(value) == 1)
        if self.is_lookup and not (attribute is not None and attribute.search == "exact" and is_whole):
            raise no_filter(self.path)
        is_found_by_part = attribute is not None and attribute.search is True
        if self.op == "contains" and not is_found_by_part:
            raise BadQuery(f"`{self.path}` is not searched by parts", hint="use another operator")
        if self.op == "starts" and not (attribute is not None and self._is_text):
            raise BadQuery(f"`{self.path}` is no text", hint="use another operator")
        if self.stored.is_sealed and self.op not in (WHOLE if self.stored.has_index else NULL):
            raise BadQuery(f"`{self.path}` is kept encrypted", hint="only a whole value finds it, where it is searched")
        if self.op == "null" and not isinstance(value, bool):
            raise BadQuery(f"`{self.path}` is compared with true or false here", hint="true finds what is empty")

    @property
    def _is_text(self) -> bool:
        attribute = self.stored.attribute
        return attribute is not None and self.way.view.runtime.model.base_type(attribute) in TEXT_TYPES

    def _name(self, index: int = 0) -> str:
        return f"f{self.number}_{index}"

    def _parameters(self, value: Any) -> dict[str, object]:  # noqa: ANN401 - as a client gives it
        match self.op:
            case "null":
                return {}
            case "contains":
                return search_parameters(self.way.view.compiled.store, self._name(), self._text(value))
            case "starts":
                start = self._prefix(self._text(value))
                return {self._name(0): start, self._name(1): start + LAST_CHARACTER}
            case "in":
                return self._choices(value)
            case _:
                return {self._name(): self._encoded(value)}

    def _text(self, value: object) -> str:
        if not isinstance(value, str) or not fold(value):
            raise BadQuery(f"`{self.path}` is searched by a text", hint="give at least one letter or digit")
        return value

    def _prefix(self, text: str) -> str:
        if self.stored.has_sort_key:
            return sort_key(text, self.way.view.compiled.locale)
        return storable(text)

    def _choices(self, value: object) -> dict[str, object]:
        if not isinstance(value, list | tuple | set | frozenset) or len(value) > MAX_CHOICES:
            raise BadQuery(f"`{self.path}` takes a list of at most {MAX_CHOICES} values here")
        encoded = [self._encoded(one) for one in value]
        # Lists of like length share a statement: the rest is filled with the last value, or with nothing.
        room = 1 << max(len(encoded) - 1, 0).bit_length()
        filled = encoded + [encoded[-1] if encoded else None] * (room - len(encoded))
        return {self._name(index): one for index, one in enumerate(filled)}

    def _encoded(self, value: Any) -> object:  # noqa: ANN401 - as a client gives it
        stored = self.stored
        try:
            if stored.relation is not None or stored.name == "id":
                return id_bytes(value)
            if stored.attribute is None and stored.codec is DATETIME_CODEC:
                value = times.instant(self.way.view.runtime.model.time_zone)(value, None)
            elif stored.attribute is None and stored.codec is TEXT_CODEC:
                value = texts.clean_line(value)
            if stored.attribute is None:
                return stored.codec.encode(value)[0]
            typed = self.way.view.compiled.coercion(stored.name)(value, None)
            if isinstance(typed, Problem):
                raise BadQuery(f"`{self.path}`: {typed.message}", hint=typed.hint)
            if stored.is_sealed:
                return self.way.view.compiled.blind_index(stored.name, typed)
            return None if typed is None else stored.codec.encode(typed)[0]
        except (Unreadable, ValueError, TypeError, AttributeError, OverflowError) as error:
            raise BadQuery(f"the value for `{self.path}` cannot be read", hint="see the attribute's type") from error

    def clause(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """Return the SQL on a table of the list's entity."""
        return self._through(table, 0)

    def _through(self, table: sa.FromClause, depth: int) -> sa.ColumnElement[bool]:
        """Related rows are a semi-join by IN, which both databases drive from whichever side is smaller."""
        if depth == len(self.way.hops):
            return self._own(table)
        hop = self.way.hops[depth]
        target = hop.view.compiled.table.table.alias(f"h{self.number}_{depth}")
        if hop.relation.many:
            keep, reach = target.c[f"{hop.relation.inverse}_id"], table.c.id
        else:
            keep, reach = target.c.id, table.c[f"{hop.relation.name}_id"]
        inner = sa.select(keep).where(self._through(target, depth + 1), keep.is_not(None))
        rows = hop.view.rows(target)
        return reach.in_(inner if rows is None else inner.where(rows))

    def _own(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        column = table.c[self.stored.equal_columns[0]]
        match self.op:
            case "null":
                column = table.c[self.stored.columns[0]]
                return column.is_(None) if self.form[2] else column.is_not(None)
            case "in":
                return column.in_([later(self._name(index)) for index in range(len(self.parameters))])
            case "contains":
                compiled = self.way.view.compiled
                return matches(compiled.store, table, compiled.root, (self.stored.name,), self.parameters)
            case "starts":
                column = table.c[self.stored.sort_column] if self.stored.has_sort_key else column
                return sa.and_(column >= later(self._name(0)), column < later(self._name(1)))
            case op:
                return _COMPARISONS[op](column, later(self._name()))
