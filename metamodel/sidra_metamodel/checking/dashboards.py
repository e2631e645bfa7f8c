"""Dashboards: what a tile measures is a number, what it counts by has an index, and somebody may read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sidra_metamodel.checking.lists import is_filtered
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.dashboard import Series, Tile
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import SYSTEM_ATTRIBUTES
from sidra_metamodel.nodes import Node

NUMBERS: Final = frozenset({"integer", "decimal", "percent", "money", "rating"})
GROUPS: Final = frozenset({"boolean", "enum", "queue", "string", "user"})
CHOSEN: Final = frozenset({"boolean", "enum", "queue"})
DAYS: Final = frozenset({"date", "datetime"})
CURVES: Final = frozenset({"line", "area"})
DRAWN: Final = frozenset({*CURVES, "bar"})
REPORTS: Final = "reports"
"""The function of roles that opens dashboards."""


def check_dashboards(model: Model, diagnostics: Diagnostics) -> None:
    """Record tiles that would have nothing to show, or would read every record to show it."""
    for screen in model.screens.values():
        if screen.kind_ == "dashboard":
            for tile in screen.tiles.values():
                entity = model.entities.get(tile.source)
                if entity is not None and not tile.hidden:
                    _check_tile(model, tile, entity, diagnostics)
            _check_narrowing(model, screen, diagnostics)
            _check_readers(model, screen, diagnostics)


def _check_narrowing(model: Model, screen: Screen, diagnostics: Diagnostics) -> None:
    """Record what is offered to narrow the page by, and narrows none of its tiles."""
    sources = [model.entities[tile.source] for tile in screen.tiles.values() if tile.source in model.entities]
    place = screen.node.get("narrowed_by") or screen.node
    for name in screen.narrowed_by:
        if not any(narrows(model, entity, name) for entity in sources):
            message = f"no tile can be narrowed by `{name}`"
            help_ = "name a code list, a queue or yes and no with `filter: true` of what the tiles are about"
            diagnostics.report("E420", message, place, help=help_)


def narrows(model: Model, entity: Entity, name: str) -> bool:
    """Tell whether a page of tiles may offer the values of an attribute to choose from."""
    attribute = entity.attributes.get(name)
    return attribute is not None and model.base_type(attribute) in CHOSEN and is_filtered(entity, name)


def _check_tile(model: Model, tile: Tile, entity: Entity, diagnostics: Diagnostics) -> None:
    if (lack := _lack(tile)) is not None:
        message, help_ = lack
        diagnostics.report("E420", f"the tile `{tile.name}` {message}", tile.node, key=True, help=help_)
    for keyword in ("sum", "avg"):
        _check_measure(model, tile, entity, keyword, diagnostics)
    for keyword in ("by", "split"):
        _check_group(model, tile, entity, keyword, diagnostics)
    elements: tuple[Tile | Series, ...] = (tile, *tile.series.values())
    for element in elements:
        _check_day(model, element, entity, diagnostics)


def _lack(tile: Tile) -> tuple[str, str] | None:
    """Return what a tile lacks to be drawn, and the way out; None where nothing is missing."""
    found: tuple[tuple[bool, str, str], ...] = (
        (bool(tile.sum and tile.avg), "measures two things", "keep `sum` or `avg`"),
        (tile.show in CURVES and not _is_timed(tile), "has no time to run along", "name a date: `at: created_at`"),
        (tile.show in {"pie", "donut"} and not tile.by, "has nothing to divide by", "name a code list: `by: …`"),
        (
            tile.show == "bar" and not tile.by and not _is_timed(tile),
            "has no bars",
            "name what it counts by, `by: …`, or a date, `at: …`",
        ),
        (
            tile.show == "table" and not tile.by and not tile.columns,
            "has no columns",
            "name what it counts by, `by: …`, or the columns of its records",
        ),
        (tile.show == "meter" and tile.target is None, "aims at nothing", "say at what: `target: 100`"),
        (
            bool(tile.series) and (tile.show not in DRAWN or bool(tile.by or tile.split)),
            "has series that nothing draws",
            "draw it as a line, an area or bars over time, without `by` and `split`",
        ),
        (
            bool(tile.split) and (tile.show not in DRAWN or bool(tile.by) or not tile.at),
            "divides what is not drawn over time",
            "name a date, `at: …`, and draw it as a line, an area or bars, without `by`",
        ),
        (tile.compare and tile.at is None, "has no span to compare with", "name a date: `at: created_at`"),
    )
    return next(((message, help_) for is_so, message, help_ in found if is_so), None)


def _is_timed(tile: Tile) -> bool:
    return tile.at is not None or (bool(tile.series) and all(one.at is not None for one in tile.series.values()))


def _check_measure(model: Model, tile: Tile, entity: Entity, keyword: str, diagnostics: Diagnostics) -> None:
    name: str | None = getattr(tile, keyword)
    attribute = entity.attributes.get(name or "")
    if attribute is None:
        if name in SYSTEM_ATTRIBUTES:
            _no_number(str(name), _place(tile, keyword), diagnostics)
        return
    if model.base_type(attribute) not in NUMBERS:
        _no_number(attribute.name, _place(tile, keyword), diagnostics)
    elif attribute.compute is not None and not attribute.compute.stored:
        message = f"`{name}` cannot be measured: it is computed at reading"
        diagnostics.report("E409", message, _place(tile, keyword), help="write `compute: {by: …, stored: true}`")


def _no_number(name: str, place: Node, diagnostics: Diagnostics) -> None:
    message = f"`{name}` is no number or amount, and cannot be measured"
    diagnostics.report("E420", message, place, help="name an attribute that is a number or an amount")


def _check_group(model: Model, tile: Tile, entity: Entity, keyword: str, diagnostics: Diagnostics) -> None:
    name: str | None = getattr(tile, keyword)
    relation, attribute = entity.relations.get(name or ""), entity.attributes.get(name or "")
    place = _place(tile, keyword)
    if relation is not None and relation.many:
        message = f"records are not counted by `{name}`: each may have many of them"
        diagnostics.report("E420", message, place, help="name a relation to one record, or a code list")
    if attribute is None:
        return
    if model.base_type(attribute) not in GROUPS or attribute.pii:
        message = f"records are not counted by `{name}`"
        help_ = "name a code list, yes or no, or a relation; what says of somebody who it is makes no groups"
        diagnostics.report("E420", message, place, help=help_)
    elif not is_filtered(entity, attribute.name):
        _no_index(entity, attribute.name, place, diagnostics)


def _check_day(model: Model, element: Tile | Series, entity: Entity, diagnostics: Diagnostics) -> None:
    attribute = entity.attributes.get(element.at or "")
    place = element.node.get("at") or element.node
    if attribute is None:
        if element.at in SYSTEM_ATTRIBUTES and element.at != "created_at":
            _no_index(entity, str(element.at), place, diagnostics)
    elif model.base_type(attribute) not in DAYS:
        message = f"`{element.at}` is no date"
        diagnostics.report("E429", message, place, help="name an attribute that is a date or a datetime")
    elif not is_filtered(entity, attribute.name):
        _no_index(entity, attribute.name, place, diagnostics)


def _no_index(entity: Entity, name: str, place: Node, diagnostics: Diagnostics) -> None:
    message = f"`{entity.name}` cannot be narrowed by `{name}`: it has no index"
    diagnostics.report("E409", message, place, help=f"write `filter: true` at the attribute `{name}`")


def _place(tile: Tile, keyword: str) -> Node:
    return tile.node.get(keyword) or tile.node


def _check_readers(model: Model, screen: Screen, diagnostics: Diagnostics) -> None:
    """Refuse a tile that nobody would see: no role that opens dashboards may read its source."""
    roles = [role for role in model.roles.values() if REPORTS in role.functions or role.name in screen.home_of]
    for tile in screen.tiles.values():
        if tile.hidden or tile.source not in model.entities or not roles:
            continue
        family = {tile.source, *model.ancestors(tile.source), *model.subtypes(tile.source)}
        if not any(set(_readable(model, role.name)) & family for role in roles):
            message = f"no role that opens dashboards may read `{tile.source}`"
            help_ = f"grant it to a role with the function `{REPORTS}`, or take the tile away"
            diagnostics.report("E420", message, _place(tile, "source"), help=help_)


def _readable(model: Model, role: str) -> Iterator[str]:
    yield from (grant.name for grant in model.roles[role].may.values() if "read" in grant.do)
