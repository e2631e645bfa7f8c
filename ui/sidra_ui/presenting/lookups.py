"""The records that a field which refers to them offers while a person types."""

from __future__ import annotations

from collections.abc import Iterator

from sidra.errors import SidraError
from sidra.records.query import Query
from sidra.records.record import Record
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.values import is_sequence, name_of, show
from sidra_ui.viewmodels.common import avatar
from sidra_ui.viewmodels.search import LookupOption, LookupOptions

OFFERED = 8
MAX_FIELD_CHARACTERS = 120


def lookup_options(desk: Desk, entity: str, field_id: str, text: str) -> LookupOptions:
    """What a lookup offers for a text; the newest records before anything is typed."""
    options = tuple(option(desk, record) for record in found(desk, entity, text.strip()))
    return LookupOptions(field_id[:MAX_FIELD_CHARACTERS], options)


def found(desk: Desk, entity: str, text: str) -> Iterator[Record]:
    """The records that a text finds, best first."""
    try:
        if text:
            yield from (hit.record for hit in desk.records.search(text, entities=[entity], limit=OFFERED))
        else:
            yield from desk.records.list(entity, Query(limit=OFFERED, count=False)).records
    except SidraError:
        return


def option(desk: Desk, record: Record) -> LookupOption:
    """One record on offer, told from its namesakes by its number."""
    name = name_of(desk, record)
    portrait = avatar(name) if desk.is_person(record.entity) else None
    return LookupOption(record.id, name, note_of(desk, record), portrait)


def note_of(desk: Desk, record: Record) -> str:
    """The number of a record, and what it is."""
    entity = desk.model.entity(record.entity)
    numbers = [each for each in entity.attributes.values() if is_sequence(desk, each)]
    texts = [show(desk, each, record.get(each.name)).text for each in numbers if each.name != entity.title]
    return " · ".join([*(text for text in texts if text), desk.label(entity)])
