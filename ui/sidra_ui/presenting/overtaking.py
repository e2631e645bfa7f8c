"""The form of a record that somebody else changed meanwhile: what was typed stays, beside what stands there now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sidra.errors import Conflict, Problem
from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Relation
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.form import Entry
from sidra_ui.presenting.posting import Posted, Values, values_of
from sidra_ui.presenting.values import show


def overtaken(desk: Desk, record: Record, posted: Posted, then: str) -> Entry:
    """The form to look through and to save again, over the record as it is now."""
    values = values_of(desk, record.entity, posted, record)
    draft = desk.records.draft(record.entity, values, id=record.id)
    again = replace(posted, texts={**posted.texts, "version": str(record.version)})
    problems = (Problem(Conflict.code, "", desk.messages.text("conflict_kept")), *present(desk, record, values))
    title = desk.messages.text("conflict_title")
    return Entry(record.entity, record, draft, again, problems, True, then=then, problems_title=title)


def present(desk: Desk, record: Record, values: Values) -> Iterator[Problem]:
    """What the record says now, for each member that the form would change."""
    entity = desk.model.entity(record.entity)
    for name in values:
        member = entity.attributes.get(name) or entity.relations.get(name)
        if isinstance(member, Relation) and member.owned:
            continue
        text = show(desk, member, record.get(name)).text or desk.messages.text("no_value")
        yield Problem(Conflict.code, name, desk.messages.text("conflict_now", value=text))
