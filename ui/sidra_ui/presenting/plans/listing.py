"""The proposals and releases of an affiliate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sidra.releases.history import Release, live_of
from sidra.releases.plan import Impact
from sidra.releases.proposals import OPEN, Summary
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import PLANS, affiliate_name, shell
from sidra_ui.presenting.plans.planning import short
from sidra_ui.presenting.plans.standing import Standing, state
from sidra_ui.presenting.values import who
from sidra_ui.viewmodels.common import Badge, Fact, Link
from sidra_ui.viewmodels.plans import PlansPage, ReleaseView, RollbackForm, Trouble
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

PAGE = 20
PROPOSED, RELEASED = "page", "released"
"""What names a page of each list in the address."""
BEGINNING = ("sidra plan {}", "sidra apply {} --revision … --why …")
"""How an operator puts the first configuration in force."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The part of the proposals and releases that is shown, each page from 1 on."""

    proposals: Sequence[Summary]
    """One more than a page has, where more follow."""
    releases: Sequence[Release]
    """All of them."""
    proposed: int = 1
    released: int = 1
    trial: Release | None = None
    """What some units try out."""
    standings: Mapping[str, Standing] = field(default_factory=dict)
    """What was said of those that are open, by their id; not of those of which it cannot be told."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered and refused."""

    title: str = ""
    trouble: Trouble | None = None


def links_of(desk: Desk, page: int, name: str, *, has_more: bool) -> Iterator[Link]:
    """The links from one page of a list to those beside it."""
    href, text = desk.addresses.page(PLANS), desk.messages.text
    near = ((page - 1, "plan_newer", page > 1), (page + 1, "plan_older", has_more))
    for number, key, is_there in near:
        if is_there:
            yield Link(text(key), with_query(href, ((name, str(number)),)))


def plans_page(desk: Desk, listed: Listed, entered: Entered, *, may_configure: bool) -> PlansPage:
    """What is proposed, the open ones first, and what was put in force."""
    releases, text = listed.releases, desk.messages.text
    live = live_of(list(releases))
    shown = releases[(listed.released - 1) * PAGE : listed.released * PAGE]
    has_more = len(releases) > listed.released * PAGE
    return PlansPage(
        shell=shell(desk),
        place=Place(text(PLANS)),
        facts=tuple(facts(desk, live)),
        proposals=table(desk, listed, live),
        releases=tuple(shown_releases(desk, shown, live, listed.trial, may_configure=may_configure)),
        pages=tuple(links_of(desk, listed.proposed, PROPOSED, has_more=len(listed.proposals) > PAGE)),
        release_pages=tuple(links_of(desk, listed.released, RELEASED, has_more=has_more)),
        propose_href=desk.addresses.page(PLANS) if may_configure and live is not None else "",
        title=entered.title,
        unreleased="" if live is not None else text("plan_unreleased"),
        commands=() if live is not None else tuple(one.format(desk.model.affiliate) for one in BEGINNING),
        trouble=entered.trouble,
    )


def facts(desk: Desk, live: Release | None) -> Iterator[Fact]:
    """What is in force."""
    yield Fact(affiliate_name(desk.model, desk.locale), "building", desk.messages.text("affiliate"))
    if live is not None:
        yield Fact(short(live.revision), "bookmark", desk.messages.text("plan_live"), is_code=True, is_named=True)
        yield Fact(desk.formats.moment(live.at), "clock", desk.messages.text("release_at"))


def table(desk: Desk, listed: Listed, live: Release | None) -> Table:
    """The proposals, the latest first."""
    text = desk.messages.text
    columns = (
        Column("title", text("plan_title"), is_prose=True),
        Column("state", text("plan_state")),
        Column("changes", text("plan_changes"), is_number=True, is_secondary=True),
        Column("level", text("plan_level"), is_secondary=True),
        Column("author", text("plan_author"), is_secondary=True),
    )
    rows = tuple(row(desk, one, live, listed.standings.get(one.id)) for one in listed.proposals[:PAGE])
    return Table(text("plan_proposals"), columns, rows, empty_text=text("plan_none"))


def row(desk: Desk, one: Summary, live: Release | None, standing: Standing | None) -> Row:
    """One proposal."""
    href, widened = desk.addresses.page(PLANS, one.id), one.counts.get(Impact.WIDENED, 0)
    told = [state(desk, one, live.revision if live is not None else None, standing)]
    if widened and one.state == OPEN:
        told.append(Badge(desk.messages.text("impact_widened"), "red", icon="shield-check"))
    cells = (
        Cell(one.title, secondary=short(one.revision), is_secondary_code=True, href=href, is_strong=True),
        Cell(badges=tuple(told)),
        Cell(desk.formats.number(one.changes)),
        Cell(one.level),
        Cell(who(desk, one.author_name), secondary=desk.formats.moment(one.at)),
    )
    return Row(one.id, one.title, cells, href)


def shown_releases(
    desk: Desk, releases: Sequence[Release], live: Release | None, trial: Release | None, *, may_configure: bool
) -> Iterator[ReleaseView]:
    """Releases; to all but the one in force, who may can go back."""
    text = desk.messages.text
    for one in releases:
        is_live = live is not None and one.number == live.number
        key = "release_trial" if one.units else "release_live" if is_live else f"release_{one.kind}"
        can_return = may_configure and live is not None and not one.units and one.revision != live.revision
        href = desk.addresses.page(PLANS, "rollback")
        yield ReleaseView(
            number=str(one.number),
            revision=short(one.revision),
            baseline=one.baseline,
            kind=Badge(text(key), "green" if is_live else "neutral", dot=is_live),
            by=who(desk, one.by_name),
            when=desk.formats.moment(one.at),
            why=one.why,
            rollback=RollbackForm(str(one.number), short(one.revision), href) if can_return else None,
            units=desk.messages.listed(unit_text(desk, name) for name in one.units),
            end=desk.addresses.page(PLANS, "end-trial") if may_configure and one == trial else "",
        )


def unit_text(desk: Desk, name: str) -> str:
    """What a unit is called; its name, where it is gone since."""
    unit = desk.model.layer.units.get(name)
    return desk.label(unit) if unit is not None else name
