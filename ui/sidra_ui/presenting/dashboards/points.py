"""A number of a chart, broken down by another attribute of the records that it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sidra.records.aggregating import Aggregate, Aggregation, aggregate, groups_by
from sidra_metamodel.kinds.screens.dashboard import Tile
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.charts.charting import Drawing, by_groups
from sidra_ui.presenting.charts.measuring import Measure, measure_of
from sidra_ui.presenting.charts.slicing import GROUP, TILE, Pair, member_title
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.listing import Listing
from sidra_ui.viewmodels.charts import Chart
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.dashboards import PointView
from sidra_ui.viewmodels.fields import Option

POINT, BY = "point", "by"
MOST_BARS = 8
ORDER = ("enum", "queue", "user", "boolean", "relation")
"""What says most of why a number is as it is: texts of any kind come last."""


def point_view(desk: Desk, entity: str, given: Sequence[Pair]) -> PointView:
    """What a number is made of; raises Forbidden, NotFound or BadQuery."""
    listing = Listing(desk, entity, Asked.of(given))
    tile = listing.tile[0] if listing.tile is not None else None
    measure = measure_of(desk, listing.entity, measured(tile))
    ways = list(breakable(listing))
    wanted = dict(given).get(BY, "")
    by = wanted if wanted in ways else next(iter(ways), "")
    kept = [pair for pair in listing.asked.parameters() if pair[1]]
    records = desk.records.list(entity, replace(listing.whole, limit=0, sort=(), counts_all=True)).count
    found = aggregate(desk.records, entity, Aggregation(listing.whole, by, None, measure.name, MOST_BARS))
    link = desk.messages.text("point_list", count=records.value if records is not None else 0)
    return PointView(
        title=next((cut.text for cut in listing.slices if cut.pair[0] == TILE), desk.plural(listing.entity)),
        href=desk.addresses.page(entity, POINT),
        kept=tuple(kept),
        trail=tuple(cut.text for cut in listing.slices if cut.title and cut.pair[0] != TILE),
        value=measure.text(desk, measure.of(found.total()), found.currency),
        link=Link(link, with_query(desk.addresses.list(entity), kept)),
        by=tuple(Option(name, member_title(desk, listing.entity, name), name == by) for name in ways),
        chart=_chart(listing, measure, by, found) if by else None,
        message="" if by else desk.messages.text("point_no_more"),
    )


def measured(tile: Tile | None) -> str:
    """What a tile measures, as choices name it."""
    if tile is None or not (tile.sum or tile.avg):
        return "count"
    return f"sum:{tile.sum}" if tile.sum else f"avg:{tile.avg}"


def breakable(listing: Listing) -> Iterator[str]:
    """The members by which the number may be divided, code lists first; none that it is narrowed to already."""
    desk, entity = listing.desk, listing.entity
    taken = {cut.pair[0].removeprefix(GROUP) for cut in listing.slices if cut.pair[0].startswith(GROUP)}
    names = [name for name in groups_by(desk.records.readable(entity.name)) if name not in taken]

    def order(name: str) -> int:
        attribute = entity.attributes.get(name)
        base = desk.model.base_type(attribute) if attribute is not None else "relation"
        return ORDER.index(base) if base in ORDER else len(ORDER)

    yield from sorted(names, key=order)


def _chart(listing: Listing, measure: Measure, by: str, found: Aggregate) -> Chart:
    desk, entity = listing.desk, listing.entity

    def address(pairs: list[Pair]) -> str:
        kept = replace(listing.asked, slices=(*listing.asked.slices, *pairs))
        return with_query(desk.addresses.list(entity.name), [pair for pair in kept.parameters() if pair[1]])

    title = member_title(desk, entity, by)
    drawing = Drawing(desk, entity, measure, address, "point", title, "bar", is_horizontal=True)
    return replace(by_groups(drawing, by, found), size="small")
