"""How an attribute is edited: its control, its raw value, its limits."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import orjson

from sidra.records.record import Masked as MaskedText
from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_metamodel.kinds.widget_use import WidgetUse
from sidra_metamodel.values import Money, Period
from sidra_ui.presenting.columns import Source
from sidra_ui.presenting.configuration.provenance import why_here
from sidra_ui.presenting.desk import Desk, targets
from sidra_ui.presenting.formats import phone
from sidra_ui.presenting.forms.parts import UNITS, pairs, parts_of_span, span
from sidra_ui.presenting.records.attachments import file_control, is_file
from sidra_ui.presenting.values import HANDED, is_country_code, name_of, page_of, show, who_may_have
from sidra_ui.viewmodels.fields import Drawn, FieldView, LookupView, Masked, Option, Widget

WIDGETS: Mapping[str, Widget] = MappingProxyType(
    {
        "text": "textarea",
        "json": "textarea",
        "characteristics": "pairs",
        "duration": "duration",
        "address": "textarea",
        "integer": "number",
        "rating": "number",
        "decimal": "decimal",
        "money": "money",
        "percent": "percent",
        "date": "date",
        "datetime": "datetime",
        "time": "time",
        "phone": "phone",
        "email": "email",
        "url": "url",
        "boolean": "checkbox",
        "enum": "select",
        "queue": "select",
        "user": "select",
        "sequence": "readonly",
        "file": "file",
        "image": "file",
    }
)
CHOSEN_WIDGETS: frozenset[str] = frozenset({"radio", "textarea", "select"})
"""What a screen may ask for instead."""
STRUCTURED = frozenset({"json", "address"})
STARS, MOST_STARS = "stars", 10
"""What a rating is entered with, and how many of them have room."""
DAY = "%Y-%m-%d"
MOMENT = "%Y-%m-%dT%H:%M"
START, END = ".start", ".end"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a field stands in its form."""

    name: str
    """What the form posts it under; begins with the row's name in a repeater."""
    is_required: bool = False
    is_readonly: bool = False
    is_wide: bool = False
    error: str = ""
    typed: str | None = None
    """What the person typed, where it stays as typed."""
    default: str | None = None
    """What the control had by default; empty where it may get one, None where it has none."""

    @property
    def element_id(self) -> str:
        """The id of the control."""
        return element_id(self.name)


def element_id(name: str) -> str:
    """The id of the control that posts under a name."""
    return f"f-{name.replace('.', '-')}"


def controls(desk: Desk, source: Source, record: Mapping[str, Any], at: Standing) -> Iterator[FieldView]:
    """The controls of a member: one, or two for the ends of a period."""
    value = record.get(source.name)
    if source.type(desk) == "period" and not at.is_readonly and not isinstance(value, MaskedText):
        yield from _period(desk, source, value, at)
    elif at.is_readonly or isinstance(value, MaskedText) or WIDGETS.get(source.type(desk)) == "readonly":
        yield fixed(desk, source, record, at)
    elif isinstance(source.member, Relation):
        yield lookup(desk, source, source.member, record, at)
    elif isinstance(source.member, Attribute) and is_file(desk, source.member):
        yield file_field(desk, source, source.member, record, at)
    else:
        yield control(desk, source, value, at)


def fixed(desk: Desk, source: Source, record: Mapping[str, Any], at: Standing) -> FieldView:
    """A value that is shown and not edited."""
    shown = source.show(desk, record)
    return FieldView(
        at.name,
        source.title(desk),
        "readonly",
        text=shown.text,
        id=at.element_id,
        help=_help(desk, source),
        error=at.error,
        is_readonly=True,
        is_wide=at.is_wide,
        is_code=shown.is_code,
        masked=Masked(shown.text) if shown.is_masked else None,
    )


def lookup(desk: Desk, source: Source, relation: Relation, record: Mapping[str, Any], at: Standing) -> FieldView:
    """Another record, found by typing."""
    chosen = record.get(relation.name)
    entity = next(iter(targets(desk.model, relation)))
    record_id, text, href = "", "", ""
    if isinstance(chosen, Record):
        record_id, text, href = chosen.id, name_of(desk, chosen), page_of(desk, chosen)
    return FieldView(
        at.name,
        source.title(desk),
        "lookup",
        record_id,
        id=at.element_id,
        help=_help(desk, source),
        error=at.error,
        is_required=at.is_required,
        is_wide=at.is_wide,
        lookup=LookupView(desk.addresses.lookup(entity, at.element_id), text, href),
    )


def file_field(desk: Desk, source: Source, attribute: Attribute, record: Mapping[str, Any], at: Standing) -> FieldView:
    """A file, chosen and sent at once."""
    value = record.get(attribute.name)
    return FieldView(
        at.name,
        source.title(desk),
        "file",
        raw(desk, attribute, value),
        id=at.element_id,
        help=_help(desk, source),
        error=at.error,
        is_required=at.is_required,
        is_wide=True,
        file=file_control(desk, source.entity, attribute, value, getattr(record, "stored", record)),
    )


def control(desk: Desk, source: Source, value: Any, at: Standing) -> FieldView:  # noqa: ANN401 - of any type
    """The control of an attribute."""
    attribute = source.member
    if not isinstance(attribute, Attribute):
        return FieldView(at.name, source.title(desk), "readonly", text=show(desk, None, value, source.name).text)
    base = source.type(desk)
    typed = at.typed if at.typed is not None else raw(desk, attribute, value)
    widget = widget_of(desk, source, attribute, base)
    currency = value.currency if isinstance(value, Money) else desk.model.currency if base == "money" else ""
    return FieldView(
        at.name,
        source.title(desk),
        widget,
        parts_of_span(typed)[0] if widget == "duration" else typed,
        id=at.element_id,
        help=_help(desk, source),
        placeholder="" if widget == "select" else _placeholder(desk, attribute),
        error=at.error,
        is_required=at.is_required,
        is_wide=at.is_wide or widget == "pairs",
        is_code=attribute.search == "exact" and widget == "text",
        options=tuple(_units(desk, typed) if widget == "duration" else _options(desk, attribute, typed)),
        pairs=(*pairs(typed), ("", "")) if widget == "pairs" else (),
        drawn=drawn(desk, source, STARS if base == "rating" else ""),
        why_href=why_here(desk, source),
        currency=currency,
        currency_text=desk.formats.symbol(currency) if currency else "",
        max_length=_max_length(desk, attribute) if widget in {"text", "textarea"} else None,
        min=_bound(desk, attribute.min, widget),
        max=_bound(desk, attribute.max, widget),
        default=_default(at, typed, widget),
    )


def _default(at: Standing, shown: str, widget: Widget) -> str:
    """What a control of a new record has by default: what it shows, unless a person entered that."""
    if at.default is None or widget == "checkbox":
        return ""
    return shown if at.typed is None else at.default


def use_of(desk: Desk, source: Source) -> WidgetUse | None:
    """The widget that the screen names, else the attribute, else its type."""
    if not isinstance(source.member, Attribute):
        return source.column.widget
    typed = next((found.widget for found in desk.model.type_chain(source.member) if found.widget), None)
    return source.column.widget or source.member.widget or typed


def drawn(desk: Desk, source: Source, otherwise: str = "") -> Drawn | None:
    """The widget that draws a value by itself, with all that it is told; None where the screens do.

    `otherwise` is the one that does where none is named.
    """
    use = use_of(desk, source)
    widget = desk.model.widgets.get((use.use or "") if use is not None else otherwise)
    if widget is None or not widget.template:
        return None
    told = use.with_ if use is not None else best_of(source)
    return Drawn(widget.name, widget.given(told))  # type: ignore[arg-type]  # checked when it was loaded


def best_of(source: Source) -> Mapping[str, object]:
    """The best mark of a rating, where its attribute says it and there is room for so many stars."""
    best = source.member.max if isinstance(source.member, Attribute) else None
    return {"max": int(best)} if isinstance(best, int | float) and 1 < best <= MOST_STARS else {}


def widget_of(desk: Desk, source: Source, attribute: Attribute, base: str) -> Widget:
    """The control that the screen asks for, else the attribute, else its type."""
    if is_country_code(desk, attribute):
        return "select"
    use = use_of(desk, source)
    wanted = use.use if use is not None else None
    if wanted in CHOSEN_WIDGETS:
        return wanted  # type: ignore[return-value]  # one of the widgets
    return WIDGETS.get(base, "text")


def raw(desk: Desk, attribute: Attribute, value: Any) -> str:  # noqa: ANN401, PLR0911 - one line a type
    """A value as its control holds it: ISO days, plain numbers with a point."""
    match value:
        case None | MaskedText():
            return ""
        case bool():
            return "true" if value else ""
        case Money():
            return plain(value.amount)
        case Decimal():
            return plain(value)
        case datetime.datetime():
            return value.astimezone(desk.model.time_zone).strftime(MOMENT)
        case datetime.date():
            return value.strftime(DAY)
        case datetime.time():
            return value.strftime("%H:%M")
        case datetime.timedelta():
            return span(int(value.total_seconds() // 60))
        case Mapping():
            return _structure(desk, attribute, value)
    return phone(str(value)) if desk.model.base_type(attribute) == "phone" else str(value)


def plain(value: Decimal) -> str:
    """A number without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _structure(desk: Desk, attribute: Attribute, value: Mapping[str, Any]) -> str:
    if attribute.localised:
        return str(value.get(desk.locale, ""))
    base = desk.model.base_type(attribute)
    if is_file(desk, attribute):
        return str(value.get("id", ""))
    if base == "geo":
        return f"{value.get('latitude')}, {value.get('longitude')}"
    if base == "characteristics":
        return "\n".join(f"{name}: {each}" for name, each in value.items())
    return orjson.dumps(dict(value), option=orjson.OPT_INDENT_2).decode()


def _help(desk: Desk, source: Source) -> str:
    member = source.member
    return desk.text(member.help) if member is not None else ""


def _placeholder(desk: Desk, attribute: Attribute) -> str:
    return next((found.example for found in desk.model.type_chain(attribute) if found.example), "")


def _options(desk: Desk, attribute: Attribute, chosen: str) -> Iterator[Option]:
    if is_country_code(desk, attribute):
        yield from (Option(code, name, code == chosen) for code, name in desk.formats.countries())
    base = desk.model.base_type(attribute)
    if base in HANDED:
        yield from (Option(name, text, name == chosen) for name, text in who_may_have(desk, base, (chosen,)))
    enum = desk.model.enums.get(attribute.enum or "")
    for code, value in enum.values.items() if enum is not None else ():
        if not value.hidden or code == chosen:
            yield Option(code, desk.label(value), code == chosen)


def _units(desk: Desk, typed: str) -> Iterator[Option]:
    _, chosen = parts_of_span(typed)
    for unit in UNITS:
        yield Option(unit, desk.messages.text(f"unit_{unit}"), unit == chosen)


def _max_length(desk: Desk, attribute: Attribute) -> int | None:
    lengths = [attribute.max_length, *(found.max_length for found in desk.model.type_chain(attribute))]
    return min((length for length in lengths if length is not None), default=None)


def _bound(desk: Desk, bound: float | str | None, widget: Widget) -> str:
    """A limit that the browser knows too: of days, for the server tells the others better."""
    if bound is None or widget != "date":
        return ""
    return desk.formats.today().strftime(DAY) if bound == "today" else str(bound)


def _period(desk: Desk, source: Source, value: Period | None, at: Standing) -> Iterator[FieldView]:
    for suffix, key, end in (
        (START, "from_name", value.start if value is not None else None),
        (END, "until_name", value.end if value is not None else None),
    ):
        name = at.name + suffix
        label = f"{source.title(desk)}, {desk.messages.text(key, name='').strip()}"
        typed = end.astimezone(desk.model.time_zone).strftime(MOMENT) if end is not None else ""
        error = at.error if suffix == START else ""
        yield FieldView(name, label, "datetime", typed, id=element_id(name), error=error)
