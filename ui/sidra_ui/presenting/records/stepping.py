"""A step of the life cycle that asks for a reason, or that was refused."""

from __future__ import annotations

from sidra.errors import NotFound
from sidra.errors import Problem as SavingProblem
from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Transition
from sidra_ui.presenting.addresses import THEN, with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.controls import element_id
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.records.record import badges, facts
from sidra_ui.presenting.values import name_of
from sidra_ui.viewmodels.common import Link, avatar
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.records import Problem, RecordForm, RecordPage, SectionView, TabView
from sidra_ui.viewmodels.shell import Place

REASON = "reason"


def reason_page(
    desk: Desk, record: Record, name: str, problems: tuple[SavingProblem, ...] = (), then: str = ""
) -> RecordPage:
    """The page that asks why a step is made; raises NotFound for a step that is none."""
    entity = desk.model.entity(record.entity)
    step = entity.lifecycle.transitions.get(name) if entity.lifecycle is not None else None
    if step is None:
        raise NotFound(f"no step `{name[:60]}`", hint="use the buttons of the record")
    title, address = name_of(desk, record), desk.addresses.record(entity.name, record.id)
    fields = (reason_field(desk, step, problems),) if step.reason is not None else ()
    section = SectionView("step", desk.label(step), fields)
    return RecordPage(
        shell=shell(desk),
        place=Place(
            desk.label(step), (Link(desk.plural(entity), desk.addresses.list(entity.name)), Link(title, address))
        ),
        title=title,
        tabs=(TabView("step", desk.label(step), (section,)),),
        avatar=avatar(title) if desk.is_person(entity.name) else None,
        icon=desk.icon(entity.icon),
        badges=tuple(badges(desk, entity, record)),
        facts=tuple(facts(desk, entity, record)),
        form=RecordForm(
            with_query(f"{address}/transition/{name}", ((THEN, then),)),
            then or address,
            str(record.version),
            submit_text=desk.label(step),
        ),
        problems=tuple(Problem(each.message, element_id(REASON) if fields else "", each.code) for each in problems),
        is_refused=bool(problems),
    )


def reason_field(desk: Desk, step: Transition, problems: tuple[SavingProblem, ...]) -> FieldView:
    """The reasons to choose from."""
    enum = desk.model.enums.get(step.reason.enum) if step.reason is not None else None
    values = enum.values.items() if enum is not None else ()
    options = tuple(Option(code, desk.label(value)) for code, value in values if not value.hidden)
    error = next((each.message for each in problems if each.path == REASON), "")
    is_required = step.reason is not None and step.reason.required
    return FieldView(
        REASON,
        desk.messages.text("reason"),
        "select",
        id=element_id(REASON),
        error=error,
        is_required=is_required,
        options=options,
    )
