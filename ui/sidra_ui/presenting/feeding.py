"""Feeds: what they load, and the rows that they rejected, to be corrected and loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sidra.errors import Problem as SavingProblem
from sidra.interfaces.loading import FeedLoader
from sidra.interfaces.quarantine import Reject
from sidra_metamodel.kinds.interface import Interface
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.controls import element_id
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.shell import FEEDS, shell
from sidra_ui.viewmodels.common import Badge, Link
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.lists import ListPage
from sidra_ui.viewmodels.records import Problem, RecordForm, RecordPage, SectionView, TabView
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Pager, Row, Table

ROWS = 50
SHOWN_TEXTS = 6
COLUMN = "column."
"""Begins the name of each field of a row's form."""


def feeds(desk: Desk) -> Iterator[Interface]:
    """The feeds of the affiliate."""
    return (each for each in desk.model.interfaces.values() if each.kind_ == "feed" and each.into and each.key)


def feeds_page(desk: Desk, loaders: Mapping[str, FeedLoader]) -> ListPage:
    """All feeds, each with the number of its rejected rows."""
    title, messages = desk.messages.text("feeds"), desk.messages
    columns = (
        Column("name", messages.text("feed")),
        Column("into", messages.text("loads")),
        Column("rejects", messages.text("quarantine"), is_number=True),
    )
    rows = tuple(feed_row(desk, feed, loaders[feed.name]) for feed in feeds(desk))
    table = Table(title, columns, rows, empty_text=messages.text("nothing_here"))
    href = desk.addresses.page(FEEDS)
    return ListPage(shell(desk), Place(title), messages.text("records", count=len(rows)), href, table, Pager(""))


def feed_row(desk: Desk, feed: Interface, loader: FeedLoader) -> Row:
    """One feed."""
    count, href = loader.reject_count(desk.records.actor), desk.addresses.page(FEEDS, feed.name)
    badge = Badge(desk.formats.number(count), "amber" if count else "green")
    name = desk.label(feed)
    target = desk.plural(desk.model.entity(str(feed.into)))
    first = Cell(name, secondary=feed.name, is_secondary_code=True, href=href, is_strong=True)
    return Row(feed.name, name, (first, Cell(target), Cell(badges=(badge,))), href)


def quarantine_page(desk: Desk, feed: Interface, loader: FeedLoader, at: int) -> ListPage:
    """The rejected rows of a feed, with the reason of each."""
    actor, messages = desk.records.actor, desk.messages
    total = loader.reject_count(actor)
    found = loader.rejects(actor, limit=ROWS, offset=at - 1)
    title = desk.label(feed)
    columns = (
        Column("line", messages.text("line"), is_number=True),
        Column("key", messages.text("row")),
        Column("reason", messages.text("reason")),
        Column("texts", messages.text("contents"), is_secondary=True),
        Column("at", messages.text("rejected_at"), is_secondary=True),
    )
    rows = tuple(reject_row(desk, reject) for reject in found)
    table = Table(title, columns, rows, empty_text=messages.text("quarantine_empty"))
    trail = (Link(messages.text("feeds"), desk.addresses.page(FEEDS)),)
    href = desk.addresses.page(FEEDS, feed.name)
    summary = messages.text("records", count=total)
    return ListPage(
        shell(desk), Place(title, trail), summary, href, table, quarantine_pager(desk, href, at, len(found), total)
    )


def quarantine_pager(desk: Desk, href: str, at: int, shown: int, total: int) -> Pager:
    """Which rows are shown, and the ways on."""
    last = at + shown - 1
    return Pager(
        desk.messages.text("range", first=at, last=last, total=total) if shown else "",
        first_href=href if at > 1 else "",
        previous_href=with_query(href, (("at", str(max(1, at - ROWS))),)) if at > 1 else "",
        next_href=with_query(href, (("at", str(at + ROWS)),)) if last < total else "",
    )


def reject_row(desk: Desk, reject: Reject) -> Row:
    """One rejected row."""
    href = desk.addresses.page(FEEDS, reject.feed, reject.id)
    reasons = " · ".join(reason(problem) for problem in reject.problems)
    texts = " · ".join(text for text in list(reject.texts.values())[:SHOWN_TEXTS] if text)
    cells = (
        Cell(desk.formats.number(reject.line)),
        Cell(reject.key, href=href, is_code=True),
        Cell(reasons, tone="red"),
        Cell(texts),
        Cell(desk.formats.ago(reject.at)),
    )
    return Row(reject.id, reject.key, cells, href)


def reason(problem: SavingProblem) -> str:
    """Why a row was rejected, with the attribute that it is about."""
    return f"{problem.path}: {problem.message}" if problem.path else problem.message


def correction_page(desk: Desk, feed: Interface, reject: Reject, *, is_refused: bool = False) -> RecordPage:
    """The form that corrects a rejected row and loads it."""
    href = desk.addresses.page(FEEDS, feed.name)
    fields = tuple(column_field(reject, name, text) for name, text in reject.texts.items())
    section = SectionView("row", f"{desk.messages.text('line')} {desk.formats.number(reject.line)}", fields)
    problems = tuple(Problem(reason(each), field_of(reject, each), each.code) for each in reject.problems)
    trail = (Link(desk.messages.text("feeds"), desk.addresses.page(FEEDS)), Link(desk.label(feed), href))
    form = RecordForm(f"{href}/{reject.id}", href, "", submit_text=desk.messages.text("replay"))
    return RecordPage(
        shell=shell(desk),
        place=Place(reject.key, trail),
        title=reject.key,
        tabs=(TabView("row", desk.label(feed), (section,)),),
        icon="upload",
        badges=(Badge(desk.messages.text("quarantine"), "amber"),),
        form=form,
        problems=problems,
        is_refused=is_refused,
    )


def column_field(reject: Reject, name: str, text: str) -> FieldView:
    """A column of the row."""
    posted = COLUMN + name
    error = next((each.message for each in reject.problems if each.path == name), "")
    return FieldView(posted, name, value=text, id=element_id(posted), error=error)


def field_of(reject: Reject, problem: SavingProblem) -> str:
    """The field that a problem leads to; none where it is about no column."""
    return element_id(COLUMN + problem.path) if problem.path in reject.texts else ""


def corrections(posted: Mapping[str, str], reject: Reject) -> dict[str, str]:
    """The columns whose text was changed."""
    return {
        name: posted[COLUMN + name]
        for name, text in reject.texts.items()
        if COLUMN + name in posted and posted[COLUMN + name] != text
    }
