"""The search over all entities: by part of a text, by the beginning of a short one, by a whole identifying value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import Problem
from sidra.records.compiled import later, one_of
from sidra.records.folding import fold
from sidra.records.listing import searched_fields
from sidra.records.record import Hit
from sidra.records.search_index import SEARCH, SEARCH_TEXT, found_by, search_parameters
from sidra.store.database import Statement

if TYPE_CHECKING:
    from sidra.records.readers import Row
    from sidra.records.service import Records
    from sidra.records.views import View

MAX_LIMIT = 100
MAX_CHARACTERS = 200
CANDIDATES = 5
"""Times the wanted hits that are read of each entity, so that the best of them can come first."""


def search(records: Records, text: str, entities: Sequence[str] | None, limit: int) -> list[Hit]:
    """Return the best hits: whole values first, then beginnings, then beginnings of words, then the rest."""
    folded = fold(text[:MAX_CHARACTERS])
    if not folded:
        return []
    limit = max(0, min(limit, MAX_LIMIT))
    wanted = list(entities) if entities is not None else list(records.runtime.model.entities)
    found: dict[str, tuple[int, Hit]] = {}
    for name in _concrete(records, wanted):
        view = records.view(name)
        if view.can_read:
            for rank, hit in _hits(records, view, text[:MAX_CHARACTERS], folded, limit):
                if hit.id not in found or rank < found[hit.id][0]:
                    found[hit.id] = rank, hit
    best = sorted(found.values(), key=lambda ranked: (ranked[0], fold(ranked[1].title), ranked[1].id))
    return [hit for _, hit in best[:limit]]


def _concrete(records: Records, wanted: Sequence[str]) -> Iterator[str]:
    """Yield each entity that has records of its own among the wanted ones and their subtypes."""
    model = records.runtime.model
    names = dict.fromkeys(kind for name in wanted if name in model.entities for kind in model.subtypes(name))
    return (name for name in names if not model.entities[name].abstract)


def _hits(records: Records, view: View, text: str, folded: str, limit: int) -> Iterator[tuple[int, Hit]]:
    for field, row in _exact_rows(records, view, text):
        yield 0, _hit(records, view, row, field)
    fields = searched_fields(view)
    if fields:
        parameters = search_parameters("text", text)
        statement = view.statements.get(("search", tuple(parameters)), lambda: _by_part(view, fields, list(parameters)))
        width = len(view.compiled.columns)
        with records.connected() as connection:
            rows = records.run(connection, statement, {**parameters, "limit": limit * CANDIDATES}).fetchall()
        for row in rows:
            yield _rank(row[width + 1], folded), _hit(records, view, row[:width], row[width])


def _hit(records: Records, view: View, row: Row, field: str) -> Hit:
    record = records.record(view, row)
    return Hit(record.entity, record.id, record.title, field, record)


def _rank(value: str, folded: str) -> int:
    if value == folded:
        return 1
    if value.startswith(folded):
        return 2
    return 3 if f" {folded}" in value else 4


def _by_part(view: View, fields: list[str], parameters: list[str]) -> Statement:
    """The index leads and the record follows, so that reading stops as soon as there are enough."""
    table = view.compiled.table.table
    matched = [name for name in parameters if name.endswith("_match")]
    select = sa.select(*view.compiled.columns, SEARCH.c.field, SEARCH.c.folded).where(
        SEARCH.c.root == view.compiled.root,
        one_of(SEARCH.c.field, fields),
        found_by([name for name in parameters if name not in matched]),
        table.c.id == SEARCH.c.record_id,
    )
    for name in matched:
        select = select.where(
            SEARCH.c.number == SEARCH_TEXT.c.rowid, SEARCH_TEXT.c.sidra_search_text.op("MATCH")(later(name))
        )
    if view.compiled.table.has_kind:
        select = select.where(table.c.kind == view.name)
    return view.statement(select.limit(later("limit")), table)


def _exact_rows(records: Records, view: View, text: str) -> Iterator[tuple[str, Row]]:
    """Yield the rows that a whole value finds; this is open to readers who see the value masked, too."""
    for attribute in view.compiled.entity.attributes.values():
        if attribute.search != "exact" or view.level(attribute.name) == "none":
            continue
        value = view.compiled.coercion(attribute.name)(text, records.actor.locale)
        if value is None or isinstance(value, Problem):
            continue
        name = attribute.name
        statement = view.statements.get(("exact", name), partial(_by_value, view, name))
        encoded: dict[str, Any] = view.compiled.encode({name: value})
        given = {f"k_{column}": cell for column, cell in encoded.items()}
        with records.connected() as connection:
            rows = records.run(connection, statement, given).fetchall()
        yield from ((name, row) for row in rows)


def _by_value(view: View, name: str) -> Statement:
    table = view.compiled.table.table
    select = sa.select(*view.compiled.columns)
    for column in view.compiled.stored_keys[name].columns:
        select = select.where(table.c[column] == later(f"k_{column}"))
    return view.statement(select.limit(MAX_LIMIT), table)
