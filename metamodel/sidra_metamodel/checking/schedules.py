"""Schedules: times that exist."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.model import Model
from sidra_metamodel.timing import parse_timing

LONGEST: Final = timedelta(days=7)
"""What was begun is known for so long: a time that was missed longer ago could be begun twice."""


def check_schedules(model: Model, diagnostics: Diagnostics) -> None:
    """Record times that no clock shows, and waits that are too long to be looked after."""
    for schedule in model.schedules.values():
        if parse_timing(schedule.every) is None:
            help_ = "write `15 minutes`, `hour`, `day at 02:00`, `monday, friday at 08:00` or `month on 1 at 06:00`"
            node = schedule.node.items["every"]
            diagnostics.error("E421", f"no time `{schedule.every}`", node, help=help_)
        if schedule.within > LONGEST:
            node = schedule.node.items["within"]
            diagnostics.error("E421", "that is too late to begin", node, help="write at most `7d`")
