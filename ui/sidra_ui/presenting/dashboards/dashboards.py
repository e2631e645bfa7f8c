"""Dashboards: the page with its tiles, and one tile at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sidra.access.functions import REPORTS
from sidra.errors import NotFound
from sidra.records.recounting import Recount
from sidra_metamodel.checking.dashboards import narrows
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.dashboard import Tile
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.charts.slicing import GROUP, group_pair
from sidra_ui.presenting.dashboards.spans import SPANS
from sidra_ui.presenting.dashboards.tiles import UNIT, Asked, sees, tile_head, tile_view
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.lists.filtering import options_of
from sidra_ui.viewmodels.boards import FormLink
from sidra_ui.viewmodels.dashboards import DashboardPage, TileView
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place

DASHBOARDS = "dashboards"
MAX_VALUE = 80
"""Characters of a value by which the page is narrowed."""
STALE_SECONDS = 30
"""How old numbers may be where a dashboard does not say how often it counts anew."""


def asked_of(desk: Desk, screen: Screen, given: Mapping[str, str]) -> Asked:
    """What an address asks for; anything odd counts as not said."""
    wanted = given.get("span", "")
    span = next((name for name in SPANS if name == wanted), screen.span)
    unit = given.get(UNIT, "")
    narrowed = tuple(
        group_pair(name, value) for name in screen.narrowed_by if (value := given.get(GROUP + name, "")[:MAX_VALUE])
    )
    return Asked(span, unit if unit in units_of(desk) else "", narrowed)


def narrowings(desk: Desk, screen: Screen, asked: Asked) -> Iterator[FieldView]:
    """The choices that narrow all tiles that have the attribute; those that the reader may not ask are left out."""
    chosen = dict(asked.narrowed)
    for name in screen.narrowed_by:
        source = next(
            (one.source for one in tiles_of(desk, screen) if narrows(desk.model, desk.model.entity(one.source), name)),
            "",
        )
        if source and desk.records.view(source).common_level(name) in {"read", "edit"}:
            attribute = desk.model.entity(source).attributes[name]
            options = tuple(values_of(desk, attribute, chosen.get(GROUP + name, "")))
            yield FieldView(GROUP + name, desk.label(attribute), "select", id=f"narrow-{name}", options=options)


def values_of(desk: Desk, attribute: Attribute, chosen: str) -> Iterator[Option]:
    """The values of an attribute to choose one from."""
    if desk.model.base_type(attribute) == "boolean":
        for word, key in (("true", "yes"), ("false", "no")):
            yield Option(word, desk.messages.text(key), word == chosen)
    else:
        yield from options_of(desk, attribute, (chosen,))


def units_of(desk: Desk) -> list[str]:
    """The units that the reader may choose: the own ones, else all."""
    declared = desk.model.layer.units
    own = [name for name in desk.records.actor.units if name in declared]
    return own or list(declared)


def dashboard_of(desk: Desk, name: str) -> Screen:
    """The screen of a dashboard; raises Forbidden or NotFound."""
    screen = desk.model.screens.get(name)
    if screen is None or not is_home(desk, screen):
        desk.records.profile.demand(REPORTS)
    if screen is None or screen.kind_ != "dashboard":
        raise NotFound(f"no dashboard `{name[:60]}`", hint="use the menu")
    return screen


def is_home(desk: Desk, screen: Screen) -> bool:
    """Whether a dashboard stands on the reader's first page."""
    return screen.kind_ == "dashboard" and bool(screen.home_of & desk.records.actor.roles)


def home_tiles(desk: Desk) -> list[TileView]:
    """The tiles of the dashboards that stand on the reader's first page, with their numbers."""
    screens = [screen for screen in desk.model.screens.values() if is_home(desk, screen)]
    return [
        tile_view(desk, screen, tile, Asked(screen.span), Recount(0))
        for screen in screens
        for tile in tiles_of(desk, screen)
    ]


def tiles_of(desk: Desk, screen: Screen) -> Iterator[Tile]:
    """The tiles that the reader sees."""
    yield from (tile for tile in screen.tiles.values() if sees(desk, tile))


def dashboard_page(desk: Desk, name: str, given: Mapping[str, str]) -> DashboardPage:
    """A dashboard whose tiles ask for their numbers once it stands; raises Forbidden or NotFound."""
    screen = dashboard_of(desk, name)
    asked = asked_of(desk, screen, given)
    here = desk.addresses.page(DASHBOARDS, name)
    shown = list(tiles_of(desk, screen))
    heads = [tile_head(desk, screen, tile, asked) for tile in shown]
    is_timed = any(tile.at or tile.series for tile in shown)
    return DashboardPage(
        shell=shell(desk),
        place=Place(desk.label(screen)),
        spans=tuple(
            FormLink(
                desk.messages.text(f"span_{each}"),
                with_query(here, replace(asked, span=each).parameters()),
                "",
                each == asked.span,
            )
            for each in (SPANS if is_timed else ())
        ),
        units=tuple(
            Option(unit, desk.label(desk.model.layer.units[unit]), unit == asked.unit) for unit in units_of(desk)
        ),
        kept=(("span", asked.span),) if is_timed else (),
        narrowed=tuple(narrowings(desk, screen, asked)),
        figures=tuple(head for head in heads if head.is_figure),
        tiles=tuple(head for head in heads if not head.is_figure),
        refresh_seconds=int(screen.refresh.total_seconds()) if screen.refresh else 0,
    )


def one_tile(desk: Desk, name: str, tile: str, given: Mapping[str, str]) -> TileView:
    """One tile with its numbers; raises Forbidden or NotFound."""
    screen = dashboard_of(desk, name)
    found = next((each for each in tiles_of(desk, screen) if each.name == tile), None)
    if found is None:
        raise NotFound(f"no tile `{tile[:60]}`", hint="open the dashboard")
    seconds = screen.refresh.total_seconds() if screen.refresh else STALE_SECONDS
    recount = Recount(seconds, desk.screens.recounts)
    return tile_view(desk, screen, found, asked_of(desk, screen, given), recount)
