"""One value of a list, changed in its place: its control, as the form of the record has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sidra.errors import Forbidden, Problem
from sidra.records.record import Draft, Record
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.forms.form import Entry, form_page
from sidra_ui.presenting.forms.posting import Posted
from sidra_ui.presenting.lists.listing import Listing
from sidra_ui.viewmodels.bulk import CellForm
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.records import RecordPage

CELL = "cell"


def cell_form(
    listing: Listing, record: Record, name: str, draft: Draft, posted: Posted, problems: tuple[Problem, ...] = ()
) -> CellForm:
    """The control of a value, as the form of the record has it now; raises Forbidden where that lets nobody in."""
    desk = listing.desk
    entry = Entry(record.entity, record, draft, posted, problems, is_refused=bool(problems))
    page = form_page(desk, entry)
    field = next((one for one in fields_of(page) if one.name == name), None)
    may = desk.records.profile.allows(
        record.entity, "update", desk.records.environment(desk.records.whole(record.entity, record.row))
    )
    if field is None or field.is_readonly or field.masked or field.widget == "readonly" or not may:
        raise Forbidden("this value cannot be changed here", hint="open the record")
    told = tuple(problem.message for problem in problems if problem.path != name and problem.severity == "error")
    address = with_query(desk.addresses.record(listing.entity.name, record.id, CELL, name), listing.asked.parameters())
    version = posted.texts.get("version") or str(record.version)
    field = replace(field, id=f"cell-{record.id}-{name}", is_wide=False, why_href="")
    return CellForm(address, version, field, () if field.error else told)


def fields_of(page: RecordPage) -> Iterator[FieldView]:
    """All controls of a form that stand for themselves."""
    for tab in page.tabs:
        for section in tab.sections:
            yield from section.fields
