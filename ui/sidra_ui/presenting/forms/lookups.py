"""The records that a field which refers to them offers while a person types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sidra.errors import SidraError
from sidra.records.query import Query
from sidra.records.record import Record
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.values import is_sequence, name_of, show
from sidra_ui.viewmodels.common import Link, avatar
from sidra_ui.viewmodels.search import LookupOption, LookupOptions

OFFERED = 8
TEXT = "text"
"""In the address of a new record: what was typed where it was looked for."""
MAX_FIELD_CHARACTERS = 120


def lookup_options(
    desk: Desk, entity: str, field_id: str, text: str, *, creates_too: bool = True, recent: Iterable[str] = ()
) -> LookupOptions:
    """What a lookup offers for a text; before anything is typed those chosen lately, then the newest."""
    wanted = text.strip()
    records = found(desk, entity, wanted) if wanted else latest(desk, entity, recent)
    options = tuple(option(desk, record) for record in records)
    new = tuple(creates(desk, entity, wanted)) if creates_too else ()
    return LookupOptions(field_id[:MAX_FIELD_CHARACTERS], options, new)


def creates(desk: Desk, entity: str, text: str) -> Iterator[Link]:
    """The forms of new records, one for each kind that the reader may create."""
    for name in desk.model.subtypes(entity):
        kind = desk.model.entity(name)
        is_part = bool(desk.records.runtime.entity(name).owners)
        if not kind.abstract and not is_part and desk.records.may(name, "create"):
            title = desk.new(kind)
            shown = desk.messages.text("create_named", name=title, text=text) if text else title
            yield Link(shown, desk.addresses.new(name, (TEXT, text)), desk.icon(kind.icon))


def parts_of_a_name(desk: Desk, entity: str, text: str) -> dict[str, str]:
    """What was typed in a lookup, as the attributes of a new record that its name is made of.

    A name of several parts takes the last word for the last part and the rest for the first, as in
    "Awa Marième Ndiaye"; a single word is the last part, a number is no name.
    """
    if not text or not any(sign.isalpha() for sign in text):
        return {}
    parts = [name for name in name_parts(desk, entity) if desk.access(entity).may_set(name, creating=True)]
    first, _, last = text.strip().rpartition(" ")
    if len(parts) > 1 and first:
        return {parts[0]: first, parts[-1]: last}
    return dict.fromkeys(parts[-1:], text)


def name_parts(desk: Desk, entity: str) -> list[str]:
    """The attributes that people enter to name a record: its title, or what that is made of."""
    declared = desk.model.entity(entity)
    title = declared.attributes.get(declared.title or "")
    if title is None or title.compute is None or title.compute.by is None:
        return [title.name] if title is not None else []
    read = {name for _, name in desk.model.expression(title.compute.by).attributes}
    return [name for name, each in declared.attributes.items() if name in read and each.compute is None]


def found(desk: Desk, entity: str, text: str) -> Iterator[Record]:
    """The records that a text finds, best first."""
    try:
        if text:
            yield from (hit.record for hit in desk.records.search(text, entities=[entity], limit=OFFERED))
        else:
            yield from desk.records.list(entity, Query(limit=OFFERED, count=False)).records
    except SidraError:
        return


def latest(desk: Desk, entity: str, recent: Iterable[str]) -> list[Record]:
    """The records that the browser says were chosen lately, as far as they may be read, then the newest."""
    kinds = desk.model.subtypes(entity)
    chosen = (desk.records.find(entity, id) for id in recent)
    known = {record.id: record for record in chosen if record is not None and record.entity in kinds}
    known |= {record.id: record for record in found(desk, entity, "") if record.id not in known}
    return list(known.values())[:OFFERED]


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
