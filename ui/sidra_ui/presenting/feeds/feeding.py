"""Feeds: what they load, how their runs go, and the rows that they rejected, to be corrected and loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sidra.errors import Problem as SavingProblem
from sidra.interfaces.loading import FeedLoader
from sidra.interfaces.quarantine import Reject
from sidra_metamodel.kinds.interface import Interface
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.feeds.running import run_state, runs_table, view_of_run
from sidra_ui.presenting.forms.controls import element_id
from sidra_ui.presenting.frame.shell import FEEDS, shell
from sidra_ui.viewmodels.common import Badge, Link
from sidra_ui.viewmodels.feeds import FeedPage, FeedsPage, UploadForm
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.records import Problem, RecordForm, RecordPage, SectionView, TabView
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Pager, Row, Table

ROWS = 50
COLUMN = "column."
"""Begins the name of each field of a row's form."""


def feeds(desk: Desk) -> Iterator[Interface]:
    """The feeds of the affiliate."""
    return (each for each in desk.model.interfaces.values() if each.kind_ == "feed" and each.into and each.key)


def feeds_page(desk: Desk, loaders: Mapping[str, FeedLoader]) -> FeedsPage:
    """All feeds, each with its last run and the number of its rejected rows."""
    title, messages = desk.messages.text("feeds"), desk.messages
    columns = (
        Column("name", messages.text("feed")),
        Column("into", messages.text("loads"), is_secondary=True),
        Column("run", messages.text("last_run")),
        Column("read", messages.text("rows_read"), is_number=True, is_secondary=True),
        Column("loaded", messages.text("rows_loaded"), is_number=True, is_secondary=True),
        Column("unchanged", messages.text("rows_unchanged"), is_number=True, is_secondary=True),
        Column("rejects", messages.text("quarantine"), is_number=True),
    )
    rows = tuple(feed_row(desk, feed, loaders[feed.name]) for feed in feeds(desk))
    return FeedsPage(shell(desk), Place(title), Table(title, columns, rows, empty_text=messages.text("nothing_here")))


def feed_row(desk: Desk, feed: Interface, loader: FeedLoader) -> Row:
    """One feed, with what became of its last run."""
    actor, number = desk.records.actor, desk.formats.number
    count, href = loader.reject_count(actor), desk.addresses.page(FEEDS, feed.name)
    name, target = desk.label(feed), desk.plural(desk.model.entity(str(feed.into)))
    first = Cell(name, secondary=feed.name, is_secondary_code=True, href=href, is_strong=True)
    last = next(iter(loader.runs(actor, limit=1)), None)
    went: tuple[Cell, ...] = (Cell(desk.messages.text("never_run")), Cell(), Cell(), Cell())
    if last is not None:
        numbers = (last.counts.read, last.counts.loaded, last.counts.unchanged)
        when = Cell(badges=(run_state(desk, last),), secondary=f"{desk.formats.ago(last.started_at)} · {last.file}")
        went = (when, *(Cell(number(one)) for one in numbers))
    kept = Cell(badges=(Badge(number(count), "amber" if count else "green"),))
    return Row(feed.name, name, (first, Cell(target), *went, kept), href)


def feed_page(desk: Desk, feed: Interface, loader: FeedLoader, upload: UploadForm, at: int = 1) -> FeedPage:
    """A feed: where a file is brought, how its runs went, and the rows that they rejected."""
    actor, messages = desk.records.actor, desk.messages
    total, found = loader.reject_count(actor), loader.rejects(actor, limit=ROWS, offset=at - 1)
    runs = loader.runs(actor)
    href = desk.addresses.page(FEEDS, feed.name)
    trail = (Link(messages.text("feeds"), desk.addresses.page(FEEDS)),)
    return FeedPage(
        shell=shell(desk),
        place=Place(desk.label(feed), trail),
        name=feed.name,
        summary=desk.plural(desk.model.entity(str(feed.into))),
        upload=upload,
        run=view_of_run(desk, feed.name, runs[0]) if runs else None,
        earlier=runs_table(desk, runs[1:]),
        rejects=rejects_table(desk, loader, found),
        pager=quarantine_pager(desk, href, at, len(found), total),
    )


def rejects_table(desk: Desk, loader: FeedLoader, found: Sequence[Reject]) -> Table:
    """Rejected rows, each with the columns concerned and what stands in them, and the reasons."""
    messages = desk.messages
    columns = (
        Column("line", messages.text("line"), is_number=True),
        Column("key", messages.text("row")),
        Column("column", messages.text("column_concerned")),
        Column("reason", messages.text("reason")),
        Column("at", messages.text("rejected_at"), is_secondary=True),
    )
    rows = tuple(reject_row(desk, loader, reject) for reject in found)
    return Table(messages.text("quarantine"), columns, rows, empty_text=messages.text("quarantine_empty"))


def quarantine_pager(desk: Desk, href: str, at: int, shown: int, total: int) -> Pager:
    """Which rows are shown, and the ways on."""
    last = at + shown - 1
    return Pager(
        desk.messages.text("range", first=at, last=last, total=total) if shown else "",
        first_href=href if at > 1 else "",
        previous_href=with_query(href, (("at", str(max(1, at - ROWS))),)) if at > 1 else "",
        next_href=with_query(href, (("at", str(at + ROWS)),)) if last < total else "",
    )


def reject_row(desk: Desk, loader: FeedLoader, reject: Reject) -> Row:
    """One rejected row."""
    href = desk.addresses.page(FEEDS, reject.feed, reject.id)
    concerned = dict.fromkeys(column for each in reject.problems if (column := column_of(loader, reject, each)))
    marks = tuple(Badge(f"{column}: {shown_text(desk, reject, column)}", "red") for column in concerned)
    cells = (
        Cell(desk.formats.number(reject.line)),
        Cell(reject.key, href=href, is_code=True),
        Cell(badges=marks),
        Cell(" · ".join(each.message for each in reject.problems)),
        Cell(desk.formats.ago(reject.at)),
    )
    return Row(reject.id, reject.key, cells, href)


def shown_text(desk: Desk, reject: Reject, column: str) -> str:
    """What stands in a column of a row, or that nothing does."""
    return reject.texts[column].strip() or desk.messages.text("empty_text")


def column_of(loader: FeedLoader, reject: Reject, problem: SavingProblem) -> str:
    """The column of the row that a problem is about; empty where it is about none of them."""
    column = loader.feed.columns.of(problem.path)
    return column if column in reject.texts else ""


def correction_page(
    desk: Desk, feed: Interface, loader: FeedLoader, reject: Reject, *, is_refused: bool = False
) -> RecordPage:
    """The form that corrects a rejected row and loads it: the columns concerned stand first."""
    href, messages = desk.addresses.page(FEEDS, feed.name), desk.messages
    columns = {each: column_of(loader, reject, each) for each in reject.problems}
    fields = {name: column_field(reject, name, columns) for name in reject.texts}
    concerned = tuple(field for name, field in fields.items() if name in columns.values())
    rest = tuple(field for name, field in fields.items() if name not in columns.values())
    sections = (
        SectionView("concerned", messages.text("to_correct"), concerned),
        SectionView("row", messages.text("rest_of_row") if concerned else messages.text("contents"), rest),
    )
    problems = tuple(
        Problem(problem_text(each, column), element_id(COLUMN + column) if column else "", each.code)
        for each, column in columns.items()
    )
    trail = (Link(messages.text("feeds"), desk.addresses.page(FEEDS)), Link(desk.label(feed), href))
    form = RecordForm(f"{href}/{reject.id}", href, "", submit_text=messages.text("replay"))
    line = f"{messages.text('line')} {desk.formats.number(reject.line)}"
    return RecordPage(
        shell=shell(desk),
        place=Place(reject.key, trail),
        title=reject.key,
        tabs=(TabView("row", desk.label(feed), tuple(section for section in sections if section.fields)),),
        icon="upload",
        badges=(Badge(messages.text("quarantine"), "amber"), Badge(line)),
        form=form,
        problems=problems,
        is_refused=is_refused,
    )


def problem_text(problem: SavingProblem, column: str) -> str:
    """Why a row was rejected, with the column that it is about."""
    return f"{column}: {problem.message}" if column else problem.message


def column_field(reject: Reject, name: str, columns: Mapping[SavingProblem, str]) -> FieldView:
    """A column of the row, with the message about it."""
    posted = COLUMN + name
    error = " ".join(each.message for each, column in columns.items() if column == name)
    return FieldView(posted, name, value=reject.texts[name], id=element_id(posted), error=error)


def corrections(posted: Mapping[str, str], reject: Reject) -> dict[str, str]:
    """The columns whose text was changed."""
    return {
        name: posted[COLUMN + name]
        for name, text in reject.texts.items()
        if COLUMN + name in posted and posted[COLUMN + name] != text
    }
