"""The first page after signing in: figures, ways to frequent tasks, and what is newest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from sidra.errors import SidraError
from sidra.records.query import Query
from sidra.web.overviews import Overview
from sidra_metamodel.kinds.menu import MenuItem
from sidra_metamodel.language import Formula
from sidra_ui.presenting.columns import sources
from sidra_ui.presenting.configuration.differing import differences_panel, layers_panel
from sidra_ui.presenting.customers.panels import card
from sidra_ui.presenting.dashboards.dashboards import home_tiles
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import MAIN_MENU, count_text, menu_items, shell
from sidra_ui.presenting.lists.tables import is_withheld, layout, on_a_phone, table
from sidra_ui.viewmodels.common import Link, Tone
from sidra_ui.viewmodels.dashboards import Figure, TileView
from sidra_ui.viewmodels.pages import HomePage, Shortcut
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.view360 import Kpi, Panel

SHORTCUTS, FIGURES, BOXES, NEWEST = 4, 5, 3, 6
NOTHING: Tone = "neutral"
"""The colour of a figure that is nought."""

Entry = tuple[MenuItem, str]


def home_page(desk: Desk, overview: Overview | None = None) -> HomePage:
    """The home of the reader; `overview` is that of the configuration, for those who edit it."""
    entries = list(entries_of(desk))
    own = home_tiles(desk)
    boxes = [own_box(tile) for tile in own if not tile.is_figure] or newest_boxes(desk, entries)
    known = [own_figure(tile) for tile in own if tile.figure is not None]
    known = known or attention(list(figures(desk, entries)))[:FIGURES]
    if overview is not None:
        boxes = [differences_panel(desk, overview), layers_panel(desk, overview), *boxes]
    return HomePage(
        shell=shell(desk),
        place=Place(desk.messages.text("home")),
        greeting=desk.messages.text("greeting", name=desk.records.actor.name),
        summary=desk.formats.date(desk.formats.today()),
        kpis=tuple(known),
        shortcuts=tuple(islice(shortcuts(desk, entries), SHORTCUTS)),
        main=tuple(boxes[::2]),
        side=tuple(boxes[1::2]),
        has_charts=any(each.chart is not None for each in boxes),
    )


def own_figure(tile: TileView) -> Kpi:
    """A figure of the reader's own dashboard."""
    figure = tile.figure or Figure("—")
    tone = "accent" if figure.href else NOTHING
    return Kpi(tile.title, figure.value, delta=figure.delta, tone=tone, trend=figure.trend, href=figure.href)


def own_box(tile: TileView) -> Panel:
    """A list or a chart of the reader's own dashboard."""
    link = tile.link
    if tile.state in {"empty", "error"}:
        state: Literal["empty", "error"] = "empty" if tile.state == "empty" else "error"
        return Panel(tile.id, tile.title, tile.icon, link=link, state=state, message=tile.message)
    return Panel(tile.id, tile.title, tile.icon, link=link, table=tile.table, chart=tile.chart)


def newest_boxes(desk: Desk, entries: list[Entry]) -> list[Panel]:
    """What is newest of the first places of the menu."""
    return filled([box(desk, item, entity) for item, entity in newest(entries)])[:BOXES]


def entries_of(desk: Desk) -> Iterator[Entry]:
    """The entries of the menu that the reader may open."""
    menu = desk.model.menus.get(MAIN_MENU)
    for group in menu.groups.values() if menu is not None else ():
        if not group.hidden:
            yield from menu_items(desk, group.items.values())


def figures(desk: Desk, entries: list[Entry]) -> Iterator[Kpi]:
    """How many records ask for attention: those that the menu counts, and the narrowest view of each list."""
    for item, entity in entries:
        plural = desk.text(item.label) or desk.plural(desk.model.entity(entity))
        views = [view for view in desk.screens.list_of(entity).views.values() if view.filter and not view.hidden]
        counted = next((view for view in views if item.count and same(view.filter, item.count)), None)
        if item.count is not None and counted is None:
            yield from figure(desk, entity, plural, item.count, desk.addresses.list(entity))
        for view in dict.fromkeys(each.name for each in (counted, *views[-1:]) if each is not None):
            found = desk.screens.list_of(entity).views[view]
            name = desk.messages.text("view_of", name=plural, view=desk.label(found))
            yield from figure(desk, entity, name, found.filter, desk.addresses.list(entity, ("view", view)))


def attention(found: list[Kpi]) -> list[Kpi]:
    """Figures that are something before those that are nothing."""
    return sorted(found, key=lambda kpi: kpi.tone == NOTHING)


def same(one: Formula | None, other: Formula) -> bool:
    """Whether two conditions read alike."""
    return one is not None and one.text == other.text


def figure(desk: Desk, entity: str, text: str, condition: Formula | None, href: str) -> Iterator[Kpi]:
    """How many records of a list fulfil a condition; nothing where they cannot be counted."""
    try:
        where = desk.screens.condition([desk.screens.list_of(entity).filter, condition])
        found = desk.records.list(entity, Query(where=where, limit=0)).count
    except SidraError:
        return
    is_some = found is not None and found.value > 0
    yield Kpi(text, count_text(desk, found), tone="accent" if is_some else NOTHING, href=href)


def shortcuts(desk: Desk, entries: list[Entry]) -> Iterator[Shortcut]:
    """New records of what the reader works with most."""
    for item, entity in entries:
        declared = desk.model.entity(entity)
        if desk.records.may(entity, "create") and not declared.abstract:
            text = desk.new(declared)
            icon = desk.icon(item.icon, declared.icon)
            yield Shortcut(text, desk.addresses.new(entity), icon, desk.text(declared.help))


def newest(entries: list[Entry]) -> list[Entry]:
    """What asks for attention, then the first places of the menu."""
    asking = [entry for entry in entries if entry[0].count is not None]
    return list({entity: (item, entity) for item, entity in [*asking, *entries]}.values())[: BOXES * 2]


def filled(boxes: list[Panel]) -> list[Panel]:
    """Boxes with something in them before those without."""
    return sorted(boxes, key=lambda box: box.state == "empty")


def box(desk: Desk, item: MenuItem, entity: str) -> Panel:
    """The newest records of an entity: open ones where some ask for attention."""
    declared = desk.model.entity(entity)
    title = desk.text(item.label) or desk.plural(declared)
    icon = desk.icon(item.icon, declared.icon)
    link = Link(desk.messages.text("view_all"), desk.addresses.list(entity))
    try:
        query = Query(where=desk.screens.condition([item.count]), limit=NEWEST, count=False)
        records = desk.records.list(entity, query).records
    except SidraError:
        return Panel(entity, title, icon, state="error", message=desk.messages.text("source_unavailable", name=title))
    if not records:
        return Panel(entity, title, icon, link=link, state="empty", message=desk.messages.text("nothing_here"))
    columns = sources(desk, entity, desk.screens.list_of(entity).columns.values())
    listed = [*columns[:1], *(each for each in columns[1:] if not is_withheld(desk, each, records))]
    kept = on_a_phone(desk, listed)
    found = [each for each in listed if each in kept]
    if item.count is not None:
        laid = layout(desk, entity, found, records)
        return Panel(entity, title, icon, link=link, table=table(desk, title, laid, records))
    return Panel(entity, title, icon, link=link, items=tuple(card(desk, declared, found, each) for each in records))
