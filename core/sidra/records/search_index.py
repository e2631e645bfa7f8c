"""The index of what the search finds by part: one row a record and attribute, its text folded, trigrams beside it.

The application keeps it in the transaction of the record; there are no triggers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from sidra.records.compiled import later, one_of
from sidra.store.database import Connection, add_row
from sidra.store.identifiers import id_bytes
from sidra_metamodel.folding import fold

SEARCH = sa.table("sidra_search", *map(sa.column, ("number", "record_id", "root", "field", "folded")))
SEARCH_TEXT = sa.table("sidra_search_text", sa.column("rowid"), sa.column("sidra_search_text"))
LAST_CHARACTER = "\U0010ffff"
TRIGRAM = 3
SCANNED = 4000
"""Texts that one search looks at: a part that more of them have finds, of the rest, what begins with it."""
BEGINNINGS = 200
"""Texts of one table that are read for their beginning."""
NATIONAL_DIGITS = 7
"""From so many digits on, a zero in front of a number is taken for that of calls within the country."""

_NUMBER = re.compile(r"[\s+().\-/]*\d[\d\s+().\-/]*")

_FIND = "SELECT number, folded FROM sidra_search WHERE record_id = :id AND field = :field"
_FORGET_TEXT = "INSERT INTO sidra_search_text (sidra_search_text, rowid, folded) VALUES ('delete', :number, :folded)"
_FORGET = "DELETE FROM sidra_search WHERE number = :number"
_ADD = "INSERT INTO sidra_search (record_id, root, field, folded) VALUES (:id, :root, :field, :folded)"
_CHANGE = "UPDATE sidra_search SET folded = :folded WHERE number = :number"
_ADD_TEXT = "INSERT INTO sidra_search_text (rowid, folded) VALUES (:number, :folded)"
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


class Candidate(NamedTuple):
    """A text that was found: which record it may lead to, whoever may see that."""

    number: int
    record_id: bytes
    root: str
    field: str
    folded: str


class Led(sa.Join):
    """A join that the database reads from left to right."""

    inherit_cache = True

    def __init__(self, left: sa.FromClause, right: sa.FromClause) -> None:
        """Join without a condition: it stands in the selection's own."""
        super().__init__(left, right, sa.true())


@compiles(Led)
def _compile_led(element: Led, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    options = {**options, "asfrom": True, "from_linter": None}
    return f"{compiler.process(element.left, **options)} CROSS JOIN {compiler.process(element.right, **options)}"


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
    number = add_row(connection, _ADD, values)
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


def candidates(connection: Connection, text: str, fields: Mapping[str, Sequence[str]]) -> tuple[list[Candidate], bool]:
    """Return the texts that a text finds, and whether these are all; `fields` names by root what may be looked at."""
    parameters = search_parameters("text", text)
    found: list[Candidate] = []
    if "text_match" in parameters:
        short = "".join(f" AND instr(s.folded, :{name}) > 0" for name in parameters if "_word" in name)
        looked_at = orjson.dumps([f"{root}.{field}" for root, names in fields.items() for field in names]).decode()
        given = {**parameters, "fields": looked_at, "limit": SCANNED}
        found = [Candidate(*row) for row in connection.execute(_BY_PART.format(short=short), given).fetchall()]
        if len(found) < SCANNED:
            return found, True
    known = {candidate.number for candidate in found}
    is_complete = not found
    for root, names in fields.items():
        begin = _beginning(text)
        given = {**begin, "root": root, "fields": orjson.dumps(list(names)).decode(), "limit": BEGINNINGS}
        rows = [Candidate(*row) for row in connection.execute(_BY_BEGINNING, given).fetchall()]
        is_complete = is_complete and len(rows) < BEGINNINGS
        found += [row for row in rows if row.number not in known]
    return found, is_complete


def _beginning(text: str) -> dict[str, object]:
    start = fold(text)
    return {"text_from": start, "text_to": start + LAST_CHARACTER}


def search_parameters(name: str, text: str) -> dict[str, object]:
    """Return the parameters of a search whose names begin with `name`; their names tell how it is done.

    Words of three characters or more are found anywhere, shorter ones beside them too; a text of short words only
    must begin the value. A number may be written with spaces and signs, and with zeros in front as it is called.
    """
    words = [_called(re.sub(r"\D", "", fold(text)))] if _NUMBER.fullmatch(text) else fold(text).split()
    long = [word for word in words if len(word) >= TRIGRAM]
    if not long:
        start = " ".join(words)
        return {f"{name}_from": start, f"{name}_to": start + LAST_CHARACTER}
    phrases: object = " ".join('"' + word.replace('"', '""') + '"' for word in long)
    short = [word for word in words if len(word) < TRIGRAM]
    return {f"{name}_match": phrases} | {f"{name}_word{index}": word for index, word in enumerate(short)}


def _called(digits: str) -> str:
    """Return a number without what is dialled before it: 00 abroad, 0 within the country."""
    return (digits.lstrip("0") or digits) if len(digits) > NATIONAL_DIGITS else digits


def found_by(parameters: Iterable[str]) -> tuple[sa.FromClause, list[sa.ColumnElement[bool]]]:
    """Return what texts are looked for in, the index of parts in front, and the conditions on them.

    Parameters: the names that `search_parameters` gave.
    """
    texts: sa.FromClause = SEARCH
    where: list[sa.ColumnElement[bool]] = []
    for name in parameters:
        if name.endswith("_match"):
            texts = Led(SEARCH_TEXT, SEARCH)
            where.append(SEARCH_TEXT.c.sidra_search_text.op("MATCH")(later(name)))
            where.append(SEARCH.c.number == SEARCH_TEXT.c.rowid)
        elif name.endswith("_from"):
            where.append(SEARCH.c.folded >= later(name))
        elif name.endswith("_to"):
            where.append(SEARCH.c.folded < later(name))
        else:
            where.append(sa.func.instr(SEARCH.c.folded, later(name)) > 0)
    return texts, where


def matches(
    table: sa.FromClause, root: str, fields: Iterable[str], parameters: Iterable[str]
) -> sa.ColumnElement[bool]:
    """Return the condition that a row of a root entity's table is found by one of its attributes."""
    texts, where = found_by(parameters)
    found = sa.select(SEARCH.c.record_id).select_from(texts).where(*where)
    column: sa.ColumnElement[bool] = table.c.id.in_(
        found.where(SEARCH.c.root == root, one_of(SEARCH.c.field, sorted(fields)))
    )
    return column
