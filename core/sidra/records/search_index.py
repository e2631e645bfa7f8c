"""What the search finds by part: the texts of records, folded, and how a text is looked for among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from sidra.records.compiled import one_of
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes
from sidra.store.text_index import Candidate, beginning
from sidra_metamodel.folding import fold

TRIGRAM = 3
SCANNED = 4000
"""Texts that one search looks at: a part that more of them have finds, of the rest, what begins with it."""
BEGINNINGS = 200
"""Texts of one table that are read for their beginning."""
NATIONAL_DIGITS = 7
"""From so many digits on, a zero in front of a number is taken for that of calls within the country."""

_NUMBER = re.compile(r"[\s+().\-/]*\d[\d\s+().\-/]*")


def index_texts(
    store: Store, connection: Connection, root: str, record_id: str, texts: Mapping[str, Any], *, is_new: bool = False
) -> None:
    """Make the search find a record by these texts, one an attribute; None forgets what was there.

    A localised value is found in each of its languages.
    """
    stored_id = id_bytes(record_id)
    for field, text in texts.items():
        store.texts.keep(connection, stored_id, root, field, folded_text(text), is_new=is_new)


def folded_text(text: Any) -> str:  # noqa: ANN401 - a text, or one a language
    """Return what a value is found by; empty where there is nothing to find."""
    return fold(" ".join(text.values()) if isinstance(text, dict) else text) if text else ""


def forget_record(store: Store, connection: Connection, record_id: str) -> None:
    """Make the search find a record no more."""
    store.texts.forget(connection, id_bytes(record_id))


def candidates(
    store: Store, connection: Connection, text: str, fields: Mapping[str, Sequence[str]]
) -> tuple[list[Candidate], bool]:
    """Return the texts that a text finds, and whether these are all; `fields` names by root what may be looked at."""
    parameters = search_parameters(store, "text", text)
    found: list[Candidate] = []
    if "text_from" not in parameters:
        looked_at = [f"{root}.{field}" for root, names in fields.items() for field in names]
        found = store.texts.by_part(connection, parameters, looked_at, SCANNED)
        if len(found) < SCANNED:
            return found, True
    known = {candidate.key for candidate in found}
    is_complete = not found
    for root, names in fields.items():
        rows = store.texts.by_beginning(connection, fold(text), root, names, BEGINNINGS)
        is_complete = is_complete and len(rows) < BEGINNINGS
        found += [row for row in rows if row.key not in known]
    return found, is_complete


def search_parameters(store: Store, name: str, text: str) -> dict[str, object]:
    """Return the parameters of a search whose names begin with `name`; their names tell how it is done.

    Words of three characters or more are found anywhere, shorter ones beside them too; a text of short words only
    must begin the value. A number may be written with spaces and signs, and with zeros in front as it is called.
    """
    words = [_called(re.sub(r"\D", "", fold(text)))] if _NUMBER.fullmatch(text) else fold(text).split()
    long = [word for word in words if len(word) >= TRIGRAM]
    if long:
        return store.texts.parameters(name, long, [word for word in words if len(word) < TRIGRAM])
    return {key.replace("text", name): bound for key, bound in beginning(" ".join(words)).items()}


def _called(digits: str) -> str:
    """Return a number without what is dialled before it: 00 abroad, 0 within the country."""
    return (digits.lstrip("0") or digits) if len(digits) > NATIONAL_DIGITS else digits


def matches(
    store: Store, table: sa.FromClause, root: str, fields: Iterable[str], parameters: Iterable[str]
) -> sa.ColumnElement[bool]:
    """Return the condition that a row of a root entity's table is found by one of its attributes.

    Parameters: the names that `search_parameters` gave.
    """
    texts, where = store.texts.found_by(parameters)
    search = store.texts.texts
    found = sa.select(search.c.record_id).select_from(texts).where(*where)
    named = found.where(search.c.root == root, one_of(search.c.field, sorted(fields)))
    return store.texts.ids(named, table.c.id)
