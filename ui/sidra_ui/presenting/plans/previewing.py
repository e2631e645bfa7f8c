"""Screens as a role sees them under two configurations: invented values, drawn as those of real records are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sidra.access.actor import Actor
from sidra.privacy.keys import KeyRing
from sidra.records.record import Masked, Record
from sidra.runtime import Runtime
from sidra.store.memory import MemoryStore
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.model import Model
from sidra_metamodel.values import Money
from sidra_ui.presenting.columns import sources
from sidra_ui.presenting.desk import Desk, Visit
from sidra_ui.presenting.records.record import sections
from sidra_ui.presenting.screens import Screens
from sidra_ui.presenting.values import base_type
from sidra_ui.viewmodels.plans import PreviewField

LIST, RECORD = "list", "record"
READ, MASK = "read", "mask"
FORMS = (LIST, RECORD)
HIDDEN = "••••"
DAY = date(2000, 1, 15)
MOMENT = datetime(2026, 1, 15, 9, tzinfo=UTC)
SAMPLES: dict[str, Any] = {
    "boolean": True, "integer": 12, "decimal": Decimal("12.5"), "percent": Decimal(40), "rating": 3,
    "date": DAY, "datetime": MOMENT, "time": time(9, 30), "phone": "+12025550123",
    "email": "name@example.com", "url": "https://example.com", "sequence": "000123",
}  # fmt: skip
"""Values of the types that a text cannot stand for; nobody's."""
TEXTS = frozenset({"string", "text"})
LONGEST = 24


@dataclass(frozen=True, slots=True)
class Seen:
    """A field as one role sees it under one configuration."""

    name: str
    title: str
    text: str
    told: tuple[str, ...]
    """What is seen of it besides the value; where that differs, it was changed."""
    level: str = READ


class Invented:
    """What the invented record asks: it leads nowhere."""

    def load(self, record: Record, row: tuple[Any, ...], name: str) -> Any:  # noqa: ANN401, ARG002 - see Loader
        """Raise KeyError: there are no others."""
        raise KeyError(name)

    def title(self, record: Record) -> str:
        """Return the text that names it."""
        return record.entity


def desk_as(model: Model, role: str, locale: str) -> Desk:
    """The desk of somebody with one role under a configuration, which reaches no store of anybody."""
    runtime = Runtime(model, MemoryStore(), lambda: MOMENT, keys=KeyRing.in_memory(), bring="nothing")
    actor = Actor("preview", "preview", frozenset({role}), locale=locale, affiliate=model.affiliate)
    return Desk(runtime.records(actor), Screens(runtime), locale, Visit("", "light", "", (), frozenset()))


def seen(desk: Desk, form: str, entity: str) -> tuple[Seen, ...]:
    """The fields or columns of a screen, in their order; nothing where the role may not read the records."""
    if entity not in desk.model.entities or not desk.may(entity, "read"):
        return ()
    return tuple(_columns(desk, entity) if form == LIST else _fields(desk, entity))


def _columns(desk: Desk, entity: str) -> Iterator[Seen]:
    record = invented(desk, entity)
    for source in sources(desk, entity, desk.screens.list_of(entity).columns.values()):
        shown = source.show(desk, record)
        told = (source.title(desk), source.type(desk), str(source.column.widget or ""))
        yield _seen(desk, entity, source.name if source.is_member else "", Seen(source.name, told[0], shown.text, told))


def _fields(desk: Desk, entity: str) -> Iterator[Seen]:
    record = invented(desk, entity)
    declared = desk.model.entity(entity)
    for tab in desk.screens.record_of(entity).tabs.values():
        for section in sections(desk, tab.sections.values(), record) if not tab.hidden else ():
            for field in section.fields:
                member = declared.attributes.get(field.name)
                needed = str(member.required) if member is not None else ""
                drawn = field.drawn.widget if field.drawn is not None else field.widget
                text = field.text or ", ".join(badge.text for badge in field.badges)
                told = (field.label, section.title, needed, drawn)
                yield _seen(desk, entity, field.name, Seen(field.name, field.label, text, told))


def _seen(desk: Desk, entity: str, member: str, found: Seen) -> Seen:
    level = desk.access(entity).level(member) if member else READ
    return replace(found, level=level, text=HIDDEN if level == MASK else found.text)


def invented(desk: Desk, entity: str) -> Record:
    """A record of invented values, masked as those of real ones are."""
    values: dict[str, Any] = {"id": "00000000-0000-7000-8000-000000000000", "created_at": MOMENT, "updated_at": MOMENT}
    access = desk.access(entity)
    for attribute in desk.model.entity(entity).attributes.values():
        level = access.level(attribute.name)
        if level != "none":
            values[attribute.name] = Masked(HIDDEN) if level == MASK else sample(desk, attribute)
    return Record(values, entity, (), Invented())


def sample(desk: Desk, attribute: Attribute) -> Any:  # noqa: ANN401 - of the attribute's type
    """A value of an attribute that is nobody's; None for what has no short form."""
    base = base_type(desk, attribute, attribute.name)
    if attribute.localised:
        return None
    if base == "enum":
        found = desk.model.enums.get(attribute.enum or "")
        return next(iter(found.values), None) if found is not None else None
    if base == "money":
        return Money(Decimal(1200), desk.model.currency)
    return desk.label(attribute)[:LONGEST] if base in TEXTS else SAMPLES.get(base)


def after(
    before: Iterable[Seen], now: Iterable[Seen], withheld: frozenset[str], words: dict[str, str]
) -> Iterator[PreviewField]:
    """The fields of the proposed screen, each with what became of it; `withheld` were there, but not for the role."""
    known = {one.name: one for one in before}
    for one in now:
        old = known.get(one.name)
        if (old is None and one.name in withheld) or (old is not None and old.level == MASK != one.level):
            yield PreviewField(one.title, one.text, words["more_visible"], "red")
        elif old is None:
            yield PreviewField(one.title, one.text, words["added"], "green")
        elif old.told != one.told or old.level != one.level:
            yield PreviewField(one.title, one.text, words["changed"], "amber")
        else:
            yield PreviewField(one.title, one.text)


def earlier(before: Iterable[Seen], now: Iterable[Seen], gone: str) -> Iterator[PreviewField]:
    """The fields of the screen in force; those that go are marked."""
    left = {one.name for one in now}
    for one in before:
        yield PreviewField(one.title, one.text, "" if one.name in left else gone, "neutral")
