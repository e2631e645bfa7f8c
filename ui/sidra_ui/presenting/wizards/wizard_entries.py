"""What a person has entered in a wizard: the records that it would make, as far as they are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

from sidra.errors import Problem as SavingProblem
from sidra.records.record import Draft, Record
from sidra_metamodel.checking.wizards import START, asked_of
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.wizard import Ask, AskedSection, Made
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.drafts import DraftRecord
from sidra_ui.presenting.forms.form import path_name
from sidra_ui.presenting.forms.posting import ADD, NOT_SAME, REMOVE, Posted, Values, reference, values_of

CHOICE, SEEN = "choose-", "seen-"
"""Begin the names of entries that belong to no record: what a step lets choose, and that it was left in order."""
ONCE = "once"

Entries = Mapping[str, str]


@dataclass(frozen=True)
class Wizard:
    """One wizard as one person has filled it in so far."""

    desk: Desk
    screen: Screen
    start: Record | None
    """The record that it starts from."""
    entries: Entries
    adds: str = ""
    removes: str = ""

    def with_entries(self, entries: Entries, adds: str = "", removes: str = "") -> Wizard:
        """The same with other entries."""
        return replace(self, entries=entries, adds=adds, removes=removes)

    def posted(self, name: str) -> Posted:
        """What was entered of one of the records, named as in a form of its own."""
        own = f"{name}."
        texts = {key.removeprefix(own): text for key, text in self.entries.items() if key.startswith(own)}
        texts |= {key: text for key, text in self.entries.items() if key.partition(".")[0] == NOT_SAME}
        adds, removes = (
            given.removeprefix(own) if given.startswith(own) else "" for given in (self.adds, self.removes)
        )
        return Posted(texts, adds, removes)

    def chosen(self, ask: Ask) -> str:
        """Which record a step has chosen; the first until somebody chooses."""
        wanted = self.entries.get(CHOICE + ask.name, "")
        return wanted if wanted in ask.choose else ask.choose[0]

    def is_chosen(self, name: str) -> bool:
        """Whether a record is made as far as choices go."""
        asks = [ask for ask in self.screen.asks.values() if name in ask.choose and not ask.hidden]
        return all(self.chosen(ask) == name for ask in asks)

    @cached_property
    def order(self) -> tuple[Made, ...]:
        """The records that choices leave, each behind those that it is linked with."""
        makes = self.screen.makes
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for name, made in makes.items():
            sorter.add(name, *(target for targets in made.link.values() for target in targets if target in makes))
        return tuple(makes[name] for name in sorter.static_order() if self.is_chosen(name))

    @cached_property
    def records(self) -> Mapping[str, DraftRecord]:
        """The records as they would be, linked with each other, by name."""
        found: dict[str, DraftRecord] = {}
        for made in self.order:
            linked: dict[str, Any] = {}
            for relation, targets in made.link.items():
                there = [self.start if target == START else found.get(target) for target in targets]
                linked[relation] = next((each for each in there if each is not None), None)
            draft = self.drafts[made.name]
            linked_draft = replace(draft, values={**draft.values, **linked})
            found[made.name] = DraftRecord(self.desk, made.entity, linked_draft, None)
        return found

    @cached_property
    def drafts(self) -> Mapping[str, Draft]:
        """What saving each of the records by itself would do."""
        records = self.desk.records
        return {made.name: records.draft(made.entity, self.values(made)) for made in self.order}

    def values(self, made: Made) -> Values:
        """What was entered of a record, and the record that the wizard starts from where it is linked with it."""
        values = values_of(self.desk, made.entity, self.posted(made.name), None)
        relations = self.desk.model.entity(made.entity).relations
        for name, targets in made.link.items():
            if START in targets and self.start is not None:
                values[name] = reference(self.desk, relations[name], self.start.id)
        return values

    def is_made(self, made: Made) -> bool:
        """Whether a record is made with what is entered so far."""
        return self.desk.screens.holds(made.when, self.desk.records, self.records[made.name], absent=True)

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """The steps that are asked now, in order."""
        return tuple(ask for ask in self.screen.asks.values() if self._is_asked(ask))

    def _is_asked(self, ask: Ask) -> bool:
        if ask.hidden or (ask.of and ask.of not in self.records):
            return False
        this = self.records[ask.of] if ask.of else self.start
        if not self.desk.screens.holds(ask.visible, self.desk.records, this or {}, absent=True):
            return False
        return bool(ask.choose) or any(True for _ in self.sections(ask))

    def sections(self, ask: Ask) -> Iterator[tuple[str, AskedSection]]:
        """The groups of fields of a step, each with the record that they are of."""
        for section in ask.sections.values():
            owner = asked_of(ask, section)
            if owner in self.records and not section.hidden:
                yield owner, section

    def is_seen(self, ask: Ask) -> bool:
        """Whether a step was left in order."""
        return bool(self.entries.get(SEEN + ask.name))

    def found(self, owner: str, asked: Iterator[str] | set[str]) -> tuple[SavingProblem, ...]:
        """What is wrong with what was asked of a record, as far as that shows before it is saved."""
        made, names = self.screen.makes[owner], set(asked)
        if not self.is_made(made):
            return ()
        return tuple(
            problem
            for problem in self.drafts[owner].problems
            if problem.severity == "error" and path_name(problem.path).partition(".")[0] in names
        )


def merged(kept: Entries, given: Mapping[str, str], ask: Ask) -> dict[str, str]:
    """The entries with what a step posted; what stood in its fields before is gone."""
    asked = {f"{asked_of(ask, section)}.{name}" for section in ask.sections.values() for name in section.fields}
    rest = {key: text for key, text in kept.items() if _member(key) not in asked}
    dots = {key: text for key, text in given.items() if _member(key) in asked}
    own = {key: text for key, text in given.items() if key in {ONCE, CHOICE + ask.name}}
    apart = {key: text for key, text in given.items() if key.startswith(f"{NOT_SAME}.")}
    if given.get(NOT_SAME):
        apart[f"{NOT_SAME}.{given[NOT_SAME]}"] = "1"
    return {**rest, **dots, **own, **apart}


def _member(key: str) -> str:
    """The record and its member that an entry belongs to; an amount posts its currency besides."""
    return ".".join(key.split(".")[:2]).removesuffix("_currency")


def changes_rows(given: Mapping[str, str]) -> tuple[str, str]:
    """Which repeater shall have another row, and which row shall go."""
    return given.get(ADD, ""), given.get(REMOVE, "")
