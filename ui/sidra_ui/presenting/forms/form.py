"""The form of a record: new, edited, refused, and as it changes while a person types."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sidra.errors import Problem as SavingProblem
from sidra.records.record import Draft, Record
from sidra.rules.wording import tell
from sidra_metamodel.kinds.entity import Entity, Relation
from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.kinds.screens.record import Field, Section, Tab
from sidra_metamodel.language import Formula
from sidra_ui.presenting.columns import Source, sources
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.duplicates.duplicating import hint
from sidra_ui.presenting.forms.controls import WIDGETS, Standing, controls, element_id
from sidra_ui.presenting.forms.drafts import DraftRecord, owned_rows
from sidra_ui.presenting.forms.form_addresses import record_form
from sidra_ui.presenting.forms.posting import DEFAULT, Posted
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.frame.telling import spot
from sidra_ui.presenting.records.reading import is_repeater
from sidra_ui.presenting.records.record import badges, facts, section_fields, section_title, tab_title
from sidra_ui.presenting.values import name_of
from sidra_ui.viewmodels.common import Link, avatar
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.records import (
    DraftNote,
    Overtaken,
    Problem,
    RecordPage,
    Repeater,
    RepeaterRow,
    SectionView,
    TabView,
)
from sidra_ui.viewmodels.shell import Place

MISSING = frozenset({"R601", "R617"})
"""What is missing is only said when the form is submitted: while a person types, it is simply not there yet."""
TAKEN = "R616"
NOTHING_TYPED = Posted({})


@dataclass(frozen=True)
class Entry:
    """A form as it stands."""

    entity: str
    stored: Record | None
    """None for a new record."""
    draft: Draft
    posted: Posted = NOTHING_TYPED
    problems: tuple[SavingProblem, ...] = ()
    is_refused: bool = False
    prefilled: Mapping[str, str] = field(default_factory=dict)
    """Relations that the address of a new record names."""
    then: str = ""
    """Where to go afterwards; empty: to the record."""
    overtaken: Overtaken | None = None
    """What somebody else changed meanwhile."""
    apart: frozenset[str] = frozenset()
    """Ids of records that the writer has said are others than this one."""
    restored: DraftNote | None = None
    """What is said of a draft that stands in it again."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a screen demands of fields, beside what their entity does."""

    is_required: bool = False
    is_readonly: bool = False


NO_DEMAND = Demand()


class Form:
    """Lays out one entry."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        self.desk = desk
        self.entry = entry
        self.entity = desk.model.entity(entry.entity)
        self.screen = desk.screens.record_of(entry.entity)
        self.record = DraftRecord(desk, entry.entity, entry.draft, entry.stored)
        self.errors = {path_name(problem.path): message(desk, problem) for problem in self._shown()}
        self.placed: dict[str, str] = {}
        """What each field that stands in the form is called, by its name."""

    def _shown(self) -> Iterator[SavingProblem]:
        for problem in self.entry.problems:
            if problem.severity == "error" and (self.entry.is_refused or problem.code not in MISSING):
                yield problem

    def tabs(self) -> Iterator[TabView]:
        """The pages of the form."""
        for tab in self.screen.tabs.values():
            if not tab.hidden and self._holds(tab.visible):
                found = tuple(self.sections(tab.sections, self._demand(tab)))
                if found:
                    yield TabView(tab.name, tab_title(self.desk, tab), found)

    def _holds(self, condition: Formula | None, *, absent: bool = True) -> bool:
        return self.desk.screens.holds(condition, self.desk.records, self.record, absent=absent)

    def _demand(self, word: Tab | Section | Field, above: Demand = NO_DEMAND) -> Demand:
        """What a part of the screen demands of its fields now, with what that around it does."""
        is_required = above.is_required or self._holds(word.required, absent=False)
        return Demand(is_required, above.is_readonly or self._holds(word.read_only, absent=False))

    def sections(self, given: Mapping[str, Section], above: Demand) -> Iterator[SectionView]:
        """The groups of fields."""
        for section in given.values():
            if section.hidden or not self._holds(section.visible):
                continue
            demand = self._demand(section, above)
            found = [
                each for each in section_fields(self.desk, section, self.entity.name) if self._holds(each[0].visible)
            ]
            fields = tuple(
                view for word, source in found if not is_repeater(source) for view in self.fields(word, source, demand)
            )
            repeaters = tuple(self.repeater(word, source, demand) for word, source in found if is_repeater(source))
            if fields or repeaters:
                title = section_title(self.desk, section, self.entity.name)
                yield SectionView(section.name, title, fields, repeaters=repeaters)

    def fields(self, word: Field, source: Source, above: Demand) -> Iterator[FieldView]:
        """The controls of a field."""
        member = source.member
        if member is None or (isinstance(member, Relation) and member.many):
            return
        is_given = WIDGETS.get(source.type(self.desk)) == "readonly"
        demand = self._demand(word, above)
        is_readonly = is_given or self.is_fixed(source.name) or demand.is_readonly
        if is_readonly and self.entry.stored is None and self.record.get(source.name) is None:
            return
        is_required = self.is_required(source) or demand.is_required
        at = self.standing(
            source.name,
            source.name,
            source.title(self.desk),
            is_new=self.entry.stored is None,
            is_required=is_required,
            is_readonly=is_readonly,
            is_wide=word.wide,
        )
        yield from controls(self.desk, source, self.record, at)

    def standing(self, name: str, typed_name: str, title: str, *, is_new: bool, **manner: bool) -> Standing:
        """How a field stands, with its problem and what was typed in it."""
        self.placed[name] = title
        posted, is_readonly = self.entry.posted, manner.get("is_readonly")
        typed = posted.typed(typed_name) if is_new else posted.texts.get(typed_name)
        default = posted.texts.get(typed_name + DEFAULT, "") if is_new else None
        return Standing(
            name, error=self.errors.get(name, ""), typed=None if is_readonly else typed, default=default, **manner
        )

    def is_required(self, source: Source) -> bool:
        """Whether the entity asks for a value now."""
        member = source.member
        if member is None:
            return False
        return member.required is True or (isinstance(member.required, Formula) and self._holds(member.required))

    def is_fixed(self, name: str) -> bool:
        """Whether nobody, or not this person, enters a member here."""
        access = self.desk.access(self.entity.name)
        rules = self.desk.records.runtime.rules(self.entity.name)
        lifecycle = rules.lifecycle
        is_state = lifecycle is not None and lifecycle.attribute == name
        may_set = access.may_set(name, creating=self.entry.stored is None)
        return is_state or not may_set or name in self._read_only

    @property
    def _read_only(self) -> Collection[str]:
        rules = self.desk.records.runtime.rules(self.entity.name)
        return rules.read_only(self.desk.records.environment(self.record))

    def repeater(self, word: Field, source: Source, above: Demand) -> Repeater:
        """The records that belong to the edited one."""
        relation: Relation = source.member  # type: ignore[assignment]  # of a repeater
        name, title = source.name, source.title(self.desk)
        is_fixed = self.is_fixed(name) or self._demand(word, above).is_readonly
        rows = owned_rows(self.record, name)
        typed = [*self.entry.posted.rows(name)] or [f"{name}.{place}" for place in range(len(rows))]
        target = self.desk.model.entity(relation.to[0])
        views = tuple(
            self.row(relation, f"{name}.{place}", typed[place] if place < len(typed) else "", row)
            for place, row in enumerate(rows)
        )
        gone = tuple(self.gone_rows(target, name, len(rows)))
        actions = frozenset() if is_fixed else self.desk.access(target.name).actions
        add_text = self.desk.new(target) if "create" in actions else ""
        self.placed[name] = title
        icon = self.desk.icon(target.icon)
        error = self.errors.get(name, "")
        return Repeater(name, title, views, icon, add_text, "delete" in actions, gone=gone, error=error)

    def gone_rows(self, target: Entity, name: str, shown: int) -> Iterator[RepeaterRow]:
        """The records that saving removes, by their name."""
        stored = self.entry.stored
        known: list[Record] = (stored.get(name) if stored is not None else None) or []
        ids = self.entry.posted.gone(name)
        for place, record in enumerate(each for each in known if each.id in ids):
            title = name_of(self.desk, record) or self.desk.label(target)
            yield RepeaterRow(f"{name}.{shown + place}", title, (), record.id)

    def row(self, relation: Relation, name: str, typed: str, record: Mapping[str, Any]) -> RepeaterRow:
        """One record that belongs to the edited one."""
        stored = self._stored(relation.name, record)
        is_stored = stored is not None
        found = RowForm(self, relation, name, typed, record, stored)
        title = found.title
        self.placed[name] = title
        record_id = record.get("id") if is_stored else ""
        return RepeaterRow(name, title, tuple(found.fields()), str(record_id or ""), self.errors.get(name, ""))

    def _stored(self, relation: str, record: Mapping[str, Any]) -> Record | None:
        above = self.entry.stored
        found: list[Record] = (above.get(relation) if above is not None else None) or []
        return next((each for each in found if each.id == record.get("id")), None)

    def problems(self) -> tuple[Problem, ...]:
        """All reasons why the form was refused, each with the way to its field."""
        if not self.entry.is_refused:
            return ()
        return tuple(self.problem(problem) for problem in self._shown())

    def problem(self, problem: SavingProblem) -> Problem:
        """One reason, with the name of its field and the way to it."""
        name = path_name(problem.path)
        text = message(self.desk, problem)
        if name not in self.placed:
            return Problem(text, code=problem.code)
        text = self.desk.messages.text("problem_of", name=self.placed[name], problem=text)
        return Problem(text, element_id(name), problem.code)


class RowForm:
    """The fields of one row of a repeater."""

    def __init__(
        self, form: Form, relation: Relation, name: str, typed: str, record: Mapping[str, Any], stored: Record | None
    ) -> None:
        self.form = form
        self.relation = relation
        self.is_stored = stored is not None
        self.name = name
        self.typed = typed
        number = int(name.rpartition(".")[2]) + 1
        label = form.desk.label(form.desk.model.entity(relation.to[0]))
        self.title = f"{label} {form.desk.formats.number(number)}"
        is_untouched = isinstance(record, Record)
        self.record = record if is_untouched else DraftRecord(form.desk, relation.to[0], Draft(dict(record)), stored)

    def fields(self) -> Iterator[FieldView]:
        """Every member that has its place in this row; one that the reader does not enter is shown."""
        for word in self.words():
            for source in sources(self.form.desk, self.relation.to[0], [as_column(word)]):
                is_own = source.name != self.relation.inverse and not is_many(source) and source.member is not None
                if is_own and self.is_wanted(word, source):
                    yield from self.field(word, source)

    def words(self) -> Iterator[Field]:
        """The fields of the screen of such records."""
        screen = self.form.desk.screens.record_of(self.relation.to[0])
        for tab in screen.tabs.values():
            for section in tab.sections.values():
                yield from section.fields.values()

    def field(self, word: Field, source: Source) -> Iterator[FieldView]:
        """The controls of a field."""
        is_readonly = not self.may_enter(source)
        if is_readonly and self.record.get(source.name) is None:
            return
        is_required = self.is_required(source)
        at = self.form.standing(
            f"{self.name}.{source.name}",
            f"{self.typed}.{source.name}",
            f"{self.title}, {source.title(self.form.desk)}",
            is_new=not self.is_stored,
            is_required=is_required,
            is_readonly=is_readonly,
            is_wide=word.wide,
        )
        yield from controls(self.form.desk, source, self.record, at)

    def may_enter(self, source: Source) -> bool:
        """Whether the reader may give the member a value."""
        desk, target = self.form.desk, self.relation.to[0]
        is_computed = source.name in desk.records.runtime.rules(target).computed
        return not is_computed and desk.access(target).may_set(source.name, creating=not self.is_stored)

    def is_required(self, source: Source) -> bool:
        """Whether the entity asks for a value in this row."""
        member = source.member
        if member is None:
            return False
        if isinstance(member.required, Formula):
            return self.form.desk.screens.holds(member.required, self.form.desk.records, self.record, absent=False)
        return bool(member.required)

    def is_wanted(self, word: Field, source: Source) -> bool:
        """Whether a field has its place in this row: where its screen says so, or where it is not for others only."""
        desk, member = self.form.desk, source.member
        if word.visible is not None:
            return desk.screens.holds(word.visible, desk.records, self.record, absent=True)
        if member is None or not isinstance(member.required, Formula):
            return True
        return self.is_required(source) or self.record.get(source.name) is not None


def as_column(word: Field) -> Column:
    """A field of a form as what shows its member."""
    return Column(name=word.name, node=word.node, label=word.label, widget=word.widget, hidden=word.hidden)


def is_many(source: Source) -> bool:
    """Whether a member leads to several records."""
    return isinstance(source.member, Relation) and source.member.many


def path_name(path: str) -> str:
    """The name of the field that a problem is about: for `media[0].number` it is `media.0.number`."""
    return path.replace("[", ".").replace("]", "").removesuffix("_id")


def message(desk: Desk, problem: SavingProblem) -> str:
    """What a problem says, in the reader's language."""
    return tell("duplicate", desk.locale) if problem.code == TAKEN else problem.message


def form_page(desk: Desk, entry: Entry) -> RecordPage:
    """The page of a form."""
    form = Form(desk, entry)
    entity, stored = form.entity, entry.stored
    name = name_of(desk, stored) if stored is not None else ""
    title = name or desk.new(entity)
    trail = [Link(desk.plural(entity), desk.addresses.list(entity.name))]
    if stored is not None:
        trail.append(Link(name, desk.addresses.record(entity.name, stored.id)))
    tabs = tuple(form.tabs())
    return RecordPage(
        shell=shell(desk),
        place=Place(desk.messages.text("edit") if stored is not None else title, tuple(trail), entry.then),
        title=title,
        tabs=tabs,
        avatar=avatar(name) if stored is not None and desk.is_person(entity.name) else None,
        icon=desk.icon(entity.icon),
        badges=tuple(badges(desk, entity, stored)) if stored is not None else (),
        facts=tuple(facts(desk, entity, stored)) if stored is not None else (),
        form=record_form(desk, entry),
        problems=form.problems(),
        overtaken=entry.overtaken,
        hint=hint(desk, entry.entity, entry.draft, stored, entry.apart),
        draft=entry.restored,
        spot=spot(desk, stored, edits=True, version=entry.posted.texts.get("version")) if stored is not None else None,
        is_refused=entry.is_refused,
    )
