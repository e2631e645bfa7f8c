"""Layers and calendars: zones, languages, currencies and hours that exist."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sidra_metamodel.checking.cycles import circles, shown_circle
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.layer import Calendar, Layer, Unit
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"region": ("region", "shop", "team"), "shop": ("team",), "team": ()}
)
"""What may stand in a unit of each kind."""
ANY_LEAP_YEAR: Final = 2024
"""Completes `02-29`, which is a day of some years."""


def check_layers(model: Model, diagnostics: Diagnostics) -> None:
    """Record values of layers and calendars that nothing in the world answers to."""
    for layer in model.layers:
        _check_layer(layer, diagnostics)
    _check_units(model.layer.units, diagnostics)
    for calendar in model.calendars.values():
        _check_calendar(calendar, diagnostics)


def _check_layer(layer: Layer, diagnostics: Diagnostics) -> None:
    if layer.time_zone is not None and not _is_zone(layer.time_zone):
        node = layer.node.items["time_zone"]
        diagnostics.error("E421", f"no time zone `{layer.time_zone}`", node, help="use an IANA name: `Africa/Dakar`")

    if layer.baseline is not None and layer.level != "affiliate":
        message = f"a layer of the level `{layer.level}` has no baseline of its own"
        node, way_out = layer.node.items["baseline"], "take the line away; each affiliate is pinned to its baseline"
        diagnostics.report("E243", message, node, key=True, help=way_out)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _check_units(units: Mapping[str, Unit], diagnostics: Diagnostics) -> None:
    leads = {name: {unit.parent} for name, unit in units.items() if unit.parent is not None}
    for circle in circles(leads):
        node = units[circle[0]].node.items["parent"]
        message = f"units stand in each other: {shown_circle(circle)}"
        diagnostics.error("E404", message, node, help="let one of them stand in none")
    for unit in units.values():
        parent = units.get(unit.parent or "")
        if parent is not None and unit.kind_ not in HOLDS[parent.kind_]:
            message = f"a {unit.kind_} stands in no {parent.kind_}, as `{unit.parent}` is"
            held = listed(HOLDS[parent.kind_]) or "nothing"
            diagnostics.error("E430", message, unit.node.items["parent"], help=f"a {parent.kind_} holds {held}")


def _check_calendar(calendar: Calendar, diagnostics: Diagnostics) -> None:
    for day, hours in calendar.week.items():
        if day not in DAYS:
            help_ = did_you_mean(day, DAYS) or f"there are {listed(DAYS)}"
            diagnostics.report("E421", f"no day `{day}`", hours.node, key=True, help=help_)
        ends = [(_time(hours.from_), "from"), (_time(hours.to), "to")]
        for found, keyword in ends:
            if found is None:
                _report_time(hours.node.items[keyword], diagnostics)
        if None not in (ends[0][0], ends[1][0]) and hours.from_ == hours.to:
            diagnostics.error(
                "E421",
                "the hours end when they begin",
                hours.node.items["to"],
                help="`to` differs from `from`; where it is earlier, the hours end on the next day",
            )
    for holiday in calendar.holidays.values():
        if not _is_day(holiday.date):
            node = holiday.node.items["date"]
            diagnostics.error(
                "E421", f"no day `{holiday.date}`", node, help='write "2026-04-04", or "04-04" for each year'
            )


def _report_time(node: Node, diagnostics: Diagnostics) -> None:
    diagnostics.error("E421", f"no time `{node.value}`", node, help='write hours and minutes: "08:30"')


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _is_day(text: str) -> bool:
    full = text if len(text) > len("MM-DD") else f"{ANY_LEAP_YEAR}-{text}"
    try:
        date.fromisoformat(full)
    except ValueError:
        return False
    return True
