"""Charts: what a curve, bars or a ring show, with every text written by the server."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sidra_ui.viewmodels.common import Tone

ChartKind: TypeAlias = Literal["line", "area", "bar", "pie", "donut"]

SERIES_TONES: tuple[Tone, ...] = ("accent", "teal", "violet", "amber", "green", "pink", "blue", "red", "neutral")
"""The hues of series, or of the slices of a pie, in order."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One value: where it stands, what people read, and the list of what it counts."""

    value: float | None
    """None leaves a gap."""
    text: str
    href: str = ""
    tone: Tone | None = None
    """Of a slice; other points have that of their series."""


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """A curve, or bars of one meaning; `points` follow the order of the chart's categories."""

    name: str
    points: tuple[ChartPoint, ...]
    tone: Tone = "accent"
    is_dashed: bool = False
    """A line that only compares, such as what was planned; drawn as a line also among bars."""


@dataclass(frozen=True, slots=True)
class ChartTick:
    """A number of the axis and how people write it."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with a summary in words, and the table behind it. A pie has one series, its categories are slices."""

    id: str
    kind: ChartKind
    title: str
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    summary: str
    """What the drawing says, for people who do not see it."""
    category_title: str = ""
    """The head of the table's first column, for example "Day"."""
    ticks: tuple[ChartTick, ...] = ()
    """Of the axis of values, the least first."""
    target: ChartTick | None = None
    """A dashed line across."""
    is_stacked: bool = False
    is_horizontal: bool = False
    size: Literal["small", "plain", "tall"] = "plain"
    note: str = ""
    """What the drawing leaves out, for example amounts in other currencies."""

    @property
    def is_round(self) -> bool:
        """Whether it is a pie or a ring."""
        return self.kind in {"pie", "donut"}

    @property
    def drawing(self) -> dict[str, object]:
        """What the browser draws, as JSON takes it."""
        return {
            "kind": self.kind,
            "categories": self.categories,
            "series": [
                {
                    "name": one.name,
                    "tone": one.tone,
                    "dashed": one.is_dashed,
                    "points": [
                        {"value": point.value, "text": point.text, "href": point.href, "tone": point.tone or one.tone}
                        for point in one.points
                    ],
                }
                for one in self.series
            ],
            "ticks": [{"value": tick.value, "text": tick.text} for tick in self.ticks],
            "target": {"value": self.target.value, "text": self.target.text} if self.target else None,
            "stacked": self.is_stacked,
            "horizontal": self.is_horizontal,
        }
