"""A list as a file: for a spreadsheet, or for other programs."""

from __future__ import annotations

import tempfile

from pyramid.config import Configurator
from pyramid.response import FileIter, Response

from sidra.records.query import Filter
from sidra.records.spreadsheet import write_sheet
from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, parameters
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.listing import exported

CSV = "text/csv"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 4 * 1024 * 1024
"""Larger files wait on the disk until they are sent."""


def includeme(config: Configurator) -> None:
    """The file of each list; it is posted for, since the audit keeps who asked."""
    config.registry.export_rows = config.registry.sidra_settings.export_rows
    add_page(config, "export", f"/{ENTITY}/export", export_view, methods=("POST",))
    add_page(config, "sheet", f"/{ENTITY}/sheet", sheet_view, methods=("POST",))


def export_view(request: Request) -> Response:
    """The list as it is asked for, all of its pages; sent as it is read."""
    desk, entity = desk_of(request), entity_of(request)
    export, titles = exported(desk, entity, Asked.of(parameters(request)), request.registry.export_rows)
    day = desk.formats.day(desk.records.now).isoformat()
    response = Response(
        app_iter=export.lines(titles, marks_bytes=True),
        content_type=CSV,
        charset="utf-8",
        content_disposition=f'attachment; filename="{request.affiliate}-{entity}-{day}.csv"',
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def sheet_view(request: Request) -> Response:
    """The list as it is asked for as a sheet of Excel, all of its pages."""
    return sheet_answer(request, desk_of(request), entity_of(request))


def sheet_answer(request: Request, desk: Desk, entity: str, narrowed: tuple[Filter, ...] = ()) -> Response:
    """The list as a sheet, or those of its records that further filters leave."""
    asked, limit = Asked.of(parameters(request)), request.registry.export_rows
    export, titles = exported(desk, entity, asked, limit, narrowed)
    # The answer reads it to its end and closes it.
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - see above
    write_sheet(
        export,
        file,
        titles,
        name=desk.plural(desk.model.entity(entity)),
        zone=desk.model.time_zone,
        is_right_to_left=desk.direction == "rtl",
    )
    file.seek(0)
    day = desk.formats.day(desk.records.now).isoformat()
    response = Response(
        app_iter=FileIter(file),
        content_type=SHEET,
        content_disposition=f'attachment; filename="{request.affiliate}-{entity}-{day}.xlsx"',
    )
    response.headers["Cache-Control"] = "no-store"
    return response
