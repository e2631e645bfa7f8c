"""Rows in quarantine that are about a person: recognised by the person's values, before these go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from sidra.records.record import Masked
from sidra.store.prepared import given

if TYPE_CHECKING:
    from sidra.privacy.reach import Place, Reaching
    from sidra.records.service import Records
    from sidra.runtime import Runtime
    from sidra.store.database import Connection

MIN_CHARACTERS = 4
"""Of a value by which quarantined rows are told to be about a person."""
MIN_DIGITS = 7
TOGETHER = 2
"""How many of a person's values, none of which identifies by itself, make a row one about the person."""


class Values:
    """The texts of a person before they go, to recognise rows that are about the same person."""

    def __init__(self, records: Records, reaching: Reaching, places: Iterable[Place]) -> None:
        self._records = records
        self.naming: set[str] = set()
        """Values any one of which tells who it is."""
        self.other: set[str] = set()
        for root, id in places:
            row = reaching.row((root, id))
            if row is not None:
                self._add(records.runtime.entity(root).kind_of(row), row)

    def _add(self, kind: str, row: tuple[Any, ...]) -> None:
        runtime = self._records.runtime
        record = self._records.whole(kind, row)
        for attribute in runtime.model.entity(kind).attributes.values():
            value = record.get(attribute.name) if attribute.pii else None
            if isinstance(value, str) and not isinstance(value, Masked) and len(value) >= MIN_CHARACTERS:
                is_naming = (
                    attribute.search == "exact"
                    or runtime.model.is_unique(attribute)
                    or runtime.model.base_type(attribute) in {"email", "phone"}
                )
                (self.naming if is_naming else self.other).add(_folded(value))

    def are_in(self, texts: Iterable[str]) -> bool:
        """Tell whether texts are about the person."""
        found = {_folded(text) for text in texts}
        numbers = {_digits(text) for text in found} - {""}
        ends = tuple(number for number in map(_digits, self.naming) if number)
        is_called = any(end.endswith(number) or number.endswith(end) for number in numbers for end in ends)
        return is_called or bool(found & self.naming) or len(found & self.other) >= TOGETHER


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _digits(text: str) -> str:
    """Return the digits of a number, as one file writes it and another does not."""
    digits = "".join(filter(str.isdigit, text)).lstrip("0")
    return digits if len(digits) >= MIN_DIGITS else ""


def rejects_of(runtime: Runtime, connection: Connection, values: Values) -> list[bytes]:
    """Return the keys of the rows in quarantine that are about a person."""
    table = runtime.tables.metadata.tables["feed_reject"]
    return [key for key, texts in _rejects(runtime, connection, table) if values.are_in(texts)]


def drop_rejects(runtime: Runtime, connection: Connection, keys: Iterable[bytes]) -> None:
    """Delete rows in quarantine."""
    table = runtime.tables.metadata.tables["feed_reject"]
    drop = runtime.store.compile(sa.delete(table).where(table.c.id == given("key")))
    for key in keys:
        drop.run(connection, {"key": key})


def _rejects(runtime: Runtime, connection: Connection, table: sa.Table) -> Iterator[tuple[bytes, list[str]]]:
    for key, texts in runtime.store.compile(sa.select(table.c.id, table.c.texts)).run(connection, {}).fetchall():
        kept = orjson.loads(texts) if isinstance(texts, str | bytes) else texts
        yield key, [text for text in kept.values() if isinstance(text, str)]
