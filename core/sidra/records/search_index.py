"""The index of what the search finds by part: one row a record and attribute, its text folded, trigrams beside it.

The application keeps it in the transaction of the record; there are no triggers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from sidra.records.compiled import later, one_of
from sidra.records.folding import fold
from sidra.store.database import Connection
from sidra.store.identifiers import id_bytes

SEARCH = sa.table("sidra_search", *map(sa.column, ("number", "record_id", "root", "field", "folded")))
SEARCH_TEXT = sa.table("sidra_search_text", sa.column("rowid"), sa.column("sidra_search_text"))
LAST_CHARACTER = "\U0010ffff"
TRIGRAM = 3

_NUMBER = re.compile(r"[\s+().\-/]*\d[\d\s+().\-/]*")

_FIND = "SELECT number, folded FROM sidra_search WHERE record_id = :id AND field = :field"
_FORGET_TEXT = "INSERT INTO sidra_search_text (sidra_search_text, rowid, folded) VALUES ('delete', :number, :folded)"
_FORGET = "DELETE FROM sidra_search WHERE number = :number"
_ADD = "INSERT INTO sidra_search (record_id, root, field, folded) VALUES (:id, :root, :field, :folded) RETURNING number"
_CHANGE = "UPDATE sidra_search SET folded = :folded WHERE number = :number"
_ADD_TEXT = "INSERT INTO sidra_search_text (rowid, folded) VALUES (:number, :folded)"
_ALL = "SELECT number, folded FROM sidra_search WHERE record_id = :id"


def index_texts(
    connection: Connection, root: str, record_id: str, texts: Mapping[str, Any], *, is_new: bool = False
) -> None:
    """Make the search find a record by these texts, one an attribute; None forgets what was there.

    A localised value is found in each of its languages.
    """
    stored_id = id_bytes(record_id)
    for field, text in texts.items():
        folded = fold(" ".join(text.values()) if isinstance(text, dict) else text) if text else ""
        kept = None if is_new else connection.execute(_FIND, {"id": stored_id, "field": field}).fetchone()
        if kept is None:
            if folded:
                _add(connection, stored_id, root, field, folded)
        elif kept[1] != folded:
            _replace(connection, kept, folded)


def _add(connection: Connection, stored_id: bytes, root: str, field: str, folded: str) -> None:
    values = {"id": stored_id, "root": root, "field": field, "folded": folded}
    (number,) = connection.execute(_ADD, values).fetchone()
    connection.execute(_ADD_TEXT, {"number": number, "folded": folded})


def _replace(connection: Connection, kept: tuple[int, str], folded: str) -> None:
    number, old = kept
    connection.execute(_FORGET_TEXT, {"number": number, "folded": old})
    if not folded:
        connection.execute(_FORGET, {"number": number})
        return
    connection.execute(_CHANGE, {"number": number, "folded": folded})
    connection.execute(_ADD_TEXT, {"number": number, "folded": folded})


def forget_record(connection: Connection, record_id: str) -> None:
    """Make the search find a record no more."""
    for kept in connection.execute(_ALL, {"id": id_bytes(record_id)}).fetchall():
        _replace(connection, kept, "")


def search_parameters(name: str, text: str) -> dict[str, object]:
    """Return the parameters of a search whose names begin with `name`; their names tell how it is done.

    Words of three characters or more are found anywhere, shorter ones beside them too; a text of short words only
    must begin the value. A number may be written with spaces and signs.
    """
    words = [re.sub(r"\D", "", text)] if _NUMBER.fullmatch(text) else fold(text).split()
    long = [word for word in words if len(word) >= TRIGRAM]
    if not long:
        start = " ".join(words)
        return {f"{name}_from": start, f"{name}_to": start + LAST_CHARACTER}
    phrases: object = " ".join('"' + word.replace('"', '""') + '"' for word in long)
    short = [word for word in words if len(word) < TRIGRAM]
    return {f"{name}_match": phrases} | {f"{name}_word{index}": word for index, word in enumerate(short)}


def found_by(parameters: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return the condition on `sidra_search` (and, by name, on `sidra_search_text`) that these parameters mean."""
    conditions: list[sa.ColumnElement[bool]] = []
    for name in parameters:
        if name.endswith("_match"):
            matching = sa.select(SEARCH_TEXT.c.rowid).where(SEARCH_TEXT.c.sidra_search_text.op("MATCH")(later(name)))
            conditions.append(SEARCH.c.number.in_(matching))
        elif name.endswith("_from"):
            conditions.append(SEARCH.c.folded >= later(name))
        elif name.endswith("_to"):
            conditions.append(SEARCH.c.folded < later(name))
        else:
            conditions.append(sa.func.instr(SEARCH.c.folded, later(name)) > 0)
    return sa.and_(sa.true(), *conditions)


def matches(
    table: sa.FromClause, root: str, fields: Iterable[str], parameters: Iterable[str]
) -> sa.ColumnElement[bool]:
    """Return the condition that a row of a root entity's table is found by one of its attributes."""
    found = sa.select(SEARCH.c.record_id).where(
        SEARCH.c.root == root, one_of(SEARCH.c.field, sorted(fields)), found_by(parameters)
    )
    column: sa.ColumnElement[bool] = table.c.id.in_(found)
    return column
