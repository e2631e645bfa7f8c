"""What the screen of a record demands beside its entity: fields that its form asks for."""

from __future__ import annotations

from sidra.errors import Problem
from sidra.records.record import Draft, Record
from sidra.rules.wording import tell
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.form import Entry, Form
from sidra_ui.presenting.forms.posting import Posted
from sidra_ui.viewmodels.fields import FieldView

MISSING = "R601"


def missing(desk: Desk, entity: str, stored: Record | None, draft: Draft, posted: Posted) -> tuple[Problem, ...]:
    """The fields that the screen wants filled and that are empty, as problems of the record."""
    known = {problem.path for problem in draft.problems if problem.severity == "error"}
    form = Form(desk, Entry(entity, stored, draft, posted))
    fields = [field for tab in form.tabs() for section in tab.sections for field in section.fields]
    text = tell("required", desk.locale)
    names = [field.name for field in fields if is_missing(field) and field.name in posted.texts]
    return tuple(Problem(MISSING, name, text) for name in names if known.isdisjoint({name, f"{name}_id"}))


def is_missing(field: FieldView) -> bool:
    """Whether a field has no value that it must have."""
    is_entered = not field.is_readonly and field.masked is None and field.widget not in {"checkbox", "readonly"}
    return is_entered and field.is_required and not field.value.strip()
