"""A list as CSV for a spreadsheet: the rows and values that its reader sees, page by page, with a trace in the audit.

However long the list, one page of it is in memory. A text that a spreadsheet would take for a formula is marked as
text (ASVS 1.2.10).
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from sidra.access.functions import EXPORT
from sidra.audit.journal import Event
from sidra.errors import BadQuery
from sidra.records.query import Query
from sidra.records.record import Page, Record
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.values import Money, Period

if TYPE_CHECKING:
    from sidra.records.service import Records

BEGUN, ENDED = "export", "export_end"
"""What the audit keeps: that it began and what of, and how many rows were handed out."""
MAX_ROWS = 10_000
"""Unless the setting `export_rows` says otherwise."""
PAGE_ROWS = 500
MAX_NAMES = 1000
"""Names of related records that are kept, so that a customer of a thousand bills is asked for once."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, in both widths."""
MARK = "'"
BYTE_ORDER_MARK = "\ufeff"
"""Tells older spreadsheets that the file is UTF-8."""


class Export:
    """One list as one reader asked for it; made before the first byte is sent, so that a refusal is still an answer."""

    def __init__(
        self, records: Records, entity: str, query: Query, members: Sequence[str] = (), *, limit: int = MAX_ROWS
    ) -> None:
        """Read the first page; raises Forbidden without the function `export`, BadQuery, NotFound.

        members: attributes and to-one relations, in this order; all that the reader sees where none are named.
        """
        records.profile.demand(EXPORT)
        self._records, self._entity, self._limit = records, entity, limit
        self._query = replace(query, limit=min(PAGE_ROWS, limit), count=False, after=None, offset=0)
        self._first = records.list(entity, self._query)
        self.members = tuple(self._readable(members))
        self._names: dict[str, str] = {}

    def _readable(self, wanted: Sequence[str]) -> Iterator[str]:
        view = self._records.view(self._entity)
        declared = view.compiled.entity
        single = [relation.name for relation in declared.relations.values() if not relation.many]
        for name in wanted or (*declared.attributes, *single):
            is_there = name in declared.attributes or name in single
            if not is_there or not any(self._records.view(kind).level(name) != "none" for kind in view.kinds):
                if not wanted:
                    continue
                raise BadQuery(f"no column `{name[:60]}`", hint="name attributes that you may see")
            yield name

    def lines(self, titles: Mapping[str, str] | None = None, *, marks_bytes: bool = False) -> Iterator[bytes]:
        """Yield the file line by line: the head, then the records.

        titles: what columns are called, by member; marks_bytes: whether a mark of UTF-8 begins the file.
        """
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        head = [_safe(title) for title in self.heads(titles or {})]
        for number, record in enumerate(self.records()):
            if not number:
                yield (BYTE_ORDER_MARK if marks_bytes else "").encode() + _line(buffer, writer, head)
            if record is not None:
                yield _line(buffer, writer, [cell for name in self.members for cell in self._cells(record, name)])

    def records(self) -> Iterator[Record | None]:
        """Yield None and then each record that is handed out; the audit keeps that it began, and how it ended."""
        self._tell(BEGUN, self._asked())
        handed_out = 0
        try:
            yield None
            for record in self._each():
                handed_out += 1
                yield record
        finally:
            self._tell(ENDED, f"rows: {handed_out}")

    def heads(self, titles: Mapping[str, str]) -> list[str]:
        """Return the titles of the columns: an amount has two, the second for its currency."""
        return [title for name in self.members for title in self._heads(name, titles)]

    def values(self, record: Record) -> Iterator[object]:
        """Yield the values of a record's columns as they are, and what people read of choices and other records."""
        model = self._records.runtime.model
        for name in self.members:
            attribute = model.entity(self._entity).attributes.get(name)
            value = self._related(record, name) if attribute is None else record.get(name)
            if self._base(name) == "money":
                yield from (value.amount, value.currency) if isinstance(value, Money) else (value, None)
            elif attribute is not None and (attribute.enum or attribute.localised) and value is not None:
                yield self._read(attribute, value)
            else:
                yield value

    def _each(self) -> Iterator[Record]:
        page: Page | None = self._first
        left = self._limit
        while page is not None and left > 0:
            yield from page.records[:left]
            left -= len(page.records)
            following = page.next_cursor
            page = self._records.list(self._entity, replace(self._query, after=following)) if following else None

    def _asked(self) -> str:
        """What is exported, by the names of what narrows and orders it; never by their values."""
        query = self._query
        filters = sorted({wanted.path for wanted in query.filters})
        told = [f"at most {self._limit} rows"]
        told += [f"filtered by {', '.join(filters)}"] if filters else []
        told += ["searched by a text"] if query.text else []
        told += [f"sorted by {', '.join(query.sort)}"] if query.sort else []
        return "; ".join(told)

    def _tell(self, action: str, reason: str) -> None:
        records = self._records
        with records.runtime.unit_of_work(records.actor) as unit:
            event = Event(
                actor=records.actor,
                at=unit.now,
                action=action,
                entity=self._entity,
                reason=reason,
                seen=self.members if action == BEGUN else (),
            )
            records.runtime.audit.write(unit, event)

    def _heads(self, name: str, titles: Mapping[str, str]) -> Iterator[str]:
        title = titles.get(name, name)
        yield title
        if self._base(name) == "money":
            yield f"{title} ({'currency' if title == name else self._records.runtime.model.currency or 'ISO 4217'})"

    def _base(self, name: str) -> str:
        model = self._records.runtime.model
        attribute = model.entity(self._entity).attributes.get(name)
        return model.base_type(attribute) if attribute is not None else ""

    def _cells(self, record: Record, name: str) -> Iterator[str]:
        attribute = self._records.runtime.model.entity(self._entity).attributes.get(name)
        value = self._related(record, name) if attribute is None else record.get(name)
        if self._base(name) == "money":
            yield from (str(value.amount), value.currency) if isinstance(value, Money) else (written(value), "")
            return
        yield self._text(attribute, value)

    def _related(self, record: Record, name: str) -> str:
        """The name of a related record, as far as the reader sees it."""
        id = record.get(f"{name}_id")
        if id is None:
            return ""
        if id not in self._names:
            if len(self._names) >= MAX_NAMES:
                self._names.clear()
            related = record.get(name)
            self._names[id] = related.title if isinstance(related, Record) else ""
        return self._names[id]

    def _text(self, attribute: Attribute | None, value: Any) -> str:  # noqa: ANN401 - of the attribute's type
        return written(value if attribute is None else self._read(attribute, value))

    def _read(self, attribute: Attribute, value: Any) -> Any:  # noqa: ANN401 - as above
        """What people read of a choice or a text in several languages; any other value is itself."""
        records = self._records
        if attribute.enum and isinstance(value, str):
            enum = records.runtime.model.enums.get(attribute.enum)
            found = enum.values.get(value) if enum is not None else None
            return records.runtime.model.label(found, records.actor.locale) if found is not None else value
        if attribute.localised and isinstance(value, Mapping):
            locales = (records.actor.locale, *records.runtime.model.locales, *value)
            return next((value[locale] for locale in locales if value.get(locale)), None)
        return value


def written(value: object) -> str:
    """A value as a cell: numbers and moments as programs read them, texts so that none is a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case datetime.date() | datetime.time() | datetime.timedelta() | Period():
            return _moment(value)
        case str():
            return _safe(value)
    return _safe(orjson.dumps(value, default=str).decode())


def _moment(value: datetime.date | datetime.time | datetime.timedelta | Period) -> str:
    match value:
        case datetime.datetime():
            return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
        case datetime.timedelta():
            return f"{value.total_seconds():g} s"
        case Period():
            return f"{written(value.start)}/{written(value.end)}"
    return value.isoformat()


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whatever stands before its sign."""
    is_formula = text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)
    return MARK + text.replace("\0", "") if is_formula else text.replace("\0", "")


def _line(buffer: io.StringIO, writer: Any, cells: Iterable[str]) -> bytes:  # noqa: ANN401 - the csv module hides its type
    buffer.seek(0)
    buffer.truncate()
    writer.writerow(cells)
    return buffer.getvalue().encode("utf-8", "replace")
