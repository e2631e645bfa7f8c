"""How a list becomes a file: its page, for whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from sidra.exports.runs import CANCELLED, ExportRun
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.records.attachments import size_text
from sidra_ui.viewmodels.bulk import BulkPage, BulkProgress
from sidra_ui.viewmodels.common import Action, Link
from sidra_ui.viewmodels.shell import Place

EXPORTS = "exports"
OTHER_RIGHTS = "R143"


def export_page(desk: Desk, run: ExportRun) -> BulkPage:
    """The page of a run."""
    entity = desk.model.entities.get(run.wanted.entity)
    plural = desk.plural(entity) if entity is not None else run.wanted.entity
    back = Link(plural, desk.addresses.list(run.wanted.entity))
    place = Place(desk.messages.text("export_title", name=plural), (back,))
    return BulkPage(shell(desk), place, desk.formats.moment(run.at), export_progress(desk, run), back)


def export_progress(desk: Desk, run: ExportRun) -> BulkProgress:
    """How far it is, and where the file is had."""
    return BulkProgress(
        topic=f"job:{run.id}",
        href=desk.addresses.page(EXPORTS, run.id, "progress"),
        text=told(desk, run),
        done=run.total if run.is_ready else run.rows,
        total=run.total,
        is_over=run.is_over,
        actions=tuple(actions(desk, run)),
        note=note(desk, run),
    )


def told(desk: Desk, run: ExportRun) -> str:
    """What became of it until now."""
    text = desk.messages.text
    if run.is_ready:
        return text("export_ready", count=run.rows, size=size_text(desk, run.size))
    if not run.is_over:
        return text("export_running", count=run.rows, total=run.total) if run.total else text("export_waits")
    return text(
        {CANCELLED: "export_cancelled", OTHER_RIGHTS: "export_other_rights"}.get(run.stopped_by, "export_failed")
    )


def note(desk: Desk, run: ExportRun) -> str:
    """What else its person should know."""
    if not run.is_over:
        return desk.messages.text("export_away")
    return desk.messages.text("export_until", when=desk.formats.moment(run.until)) if run.is_ready else ""


def actions(desk: Desk, run: ExportRun) -> Iterator[Action]:
    """What its person can do."""
    text, here = desk.messages.text, (EXPORTS, run.id)
    if run.is_ready:
        yield Action(text("export_download"), desk.addresses.page(*here, "file"), "download", "primary", method="post")
        yield Action(text("export_delete"), desk.addresses.page(*here, "stop"), "trash-2", method="post")
    elif not run.is_over:
        yield Action(text("bulk_cancel"), desk.addresses.page(*here, "stop"), "x", method="post")
    else:
        yield Action(text("export_again"), desk.addresses.list(run.wanted.entity), "refresh-cw")
