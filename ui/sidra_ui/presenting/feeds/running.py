"""Runs of feeds: how far one is, what became of it, and the form that brings a file."""

from __future__ import annotations

from collections.abc import Sequence

from sidra.errors import Conflict, SidraError
from sidra.interfaces.feed import Feed
from sidra.interfaces.files import FileRefused
from sidra.interfaces.runs import Run
from sidra.interfaces.uploads import ENDINGS
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import isolated
from sidra_ui.presenting.frame.shell import FEEDS
from sidra_ui.viewmodels.common import Action, Badge, Meter
from sidra_ui.viewmodels.feeds import RunView, UploadForm
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table
from sidra_ui.viewmodels.view360 import Balance

WHOLE = 100


def run_state(desk: Desk, run: Run) -> Badge:
    """Whether a run goes on, has ended, or ended early."""
    if run.is_under_way(desk.records.now):
        return Badge(desk.messages.text("run_under_way"), "blue", dot=True)
    if run.finished_at is not None:
        return Badge(desk.messages.text("run_finished"), "green", dot=True)
    return Badge(desk.messages.text("run_stopped"), "amber", dot=True)


def view_of_run(desk: Desk, feed: str, run: Run) -> RunView:
    """A run with its counts; while it goes on, with how far it is."""
    messages, number, counts = desk.messages, desk.formats.number, run.counts
    goes_on = run.is_under_way(desk.records.now)
    is_stopped = not goes_on and run.finished_at is None
    tiles = {
        "rows_read": counts.read,
        "rows_loaded": counts.loaded,
        "rows_unchanged": counts.unchanged,
        "rows_quarantined": counts.quarantined,
    }
    return RunView(
        title=messages.text("last_run"),
        file=run.file,
        when=desk.formats.moment(run.started_at),
        state=run_state(desk, run),
        counts=tuple(Balance(messages.text(key), number(count)) for key, count in tiles.items()),
        meter=progress(desk, run) if goes_on else None,
        note=messages.text("run_stopped_text", code=run.stopped_by) if is_stopped else "",
        refresh_href=desk.addresses.page(FEEDS, feed, "run") if goes_on else "",
        cancel=cancelling(desk, feed) if goes_on else None,
    )


def cancelling(desk: Desk, feed: str) -> Action:
    """The button that ends a run."""
    return Action(
        desk.messages.text("run_cancel"),
        desk.addresses.page(FEEDS, feed, "cancel"),
        method="post",
        confirm=desk.messages.text("run_cancel_question"),
    )


def progress(desk: Desk, run: Run) -> Meter:
    """How far a run is; of a file no more is known than how many rows it has at most."""
    percent = min(WHOLE, WHOLE * run.counts.read // run.rows_at_most) if run.rows_at_most else 0
    text = desk.messages.text("rows_progress", read=run.counts.read, most=run.rows_at_most)
    return Meter(percent, desk.messages.text("run_under_way"), text)


def runs_table(desk: Desk, runs: Sequence[Run]) -> Table:
    """Runs before the last one."""
    messages, number = desk.messages, desk.formats.number
    columns = (
        Column("at", messages.text("file")),
        Column("loaded", messages.text("rows_loaded"), is_number=True),
        Column("rejected", messages.text("rows_quarantined"), is_number=True),
    )
    rows = tuple(
        Row(
            run.id,
            run.file,
            (
                Cell(desk.formats.moment(run.started_at), secondary=run.file),
                Cell(number(run.counts.loaded)),
                Cell(number(run.counts.quarantined)),
            ),
        )
        for run in runs
    )
    return Table(messages.text("earlier_runs"), columns, rows, is_compact=True)


def upload_form(
    desk: Desk, feed: Feed, megabytes: int, *, is_busy: bool, refused: SidraError | None = None
) -> UploadForm:
    """Where a file is brought, with why the last one was refused."""
    endings, messages = ENDINGS[feed.shape.format], desk.messages
    told = messages.text("upload_busy" if isinstance(refused, Conflict) else "upload_refused")
    return UploadForm(
        action=desk.addresses.page(FEEDS, feed.name),
        accept=",".join(endings),
        help=messages.text(
            "upload_help",
            endings=isolated(" ".join(endings)),
            encoding=feed.shape.encoding.upper(),
            megabytes=megabytes,
        ),
        error=told if refused is not None else "",
        error_detail=why_refused(desk, refused) if isinstance(refused, FileRefused) else "",
        why_not=messages.text("upload_busy") if is_busy else "",
    )


def why_refused(desk: Desk, refused: FileRefused) -> str:
    """What is wrong with a file, and what to do, in the reader's language as far as it is known."""
    if not refused.slip:
        return f"{refused.code}: {refused.reason}. {refused.hint}"
    # Names of columns, endings and encodings read from left to right in any language.
    details = {name: isolated(value) if isinstance(value, str) else value for name, value in refused.details.items()}
    return f"{desk.messages.text(f'file_{refused.slip}', **details)} ({refused.code})"
