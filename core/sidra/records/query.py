"""What a list is asked for: filters, sorts, pages, and the cursors that lead from page to page."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from sidra.errors import BadQuery
from sidra_metamodel.expressions import Expression

MAX_LIMIT = 1000
MAX_OFFSET = 10_000
MAX_FILTERS = 20
MAX_CURSOR_CHARACTERS = 4000
COUNT_CAP = 1000
MAX_INTEGER = 2**63 - 1

Operator = Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "contains", "starts", "null"]
OPERATORS: frozenset[str] = frozenset({"eq", "ne", "gt", "gte", "lt", "lte", "in", "contains", "starts", "null"})


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one attribute; `path` may lead into to-one relations and owned records.

    value: as JSON gives it or as Python has it; a list for `in`; True or False for `null`.
    """

    path: str
    op: Operator = "eq"
    # Of the type of the attribute, or a text that can be read as one.
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A list: which records, in what order, how many.

    sort: names, with a minus for descending; the newest first where there is none.
    after: a cursor of a page before. count: whether to count, up to 1,000.
    counts_all: whether to count beyond that, which costs as many reads.
    text: a part of any attribute that is searched.
    """

    where: Expression | None = None
    filters: tuple[Filter, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int = 20
    after: str | None = None
    offset: int = 0
    count: bool = True
    counts_all: bool = False
    text: str | None = None

    def checked(self) -> Query:
        """Return the query itself; raises BadQuery where its numbers are out of bounds."""
        if not 0 <= self.limit <= MAX_LIMIT:
            raise BadQuery(f"a page has from 0 to {MAX_LIMIT} records", hint="ask for fewer and follow the cursor")
        if not 0 <= self.offset <= MAX_OFFSET:
            raise BadQuery(f"an offset is from 0 to {MAX_OFFSET}", hint="follow the cursor instead")
        if len(self.filters) > MAX_FILTERS:
            raise BadQuery(f"a list takes {MAX_FILTERS} filters at most", hint="leave some out")
        return self

    def narrowed(self, *more: Filter) -> Query:
        """Return the same query with further filters."""
        return replace(self, filters=(*self.filters, *more))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the values of the sort columns of that row, and whether to read backwards from there."""

    sort: str
    backwards: bool
    values: tuple[str | int | None, ...]

    def encode(self) -> str:
        """Return the cursor as an opaque text for addresses."""
        return base64.urlsafe_b64encode(orjson.dumps([self.sort, self.backwards, *self.values])).decode().rstrip("=")


def decode_cursor(text: str, sort: str, types: tuple[type, ...]) -> Cursor:
    """Return the cursor of a text made for the same sort; raises BadQuery for any other text.

    types: of the sort columns; a value may be None, but the last one, the id, may not.
    """
    if len(text) > MAX_CURSOR_CHARACTERS:
        raise _not_ours()
    try:
        made_for, backwards, *values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise _not_ours() from error
    fits = len(values) == len(types) and all(
        value is None or (type(value) is kind and _is_kept(value)) for value, kind in zip(values, types, strict=True)
    )
    if made_for != sort or not isinstance(backwards, bool) or not fits or values[-1] is None:
        raise _not_ours()
    return Cursor(sort, backwards, tuple(values))


def _is_kept(value: object) -> bool:
    """Tell whether a column can hold a value of a cursor."""
    return not isinstance(value, int) or -MAX_INTEGER <= value <= MAX_INTEGER


def _not_ours() -> BadQuery:
    return BadQuery("the cursor is not one of this list", hint="begin at the first page")
