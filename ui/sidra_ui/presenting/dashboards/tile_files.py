"""The numbers of a tile as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from sidra.access.functions import EXPORT
from sidra.audit.journal import Event
from sidra.records.exporting import BEGUN, BYTE_ORDER_MARK, FORMULA, MARK
from sidra.records.work import UnitOfWork
from sidra_ui.presenting.dashboards.dashboards import one_tile
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.charts import Chart
from sidra_ui.viewmodels.dashboards import TileView
from sidra_ui.viewmodels.tables import Cell, Table


def tile_lines(desk: Desk, screen: str, tile: str, given: Mapping[str, str]) -> bytes:
    """The file, once it is kept who took it along; raises Forbidden without the function `export`, NotFound."""
    desk.records.profile.demand(EXPORT)
    view = one_tile(desk, screen, tile, given)
    source = desk.model.screens[screen].tiles[tile].source

    def note(unit: UnitOfWork) -> None:
        reason = f"tile {screen}.{tile}"
        unit.runtime.audit.write(unit, Event(actor=unit.actor, at=unit.now, action=BEGUN, entity=source, reason=reason))

    desk.records.runtime.transact(desk.records.actor, note)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([safe(text) for text in line] for line in lines(view))
    return (BYTE_ORDER_MARK + buffer.getvalue()).encode("utf-8", "replace")


def lines(view: TileView) -> Iterator[list[str]]:
    """The head and the rows of a tile; none where there is nothing to count."""
    if view.chart is not None:
        yield from of_chart(view.chart)
    elif view.table is not None:
        yield from of_table(view.table)


def of_chart(chart: Chart) -> Iterator[list[str]]:
    """The numbers behind a drawing, as numbers."""
    yield [chart.category_title, *(one.name for one in chart.series)]
    for place, category in enumerate(chart.categories):
        values = (one.points[place].value for one in chart.series)
        yield [category, *("" if value is None else f"{value:.10g}" for value in values)]


def of_table(table: Table) -> Iterator[list[str]]:
    """The texts of a table; bars say nothing that the number beside them does not."""
    shown = [place for place, column in enumerate(table.columns) if column.name != "share"]
    yield [table.columns[place].title for place in shown]
    for row in table.rows:
        yield [text_of(row.cells[place]) for place in shown]


def text_of(cell: Cell | str) -> str:
    """What a cell says."""
    if isinstance(cell, str):
        return cell
    badges = " ".join(badge.text for badge in cell.badges)
    return cell.text or badges or (cell.meter.text if cell.meter is not None else "")


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    is_number = text.removeprefix("-").replace(".", "", 1).isdecimal()
    return text if is_number or not text.lstrip().startswith(FORMULA) else MARK + text
