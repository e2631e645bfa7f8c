"""Wizards: the form of each step, and the last one that shows everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sidra.drafts.service import Draft as DraftOfForm
from sidra.errors import Problem as SavingProblem
from sidra.rules.wording import tell
from sidra.store.identifiers import new_id
from sidra_metamodel.checking.wizards import REVIEW
from sidra_metamodel.kinds.screens.wizard import Ask, AskedSection
from sidra_ui.presenting.addresses import THEN, with_query
from sidra_ui.presenting.columns import Source, sources
from sidra_ui.presenting.duplicates.duplicating import hint
from sidra_ui.presenting.forms.controls import element_id
from sidra_ui.presenting.forms.demanding import MISSING, is_missing
from sidra_ui.presenting.forms.drafts import owned_rows
from sidra_ui.presenting.forms.form import NO_DEMAND, Entry, Form, RowForm, as_column
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.records.reading import is_repeater, reading_field
from sidra_ui.presenting.records.record import section_fields, section_title
from sidra_ui.presenting.wizards.beginning import WIZARDS
from sidra_ui.presenting.wizards.wizard_entries import CHOICE, ONCE, Wizard
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.likeness import Hint
from sidra_ui.viewmodels.records import DraftNote, Problem, RecordForm, Repeater, RepeaterRow, SectionView
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.wizards import Reviewed, StepMark, WizardPage, WizardStep

Refusals = tuple[tuple[str, SavingProblem], ...]
"""What is wrong, each with the record that it is about."""


@dataclass(frozen=True)
class Spot:
    """Where a wizard is shown: its addresses keep what it starts from and where it leads when it is left."""

    wizard: Wizard
    then: str = ""

    def address(self, *parts: str) -> str:
        """One of its pages."""
        wizard = self.wizard
        start = wizard.start.id if wizard.start is not None else ""
        page = wizard.desk.addresses.page(WIZARDS, wizard.screen.name, *parts)
        return with_query(page, (("of", start), (THEN, self.then)))


def ask_named(wizard: Wizard, name: str) -> Ask | None:
    """The step of a name that is asked now; None for the last one, and for what is no step."""
    return next((ask for ask in wizard.asks if ask.name == name), None)


def reached(wizard: Wizard) -> list[str]:
    """The names of the steps that a person may go to: those that were left in order, and the one behind them."""
    names: list[str] = []
    for ask in wizard.asks:
        names.append(ask.name)
        if not wizard.is_seen(ask):
            return names
    return [*names, REVIEW]


def after(wizard: Wizard, name: str) -> str:
    """The name of the step behind one."""
    names = [*(ask.name for ask in wizard.asks), REVIEW]
    return names[names.index(name) + 1] if name in names[:-1] else REVIEW


def missing_in(wizard: Wizard, ask: Ask) -> Iterator[tuple[str, SavingProblem]]:
    """The fields of a step that its screen wants filled and that are empty."""
    text = tell("required", wizard.desk.locale)
    for owner, section in wizard.sections(ask):
        if not wizard.is_made(wizard.screen.makes[owner]):
            continue
        for view in form_of(wizard, owner, (), is_refused=False).sections({section.name: section}, NO_DEMAND):
            for field in view.fields:
                if is_missing(field):
                    yield owner, SavingProblem(MISSING, field.name, text)


def problems_in(wizard: Wizard, ask: Ask) -> Refusals:
    """All that is wrong with what was entered in a step, each once."""
    owned: dict[str, set[str]] = {}
    for owner, section in wizard.sections(ask):
        owned.setdefault(owner, set()).update(section.fields)
    found = [(owner, problem) for owner, names in owned.items() for problem in wizard.found(owner, names)]
    known = {(owner, problem.path.removesuffix("_id")) for owner, problem in found}
    return (*found, *((owner, one) for owner, one in missing_in(wizard, ask) if (owner, one.path) not in known))


def form_of(wizard: Wizard, owner: str, refusals: Refusals, *, is_refused: bool) -> Form:
    """The form of one of the records, as it stands."""
    draft = wizard.drafts[owner]
    linked = replace(draft, values=dict(wizard.records[owner]))
    problems = tuple(problem for name, problem in refusals if name == owner)
    posted = wizard.posted(owner)
    entity = wizard.screen.makes[owner].entity
    return Form(wizard.desk, Entry(entity, None, linked, posted, problems, is_refused, apart=posted.apart))


def wizard_page(place: Spot, step: WizardStep) -> WizardPage:
    """The page around a step."""
    desk = place.wizard.desk
    return WizardPage(shell(desk), Place(step.title, (Link(step.wizard, place.address()),), place.then), step)


def step_view(
    place: Spot, ask: Ask, refusals: Refusals = (), *, is_refused: bool = False, kept: DraftOfForm | None = None
) -> WizardStep:
    """The form of a step."""
    wizard = place.wizard
    desk = wizard.desk
    owners = list(dict.fromkeys(owner for owner, _ in wizard.sections(ask)))
    shown = refusals if is_refused else tuple((o, p) for o in owners for p in wizard.drafts[o].problems)
    forms = {owner: form_of(wizard, owner, shown, is_refused=is_refused) for owner in owners}
    sections = tuple(
        prefixed(view, owner, is_made=wizard.is_made(wizard.screen.makes[owner]))
        for owner, section in wizard.sections(ask)
        for view in forms[owner].sections({section.name: section}, NO_DEMAND)
    )
    title = desk.label(ask)
    return replace(
        _frame(place, ask.name, title, desk.text(ask.help)),
        sections=tuple(replace(view, title=_title(view, title, len(sections))) for view in sections),
        choice=choice(wizard, ask) if ask.choose else None,
        problems=tuple(_problem(owner, one) for owner, form in forms.items() for one in form.problems()),
        hints=tuple(_hints(wizard, owners)),
        draft=note_of(place, ask.name, kept) if kept is not None else None,
        is_refused=is_refused,
    )


def _title(view: SectionView, step: str, count: int) -> str:
    return step if count == 1 and not view.title else view.title


def _hints(wizard: Wizard, owners: Sequence[str]) -> Iterator[Hint]:
    for owner in owners:
        entity, apart = wizard.screen.makes[owner].entity, wizard.posted(owner).apart
        found = hint(wizard.desk, entity, wizard.drafts[owner], None, apart)
        if found is not None:
            yield found


def _problem(owner: str, problem: Problem) -> Problem:
    start = element_id("")
    return (
        replace(problem, field_id=element_id(f"{owner}.{problem.field_id.removeprefix(start)}"))
        if problem.field_id
        else problem
    )


def _frame(place: Spot, name: str, title: str, help_: str) -> WizardStep:
    wizard = place.wizard
    desk, marks = wizard.desk, tuple(_marks(wizard, name))
    names = [mark.name for mark in marks]
    number = names.index(name)
    count = desk.messages.text(
        "wizard_step_of", number=desk.formats.number(number + 1), total=desk.formats.number(len(names))
    )
    last = desk.text(wizard.screen.finish) or desk.messages.text("wizard_finish")
    form = RecordForm(
        place.address(name),
        place.then or desk.addresses.page(),
        "",
        "" if name == REVIEW else place.address(name, "preview"),
        last if name == REVIEW else desk.messages.text("wizard_next"),
        desk.records.actor.id,
        "" if name == REVIEW else place.address(name, "draft"),
        place.address(name, "draft", "discard"),
        wizard.entries.get(ONCE) or new_id(int(desk.records.now.timestamp() * 1000)),
    )
    titles = desk.label(wizard.screen), desk.icon(wizard.screen.icon, "sparkles")
    return WizardStep(*titles, name, title, help_, count, marks, form, back=names[number - 1] if number else "")


def _marks(wizard: Wizard, current: str) -> Iterator[StepMark]:
    desk, open_ = wizard.desk, reached(wizard)
    steps = [(ask.name, desk.label(ask), wizard.is_seen(ask)) for ask in wizard.asks]
    for number, (name, text, is_done) in enumerate([*steps, (REVIEW, desk.messages.text("wizard_review"), False)], 1):
        progress = "current" if name == current else "done" if is_done and name in open_ else "ahead"
        yield StepMark(name, text, desk.formats.number(number), progress, name in open_ and name != current)  # type: ignore[arg-type]  # one of the three


def note_of(place: Spot, name: str, kept: DraftOfForm) -> DraftNote:
    """What a step says of entries that stand in it again."""
    desk = place.wizard.desk
    text = desk.messages.text("draft_restored", when=desk.formats.moment(kept.at))
    again = Spot(place.wizard, place.address()).address(name, "draft", "discard")
    return DraftNote(text, again)


def choice(wizard: Wizard, ask: Ask) -> FieldView:
    """The control that chooses which record is made."""
    name, chosen = CHOICE + ask.name, wizard.chosen(ask)
    options = tuple(Option(each, label_of(wizard, each), each == chosen) for each in ask.choose)
    return FieldView(name, wizard.desk.label(ask), "radio", chosen, id=element_id(name), options=options, is_wide=True)


def label_of(wizard: Wizard, name: str) -> str:
    """What one of the records is called."""
    made, desk = wizard.screen.makes[name], wizard.desk
    return desk.named(made.label, desk.model.entity(made.entity), made.name)


def prefixed(view: SectionView, owner: str, *, is_made: bool = True) -> SectionView:
    """A group of fields that are named after their record, so that those of several can stand in one form.

    Of a record that is not made, nothing must be filled.
    """
    return replace(
        view,
        id=f"{owner}-{view.id}",
        fields=tuple(_field(replace(each, is_required=each.is_required and is_made), owner) for each in view.fields),
        repeaters=tuple(_repeater(repeater, owner) for repeater in view.repeaters),
    )


def _field(field: FieldView, owner: str) -> FieldView:
    name = f"{owner}.{field.name}"
    own, lookup = element_id(name), field.lookup
    if lookup is not None:
        before, after_ = f"field={field.element_id}", f"field={own}"
        lookup = replace(lookup, suggest_href=lookup.suggest_href.replace(before, after_))
    return replace(field, name=name, id=own, lookup=lookup)


def _repeater(repeater: Repeater, owner: str) -> Repeater:
    rows = tuple(_row(row, owner) for row in repeater.rows)
    return replace(repeater, name=f"{owner}.{repeater.name}", rows=rows)


def _row(row: RepeaterRow, owner: str) -> RepeaterRow:
    return replace(row, name=f"{owner}.{row.name}", fields=tuple(_field(field, owner) for field in row.fields))


def review_view(place: Spot, refusals: Refusals = (), *, is_refused: bool = False) -> WizardStep:
    """The last step: everything that was entered, each part with the way back to its step."""
    wizard = place.wizard
    desk = wizard.desk
    frame = _frame(place, REVIEW, desk.messages.text("wizard_review"), desk.messages.text("wizard_review_help"))
    problems = tuple(Problem(problem.message, code=problem.code) for _, problem in refusals)
    return replace(frame, reviewed=tuple(_reviewed(wizard)), problems=problems, is_refused=is_refused)


def _reviewed(wizard: Wizard) -> Iterator[Reviewed]:
    desk = wizard.desk
    for ask in wizard.asks:
        title = desk.label(ask)
        sections = [
            part
            for owner, section in wizard.sections(ask)
            if wizard.is_made(wizard.screen.makes[owner])
            for part in _read(wizard, owner, section)
        ]
        if ask.choose:
            chosen = FieldView(ask.name, title, text=label_of(wizard, wizard.chosen(ask)))
            sections.insert(0, SectionView(f"{ask.name}-choice", "", (chosen,)))
        yield Reviewed(ask.name, title, tuple(sections), desk.messages.text("wizard_change", name=title))


def _read(wizard: Wizard, owner: str, section: AskedSection) -> Iterator[SectionView]:
    desk, record = wizard.desk, wizard.records[owner]
    if not desk.screens.holds(section.visible, desk.records, record, absent=True):
        return
    form = form_of(wizard, owner, (), is_refused=False)
    fields: list[FieldView] = []
    for word, source in section_fields(desk, section, record.entity):
        if not desk.screens.holds(word.visible, desk.records, record, absent=True):
            continue
        found = _rows(form, source) if is_repeater(source) else [_value(wizard, owner, source)]
        fields += [field for field in found if field.text or field.badges or field.file or field.drawn]
    if fields:
        title = section_title(desk, section, record.entity)
        yield SectionView(f"{owner}-{section.name}", title, tuple(fields))


def _value(wizard: Wizard, owner: str, source: Source) -> FieldView:
    """One value; one that the reader may enter and not read is shown as it was entered."""
    record = wizard.records[owner]
    field = replace(reading_field(wizard.desk, source, record), why_href="", help="")
    if source.name in record:
        return field
    return replace(field, text=field.text or wizard.posted(owner).texts.get(source.name, ""))


def _rows(form: Form, source: Source) -> Iterator[FieldView]:
    """The owned records, a line each."""
    desk = form.desk
    for place, record in enumerate(owned_rows(form.record, source.name)):
        row = RowForm(form, source.member, f"{source.name}.{place}", "", record, None)  # type: ignore[arg-type]  # of a repeater
        words = [as_column(word) for word in row.words()]
        told = (each for each in sources(desk, row.relation.to[0], words) if each.value(desk, row.record) is not False)
        shown = [each.show(desk, row.record).text for each in told]
        yield FieldView(
            f"{source.name}.{place}", row.title, text=" · ".join(text for text in shown if text), is_wide=True
        )
