"""How the reuse of the baseline went: what was in force of each affiliate, release by release."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sidra.releases.history import Figure, Releases
from sidra.store.database import Store

History = tuple[tuple[datetime.datetime, Figure], ...]
"""When an affiliate's releases were put in force, the first one first, and how much of each was the baseline's."""


@dataclass(frozen=True, slots=True)
class Point:
    """How much of all that affiliates had in force was the baseline's, from a moment on."""

    at: datetime.datetime
    leaves: int
    reused: int

    @property
    def ratio(self) -> float:
        """The share, from 0 to 1; where there was nothing, all of it was."""
        return self.reused / self.leaves if self.leaves else 1.0


def history_of(store: Store) -> History:
    """Return the figures of the releases that a store keeps; trials are in force for some people only, and left out."""
    releases = Releases(store)
    figures = releases.figures()
    released = ((one.at, figures[one.number]) for one in releases.all() if not one.units and one.number in figures)
    return tuple(released)[::-1]


def course_of(histories: Iterable[History]) -> tuple[Point, ...]:
    """Return a point for each release of some affiliates: what all of them together had in force then."""
    released = sorted((at, number, figure) for number, history in enumerate(histories) for at, figure in history)
    latest: dict[int, Figure] = {}
    points = []
    for at, number, figure in released:
        latest[number] = figure
        points.append(_point(at, latest))
    return tuple(points)


def _point(at: datetime.datetime, latest: Mapping[int, Figure]) -> Point:
    return Point(at, sum(one.leaves for one in latest.values()), sum(one.reused for one in latest.values()))
