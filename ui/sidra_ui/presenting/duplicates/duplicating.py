"""Records that may be one thing, as their reader sees them: hints, pairs, two side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sidra.errors import Problem as SavingProblem
from sidra.identity.deciding import Suspects, SuspectsPage
from sidra.identity.merging import MERGE, Choice, Option
from sidra.identity.undoing import undo_within
from sidra.records.record import Draft, Likeness, Record
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import DUPLICATES, shell
from sidra_ui.presenting.records.record import badges, facts
from sidra_ui.presenting.values import name_of, page_of, show
from sidra_ui.viewmodels.common import Action, Avatar, Badge, Link, Meter, Tone, avatar
from sidra_ui.viewmodels.duplicates import Choice as ChoiceView
from sidra_ui.viewmodels.duplicates import DuplicatesPage, MergeForm, MergePage, PairView, Side
from sidra_ui.viewmodels.likeness import Alike, Hint
from sidra_ui.viewmodels.records import Problem
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Pager

WITH = "with"
"""In the address of a merge: the other record."""
FOUND = "q"
HIGH, MIDDLE = 95, 85


@dataclass(frozen=True)
class Said:
    """What a person has chosen on the page of two records, and why it was refused."""

    choices: Mapping[str, Choice] = field(default_factory=dict)
    reason: str = ""
    problems: tuple[SavingProblem, ...] = ()


NOTHING_SAID = Said()


def hint(desk: Desk, entity: str, draft: Draft, stored: Record | None, apart: Collection[str]) -> Hint | None:
    """What a form says of records that may be there already; None where there is nothing to say."""
    found = [one for one in draft.likenesses if one.refuses or one.record.id not in apart]
    if not found and not apart:
        return None
    texts = desk.messages
    title = texts.text("may_be_there", count=len(found)) if found else ""
    note = texts.text("compared_first", count=draft.bounded_by) if draft.bounded_by and found else ""
    return Hint(title, tuple(_alike(desk, entity, one, stored) for one in found), tuple(sorted(apart)), note)


def _alike(desk: Desk, entity: str, one: Likeness, stored: Record | None) -> Alike:
    record = one.record
    may_merge = stored is not None and record.entity == stored.entity and desk.records.may(record.entity, MERGE)
    address = desk.addresses.record(entity, stored.id, MERGE) if stored is not None and may_merge else ""
    return Alike(
        record.id,
        name_of(desk, record),
        page_of(desk, record),
        why(desk, record.entity, one.shared, one.compared, one.score),
        person(desk, record),
        Badge(desk.messages.text("same_one"), "red") if one.refuses else None,
        with_query(address, ((WITH, record.id),)) if address else "",
        not one.refuses,
    )


def person(desk: Desk, record: Record) -> Avatar | None:
    """The initials of a person; None for what is none."""
    return avatar(name_of(desk, record)) if desk.is_person(record.entity) else None


def why(desk: Desk, entity: str, shared: Iterable[str], compared: Iterable[str], score: Decimal) -> str:
    """Why two records may be one: what they share, and how alike the rest is."""
    same = desk.messages.text("same_values", names=desk.messages.listed(label(desk, entity, name) for name in shared))
    names = desk.messages.listed(label(desk, entity, name) for name in compared)
    percent = desk.formats.percent(int(score * 100))
    return f"{same} · {desk.messages.text('alike_values', names=names, percent=percent)}" if names else same


def label(desk: Desk, entity: str, name: str) -> str:
    """What a member is called."""
    declared = desk.model.entity(entity)
    member: Attribute | Relation | None = declared.attributes.get(name) or declared.relations.get(name)
    return desk.label(member) if member is not None else name


def duplicates_page(desk: Desk, found: SuspectsPage, *, is_first: bool) -> DuplicatesPage:
    """All pairs that wait for the reader's decision."""
    address = desk.addresses.page(DUPLICATES)
    pager = Pager(
        "",
        first_href="" if is_first else address,
        next_href=with_query(address, (("after", found.next_cursor),)) if found.next_cursor else "",
    )
    texts = desk.messages
    pairs = tuple(_pair(desk, one) for one in found.suspects)
    title = texts.text("duplicates")
    return DuplicatesPage(
        shell(desk), Place(title), pairs, pager, texts.text("duplicates_help"), texts.text("no_duplicates")
    )


def _pair(desk: Desk, one: Suspects) -> PairView:
    left, right = one.left, one.right
    percent = int(one.pair.score * 100)
    tone: Tone = "red" if percent >= HIGH else "amber" if percent >= MIDDLE else "green"
    names = [name_of(desk, record) for record in (left, right)]
    text = desk.formats.percent(percent)
    return PairView(
        one.pair.id,
        Link(names[0], page_of(desk, left)),
        Link(names[1], page_of(desk, right)),
        desk.label(desk.model.entity(left.entity)),
        why(desk, left.entity, one.sign.block, one.sign.compared, one.pair.score),
        Meter(percent, desk.messages.text("likeness_of", names=" · ".join(names)), text, tone),
        Action(desk.messages.text("compare"), compare_address(desk, left, right), "copy", "primary"),
        dismissal(desk, left, right),
    )


def compare_address(desk: Desk, keep: Record, drop: Record) -> str:
    """The page that shows two records side by side."""
    return with_query(desk.addresses.record(keep.entity, keep.id, MERGE), ((WITH, drop.id),))


def dismissal(desk: Desk, one: Record, other: Record) -> Action:
    """Say that two records are not one thing."""
    address = with_query(desk.addresses.record(one.entity, one.id, "not-same"), ((WITH, other.id),))
    return Action(desk.messages.text("not_the_same"), address, "x", method="post")


def compare_page(
    desk: Desk,
    keep: Record,
    drop: Record,
    options: Iterable[Option],
    said: Said = NOTHING_SAID,
) -> MergePage:
    """Two records side by side, with the usual choice of each value."""
    entity = desk.model.entity(keep.entity)
    choices = [(option, _choice(desk, keep, drop, option, said.choices)) for option in options]
    shown = [(option, view) for option, view in choices if view.keep or view.drop]
    name = name_of(desk, keep)
    form = MergeForm(
        desk.addresses.record(keep.entity, keep.id, MERGE),
        page_of(desk, keep),
        compare_address(desk, drop, keep),
        _side(desk, keep),
        _side(desk, drop),
        (str(keep.version), str(drop.version)),
        tuple(view for option, view in shown if option.is_different),
        tuple(view for option, view in shown if not option.is_different),
        dismissal(desk, keep, drop),
        undo_within(desk.records.runtime, keep.entity).days,
        said.reason,
    )
    trail = (Link(desk.plural(entity), desk.addresses.list(entity.name)), Link(name, page_of(desk, keep)))
    told = tuple(Problem(_told(desk, keep.entity, each), "", each.code) for each in said.problems)
    title = desk.messages.text("merge")
    return MergePage(shell(desk), Place(title, trail), title, form, problems=told)


def _told(desk: Desk, entity: str, problem: SavingProblem) -> str:
    if not problem.path:
        return problem.message
    return desk.messages.text("problem_of", name=label(desk, entity, problem.path), problem=problem.message)


def _choice(desk: Desk, keep: Record, drop: Record, option: Option, chosen: Mapping[str, Choice]) -> ChoiceView:
    declared = desk.model.entity(keep.entity)
    member = declared.attributes.get(option.member) or declared.relations.get(option.member)
    mine, theirs = (show(desk, member, record.get(option.member)).text for record in (keep, drop))
    usual = chosen.get(option.member, option.usual)
    may_choose = option.may_choose and option.is_different
    return ChoiceView(option.member, label(desk, keep.entity, option.member), mine, theirs, usual, may_choose)


def _side(desk: Desk, record: Record) -> Side:
    entity = desk.model.entity(record.entity)
    told = tuple(f"{one.label}: {one.text}" if one.is_named else one.text for one in facts(desk, entity, record))
    name = name_of(desk, record)
    states, link = tuple(badges(desk, entity, record)), Link(name, page_of(desk, record))
    return Side(record.id, name, link, told, states, person(desk, record))


def search_page(
    desk: Desk, record: Record, text: str, suspects: Iterable[Likeness], hits: Iterable[Record]
) -> MergePage:
    """Which record shall be merged with one: those that are alike, or what a text finds."""
    entity = desk.model.entity(record.entity)
    name = name_of(desk, record)
    if text:
        found = tuple(_hit(desk, record, one) for one in hits if one.id != record.id and one.entity == record.entity)
        title = desk.messages.text("results_of", text=text)
    else:
        found = tuple(_alike(desk, record.entity, one, record) for one in suspects)
        title = desk.messages.text("duplicates")
    trail = (Link(desk.plural(entity), desk.addresses.list(entity.name)), Link(name, page_of(desk, record)))
    heading = desk.messages.text("merge_with", name=name)
    return MergePage(shell(desk), Place(heading, trail), heading, None, text, found, title)


def _hit(desk: Desk, record: Record, one: Record) -> Alike:
    entity = desk.model.entity(one.entity)
    told = " · ".join(fact.text for fact in facts(desk, entity, one))
    address = compare_address(desk, record, one)
    return Alike(one.id, name_of(desk, one), page_of(desk, one), told, person(desk, one), None, address)
