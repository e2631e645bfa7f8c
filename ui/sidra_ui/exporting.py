"""A list as a file: for a spreadsheet, or for other programs. A long one is made by durable work and fetched later."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from pyramid.config import Configurator
from pyramid.response import FileIter, Response

from sidra.exports import asking
from sidra.exports.runs import ExportRun, Form, Wanted
from sidra.preferences.saved_views import account_of
from sidra.records.query import Filter
from sidra.records.spreadsheet import write_sheet
from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer, parameters
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.exports.export_runs import EXPORTS, export_page, export_progress
from sidra_ui.presenting.exports.exported import Exported, exported
from sidra_ui.presenting.lists.asked import Asked

TYPES: Mapping[Form, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IN_MEMORY = 4 * 1024 * 1024
"""Larger files wait on the disk until they are sent."""
RUN = f"/{EXPORTS}/{{id:[0-9a-f-]{{36}}}}"


def includeme(config: Configurator) -> None:
    """The file of each list; it is posted for, since the audit keeps who asked."""
    add_page(config, "export_run", RUN, run_view)
    add_page(config, "export_progress", f"{RUN}/progress", progress_view)
    add_page(config, "export_file", f"{RUN}/file", file_view, methods=("POST",))
    add_page(config, "export_stop", f"{RUN}/stop", stop_view, methods=("POST",))
    add_page(config, "export", f"/{ENTITY}/export", export_view, methods=("POST",))
    add_page(config, "sheet", f"/{ENTITY}/sheet", sheet_view, methods=("POST",))


def export_view(request: Request) -> Response:
    """The list as it is asked for, all of its pages; sent as it is read."""
    desk, entity = desk_of(request), entity_of(request)
    found = asked_for(request, desk, entity)
    if found.is_long and account_of(desk.records) is not None:
        return begun(desk, found, "csv")
    return file_answer(request, desk, entity, "csv", found.export.lines(found.titles, marks_bytes=True))


def sheet_view(request: Request) -> Response:
    """The list as it is asked for as a sheet of Excel, all of its pages."""
    return sheet_answer(request, desk_of(request), entity_of(request))


def sheet_answer(request: Request, desk: Desk, entity: str, narrowed: tuple[Filter, ...] = ()) -> Response:
    """The list as a sheet, or those of its records that further filters leave."""
    found = asked_for(request, desk, entity, narrowed)
    if found.is_long and account_of(desk.records) is not None:
        return begun(desk, found, "xlsx")
    # The answer reads it to its end and closes it.
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - see above
    is_right_to_left = desk.direction == "rtl"
    name, zone = desk.plural(desk.model.entity(entity)), desk.model.time_zone
    write_sheet(found.export, file, found.titles, name=name, zone=zone, is_right_to_left=is_right_to_left)
    file.seek(0)
    return file_answer(request, desk, entity, "xlsx", FileIter(file))


def asked_for(request: Request, desk: Desk, entity: str, narrowed: tuple[Filter, ...] = ()) -> Exported:
    """What the address asks for, and no more rows of it than its reader may have."""
    limit = asking.row_limit(desk.records, request.registry.sidra_settings.export_rows)
    return exported(desk, entity, Asked.of(parameters(request)), limit, narrowed)


def begun(desk: Desk, found: Exported, form: Form) -> Response:
    """Have the file made, and lead to the page that tells how far it is."""
    entity = found.entity
    wanted = Wanted(
        entity=entity.name,
        query=found.query,
        members=found.export.members,
        titles=found.titles,
        form=form,
        name=desk.plural(entity),
        is_right_to_left=desk.direction == "rtl",
    )
    return go_to(desk.addresses.page(EXPORTS, asking.begin(desk.records, wanted, found.limit)))


def file_answer(request: Request, desk: Desk, entity: str, form: Form, content: Iterator[bytes] | FileIter) -> Response:
    """A file to be saved, which nothing keeps on the way."""
    day = desk.formats.day(desk.records.now).isoformat()
    name = quote(f"{request.affiliate}-{entity}-{day}.{form}")
    response = Response(
        app_iter=content,
        content_type=TYPES[form],
        charset="utf-8" if form == "csv" else None,
        content_disposition=f'attachment; filename="{name}"',
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def own(request: Request, desk: Desk) -> ExportRun:
    """The run that the address names; raises NotFound."""
    return asking.own(desk.records, request.matchdict["id"])


def run_view(request: Request) -> Response:
    """How far a file is, and where it is had."""
    desk = desk_of(request)
    return page_answer(request, desk, export_page(desk, own(request, desk)))


def progress_view(request: Request) -> Response:
    """The same, of a page that stands already."""
    desk = desk_of(request)
    return fragment_answer(request, desk, export_progress(desk, own(request, desk)))


def file_view(request: Request) -> Response:
    """The file."""
    desk = desk_of(request)
    run = own(request, desk)
    content = asking.given(desk.records, run.id)
    return file_answer(request, desk, run.wanted.entity, run.wanted.form, content)


def stop_view(request: Request) -> Response:
    """End a run that goes on, or delete its file."""
    desk = desk_of(request)
    run = own(request, desk)
    asking.stop(desk.records, run.id)
    return go_to(desk.addresses.list(run.wanted.entity) if run.is_over else desk.addresses.page(EXPORTS, run.id))
