"""The part of a list that a number of a chart counts, as an address says it.

`tile=<dashboard>.<tile>` brings the conditions of a tile, `g.<member>=<value>` one value of what it counts by, and
`d.<date>=<from>/<until>` a span of time, whose end is not in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sidra.records.query import Filter
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.screens.dashboard import Series, Tile
from sidra_metamodel.language import Formula
from sidra_ui.presenting.desk import Desk, targets
from sidra_ui.presenting.values import name_of, show

GROUP, DAYS, TILE = "g.", "d.", "tile"
EMPTY, OTHER = "~", "!"
"""The value of what has none; before a value, all but it."""
MAX_SLICES = 16
SYSTEM = frozenset({"created_at", "unit"})
"""What every record has."""
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Slice:
    """One condition: its parameter, what it does, and what people read on its chip."""

    pair: Pair
    filter: Filter | None
    title: str
    text: str


def read_slices(given: Sequence[Pair]) -> tuple[Pair, ...]:
    """Return the parameters of an address that name a part of a list."""
    found = (pair for pair in given if pair[0] == TILE or pair[0].startswith((GROUP, DAYS)))
    return tuple(dict.fromkeys(found))[:MAX_SLICES]


def group_pair(member: str, value: str | bool | None) -> Pair:  # noqa: FBT001 - a value of any type
    """Return the parameter of the records with one value."""
    return GROUP + member, EMPTY if value is None else _said(value)


def other_pairs(member: str, values: Sequence[str | bool | None]) -> list[Pair]:
    """Return the parameters of the records with none of some values."""
    return [(GROUP + member, OTHER + (EMPTY if value is None else _said(value))) for value in values]


def _said(value: str | bool) -> str:  # noqa: FBT001 - a value of any type
    return value if isinstance(value, str) else str(value).lower()


def days_pair(member: str, start: datetime.datetime, end: datetime.datetime, *, is_day: bool) -> Pair:
    """Return the parameter of the records of a span of time."""
    written = [each.date().isoformat() if is_day else each.isoformat() for each in (start, end)]
    return DAYS + member, "/".join(written)


def tile_of(desk: Desk, entity: str, pairs: Sequence[Pair]) -> tuple[Tile, Series | None] | None:
    """Return the tile that an address names, with one of its series; None where it names none of the entity's."""
    named = next((value for name, value in pairs if name == TILE), "")
    screen_name, _, rest = named.partition(".")
    tile_name, _, series_name = rest.partition(".")
    screen = desk.model.screens.get(screen_name)
    tile = screen.tiles.get(tile_name) if screen is not None and screen.kind_ == "dashboard" else None
    if tile is None or tile.source != entity:
        return None
    return tile, tile.series.get(series_name)


def conditions(found: tuple[Tile, Series | None] | None) -> list[Formula | None]:
    """Return what a tile and its series ask of their records."""
    if found is None:
        return []
    tile, series = found
    return [tile.filter, series.filter if series is not None else None]


def slices(desk: Desk, entity: Entity, pairs: Sequence[Pair]) -> Iterator[Slice]:
    """Yield the conditions of an address that the reader may ask; others count as not said."""
    for name, value in pairs:
        member = name.removeprefix(GROUP if name.startswith(GROUP) else DAYS)
        if name != TILE and not _is_asked(desk, entity, member):
            continue
        if name == TILE:
            found = tile_of(desk, entity.name, pairs)
            if found is not None:
                tile, series = found
                told = desk.messages.listed([desk.label(tile), desk.label(series) if series is not None else ""])
                yield Slice((name, value), None, desk.messages.text("dashboard_tile"), told)
        elif name.startswith(GROUP):
            yield _group(desk, entity, name.removeprefix(GROUP), value)
        else:
            yield from _days(desk, entity, name.removeprefix(DAYS), value)


def _is_asked(desk: Desk, entity: Entity, member: str) -> bool:
    declared = member in entity.attributes or member in entity.relations
    return member in SYSTEM or (declared and desk.records.view(entity.name).common_level(member) in {"read", "edit"})


def _group(desk: Desk, entity: Entity, member: str, value: str) -> Slice:
    is_other = value.startswith(OTHER)
    wanted = value.removeprefix(OTHER)
    text = member_text(desk, entity, member, None if wanted == EMPTY else wanted)
    if wanted == EMPTY:
        condition = Filter(member, "null", not is_other)
    else:
        condition = Filter(member, "ne" if is_other else "eq", wanted)
    told = desk.messages.text("not_name", name=text) if is_other else text
    return Slice((GROUP + member, value), condition, member_title(desk, entity, member), told)


def _days(desk: Desk, entity: Entity, member: str, value: str) -> Iterator[Slice]:
    first, _, last = value.partition("/")
    try:
        start, end = datetime.datetime.fromisoformat(first), datetime.datetime.fromisoformat(last)
    except ValueError:
        return
    text = span_text(desk, start, end)
    pair, title = (DAYS + member, value), member_title(desk, entity, member)
    yield Slice(pair, Filter(member, "gte", first), title, text)
    yield Slice(pair, Filter(member, "lt", last), "", "")


def span_text(desk: Desk, start: datetime.datetime, end: datetime.datetime) -> str:
    """Return a span of time in words: a day, an hour, or from one day to another."""
    zone = desk.model.time_zone
    first, last = (each.astimezone(zone) if each.tzinfo else each for each in (start, end))
    until = last - datetime.timedelta(microseconds=1)
    if first.date() != until.date():
        return f"{desk.formats.date(first.date())} – {desk.formats.date(until.date())}"
    day = desk.formats.date(first.date())
    is_whole = last - first >= datetime.timedelta(hours=22)
    return day if is_whole else f"{day}, {desk.formats.time(first.time())}"


def member_title(desk: Desk, entity: Entity, member: str) -> str:
    """Return what a member is called."""
    found = entity.attributes.get(member) or entity.relations.get(member)
    return desk.label(found) if found is not None else desk.messages.text(f"member_{member}")


def member_text(desk: Desk, entity: Entity, member: str, value: str | bool | None) -> str:  # noqa: FBT001 - any value
    """Return one value of what records are counted by, in words."""
    if value is None:
        return desk.messages.text("chart_empty")
    relation = entity.relations.get(member)
    if relation is not None:
        record = next(
            (one for name in targets(desk.model, relation) if (one := desk.records.find(name, str(value)))), None
        )
        return name_of(desk, record) if record is not None else desk.messages.text("chart_unseen")
    attribute = entity.attributes.get(member)
    if attribute is not None and desk.model.base_type(attribute) == "boolean":
        return desk.messages.text("yes" if value in {True, "true"} else "no")
    return show(desk, attribute, value, member).text or str(value)
