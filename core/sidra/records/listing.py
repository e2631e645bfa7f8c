"""Lists: the statement of a query, prepared once for each form, and the page that it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import BadQuery
from sidra.records.compiled import later
from sidra.records.conditions import Condition
from sidra.records.paths import resolve
from sidra.records.policies import where_clause
from sidra.records.query import COUNT_CAP, Cursor, Query, decode_cursor
from sidra.records.readers import Row
from sidra.records.record import Count
from sidra.records.search_index import matches, search_parameters
from sidra.store.codecs import DATE, ID, TEXT
from sidra.store.database import Connection, Statement
from sidra.store.database import Cursor as Fetched
from sidra.store.identifiers import id_bytes, id_text

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View

NEWEST_FIRST = ("-created_at",)
ALWAYS_SORTED = frozenset({"id", "created_at"})


@dataclass(frozen=True, slots=True)
class SortColumn:
    """One column that a list is ordered by. Empty values come last, whichever the direction."""

    name: str
    descends: bool
    nullable: bool
    is_id: bool
    is_text: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What the SQL of a list depends on, its values left out: the key of the prepared statement."""

    conditions: tuple[object, ...]
    sort: tuple[SortColumn, ...]
    segment: bool | None
    """Of lists whose first sort column may be empty: True where it has a value, False where it has none."""
    after: tuple[bool, ...] | None
    """For a page after a row: which of the row's sort values are empty."""
    backwards: bool
    what: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page, and whether there are more on either side."""

    rows: list[Row]
    next_cursor: str | None
    previous_cursor: str | None


class Listing:
    """One query on one entity as one set of roles sees it, checked; `rows` and `count` run it for one of them.

    It says nothing of who asks or when, so it may be kept for the next one with these roles.
    """

    def __init__(self, view: View, query: Query) -> None:
        self.view = view
        self.query = query.checked()
        self.table = view.compiled.table.table
        self.conditions = [
            Condition(resolve(view, wanted.path), wanted, number) for number, wanted in enumerate(query.filters)
        ]
        self.lookups = [condition for condition in self.conditions if condition.is_lookup]
        self.parameters: dict[str, object] = {}
        for condition in self.conditions:
            self.parameters |= condition.parameters
        self.text: dict[str, object] = search_parameters(view.compiled.store, "text", query.text) if query.text else {}
        self.parameters |= self.text
        self.sort = sort_columns(view, query.sort or NEWEST_FIRST)
        self.extra = [column.name for column in self.sort if column.name not in view.compiled.positions]
        """Columns that order the list and are no part of its records: collation keys."""
        places = [*view.compiled.positions, *self.extra]
        self._places = [(places.index(column.name), column.is_id) for column in self.sort]
        """Where the rows of the list have what it is ordered by."""
        self.sort_name = ",".join(("-" if column.descends else "") + column.name for column in self.sort)
        types = tuple(str if column.is_text or column.is_id else int for column in self.sort)
        self.cursor = decode_cursor(query.after, self.sort_name, types) if query.after else None
        self._prepared: dict[tuple[bool | None, bool], Statement] = {}

    def ask(self, records: Records, connection: Connection) -> Fetched:
        """Return the first rows of the page, or what they will be: they come with what is asked for next.

        Raises TooManyAttempts where a masked value is looked up too often.
        """
        self._note_lookups(records)
        segment, starts_after = self._segments[0]
        offset = self.query.offset if self.cursor is None else 0
        return self._ask(records, connection, segment, starts_after, self.query.limit + 1, offset)

    def rows(self, records: Records, connection: Connection, asked: Fetched | None = None) -> Rows:
        """Return the rows of the page, in order; `asked` is what `ask` gave. Raises TooManyAttempts as that does."""
        limit, cursor, width = self.query.limit, self.cursor, len(self.view.compiled.columns)
        is_backwards = cursor is not None and cursor.backwards
        rows = self._fetch(records, connection, limit + 1, asked or self.ask(records, connection))
        has_more = len(rows) > limit
        rows = rows[:limit]
        if is_backwards:
            rows.reverse()
        has_next = (has_more or is_backwards) and bool(rows)
        has_previous = bool(rows) and (has_more if is_backwards else cursor is not None or self.query.offset > 0)
        return Rows(
            [row[:width] for row in rows] if self.extra else rows,
            self._cursor(rows[-1], backwards=False) if has_next else None,
            self._cursor(rows[0], backwards=True) if has_previous else None,
        )

    def _note_lookups(self, records: Records) -> None:
        for condition in self.lookups:
            way = condition.way
            records.look_up(way.view.name, way.stored.name, (condition.path, *condition.parameters.values()))

    def _fetch(self, records: Records, connection: Connection, wanted: int, asked: Fetched) -> list[Row]:
        rows: list[Row] = asked.fetchall()
        for segment, starts_after in self._segments[1:]:
            if len(rows) >= wanted:
                break
            rows += self._ask(records, connection, segment, starts_after, wanted - len(rows), 0).fetchall()
        return rows

    def _ask(
        self,
        records: Records,
        connection: Connection,
        segment: bool | None,  # noqa: FBT001 - see `_form`
        starts_after: bool,  # noqa: FBT001 - as above
        limit: int,
        offset: int,
    ) -> Fetched:
        statement = self._statement(segment, starts_after=starts_after)
        keys = self._key_parameters(self.cursor) if starts_after and self.cursor else {}
        return records.ask(connection, statement, {**self.parameters, **keys, "limit": limit, "offset": offset})

    @cached_property
    def _segments(self) -> list[tuple[bool | None, bool]]:
        """The parts of a list to read in turn, and whether each begins after the cursor's row.

        Rows without a value in the first sort column are a part of their own: one range of the index each, which an
        OR in one statement would not be.
        """
        cursor = self.cursor
        if not self.sort[0].nullable or (self.query.offset and cursor is None):
            return [(None, cursor is not None)]
        order = [True, False]
        if cursor is not None and cursor.backwards:
            order.reverse()
        if cursor is None:
            return [(segment, False) for segment in order]
        start = order.index(cursor.values[0] is not None)
        return [(segment, number == 0) for number, segment in enumerate(order[start:])]

    def _form(self, segment: bool | None, cursor: Cursor | None, what: str = "rows") -> Form:  # noqa: FBT001 - a part of the key
        where = self.query.where.text if self.query.where is not None else None
        return Form(
            (*(condition.form for condition in self.conditions), tuple(self.text), where),
            self.sort,
            segment,
            None if cursor is None else tuple(value is None for value in cursor.values),
            self.cursor is not None and self.cursor.backwards,
            what,
        )

    def _statement(self, segment: bool | None, *, starts_after: bool) -> Statement:  # noqa: FBT001 - see `_form`
        found = self._prepared.get((segment, starts_after))
        if found is None:
            form = self._form(segment, self.cursor if starts_after else None)
            found = self.view.statements.get(form, partial(self._build, form))
            self._prepared[segment, starts_after] = found
        return found

    def _build(self, form: Form) -> Statement:
        keys = [self.table.c[column.name] for column in self.sort]
        extra = [self.table.c[name] for name in self.extra]
        select = sa.select(*self.view.compiled.columns, *extra).where(*self._where())
        if form.segment is not None:
            select = select.where(keys[0].is_not(None) if form.segment else keys[0].is_(None))
        if form.after is not None:
            select = select.where(self._after(form))
        select = select.order_by(*(self._order(column, form) for column in self.sort))
        select = select.limit(later("limit")).offset(later("offset"))
        return self.view.statement(select, self.table)

    def _where(self) -> list[sa.ColumnElement[bool]]:
        clauses = [condition.clause(self.table) for condition in self.conditions]
        if self.text:
            compiled = self.view.compiled
            clauses.append(matches(compiled.store, self.table, compiled.root, self._searched(), self.text))
        if self.query.where is not None:
            clauses.append(where_clause(self.view, self.query.where, self.table))
        return clauses

    def _searched(self) -> list[str]:
        return searched_fields(self.view)

    def _order(self, column: SortColumn, form: Form) -> sa.UnaryExpression[Any]:
        element = self.table.c[column.name]
        ordered = element.desc() if column.descends != form.backwards else element.asc()
        if column.nullable and (form.segment is None or column is not self.sort[0]):
            return ordered.nulls_first() if form.backwards else ordered.nulls_last()
        return ordered

    def _after(self, form: Form) -> sa.ColumnElement[bool]:
        """The rows behind the cursor's: equal in the first columns and behind it in the next.

        The first column is bounded apart from the alternatives, so that the index begins at the cursor.
        """
        absent = form.after or ()
        alternatives: list[sa.ColumnElement[bool]] = []
        equal: list[sa.ColumnElement[bool]] = []
        for number, (column, is_absent) in enumerate(zip(self.sort, absent, strict=True)):
            behind = self._behind(number, column, backwards=form.backwards, is_absent=is_absent)
            if behind is not None:
                alternatives.append(sa.and_(*equal, behind))
            element = self.table.c[column.name]
            equal.append(element.is_(None) if is_absent else element == self._key(number))
        condition = sa.or_(*alternatives)
        bound = self._bound(form, is_absent=absent[0])
        return condition if bound is None else sa.and_(bound, condition)

    def _key(self, number: int) -> sa.BindParameter[Any]:
        return later(f"key{number}")

    def _bound(self, form: Form, *, is_absent: bool) -> sa.ColumnElement[bool] | None:
        first = self.sort[0]
        if is_absent or len(self.sort) == 1:
            return None
        element = self.table.c[first.name]
        return element <= self._key(0) if first.descends != form.backwards else element >= self._key(0)

    def _behind(
        self,
        number: int,
        column: SortColumn,
        *,
        backwards: bool,
        is_absent: bool,
    ) -> sa.ColumnElement[bool] | None:
        element, key = self.table.c[column.name], self._key(number)
        is_in_segment = number == 0
        if is_absent:
            return element.is_not(None) if backwards and not is_in_segment else None
        behind = element < key if column.descends != backwards else element > key
        if column.nullable and not backwards and not is_in_segment:
            return sa.or_(behind, element.is_(None))
        return behind

    def _key_parameters(self, cursor: Cursor) -> dict[str, object]:
        try:
            return {
                f"key{number}": id_bytes(str(value)) if column.is_id else value
                for number, (column, value) in enumerate(zip(self.sort, cursor.values, strict=True))
            }
        except ValueError as error:
            raise BadQuery("the cursor is not one of this list", hint="begin at the first page") from error

    def _cursor(self, row: Row, *, backwards: bool) -> str:
        values = tuple(id_text(row[place]) if is_id else row[place] for place, is_id in self._places)
        return Cursor(self.sort_name, backwards, values).encode()

    def count(self, records: Records, connection: Connection, cap: int | None = COUNT_CAP) -> Count:
        """Return how many records the query has, counted up to `cap`; None counts all, which costs as many reads."""
        return self.counted(self.ask_count(records, connection, cap), cap)

    def ask_count(self, records: Records, connection: Connection, cap: int | None = COUNT_CAP) -> Fetched:
        """Return what `counted` makes the count of: it comes with what is asked for next."""
        return records.ask(connection, *self.asking_count(records, cap))

    def asking_count(self, records: Records, cap: int | None) -> tuple[Statement, Mapping[str, object]]:
        """Return the statement that counts, and its values. Raises TooManyAttempts as `ask` does."""
        self._note_lookups(records)
        if cap is None:
            return self._counting_all, self.parameters
        return self.counting, {**self.parameters, "limit": cap + 1}

    def counted(self, asked: Fetched, cap: int | None = COUNT_CAP) -> Count:
        """Return how many records there are, of what was asked with the same `cap`."""
        (number,) = asked.fetchone()
        return Count(number, is_exact=True) if cap is None else Count(min(number, cap), number <= cap)

    @cached_property
    def counting(self) -> Statement:
        """Counts up to a limit; raises BadQuery for conditions that the reader may not ask."""
        return self.view.statements.get(self._form(None, None, "count"), self._build_count)

    @cached_property
    def _counting_all(self) -> Statement:
        """Counts without a limit, which spares the database a third of the work a row."""
        return self.view.statements.get(self._form(None, None, "count all"), self._build_count_all)

    def _build_count(self) -> Statement:
        one: sa.Select[Any] = sa.select(sa.literal_column("1").label("one"))
        limited = self.narrowed(one).limit(later("limit"))
        return self.view.compiled.store.compile(sa.select(sa.func.count()).select_from(limited.subquery()))

    def _build_count_all(self) -> Statement:
        return self.view.compiled.store.compile(self.narrowed(sa.select(sa.func.count())))

    def prepared(self, what: str, build: Callable[[], Statement]) -> Statement:
        """Return a statement over the rows of the query, built where there is none of its name for queries like it."""
        return self.view.statements.get(self._form(None, None, what), build)

    def narrowed(self, select: sa.Select[Any]) -> sa.Select[Any]:
        """Return a selection from the rows of the query that are to be seen; its values are `parameters`."""
        rows = self.view.rows(self.table)
        chosen = select.select_from(self.table).where(*self._where())
        return chosen if rows is None else chosen.where(rows)


def searched_fields(view: View) -> list[str]:
    """Return the attributes by any part of which the roles of a view may find its records."""
    return [
        attribute.name
        for attribute in view.compiled.entity.attributes.values()
        if attribute.search is True and view.common_level(attribute.name) in {"read", "edit"}
    ]


def sort_columns(view: View, sort: Sequence[str]) -> tuple[SortColumn, ...]:
    """Return the columns of a sort, the id last; raises BadQuery for what lists are not declared to be sorted by."""
    found: dict[str, SortColumn] = {}
    descends = False
    for written in sort:
        descends = written.startswith("-")
        column = _sort_column(view, written.removeprefix("-"), descends=descends)
        found.setdefault(column.name, column)
        if column.is_id:
            return tuple(found.values())
    return (*found.values(), SortColumn("id", descends, nullable=False, is_id=True, is_text=False))


def _sort_column(view: View, name: str, *, descends: bool) -> SortColumn:
    stored = view.compiled.table.members.get(name)
    if stored is None or view.common_level(name) not in {"read", "edit"} or not _is_sorted(view, name):
        raise BadQuery(f"no sort `{name}`", hint="only attributes with `sort: true` order a list")
    column = view.compiled.table.table.c[stored.sort_column]
    nullable = name not in ALWAYS_SORTED
    is_id, is_text = column.type is ID, column.type in {TEXT, DATE}
    return SortColumn(stored.sort_column, descends, nullable, is_id=is_id, is_text=is_text)


def _is_sorted(view: View, name: str) -> bool:
    entity = view.compiled.entity
    if name in ALWAYS_SORTED:
        return True
    attribute = entity.attributes.get(name)
    return attribute is not None and (attribute.sort or any(index.of[0] == name for index in entity.indexes.values()))
