"""Masked values: the way to see one whole, the dialog that asks why, and the value for this one view of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sidra.access.functions import REVEAL
from sidra.errors import NotFound
from sidra.records.record import Masked as MaskedText
from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Attribute
from sidra_ui.presenting.columns import Source
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.values import Shown, name_of, show
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.fields import FieldView, Masked
from sidra_ui.viewmodels.pages import RevealedValue, RevealForm
from sidra_ui.viewmodels.records import Problem, RecordForm, RecordPage, SectionView, TabView
from sidra_ui.viewmodels.shell import Place

REASON_ID = "f-reason"


def masked(desk: Desk, source: Source, record: Mapping[str, Any], shown: Shown) -> Masked:
    """What a reader sees of a masked value, with what can be done about it where it is one of a record's own."""
    if not isinstance(record, Record) or not source.is_member:
        return Masked(shown.text)
    return ways(desk, record, source.name, shown)


def ways(desk: Desk, record: Record, name: str, shown: Shown) -> Masked:
    """A masked value of a record, and the ways to see it whole and to learn why it is masked."""
    may_reveal = desk.records.profile.may_use(REVEAL)
    return Masked(
        shown.text,
        desk.addresses.record(record.entity, record.id, "reveal", name) if may_reveal else "",
        desk.addresses.record(record.entity, record.id, "why"),
    )


def attribute_of(desk: Desk, record: Record, name: str) -> Attribute:
    """The attribute whose value the reader sees masked; raises NotFound for any other."""
    attribute = desk.model.entity(record.entity).attributes.get(name)
    if attribute is None or not isinstance(record.get(name), MaskedText):
        raise NotFound("nothing is masked under this name", hint="open the record again")
    return attribute


def reveal_form(desk: Desk, record: Record, name: str, error: str = "", reason: str = "") -> RevealForm:
    """The masked value with the dialog that asks why it is needed; raises Forbidden or NotFound."""
    desk.records.profile.demand(REVEAL)
    attribute = attribute_of(desk, record, name)
    shown = show(desk, attribute, record.get(name))
    return RevealForm(desk.label(attribute), ways(desk, record, name, shown), shown.is_code, error, reason)


def revealed(desk: Desk, attribute: Attribute, value: Any) -> RevealedValue:  # noqa: ANN401 - of the attribute's type
    """The value whole; it is masked again when the page is opened again."""
    shown = show(desk, attribute, value)
    return RevealedValue(shown.text, shown.is_code, desk.messages.text("reveal_done"))


def reason_page(desk: Desk, record: Record, name: str, error: str = "") -> RecordPage:
    """The same question on a page of its own, for browsers without scripts; raises Forbidden or NotFound."""
    asked = reveal_form(desk, record, name, error)
    title, address = name_of(desk, record), desk.addresses.record(record.entity, record.id)
    heading = desk.messages.text("reveal_name", name=asked.label)
    field = FieldView(
        "reason",
        desk.messages.text("reveal_reason"),
        id=REASON_ID,
        help=desk.messages.text("reveal_note"),
        error=error,
        is_required=True,
    )
    return RecordPage(
        shell=shell(desk),
        place=Place(heading, (Link(title, address),)),
        title=title,
        tabs=(TabView("reveal", heading, (SectionView("reveal", heading, (field,)),)),),
        form=RecordForm(
            asked.masked.reveal_href, address, str(record.version), submit_text=desk.messages.text("reveal")
        ),
        problems=(Problem(error, REASON_ID),) if error else (),
        is_refused=bool(error),
    )
