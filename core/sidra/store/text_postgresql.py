"""Texts that are found by their parts in PostgreSQL: an index of trigrams on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from sidra.store.codecs import ID, TEXT
from sidra.store.copying import compile_lines
from sidra.store.database import Connection
from sidra.store.expression_fragments import sql
from sidra.store.gathering import Adding
from sidra.store.text_index import BEGINNING_CHARACTERS, BESIDE, TABLE, Candidate, KeyedTexts, TextIndex, beginning

PENDING_KIB = 256
_EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public"
_ADD = "INSERT INTO sidra_search (record_id, root, field, folded) VALUES ($1, $2, $3, $4)"
_ADDING = Adding(
    TABLE,
    _ADD,
    ("record_id", "root", "field", "folded"),
    frozenset(),
    "COPY sidra_search (record_id, root, field, folded) FROM STDIN",
    compile_lines(["UUID", "TEXT", "TEXT", "TEXT"]),
)
_KEEP = """
WITH changed AS (UPDATE sidra_search SET folded = $4 WHERE record_id = $1 AND field = $3 AND folded <> $4)
INSERT INTO sidra_search (record_id, root, field, folded) SELECT $1, $2, $3, $4
WHERE NOT EXISTS (SELECT 1 FROM sidra_search WHERE record_id = $1 AND field = $3)
"""
_FORGET_ONE = "DELETE FROM sidra_search WHERE record_id = $1 AND field = $2"
_FORGET = "DELETE FROM sidra_search WHERE record_id = $1"
# What is found by its parts is found first: the database takes a limit for a reason to read the whole table.
_BY_PART = """
WITH found AS MATERIALIZED (SELECT record_id, root, field, folded FROM sidra_search WHERE {parts})
SELECT record_id, root, field, folded FROM found
WHERE root || '.' || field = ANY(ARRAY(SELECT jsonb_array_elements_text(${fields}::jsonb)))
LIMIT ${limit}
"""
_BY_BEGINNING = f"""
SELECT record_id, root, field, folded FROM sidra_search
WHERE root = $1 AND left(folded, {BEGINNING_CHARACTERS}) >= $2 AND left(folded, {BEGINNING_CHARACTERS}) < $3
  AND field = ANY(ARRAY(SELECT jsonb_array_elements_text($4::jsonb)))
ORDER BY left(folded, {BEGINNING_CHARACTERS}) LIMIT $5
"""
_SEARCH = sa.table(
    TABLE, sa.column("record_id", ID), sa.column("root", TEXT), sa.column("field", TEXT), sa.column("folded", TEXT)
)


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _candidate(row: tuple[Any, ...]) -> Candidate:
    record_id, root, field, folded = row
    return Candidate((record_id.hex(), field), record_id, root, field, folded)


class PostgresqlTexts(TextIndex):
    """Texts by record and attribute."""

    texts = _SEARCH

    def add_tables(self, metadata: sa.MetaData) -> None:
        search = sa.Table(
            TABLE,
            metadata,
            sa.Column("record_id", ID, nullable=False),
            sa.Column("root", TEXT, nullable=False),
            sa.Column("field", TEXT, nullable=False),
            sa.Column("folded", TEXT, nullable=False),
            info={BESIDE: (_EXTENSION,)},
        )
        # Not unique, and so an id stands in it once with the places of all its texts, in less than half the room. Who
        # writes a record is the only one who does, so that two can never add the same text.
        sa.Index("ix_sidra_search_record", search.c.record_id)
        # An entry of an index is two thousand bytes at most, and a text may be longer.
        start = sa.func.left(search.c.folded, sa.literal_column(str(BEGINNING_CHARACTERS)))
        sa.Index("ix_sidra_search_start", search.c.root, start)
        # What is not in the index yet is read whole by each search: that stays little.
        pending = {"gin_pending_list_limit": PENDING_KIB}
        trigrams = sa.Index("ix_sidra_search_part", search.c.folded, postgresql_using="gin", postgresql_with=pending)
        trigrams.dialect_options["postgresql"]["ops"] = {"folded": "public.gin_trgm_ops"}

    def keep(
        self, connection: Connection, record_id: bytes, root: str, field: str, folded: str, *, is_new: bool = False
    ) -> None:
        if folded:
            if is_new:
                self.store.add(connection, _ADDING, [(record_id, root, field, folded)])
            else:
                connection.execute(_KEEP, [record_id, root, field, folded])
        elif not is_new:
            connection.execute(_FORGET_ONE, [record_id, field])

    def forget(self, connection: Connection, record_id: bytes) -> None:
        connection.execute(_FORGET, [record_id])

    def parameters(self, name: str, words: Sequence[str], short: Sequence[str]) -> dict[str, object]:
        # The names of a search by parts tell it from one by a beginning, as those of FTS5 do.
        return {f"{name}_match{index}": _pattern(word) for index, word in enumerate([*words, *short])}

    def by_part(
        self, connection: Connection, parameters: Mapping[str, object], fields: Iterable[str], limit: int
    ) -> list[Candidate]:
        patterns = list(parameters.values())
        parts = " AND ".join(f"folded LIKE ${number + 1}" for number in range(len(patterns)))
        statement = _BY_PART.format(parts=parts, fields=len(patterns) + 1, limit=len(patterns) + 2)
        values = [*patterns, orjson.dumps(list(fields)).decode(), limit]
        return [_candidate(row) for row in connection.execute(statement, values).fetchall()]

    def by_beginning(
        self, connection: Connection, start: str, root: str, fields: Iterable[str], limit: int
    ) -> list[Candidate]:
        bounds = beginning(start)
        values = [root, bounds["text_from"], bounds["text_to"], orjson.dumps(list(fields)).decode(), limit]
        return [_candidate(row) for row in connection.execute(_BY_BEGINNING, values).fetchall()]

    def found_by(self, parameters: Iterable[str]) -> tuple[sa.FromClause, list[sa.ColumnElement[bool]]]:
        where: list[sa.ColumnElement[bool]] = []
        start = sa.func.left(_SEARCH.c.folded, sa.literal_column(str(BEGINNING_CHARACTERS)))
        for name in parameters:
            value = sa.bindparam(name, required=False, type_=TEXT)
            if name.endswith("_from"):
                where.append(start >= value)
            elif name.endswith("_to"):
                where.append(start < value)
            else:
                where.append(_SEARCH.c.folded.like(value))
        return _SEARCH, where

    def ids(self, found: sa.Select[Any], column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return sql("({0} = ANY(ARRAY{1}))", column, found.scalar_subquery())

    def joined(self, left: sa.FromClause, right: sa.FromClause) -> sa.FromClause:
        return left.join(right, sa.true())

    def of_keys(self, keys: sa.BindParameter[Any]) -> KeyedTexts:
        function = sa.func.jsonb_array_elements(sql("CAST({0} AS JSONB)", keys))
        keyed = function.table_valued("value", with_ordinality="place", name="keyed").render_derived()
        found = [
            sql("({0} = CAST({1} ->> 0 AS UUID))", _SEARCH.c.record_id, keyed.c.value),
            sql("({0} = {1} ->> 1)", _SEARCH.c.field, keyed.c.value),
        ]
        return KeyedTexts(keyed.join(_SEARCH, sa.and_(*found)), (), (keyed.c.place,))
