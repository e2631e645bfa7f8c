"""A record's page, to be read: who it is, its tabs, what belongs to it, what can be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sidra.errors import SidraError
from sidra.identity.merging import MERGE
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Entity, Relation, Transition
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.column import Column as ColumnWord
from sidra_metamodel.kinds.screens.console import WrapUp
from sidra_metamodel.kinds.screens.record import Field, Section, Tab
from sidra_metamodel.kinds.screens.view360 import Panel
from sidra_ui.presenting.access.privacy import requesting
from sidra_ui.presenting.addresses import THEN
from sidra_ui.presenting.columns import Source, sources
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.duplicates.merged import merged_from
from sidra_ui.presenting.frame.shell import count_text, shell
from sidra_ui.presenting.frame.telling import spot
from sidra_ui.presenting.lists.tables import filled, layout, table
from sidra_ui.presenting.records.attachments import is_file
from sidra_ui.presenting.records.commenting import comments_tab
from sidra_ui.presenting.records.histories import HISTORY_TAB, history
from sidra_ui.presenting.records.reading import is_repeater, reading_field
from sidra_ui.presenting.values import is_sequence, name_of, show
from sidra_ui.viewmodels.comments import CommentsView
from sidra_ui.viewmodels.common import Action, Badge, ButtonStyle, Fact, Link, avatar
from sidra_ui.viewmodels.records import RecordPage, RelatedList, SectionView, StateStep, TabView
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Table

STYLES: dict[str | None, ButtonStyle] = {"primary": "primary", "danger": "danger"}
DETAILS = "details"
"""The tab of a screen that follows from its entity alone."""


def record_page(desk: Desk, record: Record, older: str = "", comments: CommentsView | None = None) -> RecordPage:
    """The page of a record; `older` is the cursor of the part of its history that is shown.

    comments: what is shown of these, where that is not just the latest.
    """
    entity = desk.model.entity(record.entity)
    screen = desk.screens.record_of(record.entity)
    name = name_of(desk, record)
    first, more = actions(desk, entity, record)
    return RecordPage(
        shell=shell(desk),
        place=Place(name, (Link(desk.plural(entity), desk.addresses.list(entity.name)),)),
        title=name,
        tabs=tuple(tabs(desk, screen, record, older, comments)),
        avatar=avatar(name) if desk.is_person(entity.name) else None,
        icon=desk.icon(entity.icon),
        badges=tuple(badges(desk, entity, record)),
        facts=tuple(facts(desk, entity, record)),
        actions=first,
        more_actions=more,
        steps=tuple(steps(desk, entity, record)),
        spot=spot(desk, record),
    )


def badges(desk: Desk, entity: Entity, record: Record) -> Iterator[Badge]:
    """The state of the life cycle."""
    if entity.lifecycle is None:
        return
    attribute = entity.attributes[entity.lifecycle.attribute]
    shown = show(desk, attribute, record.get(attribute.name))
    if shown.text:
        yield replace(shown.badge or Badge(shown.text), dot=True, icon="")


def facts(desk: Desk, entity: Entity, record: Record) -> Iterator[Fact]:
    """The number that the system gave, and when the record was made."""
    for attribute in entity.attributes.values():
        shown = show(desk, attribute, record.get(attribute.name)) if is_sequence(desk, attribute) else None
        if shown is not None and shown.text and attribute.name != entity.title:
            yield Fact(shown.text, "hash", desk.label(attribute), is_code=True)
    day = desk.formats.date(desk.formats.day(record.created_at))
    yield Fact(day, "calendar", desk.messages.text("member_created_at"), is_named=True)


def steps(desk: Desk, entity: Entity, record: Record) -> Iterator[StateStep]:
    """The life cycle as a path: the states that lead here or straight on, this one among them; one is none."""
    if entity.lifecycle is None:
        return
    attribute = entity.attributes[entity.lifecycle.attribute]
    now = record.get(attribute.name)
    if now is None or desk.access(entity.name).level(attribute.name) == "none":
        return
    path = main_path(entity)
    if now not in path:
        path = [path[0], now]
    if len(path) == 1:
        return
    for place, state in enumerate(path):
        progress = "done" if place < path.index(now) else "current" if state == now else "ahead"
        yield StateStep(show(desk, attribute, state).text, progress)  # type: ignore[arg-type]  # one of three


def main_path(entity: Entity) -> list[str]:
    """The states from the first one along the steps that make things go well."""
    if entity.lifecycle is None:
        return []
    path = [entity.lifecycle.initial]
    while onward := _onward(entity.lifecycle.transitions.values(), path):
        path.append(onward)
    return path


def _onward(transitions: Iterable[Transition], path: list[str]) -> str:
    steps = [step for step in transitions if path[-1] in step.from_ and step.to not in path]
    chosen = next((step for step in steps if step.tone == "primary"), None)
    chosen = chosen or next((step for step in steps if step.tone is None and step.reason is None), None)
    return chosen.to if chosen is not None else ""


def tabs(desk: Desk, screen: Screen, record: Record, older: str, comments: CommentsView | None) -> Iterator[TabView]:
    """The pages of the record, what is related to it, what people wrote about it, and its history."""
    shown = [tab for tab in screen.tabs.values() if not tab.hidden]
    merged = merged_from(desk, record)
    related = (*related_lists(desk, screen, record), *((merged,) if merged is not None else ()))
    for tab in shown:
        if desk.screens.holds(tab.visible, desk.records, record, absent=True):
            found = tuple(sections(desk, tab.sections.values(), record))
            lists = related if tab is shown[0] else ()
            yield TabView(tab.name, tab_title(desk, tab), found, lists)
    yield comments_tab(desk, record, comments)
    if desk.model.entity(record.entity).history:
        yield TabView(HISTORY_TAB, desk.messages.text("history"), history=history(desk, record, older))


def tab_title(desk: Desk, tab: Tab) -> str:
    """What a tab is called; the only one of a generated screen, plainly so."""
    is_generated = not desk.text(tab.label) and tab.name == DETAILS
    return desk.messages.text("details") if is_generated else desk.named(tab.label, None, tab.name)


def sections(desk: Desk, given: Iterable[Section], record: Record) -> Iterator[SectionView]:
    """The groups of a tab that the record has something for."""
    for section in given:
        if section.hidden or not desk.screens.holds(section.visible, desk.records, record, absent=True):
            continue
        fields = [each for each in section_fields(desk, section, record.entity) if is_visible(desk, each[0], record)]
        plain = tuple(
            reading_field(desk, source, record, is_wide=field.wide)
            for field, source in fields
            if not is_repeater(source)
        )
        lists = tuple(owned_table(desk, source, record) for _, source in fields if is_repeater(source))
        if plain or lists:
            yield SectionView(section.name, section_title(desk, section, record.entity), plain, lists=lists)


def section_title(desk: Desk, section: Section, entity: str) -> str:
    """What a section is called; the only one of a generated screen, like the entity."""
    return desk.text(section.label) or (
        desk.label(desk.model.entity(entity)) if section.name == "main" else desk.model.label(section, desk.locale)
    )


def section_fields(desk: Desk, section: Section | WrapUp, entity: str) -> Iterator[tuple[Field, Source]]:
    """The fields of a section that the reader may see at all, each with the member it shows."""
    declared = desk.model.entity(entity)
    for field in section.fields.values():
        member = declared.attributes.get(field.name) or declared.relations.get(field.name)
        if field.hidden or (member is not None and member.hidden) or not desk.sees(entity, field.name):
            continue
        column = ColumnWord(name=field.name, node=field.node, label=field.label, widget=field.widget)
        yield field, Source(column, entity, member)


def is_visible(desk: Desk, field: Field, record: object) -> bool:
    """Whether a field is there for this record."""
    return desk.screens.holds(field.visible, desk.records, record, absent=True)


def owned_table(desk: Desk, source: Source, record: Record) -> RelatedList:
    """The records that belong to this one."""
    relation: Relation = source.member  # type: ignore[assignment]  # of a repeater
    target = desk.model.entity(relation.to[0])
    found: list[Record] = record.get(source.name) or []
    laid = layout(desk, target.name, owned_columns(desk, target, relation, found), found)
    title = source.title(desk)
    shown = table(desk, title, laid, found, is_compact=True) if found else empty(desk, title)
    return RelatedList(title, desk.icon(target.icon), shown)


def owned_columns(desk: Desk, target: Entity, relation: Relation, found: Sequence[Record]) -> list[Source]:
    """The columns with a value in any of the records; where none are declared, not the name that repeats others."""
    columns = sources(desk, target.name, [*desk.screens.list_of(target.name).columns.values(), *files(target, desk)])
    filled = [each for each in columns if any(each.show(desk, one).text for one in found)]
    title = target.attributes.get(target.title or "")
    is_computed = title is not None and title.compute is not None and len(filled) > 1
    is_repeated = is_computed and not desk.screens.has_list(target.name)
    left_out = {relation.inverse, "created_at", target.title if is_repeated else None}
    return [each for each in filled if each.name not in left_out]


def files(target: Entity, desk: Desk) -> Iterator[ColumnWord]:
    """The files of an owned record, which its table shows beside what a list of such records does."""
    listed = desk.screens.list_of(target.name).columns
    for name, attribute in target.attributes.items():
        if is_file(desk, attribute) and name not in listed and desk.sees(target.name, name):
            yield ColumnWord(name=name, node=attribute.node, label=attribute.label)


def empty(desk: Desk, title: str) -> Table:
    """A table of nothing."""
    return Table(title, (), (), empty_text=desk.messages.text("nothing_here"))


def related_lists(desk: Desk, screen: Screen, record: Record) -> Iterator[RelatedList]:
    """The boxes of other records that belong to this one."""
    for panel in screen.panels.values():
        is_shown = desk.screens.holds(panel.visible, desk.records, record, absent=True)
        if not panel.hidden and is_shown and panel.source and desk.may(panel.source, "read"):
            yield related_list(desk, panel, record)


def related_list(desk: Desk, panel: Panel, record: Record) -> RelatedList:
    """One box of records."""
    source = desk.model.entity(str(panel.source))
    via = desk.model.via(source.name, record.entity, panel.via).name
    title = desk.text(panel.label) or desk.plural(source)
    try:
        where = desk.screens.condition([panel.filter])
        query = Query(where=where, filters=(Filter(via, "eq", record.id),), sort=panel.sort, limit=panel.limit)
        page = desk.records.list(source.name, query)
    except SidraError:
        return RelatedList(title, desk.icon(panel.icon, source.icon), failed(desk, title))
    columns = panel.columns or desk.screens.list_of(source.name).columns
    found = filled(desk, sources(desk, source.name, columns.values()), page.records)
    laid = layout(desk, source.name, found, page.records)
    relation, here = source.relations[via], desk.addresses.record(record.entity, record.id)
    return RelatedList(
        title,
        desk.icon(panel.icon, source.icon),
        table(desk, title, laid, page.records, is_compact=True),
        count_text(desk, page.count) if page.records else "",
        desk.addresses.list(source.name, (f"f.{via}", record.id)) if relation.filter and page.records else "",
        desk.addresses.new(source.name, (via, record.id), (THEN, here))
        if desk.records.may(source.name, "create")
        else "",
        desk.new(source),
    )


def failed(desk: Desk, title: str) -> Table:
    """A table whose records did not come; the page stays."""
    return Table(title, (), (), empty_text=desk.messages.text("source_unavailable", name=title))


def actions(desk: Desk, entity: Entity, record: Record) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    """What can be done, the frequent first and the rest behind a button."""
    first: list[Action] = []
    more: list[Action] = []
    for action in transition_actions(desk, entity, record):
        (more if action.style == "danger" or action.why_not else first).append(action)
    if desk.records.may(entity.name, "update"):
        address = desk.addresses.record(entity.name, record.id, "edit")
        style: ButtonStyle = "plain" if any(each.style == "primary" for each in first) else "primary"
        first.insert(0, Action(desk.messages.text("edit"), address, "square-pen", style))
    if desk.screens.view360_of(entity.name) is not None:
        address = desk.addresses.record(entity.name, record.id, "360")
        first.insert(0, Action(desk.messages.text("whole_view"), address, "layers"))
    more.extend(merging(desk, entity, record))
    more.extend(requesting(desk, record))
    if desk.records.may(entity.name, "delete"):
        question = desk.messages.text("delete_confirm", name=name_of(desk, record))
        address = desk.addresses.record(entity.name, record.id, "delete")
        address = f"{address}?version={record.version}"
        more.append(Action(desk.messages.text("delete"), address, "trash-2", "danger", "red", "post", question))
    more.append(Action(desk.messages.text("why"), desk.addresses.record(entity.name, record.id, "why"), "info"))
    return tuple(first), tuple(more)


def merging(desk: Desk, entity: Entity, record: Record) -> Iterator[Action]:
    """The way to the page that merges a record with another one, for who may."""
    if entity.identity is not None and desk.records.may(entity.name, MERGE):
        yield Action(desk.messages.text("merge"), desk.addresses.record(entity.name, record.id, MERGE), "layers")


def transition_actions(desk: Desk, entity: Entity, record: Record) -> Iterator[Action]:
    """The steps of the life cycle from here; one that is not possible now says why."""
    for state in desk.records.transitions(entity.name, record):
        step = entity.lifecycle.transitions[state.name]  # type: ignore[union-attr]  # it has steps
        address = desk.addresses.record(entity.name, record.id, "transition", state.name)
        yield Action(
            desk.label(step),
            f"{address}?version={record.version}",
            desk.optional_icon(step.icon),
            STYLES.get(step.tone, "plain"),
            method="get" if step.reason is not None else "post",
            why_not="" if state.allowed else state.why_not,
        )
