"""Texts that are found by their parts in SQLite: trigrams of FTS5 beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from sidra.store.codecs import ID, TEXT
from sidra.store.database import Connection
from sidra.store.gathering import Adding
from sidra.store.prepared import given
from sidra.store.sqlite_gathering import Gathering
from sidra.store.text_index import AFTER, TABLE, Candidate, KeyedTexts, TextIndex, beginning

_TRIGRAMS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS sidra_search_text USING fts5("
    "folded, content='sidra_search', content_rowid='number', tokenize='trigram', detail='full')"
)
_FIND = "SELECT number, folded FROM sidra_search WHERE record_id = :id AND field = :field"
_FORGET_TEXT = "INSERT INTO sidra_search_text (sidra_search_text, rowid, folded) VALUES ('delete', :number, :folded)"
_FORGET = "DELETE FROM sidra_search WHERE number = :number"
_ADD = "INSERT INTO sidra_search (record_id, root, field, folded) VALUES (:id, :root, :field, :folded)"
_CHANGE = "UPDATE sidra_search SET folded = :folded WHERE number = :number"
_ADD_TEXT = "INSERT INTO sidra_search_text (rowid, folded) VALUES (:number, :folded)"
_NUMBERED = ("number", "record_id", "root", "field", "folded")
_ADDING = Adding(
    TABLE,
    "INSERT INTO sidra_search (number, record_id, root, field, folded) VALUES (?, ?, ?, ?, ?)",
    _NUMBERED,
    frozenset(),
)
_ADDING_TEXT = Adding(
    "sidra_search_text",
    "INSERT INTO sidra_search_text (rowid, folded) VALUES (?, ?)",
    ("rowid", "folded"),
    frozenset({TABLE}),
)
_ALL = "SELECT number, folded FROM sidra_search WHERE record_id = :id"
# CROSS JOIN keeps the index of parts in front: read the other way round, each text of a table asks it anew.
_BY_PART = """
SELECT s.number, s.record_id, s.root, s.field, s.folded
FROM sidra_search_text t CROSS JOIN sidra_search s ON s.number = t.rowid
WHERE t.sidra_search_text MATCH :text_match
  AND s.root || '.' || s.field IN (SELECT value FROM json_each(:fields)){short}
LIMIT :limit
"""
_BY_BEGINNING = """
SELECT number, record_id, root, field, folded FROM sidra_search
WHERE root = :root AND folded >= :text_from AND folded < :text_to AND field IN (SELECT value FROM json_each(:fields))
ORDER BY folded LIMIT :limit
"""
_SEARCH = sa.table(TABLE, *map(sa.column, ("number", "record_id", "root", "field", "folded")))
_TEXT = sa.table("sidra_search_text", sa.column("rowid"), sa.column("sidra_search_text"))


class Led(sa.Join):
    """A join that SQLite reads from left to right."""

    inherit_cache = True

    def __init__(self, left: sa.FromClause, right: sa.FromClause) -> None:
        """Join without a condition: it stands in the selection's own."""
        super().__init__(left, right, sa.true())


@compiles(Led)
def _compile_led(element: Led, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    options = {**options, "asfrom": True, "from_linter": None}
    return f"{compiler.process(element.left, **options)} CROSS JOIN {compiler.process(element.right, **options)}"


class SqliteTexts(TextIndex):
    """Texts with a number each, by which FTS5 knows them."""

    texts = _SEARCH

    def add_tables(self, metadata: sa.MetaData) -> None:
        search = sa.Table(
            TABLE,
            metadata,
            sa.Column("number", sa.Integer, primary_key=True),
            sa.Column("record_id", ID, nullable=False),
            sa.Column("root", TEXT, nullable=False),
            sa.Column("field", TEXT, nullable=False),
            sa.Column("folded", TEXT, nullable=False),
            info={AFTER: (_TRIGRAMS,)},
        )
        sa.Index("ux_sidra_search_record", search.c.record_id, search.c.field, unique=True)
        sa.Index("ix_sidra_search_folded", search.c.root, search.c.folded, search.c.field, search.c.record_id)

    def keep(
        self, connection: Connection, record_id: bytes, root: str, field: str, folded: str, *, is_new: bool = False
    ) -> None:
        if isinstance(connection, Gathering) and is_new:
            if folded:
                number = connection.next_row(TABLE, "number")
                connection.gathered.add(_ADDING, (number, record_id, root, field, folded))
                connection.gathered.add(_ADDING_TEXT, (number, folded))
            return
        kept = None if is_new else connection.execute(_FIND, {"id": record_id, "field": field}).fetchone()
        if kept is None:
            if folded:
                values = {"id": record_id, "root": root, "field": field, "folded": folded}
                # Not by RETURNING, for which SQLite keeps a journal of the statement: it cost more than adding the row.
                number = connection.execute(_ADD, values).lastrowid
                connection.execute(_ADD_TEXT, {"number": number, "folded": folded})
        elif kept[1] != folded:
            self._replace(connection, kept, folded)

    def _replace(self, connection: Connection, kept: tuple[int, str], folded: str) -> None:
        number, old = kept
        connection.execute(_FORGET_TEXT, {"number": number, "folded": old})
        if not folded:
            connection.execute(_FORGET, {"number": number})
            return
        connection.execute(_CHANGE, {"number": number, "folded": folded})
        connection.execute(_ADD_TEXT, {"number": number, "folded": folded})

    def forget(self, connection: Connection, record_id: bytes) -> None:
        for kept in connection.execute(_ALL, {"id": record_id}).fetchall():
            self._replace(connection, kept, "")

    def parameters(self, name: str, words: Sequence[str], short: Sequence[str]) -> dict[str, object]:
        phrases: object = " ".join('"' + word.replace('"', '""') + '"' for word in words)
        return {f"{name}_match": phrases} | {f"{name}_word{index}": word for index, word in enumerate(short)}

    def by_part(
        self, connection: Connection, parameters: Mapping[str, object], fields: Iterable[str], limit: int
    ) -> list[Candidate]:
        short = "".join(f" AND instr(s.folded, :{name}) > 0" for name in parameters if "_word" in name)
        values = {**parameters, "fields": orjson.dumps(list(fields)).decode(), "limit": limit}
        rows = connection.execute(_BY_PART.format(short=short), values).fetchall()
        return [Candidate(*row) for row in rows]

    def by_beginning(
        self, connection: Connection, start: str, root: str, fields: Iterable[str], limit: int
    ) -> list[Candidate]:
        names = orjson.dumps(list(fields)).decode()
        values = {**beginning(start), "root": root, "fields": names, "limit": limit}
        return [Candidate(*row) for row in connection.execute(_BY_BEGINNING, values).fetchall()]

    def found_by(self, parameters: Iterable[str]) -> tuple[sa.FromClause, list[sa.ColumnElement[bool]]]:
        texts: sa.FromClause = _SEARCH
        where: list[sa.ColumnElement[bool]] = []
        for name in parameters:
            if name.endswith("_match"):
                texts = Led(_TEXT, _SEARCH)
                where.append(_TEXT.c.sidra_search_text.op("MATCH")(given(name)))
                where.append(_SEARCH.c.number == _TEXT.c.rowid)
            elif name.endswith("_from"):
                where.append(_SEARCH.c.folded >= given(name))
            elif name.endswith("_to"):
                where.append(_SEARCH.c.folded < given(name))
            else:
                where.append(sa.func.instr(_SEARCH.c.folded, given(name)) > 0)
        return texts, where

    def ids(self, found: sa.Select[Any], column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return column.in_(found)

    def joined(self, left: sa.FromClause, right: sa.FromClause) -> sa.FromClause:
        return Led(left, right)

    def of_keys(self, keys: sa.BindParameter[Any]) -> KeyedTexts:
        numbers = sa.func.json_each(keys).table_valued("value", name="numbers")
        return KeyedTexts(Led(numbers, _SEARCH), [_SEARCH.c.number == numbers.c.value], ())
