"""Dashboards and their tiles, and lists as charts."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.web.request import Request
from sidra_ui.exporting import file_answer
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, page_answer, parameters
from sidra_ui.presenting.charts.listcharts import CHART, list_chart_page
from sidra_ui.presenting.dashboards.dashboards import DASHBOARDS, dashboard_page, one_tile
from sidra_ui.presenting.dashboards.points import POINT, point_view
from sidra_ui.presenting.dashboards.tile_files import tile_lines

NAME = "[a-z][a-z0-9_]*"


def includeme(config: Configurator) -> None:
    """Each dashboard, each of its tiles, and the chart of each list."""
    add_page(config, "dashboard", f"/{DASHBOARDS}/{{screen:{NAME}}}", dashboard_view)
    add_page(config, "tile", f"/{DASHBOARDS}/{{screen:{NAME}}}/{{tile:{NAME}}}", tile_view)
    add_page(config, "tile_file", f"/{DASHBOARDS}/{{screen:{NAME}}}/{{tile:{NAME}}}/file", file_view, methods=("POST",))
    add_page(config, "point", f"/{ENTITY}/{POINT}", point_fragment)
    add_page(config, "list_chart", f"/{ENTITY}/{CHART}", list_chart_view)


def dashboard_view(request: Request) -> Response:
    """The page; its tiles follow."""
    desk = desk_of(request)
    return page_answer(request, desk, dashboard_page(desk, request.matchdict["screen"], request.GET))


def tile_view(request: Request) -> Response:
    """One tile with its numbers."""
    desk, names = desk_of(request), request.matchdict
    return fragment_answer(request, desk, one_tile(desk, names["screen"], names["tile"], request.GET))


def file_view(request: Request) -> Response:
    """The numbers of a tile as a file; the audit keeps who took them along."""
    desk, names = desk_of(request), request.matchdict
    content = tile_lines(desk, names["screen"], names["tile"], request.GET)
    return file_answer(request, desk, f"{names['screen']}-{names['tile']}", "csv", iter([content]))


def point_fragment(request: Request) -> Response:
    """A number of a chart, broken down."""
    desk = desk_of(request)
    return fragment_answer(request, desk, point_view(desk, entity_of(request), parameters(request)))


def list_chart_view(request: Request) -> Response:
    """A list as a chart."""
    desk = desk_of(request)
    return page_answer(request, desk, list_chart_page(desk, entity_of(request), parameters(request)))
