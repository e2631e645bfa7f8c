"""Attributes and related records as a record's page shows them to be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sidra_metamodel.kinds.entity import Relation
from sidra_ui.presenting.columns import Source
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.revealing import masked
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
    return FieldView(
        source.name,
        source.title(desk),
        WIDGETS.get(shown.type, "text"),
        text="" if shown.is_masked else shown.text,
        is_wide=is_wide,
        is_code=shown.is_code,
        masked=masked(desk, source, record, shown) if shown.is_masked else None,
        href=shown.href,
        badges=(shown.badge,) if shown.badge is not None else (),
    )


def is_repeater(source: Source) -> bool:
    """Whether a field holds records that belong to this one, edited in its form."""
    return isinstance(source.member, Relation) and source.member.many and source.member.owned
