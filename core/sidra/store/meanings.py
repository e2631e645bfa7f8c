"""What the cells of columns stand for: the same numbers and texts are read otherwise once a type has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import sqlalchemy as sa

from sidra.store.codecs import DEFAULT_SCALE, TEXT
from sidra.store.database import Connection, Store
from sidra.store.prepared import given
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.model import Model

MEANING = "meaning"
"""Names, in a column's `info`, what its cells stand for."""
REFERENCES = "references to "
"""What the meaning of a column begins with whose database keeps watch over where it leads."""
SEALED = "sealed "
"""What the meaning of a column begins with whose texts are encrypted."""
SEALED_FOR = " for "
"""What stands in such a meaning before the place that the texts were sealed for, once that has another name."""
KEPT = "sidra_column"
TEXTUAL, LOCALISED = "text", "texts by language"
_SCALED = re.compile(r"numbers of (\d+) decimal places")
TEXT_TYPES = frozenset({"string", "text", "email", "phone", "url", "sequence"})
_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((*TEXT_TYPES, "enum", "queue", "user"), TEXTUAL),
        **dict.fromkeys(("address", "file", "image", "characteristics"), "parts by name"),
        "rating": "integer",
    }
)
"""Of types that are kept as others are, and can become those; any other type is its own."""


def meaning_table(metadata: sa.MetaData) -> sa.Table:
    """Return the table of what each column of the configuration was last kept as, also of those that are gone."""
    return sa.Table(
        KEPT, metadata, sa.Column("place", TEXT, primary_key=True), sa.Column("meaning", TEXT, nullable=False)
    )


def attribute_meaning(model: Model, attribute: Attribute) -> str:
    """Return what the cells of an attribute stand for."""
    base = model.base_type(attribute)
    if attribute.localised:
        return LOCALISED
    if base in {"decimal", "percent"}:
        return f"numbers of {DEFAULT_SCALE if attribute.scale is None else attribute.scale} decimal places"
    meaning = _MEANINGS.get(base, base)
    return SEALED + meaning if attribute.encrypt else meaning


def sealed_for(meaning: str, place: str) -> tuple[str, str]:
    """Return what the texts of a column at a place are, and for which place they are sealed, if they are."""
    if not meaning.startswith(SEALED):
        return meaning, ""
    plain, _, former = meaning.removeprefix(SEALED).partition(SEALED_FOR)
    return plain, former or place


def scale_of(meaning: str) -> int | None:
    """Return how many decimal places the numbers of a meaning have; None where its cells are no numbers."""
    found = _SCALED.fullmatch(meaning)
    if found is not None:
        return int(found[1])
    return 0 if meaning == "integer" else None


def changed_meanings(
    connection: Connection, store: Store, tables: Iterable[sa.Table], existing: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Return what is wrong with columns that would be read otherwise than they were written; keep what they are now.

    A column without values may become anything, unless the database itself watches where its references lead.
    """
    kept = meaning_table(sa.MetaData())
    known = dict(store.compile(sa.select(kept)).run(connection, {}).fetchall()) if KEPT in existing else {}
    forget, keep = store.compile(kept.delete().where(kept.c.place == given("at"))), store.compile(kept.insert())
    quote = store.dialect.identifier_preparer.quote
    refused = []
    for table in tables:
        for column in table.columns:
            now, place = column.info.get(MEANING), f"{table.name}.{column.name}"
            if now is None or known.get(place) == now:
                continue
            before = known.get(place)
            cells = f"SELECT 1 FROM {quote(table.name)} WHERE {quote(column.name)} IS NOT NULL LIMIT 1"
            if before is not None and (
                before.startswith(REFERENCES) or connection.execute(cells).fetchone() is not None
            ):
                refused.append(f"`{place}` is kept as {before} and would become {now}")
            forget.run(connection, {"at": place})
            keep.run(connection, {"place": place, "meaning": now})
    return refused
