"""Attributes and related records as a record's page shows them to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_ui.presenting.columns import Source
from sidra_ui.presenting.configuration.provenance import why_here
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.controls import drawn, raw
from sidra_ui.presenting.records.attachments import file_shown, is_file
from sidra_ui.presenting.records.revealing import masked
from sidra_ui.presenting.values import name_of, show
from sidra_ui.viewmodels.common import Badge
from sidra_ui.viewmodels.fields import FieldView, Widget

WIDGETS: Mapping[str, Widget] = {
    "text": "textarea",
    "json": "textarea",
    "characteristics": "textarea",
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
    "boolean": "text",
}
"""How the value of a type is set."""


def reading_field(desk: Desk, source: Source, record: Mapping[str, Any], *, is_wide: bool = False) -> FieldView:
    """One value with its label."""
    shown = source.show(desk, record)
    member = source.member
    file = (
        file_shown(desk, source.entity, member, record.get(source.name), record)
        if isinstance(member, Attribute) and is_file(desk, member) and not shown.is_masked
        else None
    )
    widget = drawn(desk, source, "rating" if shown.type == "rating" else "") if not shown.is_masked else None
    return FieldView(
        source.name,
        source.title(desk),
        "file" if file is not None else WIDGETS.get(shown.type, "text"),
        text="" if shown.is_masked else shown.text,
        is_wide=is_wide,
        is_code=shown.is_code,
        masked=masked(desk, source, record, shown) if shown.is_masked else None,
        href=shown.href,
        file=file,
        badges=(shown.badge,) if shown.badge is not None else tuple(stated(desk, source.value(desk, record))),
        drawn=widget,
        help=desk.text(member.help) if member is not None else "",
        why_href=why_here(desk, source),
        value=raw(desk, member, record.get(source.name)) if widget and isinstance(member, Attribute) else "",
    )


def stated(desk: Desk, value: object) -> Iterator[Badge]:
    """Records with a life cycle as badges: the name of each, in the colour and with the icon of its state.

    Of several of one name, the newest says how it stands.
    """
    known: dict[str, Badge] = {}
    for record in value if isinstance(value, Sequence) and not isinstance(value, str) else ():
        lifecycle = desk.model.entity(record.entity).lifecycle if isinstance(record, Record) else None
        attribute = desk.model.entity(record.entity).attributes[lifecycle.attribute] if lifecycle is not None else None
        state = show(desk, attribute, record.get(attribute.name)) if attribute is not None else None
        if state is not None and state.badge is not None:
            name = name_of(desk, record)
            known[name] = replace(state.badge, text=name, said=state.text)
    yield from known.values()


def is_repeater(source: Source) -> bool:
    """Whether a field holds records that belong to this one, edited in its form."""
    return isinstance(source.member, Relation) and source.member.many and source.member.owned
