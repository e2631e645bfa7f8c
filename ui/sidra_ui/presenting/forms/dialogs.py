"""The form of a new record in a dialog above another form, where a lookup found nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from sidra_ui.presenting.addresses import with_query
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.records import RecordPage, Repeater, RepeaterRow, SectionView, TabView

LEVEL = "dialog"
"""In the address of a form: that it stands in a dialog, and above how many others."""
DEEPEST = 2
"""A dialog above a dialog is still understood; from there nothing more is created."""
WHOLE = "whole"
"""Posted by the form in a dialog: that it shall show all of its fields."""
UNCREATED = "create"
"""In the address of a lookup: `no` where it offers no new records."""


def level_in(text: str) -> int:
    """How deep a form stands, by its address; 0 for a page of its own."""
    return int(text) if text in {"1", "2"} else 0


def is_whole(posted: Mapping[str, str]) -> bool:
    """Whether somebody has asked for all fields of the form in a dialog."""
    return bool(posted.get(WHOLE))


def shortened(page: RecordPage, named_by: Collection[str]) -> RecordPage:
    """The page of a form with what cannot be left out and what names the record; whole where that is all or nothing."""
    tabs = tuple(_shortened(tab, named_by) for tab in page.tabs)
    shown = tuple(tab for tab in tabs if tab.sections)
    return replace(page, tabs=shown, is_short=True) if shown and shown != page.tabs else page


def _shortened(tab: TabView, named_by: Collection[str]) -> TabView:
    sections = (
        replace(view, fields=tuple(each for each in view.fields if _is_needed(each, named_by)), repeaters=())
        for view in tab.sections
    )
    return replace(tab, sections=tuple(view for view in sections if view.fields))


def _is_needed(field: FieldView, named_by: Collection[str]) -> bool:
    return field.is_required or bool(field.error) or field.name in named_by


def within_dialog(page: RecordPage, level: int) -> RecordPage:
    """The page of a form, with ids of its own and with addresses that answer a dialog."""
    form, prefix = page.form, f"d{level}-"
    if form is None:
        return page
    tabs = tuple(_tab(tab, prefix, level) for tab in page.tabs)
    problems = tuple(
        replace(each, field_id=f"{prefix}{each.field_id}" if each.field_id else "") for each in page.problems
    )
    own = replace(
        form,
        id=f"{prefix}form",
        action=_told(form.action, LEVEL, str(level)),
        preview_action=_told(form.preview_action, LEVEL, str(level)),
        draft_href="",
        discard_href="",
    )
    return replace(page, tabs=tabs, problems=problems, form=own, draft=None)


def _told(address: str, name: str, value: str) -> str:
    return f"{address}&{name}={value}" if "?" in address else with_query(address, ((name, value),))


def _tab(tab: TabView, prefix: str, level: int) -> TabView:
    return replace(
        tab, id=f"{prefix}{tab.id}", sections=tuple(_section(section, prefix, level) for section in tab.sections)
    )


def _section(section: SectionView, prefix: str, level: int) -> SectionView:
    return replace(
        section,
        id=f"{prefix}{section.id}",
        fields=tuple(_field(field, prefix, level) for field in section.fields),
        repeaters=tuple(_repeater(repeater, prefix, level) for repeater in section.repeaters),
    )


def _repeater(repeater: Repeater, prefix: str, level: int) -> Repeater:
    return replace(repeater, prefix=prefix, rows=tuple(_row(row, prefix, level) for row in repeater.rows))


def _row(row: RepeaterRow, prefix: str, level: int) -> RepeaterRow:
    return replace(row, fields=tuple(_field(field, prefix, level) for field in row.fields))


def _field(field: FieldView, prefix: str, level: int) -> FieldView:
    lookup = field.lookup
    own = f"{prefix}{field.element_id}"
    if lookup is not None:
        href = _told(lookup.suggest_href, "field", own)
        lookup = replace(lookup, suggest_href=_told(href, UNCREATED, "no") if level == DEEPEST else href)
    return replace(field, id=own, lookup=lookup)
