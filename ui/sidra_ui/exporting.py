"""A list as a file for a spreadsheet."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, parameters
from sidra_ui.presenting.listing import Asked, exported

CSV = "text/csv"


def includeme(config: Configurator) -> None:
    """The file of each list; it is posted for, since the audit keeps who asked."""
    config.registry.export_rows = config.registry.sidra_settings.export_rows
    add_page(config, "export", f"/{ENTITY}/export", export_view, methods=("POST",))


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
