"""The gap analysis as one page that needs nothing else: no scripts, no other files, drawn by the server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from sidra.comparing.readiness import Readiness
from sidra.comparing.texts import LANGUAGES, texts
from sidra_metamodel.comparing.comparison import ComparedAffiliate, Comparison, Region
from sidra_metamodel.comparing.overrides import Override
from sidra_metamodel.directives import CATEGORIES
from sidra_metamodel.governing.levels import level_name

__all__ = ["LANGUAGES", "report"]

UNSAID: Final = "unsaid"
_LEVELS: Final = (1, 2, 3, 4)
_RIGHT_TO_LEFT: Final = frozenset({"ar"})
_GOOD, _FAIR = 0.9, 0.8
"""From this share on a cell is green, from that on amber, below it red."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: where it begins and how wide it is, both of a hundred."""

    word: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of parts; its length is its share of the longest one."""

    title: str
    total: int
    parts: tuple[Part, ...]


def report(
    comparison: Comparison, affiliates: Sequence[str], language: str, ready: Mapping[str, Readiness] | None = None
) -> str:
    """Return the page: everything about all affiliates, and the overrides of those that are named one by one."""
    words = texts(language)
    page = _Page(comparison, language, words)
    return _template().render(
        page=page,
        comparison=comparison,
        ready=ready or {},
        t=words,
        language=language,
        direction="rtl" if language in _RIGHT_TO_LEFT else "ltr",
        named=[comparison.affiliates[name] for name in affiliates],
        level_name=level_name,
        levels=_LEVELS,
        categories=(*CATEGORIES, UNSAID),
    )


class _Page:
    """What the template asks for beside the numbers themselves."""

    def __init__(self, comparison: Comparison, language: str, words: Mapping[str, str]) -> None:
        self._comparison = comparison
        self._language = language
        self._words = words

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self._language)

    def percent(self, share: float, digits: int = 1) -> str:
        """Return a share of a hundred; what is not all is never shown as 100."""
        shown = min(share * 100, 100 - 10**-digits if share < 1 else 100)
        return format_decimal(round(shown, digits), "#,##0." + "0" * digits if digits else "#,##0", self._language)

    def date(self, day: date) -> str:
        return format_date(day, "medium", locale=self._language)

    def label(self, one: ComparedAffiliate | Region) -> str:
        name = one.name or self._words["no_region"]
        return one.label.get(self._language) or one.label.get("en") or next(iter(one.label.values()), name)

    def group(self) -> str:
        found = self._comparison.group
        return found.get(self._language) or found.get("en") or next(iter(found.values()), "")

    @staticmethod
    def tone(share: float) -> str:
        return "good" if share >= _GOOD else "fair" if share >= _FAIR else "poor"

    @staticmethod
    def strength(share: float) -> int:
        """Return how strongly a cell is shaded, of a hundred: the best and the worst most."""
        if share >= _GOOD:
            return round(12 + (share - _GOOD) / (1 - _GOOD) * 38)
        return round(18 + min((_GOOD - share) / _GOOD, 1) * 60)

    def far(self, overrides: Iterable[Override]) -> int:
        return sum(one.level >= 3 for one in overrides)  # noqa: PLR2004 - L3

    def by_level(self, overrides: Sequence[Override], longest: int) -> Bar:
        """Return how many overrides are of which level."""
        counts = {level_name(level): sum(one.level == level for one in overrides) for level in _LEVELS}
        return _bar("", counts, longest)

    def causes(self) -> list[Bar]:
        """Return why they differ: by region where there are several, else by affiliate."""
        regions, affiliates = self._comparison.regions, self._comparison.affiliates
        if len(regions) > 1:
            groups = {
                self.label(region): [each for name in region.affiliates for each in affiliates[name].overrides]
                for region in regions
            }
        else:
            groups = {self.label(one): list(one.overrides) for one in affiliates.values()}
        longest = max(map(len, groups.values()), default=0)
        return [_bar(title, _by_category(found), longest) for title, found in groups.items()]

    @property
    def longest(self) -> int:
        """The most overrides that any affiliate has."""
        return max((len(one.overrides) for one in self._comparison.affiliates.values()), default=0)

    def hue(self, one: ComparedAffiliate) -> int:
        return one.hue if one.hue is not None else sum(map(ord, one.name)) * 47 % 360


def _by_category(overrides: Iterable[Override]) -> dict[str, int]:
    found = dict.fromkeys((*CATEGORIES, UNSAID), 0)
    for one in overrides:
        found[one.category or UNSAID] = found.get(one.category or UNSAID, 0) + 1
    return found


def _bar(title: str, counts: Mapping[str, int], longest: int) -> Bar:
    parts, start = [], 0.0
    for word, count in counts.items():
        width = 100 * count / longest if longest else 0.0
        if count:
            parts.append(Part(word, count, round(start, 2), round(width, 2)))
        start += width
    return Bar(title, sum(counts.values()), tuple(parts))


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html.jinja")
