"""Charts of what was counted: categories, series, colours, and the list behind each number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sidra.records.aggregating import Aggregate, Key, Tally
from sidra_metamodel.kinds.entity import Entity
from sidra_ui.presenting.charts.measuring import Measure, other_amounts, ticks
from sidra_ui.presenting.charts.slicing import Pair, days_pair, group_pair, member_text, member_title, other_pairs
from sidra_ui.presenting.dashboards.spans import Span
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.values import TONES
from sidra_ui.viewmodels.charts import SERIES_TONES, Chart, ChartKind, ChartPoint, ChartSeries, ChartTick
from sidra_ui.viewmodels.common import Tone

Address = Callable[[list[Pair]], str]
"""The list behind a number, by the parameters that narrow it to that."""


@dataclass(frozen=True)
class Drawing:
    """What all charts of one request have in common."""

    desk: Desk
    entity: Entity
    measure: Measure
    address: Address
    id: str
    title: str
    kind: ChartKind
    target: int | None = None
    is_horizontal: bool = False

    def text(self, value: Decimal | None, currency: str = "") -> str:
        """A number as people read it."""
        return self.measure.text(self.desk, value, currency)


@dataclass(frozen=True, slots=True)
class Group:
    """One value of what is counted by: its name, its colour, and how the list is narrowed to it."""

    name: str
    tone: Tone
    pairs: tuple[Pair, ...]
    key: Key = None
    is_rest: bool = False

    def tally(self, found: Aggregate, place: int = 0) -> Tally:
        """What it has in a span."""
        return found.rest.get(place, Tally()) if self.is_rest else found.at(place, self.key)


@dataclass(frozen=True, slots=True)
class Curve:
    """One of several series over time, already counted."""

    name: str
    found: Aggregate
    path: str
    """The date that it runs along."""
    tone: Tone = "accent"
    address: Address | None = None
    """The list behind its numbers, where that is not the chart's."""


def groups(desk: Desk, entity: Entity, member: str, found: Aggregate) -> list[Group]:
    """Return the groups in the order of their code list, else the largest first; the rest comes last."""
    attribute = entity.attributes.get(member)
    enum = desk.model.enums.get(attribute.enum or "") if attribute is not None else None
    order = list(enum.values) if enum is not None else []
    keys = sorted(found.keys, key=lambda key: order.index(str(key)) if key in order else len(order))
    tones = _tones([_own_tone(desk, entity, member, key) for key in keys])
    named = [
        Group(member_text(desk, entity, member, key), tone, (group_pair(member, key),), key)
        for key, tone in zip(keys, tones, strict=True)
    ]
    if found.rest:
        rest = tuple(other_pairs(member, found.keys))
        named.append(Group(desk.messages.text("chart_others"), "neutral", rest, is_rest=True))
    return named


def _own_tone(desk: Desk, entity: Entity, member: str, key: Key) -> Tone | None:
    attribute = entity.attributes.get(member)
    enum = desk.model.enums.get(attribute.enum or "") if attribute is not None else None
    value = enum.values.get(str(key)) if enum is not None else None
    return TONES.get(value.tone, None) if value is not None and value.tone is not None else None


def _tones(own: Sequence[Tone | None]) -> list[Tone]:
    """Return the colours of the code list where they tell the values apart, else colours in turn."""
    if all(own) and len(set(own)) == len(own):
        return [tone for tone in own if tone is not None]
    return [SERIES_TONES[place % len(SERIES_TONES)] for place in range(len(own))]


def by_groups(drawing: Drawing, member: str, found: Aggregate) -> Chart:
    """Return bars, or a ring, of the values of a member."""
    desk = drawing.desk
    shown = groups(desk, drawing.entity, member, found)
    is_round = drawing.kind in {"pie", "donut"}
    points = [_point(drawing, one.tally(found), one.pairs, found.currency, one.tone) for one in shown]
    if is_round and drawing.measure.base == "money":
        points = [replace(one, text=_amount(drawing, one, found.currency)) for one in points]
    series = ChartSeries(drawing.measure.title(desk, drawing.entity), tuple(points), "accent")
    plain = series if is_round else replace(series, points=tuple(replace(one, tone=None) for one in points))
    return _finished(drawing, [one.name for one in shown], [plain], member_title(desk, drawing.entity, member), found)


def _amount(drawing: Drawing, point: ChartPoint, currency: str) -> str:
    """An amount of a slice, short enough to stand beside its name."""
    if point.value is None:
        return point.text
    desk = drawing.desk
    return f"{drawing.measure.short(desk, Decimal(str(point.value)))} {desk.formats.symbol(currency)}"


def over_time(drawing: Drawing, curves: Sequence[Curve], span: Span, split: str = "") -> Chart:
    """Return curves, or bars, in the parts of a span of time; divided by the values of a member where one is named."""
    desk, places = drawing.desk, range(len(span.edges) - 1)
    series: list[ChartSeries] = []
    for curve in curves:
        shown = groups(desk, drawing.entity, split, curve.found) if split else [Group(curve.name, curve.tone, ())]
        for one in shown:
            points = [
                _point(
                    replace(drawing, address=curve.address or drawing.address),
                    one.tally(curve.found, place),
                    (*one.pairs, _days(drawing, curve.path, span, place)),
                    curve.found.currency,
                )
                if span.edges[place] <= desk.records.now or curve.found.at(place, one.key).count
                else ChartPoint(None, "—")
                for place in places
            ]
            series.append(ChartSeries(one.name, tuple(points), one.tone))
    heads = [span.label(place, desk.formats) for place in places]
    chart = _finished(drawing, heads, series, desk.messages.text(f"every_{span.every}"), curves[0].found)
    return _stacked(drawing, chart) if split else chart


def _days(drawing: Drawing, path: str, span: Span, place: int) -> Pair:
    attribute = drawing.entity.attributes.get(path)
    is_day = attribute is not None and drawing.desk.model.base_type(attribute) == "date"
    return days_pair(path, span.edges[place], span.edges[place + 1], is_day=is_day)


def _point(
    drawing: Drawing, tally: Tally, pairs: Sequence[Pair], currency: str, tone: Tone | None = None
) -> ChartPoint:
    value = drawing.measure.of(tally)
    href = drawing.address(list(pairs)) if tally.count else ""
    return ChartPoint(None if value is None else float(value), drawing.text(value, currency), href, tone)


def _finished(drawing: Drawing, heads: list[str], series: list[ChartSeries], title: str, found: Aggregate) -> Chart:
    desk, target = drawing.desk, drawing.target
    values = [Decimal(str(point.value)) for one in series for point in one.points if point.value is not None]
    aimed = [Decimal(target)] if target is not None else []
    goal = drawing.text(Decimal(target), found.currency) if target is not None else ""
    return Chart(
        drawing.id,
        drawing.kind,
        drawing.title,
        tuple(heads),
        tuple(series),
        summary(drawing, heads, series, found),
        title,
        ticks(desk, drawing.measure, [*values, *aimed], found.currency),
        ChartTick(float(target), desk.messages.text("dashboard_target", value=goal)) if target is not None else None,
        is_horizontal=drawing.is_horizontal,
        note=other_amounts(desk, drawing.measure, found.others),
    )


def _stacked(drawing: Drawing, chart: Chart) -> Chart:
    """The same with its series one upon the other, and an axis for that."""
    sums = [
        sum((Decimal(str(one.points[place].value or 0)) for one in chart.series), Decimal())
        for place in range(len(chart.categories))
    ]
    return replace(chart, ticks=ticks(drawing.desk, drawing.measure, sums), is_stacked=True)


def summary(drawing: Drawing, heads: list[str], series: list[ChartSeries], found: Aggregate) -> str:
    """Return what a chart says: the most and the least of each series, and amounts that are not in it."""
    told = (summary_of(drawing, heads, series), other_amounts(drawing.desk, drawing.measure, found.others))
    return " ".join(one for one in told if one)


def summary_of(drawing: Drawing, heads: Sequence[str], series: Sequence[ChartSeries]) -> str:
    """Return the most and the least of each series in words."""
    desk = drawing.desk
    told = []
    for one in series:
        known = [(point.value, place) for place, point in enumerate(one.points) if point.value is not None]
        if known:
            ends = {
                name: f"{heads[place]} {one.points[place].text}"
                for name, (_, place) in (("most", max(known)), ("least", min(known)))
            }
            name = f"{one.name}. " if len(series) > 1 else ""
            told.append(name + desk.messages.text("chart_summary", **ends))
    return " ".join(told)
