"""One value as its reader sees it: text, badge, mask or link."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sidra.access.actor import SYSTEM_ROLE
from sidra.privacy.keys import KeyMissing
from sidra.records.folding import sort_key
from sidra.records.record import Illegible, Record
from sidra.records.record import Masked as MaskedText
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_metamodel.model.built_in import SYSTEM_ATTRIBUTES
from sidra_metamodel.model.model import words_of
from sidra_metamodel.values import Money, Period
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import Formats, phone
from sidra_ui.viewmodels.common import Badge, Meter, Tone

TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "neutral": "neutral",
        "info": "blue",
        "good": "green",
        "warn": "amber",
        "bad": "red",
        "accent": "accent",
        "gold": "amber",
        "violet": "violet",
        "teal": "teal",
    }
)
"""What the YAML calls a colour, and what the stylesheet calls it."""
NUMBERS = frozenset({"integer", "decimal", "money", "percent", "rating"})
MOMENTS = frozenset({"date", "datetime", "time", "period", "duration"})
HANDED = frozenset({"queue", "user"})
"""Types of who has a record: a queue, or a person."""
CHOSEN = frozenset({"enum", *HANDED})
"""Types whose values are among those that there are."""
PLAIN = frozenset({"string", "text", "email", "url", "sequence", "phone"})
"""Types whose texts are shown as they are, but for telephone numbers."""
CODE = re.compile("[a-z][a-z0-9_]*")
CALL_NUMBER = re.compile(r"\+[0-9]{6,15}")
"""A computed text that is a whole telephone number; it is written as one."""
MAX_LISTED = 4
HIGH_SHARE, MIDDLE_SHARE = 70, 40
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A value ready to be laid out; empty where there is none."""

    text: str = ""
    type: str = "string"
    """The built-in type behind it."""
    badge: Badge | None = None
    is_masked: bool = False
    is_withheld: bool = False
    """Masked, and nothing of it is left to be seen."""
    href: str = ""
    is_code: bool = False

    @property
    def is_phone(self) -> bool:
        """Whether it is a telephone number."""
        return self.type == "phone"

    @property
    def is_number(self) -> bool:
        """Whether columns of it are aligned to the end."""
        return self.type in NUMBERS


def show(desk: Desk, member: Attribute | Relation | None, value: Any, name: str = "") -> Shown:  # noqa: ANN401 - any type
    """A value of an attribute or relation, of a system member by name, or of an expression."""
    if isinstance(member, Relation):
        return show_related(desk, value)
    base = base_type(desk, member, name)
    if value is None or value == "":
        return Shown(type=base)
    if isinstance(value, Illegible):
        text = desk.messages.text("unreadable", code=KeyMissing.code)
        return Shown(text, badge=Badge(text, "amber", icon="lock"))
    if isinstance(value, MaskedText):
        return masked(desk, member, base, value)
    if member is not None and base in CHOSEN:
        return show_enum(desk, member, value) if base == "enum" else Shown(handed_to(desk, base, str(value)), base)
    if member is not None and member.localised and isinstance(value, Mapping):
        value = next((value[each] for each in (desk.locale, *desk.model.locales) if each in value), "")
    if isinstance(value, Record | list | tuple):
        return show_related(desk, value)
    if base == "string" and member is not None and member.compute is not None and CALL_NUMBER.fullmatch(value):
        base = "phone"
    if member is not None and is_country_code(desk, member):
        return Shown(desk.formats.country(str(value)), base)
    text = (system_text(desk, name, str(value)) if name else "") or written(desk, base, value)
    return Shown(text, base, href=link_of(base, value), is_code=member is not None and is_code(member, base))


def plain(desk: Desk, member: Attribute | Relation | None, base: str) -> Callable[[str], str] | None:
    """What writes the texts of an attribute as `show` does; None where more than the text decides how it is shown.

    It gives nothing for a text that `show` takes for something else.
    """
    if not isinstance(member, Attribute) or base not in PLAIN or member.localised or is_country_code(desk, member):
        return None
    if base == "phone":
        return phone
    return uncalled if base == "string" and member.compute is not None else str


def uncalled(text: str) -> str:
    """A computed text as it is; nothing where it is a telephone number."""
    return "" if CALL_NUMBER.fullmatch(text) else text


def is_country_code(desk: Desk, attribute: Attribute) -> bool:
    """Whether an attribute holds the code of a country."""
    return desk.screens.is_country_code(attribute)


def system_text(desk: Desk, name: str, value: str) -> str:
    """What a member of every record says, in words; nothing for one that is written like any other."""
    if name == "unit":
        unit = desk.model.layer.units.get(value)
        return desk.label(unit) if unit is not None else words_of(value) if CODE.fullmatch(value) else ""
    return who(desk, value) if name in {"created_by", "updated_by"} else ""


def who(desk: Desk, name: str) -> str:
    """The name of whoever did something; of the program, what part of it."""
    part, _, reason = name.partition(":")
    if part != SYSTEM_ROLE:
        return name
    kind, _, feed = reason.partition(":")
    interface = desk.model.interfaces.get(feed)
    if kind == "feed":
        return desk.messages.text("actor_feed", name=desk.label(interface) if interface is not None else feed)
    return desk.messages.text(f"actor_{kind}" if kind in {"demo", "operator"} else "actor_system")


def masked(desk: Desk, member: Attribute | None, base: str, value: MaskedText) -> Shown:
    """What is left of a value that the reader may not see whole; a word where nothing of it is left."""
    if not any(sign.isalnum() for sign in value):
        return Shown(desk.messages.text("masked_value"), is_masked=True, is_withheld=True)
    return Shown(str(value), base, is_masked=True, is_code=member is not None and is_code(member, base))


def base_type(desk: Desk, attribute: Attribute | None, name: str) -> str:
    """The built-in type of an attribute, or of a system member; text where an expression made the value."""
    if attribute is not None:
        return desk.model.base_type(attribute)
    return SYSTEM_ATTRIBUTES.get(name, "")


def is_code(attribute: Attribute, base: str) -> bool:
    """Whether a value identifies: it is set in fixed width and never turns with the page."""
    return base == "sequence" or (attribute.search == "exact" and base == "string")


def link_of(base: str, value: object) -> str:
    """Where a value itself leads."""
    if base == "email":
        return f"mailto:{value}"
    if base == "phone" and CALL_NUMBER.fullmatch(str(value)):
        return f"tel:{value}"
    if base == "url" and str(value).startswith(("https://", "http://")):
        return str(value)
    return ""


def written(desk: Desk, base: str, value: Any) -> str:  # noqa: ANN401 - one line a type
    """A value as text."""
    match value:
        case bool():
            return desk.messages.text("yes" if value else "no")
        case Money():
            return desk.formats.money(value)
        case int() | float() | Decimal():
            return desk.formats.percent(value) if base == "percent" else desk.formats.number(value)
        case datetime.date() | datetime.time() | datetime.timedelta() | Period():
            return written_time(desk.formats, value)
        case {"name": str(name)} if base in {"file", "image"}:
            return name
        case Mapping():
            return "\n".join(f"{key}: {written(desk, '', each)}" for key, each in value.items() if each is not None)
    return phone(value) if base == "phone" else str(value)


def written_time(formats: Formats, value: datetime.date | datetime.time | datetime.timedelta | Period) -> str:
    """A day, a moment, a time of day or a length of time as text."""
    match value:
        case datetime.datetime():
            return formats.moment(value)
        case datetime.date():
            return formats.date(value)
        case datetime.time():
            return formats.time(value)
        case datetime.timedelta():
            return formats.span(value)
    return formats.period(value)


def show_enum(desk: Desk, attribute: Attribute, code: str) -> Shown:
    """A value of a code list: a badge where the list gives it a colour."""
    enum = desk.model.enums.get(attribute.enum or "")
    value = enum.values.get(code) if enum is not None else None
    if value is None:
        return Shown(str(code), "enum")
    text = desk.label(value)
    if value.tone is None:
        return Shown(text, "enum")
    return Shown(text, "enum", Badge(text, TONES.get(value.tone, "neutral"), icon=desk.optional_icon(value.icon)))


def handed_to(desk: Desk, base: str, name: str) -> str:
    """The name of a queue or a person as people read it; that which is kept, where there is none such any more."""
    if base == "queue":
        queue = desk.model.queues.get(name)
        return desk.label(queue) if queue is not None else name
    person = desk.people.get(name)
    return person.name if person is not None else name


def who_may_have(desk: Desk, base: str, chosen: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """The queues or persons that work can be given to, each with its name; and those that are chosen already."""
    if base == "queue":
        for name, queue in desk.model.queues.items():
            if not queue.hidden or name in chosen:
                yield name, desk.label(queue)
        return
    named = [person for login, person in desk.people.items() if not person.is_disabled or login in chosen]
    for person in sorted(named, key=lambda person: sort_key(person.name, desk.locale)):
        yield person.login, person.name


def show_related(desk: Desk, value: Record | Sequence[Any] | None) -> Shown:
    """The name of a related record with the way to it, or the names of several."""
    if isinstance(value, Record):
        return Shown(name_of(desk, value), "relation", href=page_of(desk, value))
    if not value:
        return Shown(type="relation")
    names = [name_of(desk, each) if isinstance(each, Record) else written(desk, "", each) for each in value]
    more = ["…"] if len(names) > MAX_LISTED else []
    return Shown(" · ".join([*names[:MAX_LISTED], *more]), "relation")


def name_of(desk: Desk, record: Record) -> str:
    """What a record is called, as far as the reader may see it."""
    for name, attribute, write in desk.kept(("titles", record.entity), lambda: titles(desk, record.entity)):
        value = record.get(name)
        is_plain = write is not None and value.__class__ is str
        text = (write(value) if is_plain and write is not None else "") or show(desk, attribute, value).text
        if text:
            return text
    return desk.label(desk.model.entity(record.entity))


def titles(desk: Desk, entity: str) -> list[tuple[str, Attribute | None, Callable[[str], str] | None]]:
    """The attributes that name a record of an entity, the best first, each with what writes its plain texts."""
    declared = desk.model.entity(entity).attributes
    named = ((name, declared.get(name)) for name in desk.screens.titles_of(entity))
    return [(name, one, plain(desk, one, desk.model.base_type(one)) if one else None) for name, one in named]


def is_sequence(desk: Desk, attribute: Attribute) -> bool:
    """Whether an attribute is the number that the system gives."""
    return desk.model.base_type(attribute) == "sequence"


def page_of(desk: Desk, record: Record) -> str:
    """The page of a record: everything about it where there is such a page; of an owned record, that of its owner."""
    owners, before, behind = desk.kept(("page", record.entity), lambda: address_of(desk, record.entity))
    if owners:
        above = next(filter(None, map(record.get, owners)), None)
        return page_of(desk, above) if isinstance(above, Record) else ""
    return before + record.id + behind


def address_of(desk: Desk, entity: str) -> tuple[tuple[str, ...], str, str]:
    """The relations to the owners of an entity's records, and what stands around an id in the address of a page."""
    behind = "/360" if desk.screens.view360_of(entity) is not None else ""
    return tuple(desk.records.runtime.entity(entity).owners), desk.addresses.page(entity) + "/", behind


def meter(desk: Desk, value: Any, label: str) -> Meter | None:  # noqa: ANN401 - of any type
    """A bar for a share in hundredths; None where the value is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    percent = max(0, min(WHOLE, int(value)))
    tone: Tone = "red" if percent >= HIGH_SHARE else "amber" if percent >= MIDDLE_SHARE else "green"
    return Meter(percent, label, desk.formats.number(value), tone)


def number_of(value: object) -> Decimal | None:
    """What a curve or a score takes a value for; None for what is no number."""
    if isinstance(value, Money):
        return value.amount
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def tone_of(word: object) -> Tone | None:
    """The colour that an expression of a screen names; None where it names none."""
    return TONES.get(word) if isinstance(word, str) else None
