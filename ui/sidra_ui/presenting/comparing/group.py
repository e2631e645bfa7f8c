"""The page of the group: figures, and one of its tabs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sidra.comparing.courses import Point
from sidra.web.comparisons import Counted
from sidra_metamodel.comparing.comparison import Comparison
from sidra_metamodel.comparing.overrides import Override
from sidra_metamodel.comparing.reuse import Reuse
from sidra_metamodel.governing.levels import CODE, PARTS
from sidra_ui.presenting.addresses import Addresses, with_query
from sidra_ui.presenting.comparing.matrix import WHOLE, choice_of, domain_text, known, matrix, named, percent, tones
from sidra_ui.presenting.configuration.configuring import CATEGORIES, LEVELS, OVERDUE, level
from sidra_ui.presenting.configuration.findings import CONFIGURATION
from sidra_ui.presenting.configuration.provenance import PATH
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import GROUP, shell
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link, Tone
from sidra_ui.viewmodels.comparing import FilterChoice, GroupPage
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.lists import ViewTab
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table
from sidra_ui.viewmodels.view360 import Kpi

OVERRIDES, WAIVERS = "overrides", "waivers"
MOST_ROWS = 200
REPORT = "report"
FAR = "far"
"""Stands for the levels from which on parts of the baseline are replaced."""
MOST_POINTS = 24
"""Releases whose reuse is drawn, the last ones."""
SHORTEST_COURSE = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part the reader asks for; empty for all."""

    tab: str = ""
    affiliate: str = ""
    level: str = ""
    category: str = ""
    domain: str = ""
    expired: str = ""

    def fits(self, one: Override, comparison: Comparison) -> bool:
        """Whether an override is asked for."""
        wanted = (
            (self.affiliate, one.affiliate),
            (self.category, known(one)),
            (self.domain, one.domain),
        )
        is_late = not self.expired or one.is_overdue(comparison.today)
        is_of_level = one.level >= PARTS if self.level == FAR else self.level in {"", str(one.level)}
        return is_late and is_of_level and all(value in {"", found} for value, found in wanted)


@dataclass(frozen=True, slots=True)
class Compared:
    """What the reader sees of the comparison."""

    counted: Counted
    course: tuple[Point, ...] = ()
    """How the reuse went, release by release."""
    is_part: bool = False
    """Whether there are affiliates that the reader may not see."""


def counting_page(desk: Desk) -> GroupPage:
    """The page while the affiliates are compared for the first time."""
    return GroupPage(shell(desk), place(desk), (), (), href=desk.addresses.page(GROUP), is_counting=True)


def place(desk: Desk) -> Place:
    """Where the page stands."""
    above = Link(desk.messages.text(CONFIGURATION), desk.addresses.page(CONFIGURATION))
    return Place(desk.messages.text("group_configuration"), (above,))


def group_page(desk: Desk, seen: Compared, asked: Asked) -> GroupPage:
    """The page."""
    counted, tab = seen.counted, asked.tab if asked.tab in {OVERRIDES, WAIVERS} else ""
    comparison = counted.comparison
    tables = {OVERRIDES: overrides_table, WAIVERS: waivers_table}
    table = tables[tab](desk, comparison, asked) if tab else None
    every = len(asked_overrides(comparison, asked)) if tab == OVERRIDES else len(table.rows) if table is not None else 0
    return GroupPage(
        shell=shell(desk),
        place=place(desk),
        facts=tuple(facts(desk, comparison, is_part=seen.is_part)),
        tabs=tuple(tabs(desk, comparison, tab)),
        kpis=(reuse_figure(desk, comparison, seen.course), *figures(desk, counted)),
        matrix=matrix(desk, counted) if not tab else None,
        table=table,
        count=count_text(desk, len(table.rows), every) if table is not None else "",
        filters=tuple(filters(desk, comparison, asked)) if tab == OVERRIDES else (),
        tab=tab,
        href=desk.addresses.page(GROUP),
        report=Action(desk.messages.text("group_report"), desk.addresses.page(GROUP, REPORT), "download"),
    )


def facts(desk: Desk, comparison: Comparison, *, is_part: bool) -> Iterator[Fact]:
    """What everything is compared with."""
    text = desk.messages.text
    yield Fact(f"{named(desk, comparison.group, '')} {comparison.version}".strip(), "layers", text("baseline"))
    yield Fact(desk.formats.date(comparison.today), "refresh-cw")
    if is_part:
        yield Fact(text("group_own_only"), "lock")


def tabs(desk: Desk, comparison: Comparison, current: str) -> Iterator[ViewTab]:
    """The three tabs."""
    counts = {"": None, OVERRIDES: len(comparison.overrides), WAIVERS: len(comparison.waivers)}
    for name, count in counts.items():
        href = with_query(desk.addresses.page(GROUP), (("tab", name),)) if name else desk.addresses.page(GROUP)
        told = desk.formats.number(count) if count is not None else ""
        yield ViewTab(desk.messages.text(f"group_{name or 'matrix'}"), href, name == current, told)


def reuse_figure(desk: Desk, comparison: Comparison, course: tuple[Point, ...]) -> Kpi:
    """How much of the baseline is reused, and how that went over the last releases."""
    text, label, shown = desk.messages.text, desk.messages.text("group_reuse"), percent(desk, comparison.reuse)
    known = course[-MOST_POINTS:]
    if len(known) < SHORTEST_COURSE:
        return Kpi(label, shown, "%")
    ends = [percent(desk, Reuse(one.leaves, one.reused)) for one in (known[0], known[-1])]
    days = [desk.formats.date(desk.formats.day(one.at)) for one in (known[0], known[-1])]
    said = text("group_course", count=len(known), first=ends[0], since=days[0], last=ends[1], until=days[1])
    delta, tone = change(desk, known[-2], known[-1])
    # As it is told: what is no change in words is none in the picture.
    trend = tuple(round(one.ratio * WHOLE, 1) for one in known)
    return Kpi(label, shown, "%", delta, tone, trend, "accent", trend_said=said)


def change(desk: Desk, before: Point, now: Point) -> tuple[str, Tone]:
    """How the reuse changed by the last release, in points of a hundred."""
    points = round((now.ratio - before.ratio) * WHOLE, 1)
    if not points:
        return "±" + desk.formats.number(0), "neutral"
    return ("+" if points > 0 else "−") + desk.formats.number(abs(points)), "green" if points > 0 else "red"


def figures(desk: Desk, counted: Counted) -> Iterator[Kpi]:
    """The figures of the group beside its reuse."""
    comparison, text, number = counted.comparison, desk.messages.text, desk.formats.number
    all_of = len(comparison.affiliates)
    in_all = text("group_in", count=all_of)
    yield Kpi(text("group_overrides"), number(len(comparison.overrides)), "", in_all, href=asking(desk))
    far = sum(one.level >= PARTS for one in comparison.overrides)
    code = sum(one.level >= CODE for one in comparison.overrides)
    noted = text("group_at_code", number=number(code)) if code else ""
    yield Kpi(
        text("group_far"), number(far), "", noted, "amber" if far else "neutral", href=asking(desk, level=str(PARTS))
    )
    late = len(comparison.expired)
    yield Kpi(text("group_past"), number(late), tone="red" if late else "neutral", href=asking(desk, expired="true"))
    ready = sum(not one.blocks for one in counted.readiness.values()) + all_of - len(counted.readiness)
    of = text("of_number", number=number(all_of))
    yield Kpi(text("group_ready", name=counted.newest), number(ready), of)
    shared = sum(len(one.overrides) for one in comparison.candidates)
    noted = text("group_changes", count=len(comparison.candidates)) if shared else ""
    yield Kpi(text("group_promotable"), number(shared), "", noted)


def asking(desk: Desk, **narrowing: str) -> str:
    """The address of some overrides."""
    return with_query(desk.addresses.page(GROUP), (("tab", OVERRIDES), *narrowing.items()))


def overrides_table(desk: Desk, comparison: Comparison, asked: Asked) -> Table:
    """The overrides that are asked for, each leading to where its value comes from."""
    text, found = desk.messages.text, asked_overrides(comparison, asked)
    columns = (
        Column("affiliate", text("group_affiliate")),
        Column("path", text("path"), is_prose=True),
        Column("level", text("group_level")),
        Column("value", text("change"), is_prose=True, is_secondary=True),
        Column("reason", text("reason"), is_prose=True, is_secondary=True),
    )
    rows = tuple(override_row(desk, comparison, one, place) for place, one in enumerate(found[:MOST_ROWS]))
    return Table(text("group_overrides"), columns, rows, empty_text=text("group_overrides_none"))


def asked_overrides(comparison: Comparison, asked: Asked) -> list[Override]:
    """The overrides that are asked for."""
    return [one for one in comparison.overrides if asked.fits(one, comparison)]


def count_text(desk: Desk, shown: int, every: int) -> str:
    """How many rows a table has, and of how many where it is cut."""
    text, number = desk.messages.text, desk.formats.number
    return number(shown) if shown == every else text("group_cut", number=number(shown), all=number(every))


def override_row(desk: Desk, comparison: Comparison, one: Override, number: int) -> Row:
    """One override."""
    text, difference = desk.messages.text, one.difference
    href = with_query(Addresses(one.affiliate).page(CONFIGURATION, "explain"), ((PATH, one.address),))
    badges = [Badge(text(f"category_{one.category}"), CATEGORIES[one.category])] if one.category in CATEGORIES else []
    if one.is_overdue(comparison.today):
        badges.append(Badge(text(f"category_{OVERDUE}"), "red", icon="calendar-clock"))
    is_there = one.node is not None
    return Row(
        str(number),
        one.address,
        (
            Cell(choice_of(desk, comparison.affiliates[one.affiliate]).code, is_strong=True),
            Cell(one.address, href=href if is_there else "", is_code=True, secondary=domain_text(desk, one.domain)),
            Cell(badges=(level(desk, one.level),)),
            Cell(difference.value or text("removed"), secondary=difference.below or "", is_code=bool(difference.value)),
            Cell(difference.reason.why, badges=tuple(badges))
            if not badges
            else Cell(badges=tuple(badges), secondary=difference.reason.why),
        ),
    )


def waivers_table(desk: Desk, comparison: Comparison, asked: Asked) -> Table:
    """What the group waives."""
    text = desk.messages.text
    columns = (
        Column("affiliate", text("group_affiliate")),
        Column("path", text("path"), is_prose=True),
        Column("allows", text("waiver_allows")),
        Column("until", text("waiver_until")),
        Column("approver", text("waiver_approver"), is_secondary=True),
        Column("why", text("reason"), is_prose=True, is_secondary=True),
    )
    rows = tuple(
        Row(
            one.name,
            one.path,
            (
                Cell(one.affiliate.upper()[:3], is_strong=True),
                Cell(one.path, is_code=True),
                Cell(one.allows, is_code=True),
                Cell(
                    desk.formats.date(one.until) if one.until is not None else "",
                    tone="red" if one.is_past(comparison.today) else "green",
                ),
                Cell(one.approver),
                Cell(one.why, secondary=one.ticket),
            ),
        )
        for one in comparison.waivers
        if asked.affiliate in {"", one.affiliate}
    )
    return Table(text("group_waivers"), columns, rows, empty_text=text("group_waivers_none"))


def filters(desk: Desk, comparison: Comparison, asked: Asked) -> Iterator[FilterChoice]:
    """What overrides can be narrowed by."""
    text = desk.messages.text
    affiliates = {name: choice_of(desk, one).name for name, one in comparison.affiliates.items()}
    yield choices(desk, "affiliate", affiliates.items(), asked.affiliate)
    yield choices(desk, "domain", ((name, domain_text(desk, name)) for name in comparison.domains), asked.domain)
    levels = {str(one): level(desk, one, is_long=True).text for one in LEVELS} | {FAR: text("group_far")}
    yield choices(desk, "level", levels.items(), asked.level)
    yield choices(desk, "category", ((name, text(f"category_{name}")) for name in tones()), asked.category)
    yield FilterChoice(
        "expired",
        text("group_past"),
        (Option("", text("group_every")), Option("true", text("yes"), bool(asked.expired))),
    )


def choices(desk: Desk, name: str, given: Iterable[tuple[str, str]], chosen: str) -> FilterChoice:
    """One filter, with the way to leave it open."""
    known = tuple(Option(value, text, value == chosen) for value, text in given)
    return FilterChoice(
        name, desk.messages.text(f"group_{name}"), (Option("", desk.messages.text("group_every")), *known)
    )
