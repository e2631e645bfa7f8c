"""Files in attributes: how they are shown, and how they are chosen in a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sidra.files.service import TYPES, kinds_of, limit_of
from sidra.files.sniffing import endings_of
from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Attribute
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.fields import FileView

STEP = 1024
UNITS = ("B", "kB", "MB")
PICTURES = "image/"


def is_file(desk: Desk, attribute: Attribute) -> bool:
    """Whether an attribute has files."""
    return desk.model.base_type(attribute) in TYPES


def size_text(desk: Desk, size: int) -> str:
    """How large a file is, as people read it."""
    amount, unit = float(size), 0
    while amount >= STEP and unit < len(UNITS) - 1:
        amount, unit = amount / STEP, unit + 1
    return f"{desk.formats.number(round(amount, 1) if amount < 10 else round(amount))} {UNITS[unit]}"  # noqa: PLR2004


def file_shown(desk: Desk, entity: str, attribute: Attribute, value: Any, record: Any) -> FileView:  # noqa: ANN401
    """A file of a record to open, or one that was brought and has no record yet."""
    if not isinstance(value, Mapping):
        return FileView()
    id = str(value.get("id", ""))
    stored = record.get(attribute.name) if isinstance(record, Record) else None
    is_kept = isinstance(stored, Mapping) and stored.get("id") == id
    href = desk.addresses.record(entity, record.id, "file", attribute.name) if is_kept else ""
    href = href or desk.addresses.page(entity, "upload", attribute.name, id)
    is_picture = str(value.get("media_type", "")).startswith(PICTURES)
    return FileView(
        name=str(value.get("name", "")),
        size=size_text(desk, int(value.get("size") or 0)),
        href=href,
        save_href=f"{href}?save" if is_kept else "",
        picture_href=(f"{href}?preview" if is_kept else href) if is_picture else "",
    )


def file_control(desk: Desk, entity: str, attribute: Attribute, value: Any, record: Any) -> FileView:  # noqa: ANN401
    """The same, with where another one is brought and what it may be."""
    shown = file_shown(desk, entity, attribute, value, record)
    kinds = kinds_of(desk.model, attribute)
    texts = desk.messages
    named = texts.listed(texts.text(f"file_kind_{kind}") for kind in sorted(kinds))
    return FileView(
        name=shown.name,
        size=shown.size,
        href=shown.href,
        picture_href=shown.picture_href,
        upload_href=desk.addresses.page(entity, "upload", attribute.name),
        accept=",".join(endings_of(kinds)),
        limits=texts.text("file_limits", kinds=named, most=limit_of(attribute)),
    )
