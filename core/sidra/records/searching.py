"""The search over all entities: by part of a text, by the beginning of a short one, by a whole identifying value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from sidra.errors import Problem
from sidra.records.compiled import later, one_of
from sidra.records.listing import searched_fields
from sidra.records.query import COUNT_CAP
from sidra.records.record import Count, Finds, Hit
from sidra.records.search_index import candidates, search_parameters
from sidra.store.database import Statement, Store
from sidra.store.text_index import Candidate
from sidra_metamodel.folding import fold

if TYPE_CHECKING:
    from sidra.records.readers import Row
    from sidra.records.service import Records
    from sidra.records.views import View

MAX_LIMIT = 100
MAX_CHARACTERS = 200
MASKED_CHARACTERS = 5
"""Of a text that the search takes for a whole value that its reader sees masked: a shorter one identifies nobody."""
TEXTS = 4
"""Texts of one record that a search may find, reckoned with where a number of records is wanted."""

Ranked = tuple[int, Hit]


def search(records: Records, text: str, entities: Sequence[str] | None, limit: int) -> list[Hit]:
    """Return the best hits: whole values first, then beginnings, then beginnings of words, then the rest."""
    limit = max(0, min(limit, MAX_LIMIT))
    search = Search(records, text, entities)
    found = (ranked for view in search.views for ranked in search.ranked(view, limit))
    return [hit for _, hit in _in_order(found)[:limit]]


def search_each(
    records: Records, text: str, entities: Sequence[str] | None, limit: int, *, counted: bool
) -> list[Finds]:
    """Return the best hits of each entity that has any, and how many there are if these are to be counted."""
    limit = max(0, min(limit, MAX_LIMIT))
    search = Search(records, text, entities)
    found = ((view, [hit for _, hit in _in_order(search.ranked(view, limit))[:limit]]) for view in search.views)
    return [
        Finds(view.name, hits, search.count(view, hits) if counted and len(hits) == limit else Count(len(hits), True))
        for view, hits in found
        if hits
    ]


def _in_order(found: Iterable[Ranked]) -> list[Ranked]:
    """Each record once, the best first."""
    best: dict[str, Ranked] = {}
    for rank, hit in found:
        if hit.id not in best or rank < best[hit.id][0]:
            best[hit.id] = rank, hit
    return sorted(best.values(), key=lambda ranked: (ranked[0], fold(ranked[1].title), ranked[1].id))


@dataclass
class Search:
    """One text that one reader looks for.

    The texts that it finds are read once for all entities, whoever may see their records; which of these the reader
    may see is asked entity by entity, of the best ones.
    """

    records: Records
    given: str
    entities: Sequence[str] | None

    @property
    def store(self) -> Store:
        """Where the texts are."""
        return self.records.runtime.store

    @cached_property
    def text(self) -> str:
        """The text, as long as a search may be."""
        return self.given[:MAX_CHARACTERS]

    @cached_property
    def folded(self) -> str:
        """The text as the index has it."""
        return fold(self.text)

    @cached_property
    def views(self) -> list[View]:
        """The entities to look in, as the reader sees them; none for an empty text."""
        model = self.records.runtime.model
        wanted = list(self.entities) if self.entities is not None else list(model.entities)
        names = dict.fromkeys(kind for name in wanted if name in model.entities for kind in model.subtypes(name))
        views = (self.records.view(name) for name in names if not model.entities[name].abstract)
        return [view for view in views if view.can_read] if self.folded else []

    @cached_property
    def found(self) -> tuple[dict[str, list[Candidate]], bool]:
        """The texts that are found, by the root of their entity, the best first; and whether these are all."""
        fields: dict[str, set[str]] = {}
        for view in self.views:
            fields.setdefault(view.compiled.root, set()).update(searched_fields(view))
        looked_at = {root: sorted(names) for root, names in fields.items() if names}
        with self.records.connected() as connection:
            texts, is_complete = candidates(self.store, connection, self.text, looked_at)
        by_root: dict[str, list[Candidate]] = {}
        # Down to the record: where only some of those that are alike are shown, it is the same ones each time.
        for candidate in sorted(texts, key=self._place):
            by_root.setdefault(candidate.root, []).append(candidate)
        return by_root, is_complete

    def _place(self, text: Candidate) -> tuple[int, str, bytes, str]:
        return _rank(text.folded, self.folded), text.folded, text.record_id, text.field

    def ranked(self, view: View, limit: int) -> Iterator[Ranked]:
        """Yield the records of an entity that are found, each with how well; one may come twice."""
        for field, row in _exact_rows(self.records, view, self.text):
            yield 0, self._hit(view, row, field)
        fields = searched_fields(view)
        if not fields or not limit:
            return
        rows = self._rows(view, ("found", *fields), limit * TEXTS, self._numbers(view))
        if len(rows) < limit and not self.found[1]:
            rows += self._rows(view, ("scanned", *search_parameters(self.store, "text", self.text)), limit)
        width = len(view.compiled.columns)
        for row in rows:
            yield _rank(row[width + 1], self.folded), self._hit(view, row[:width], row[width])

    def count(self, view: View, hits: list[Hit]) -> Count:
        """Return how many records of an entity are found, at least these hits."""
        _, is_complete = self.found
        statement = view.statements.get(("found count",), lambda: _counting(view))
        given = {"numbers": self._numbers(view), "limit": COUNT_CAP + 1}
        with self.records.connected() as connection:
            (number,) = self.records.run(connection, statement, given).fetchone()
        return Count(max(min(number, COUNT_CAP), len(hits)), is_complete and number <= COUNT_CAP)

    def _numbers(self, view: View) -> str:
        by_root, _ = self.found
        return orjson.dumps([text.key for text in by_root.get(view.compiled.root, ())]).decode()

    def _rows(self, view: View, key: tuple[str, ...], limit: int, numbers: str = "[]") -> list[Row]:
        build = partial(_by_number, view) if key[0] == "found" else partial(_by_part, view, list(key[1:]))
        statement = view.statements.get(key, build)
        given = {**search_parameters(self.store, "text", self.text), "numbers": numbers, "limit": limit}
        with self.records.connected() as connection:
            return self.records.run(connection, statement, given).fetchall()

    def _hit(self, view: View, row: Row, field: str) -> Hit:
        record = self.records.record(view, row)
        return Hit(record.entity, record.id, record.title, field, record)


def _rank(value: str, folded: str) -> int:
    if value == folded:
        return 1
    if value.startswith(folded):
        return 2
    return 3 if f" {folded}" in value else 4


def _by_number(view: View) -> Statement:
    """The records of texts, in the order in which the numbers of these are given."""
    texts = view.compiled.store.texts.texts
    select, order = _of_numbers(view, sa.select(*view.compiled.columns, texts.c.field, texts.c.folded))
    return view.statement(select.order_by(*order).limit(later("limit")), view.compiled.table.table)


def _counting(view: View) -> Statement:
    """Counts the records of texts, up to a limit."""
    select, _ = _of_numbers(view, sa.select(view.compiled.table.table.c.id).distinct())
    rows = view.rows(view.compiled.table.table)
    narrowed = select if rows is None else select.where(rows)
    counted = sa.select(sa.func.count()).select_from(narrowed.limit(later("limit")).subquery())
    return view.compiled.store.compile(counted)


def _of_numbers(view: View, select: sa.Select[Any]) -> tuple[sa.Select[Any], Sequence[sa.ColumnElement[Any]]]:
    """Return the records of the texts that are found, and what puts them in the order of these."""
    table, index = view.compiled.table.table, view.compiled.store.texts
    keyed = index.of_keys(later("numbers"))
    chosen = select.select_from(index.joined(keyed.texts, table))
    return chosen.where(*keyed.where, table.c.id == index.texts.c.record_id, *_of_kind(view)), keyed.order


def _by_part(view: View, parameters: list[str]) -> Statement:
    """The index leads and the record follows, so that reading stops as soon as there are enough."""
    table, index = view.compiled.table.table, view.compiled.store.texts
    texts, where = index.found_by(parameters)
    rows = index.texts.c
    select = sa.select(*view.compiled.columns, rows.field, rows.folded).select_from(index.joined(texts, table))
    select = select.where(*where, rows.root == view.compiled.root, table.c.id == rows.record_id)
    return view.statement(select.where(*_of_kind(view)).limit(later("limit")), table)


def _of_kind(view: View) -> Iterator[sa.ColumnElement[bool]]:
    yield one_of(view.compiled.store.texts.texts.c.field, searched_fields(view))
    if view.compiled.table.has_kind:
        yield view.compiled.table.table.c.kind == view.name


def _exact_rows(records: Records, view: View, text: str) -> Iterator[tuple[str, Row]]:
    """Yield the rows that a whole value finds; this is open to readers who see the value masked, too."""
    for attribute in view.compiled.entity.attributes.values():
        level = view.level(attribute.name)
        if attribute.search != "exact" or level == "none":
            continue
        value = view.compiled.coercion(attribute.name)(text, records.actor.locale)
        if value is None or isinstance(value, Problem):
            continue
        name = attribute.name
        if level == "mask":
            if not _is_whole(records, view, name, value):
                continue
            records.look_up(view.name, name, text)
        statement = view.statements.get(("exact", name), partial(_by_value, view, name))
        encoded: dict[str, Any] = view.compiled.encode({name: value})
        given = {f"k_{column}": cell for column, cell in encoded.items()}
        with records.connected() as connection:
            rows = records.run(connection, statement, given).fetchall()
        yield from ((name, row) for row in rows)


def _is_whole(records: Records, view: View, name: str, value: object) -> bool:
    """Tell whether a text may be a whole value of a masked attribute, and not a name or one that is being typed."""
    text = str(value)
    if len(text) < MASKED_CHARACTERS or not any(map(str.isdigit, text)):
        return False
    return records.runtime.rules(view.name).could_be(name, value, records.environment({name: value}))


def _by_value(view: View, name: str) -> Statement:
    table = view.compiled.table.table
    select = sa.select(*view.compiled.columns)
    for column in view.compiled.stored_keys[name].equal_columns:
        select = select.where(table.c[column] == later(f"k_{column}"))
    return view.statement(select.limit(MAX_LIMIT), table)
