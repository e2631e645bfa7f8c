"""Records as rows of a table."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import repeat
from types import MappingProxyType
from typing import Any, Literal

from sidra.records.record import Masked, Record
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.values import Money
from sidra_ui.presenting.columns import Source, load_ahead
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.controls import drawn, raw
from sidra_ui.presenting.values import MOMENTS, Shown, is_code, is_sequence, meter, name_of, page_of, plain, show
from sidra_ui.presenting.values import PLAIN as TEXTS
from sidra_ui.viewmodels.common import Badge, Meter, Tone, avatar
from sidra_ui.viewmodels.fields import Drawn, FieldView
from sidra_ui.viewmodels.tables import PLAIN, Cell, Column, Row, Table

PROSE = frozenset({"string", "text", "relation", "enum", "datetime", "period"})
"""The types of values that may take two lines where there is little room."""
ON_A_PHONE = 4
"""Columns that a phone shows; the others are on the record's page."""
NEARLY_ALL = 90
"""The share, in hundredths, from which a bar warns."""
NO_BREAK = "\u00a0"
held = dict.get
NOTHING = Shown()
NO_TILE: tuple[str, Tone] = ("", "neutral")
NO_TONES: Iterable[None] = repeat(None)
SHARED = frozenset({str, int, bool, Decimal, Money, datetime.date, datetime.datetime, Masked})
"""Classes of values of which equal ones look alike."""
LISTED = frozenset({"enum", "boolean", "rating"})
"""Types of few values, whose cells are kept with their column."""
MOST_LISTED = 256
OWN_CELLS = frozenset({"file", "image", "relation"})
"""Types whose cells depend on more than the value."""
Write = Callable[[Any], Cell | str]
"""What makes the cell of a value: of a plain one, the text alone, and nothing of one that is shown otherwise."""
NO_SORTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table; the number of a record stands under its name and needs none of its own."""

    sources: tuple[Source, ...]
    number: Source | None = None
    has_avatar: bool = False
    icon: str = ""
    editable: frozenset[str] = frozenset()
    """The columns whose values can be changed in their place."""


def layout(desk: Desk, entity: str, found: Sequence[Source], records: Sequence[Record]) -> Layout:
    """How the columns of an entity are laid out for some of its records."""
    declared = desk.model.entity(entity)
    load_ahead(desk, found, records)
    rest = [*found[:1], *(each for each in found[1:] if not is_withheld(desk, each, records))]
    number = None
    first = rest[0] if rest else None
    if first is not None and first.name == declared.title and first.is_member:
        number = next((each for each in rest[1:] if is_number(desk, each)), None)
        rest = [each for each in rest if each is not number]
    is_titled = first is not None and first.name == declared.title
    return Layout(tuple(rest), number, is_titled and desk.is_person(entity), "")


def filled(desk: Desk, found: Sequence[Source], records: Sequence[Record]) -> list[Source]:
    """The first column, and the others that have a value in any of the records."""
    return [*found[:1], *(each for each in found[1:] if any(each.show(desk, one).text for one in records))]


def is_withheld(desk: Desk, source: Source, records: Sequence[Record]) -> bool:
    """Whether a column would show nothing but that there is something to hide."""
    is_masked = source.is_member and desk.access(source.entity).level(source.name) == "mask"
    return is_masked and bool(records) and all(source.show(desk, each).is_withheld for each in records)


def is_number(desk: Desk, source: Source) -> bool:
    """Whether a column shows the number that the system gave the record."""
    attribute = desk.model.entity(source.entity).attributes.get(source.name)
    return source.is_member and attribute is not None and is_sequence(desk, attribute)


def columns(
    desk: Desk, laid: Layout, sorts: Mapping[str, str] = NO_SORTS, sorted_by: Sequence[str] = ()
) -> tuple[Column, ...]:
    """The heads of the columns; `sorts` leads to the list sorted by a column, `sorted_by` is the order in force."""
    heads = []
    kept = on_a_phone(desk, laid.sources)
    for source in laid.sources:
        kind = source.type(desk)
        is_right = Shown(type=kind).is_number and not is_meter(source)
        heads.append(
            Column(
                source.name,
                source.title(desk),
                is_number=is_right,
                sort_href=sorts.get(source.name, "") if source.is_member else "",
                sorted=_sorted(source.name, sorted_by) if source.is_member else "",
                is_secondary=source not in kept,
                edit=source.name if source.name in laid.editable else "",
                is_prose=kind in PROSE and not is_meter(source),
                plain=source.kept("plain", partial(plain_cell, desk, source)),
            )
        )
    return tuple(heads)


def on_a_phone(desk: Desk, found: Sequence[Source]) -> list[Source]:
    """The columns that a phone shows: the first, the state, an amount, and others as far as there is room."""
    states = [each for each in found if is_state(desk, each)]
    amounts = [each for each in found if each.type(desk) == "money"]
    return list({each.name: each for each in (*found[:1], *states[:1], *amounts[:1], *found)}.values())[:ON_A_PHONE]


def is_state(desk: Desk, source: Source) -> bool:
    """Whether a column tells the state of the life cycle."""
    lifecycle = desk.model.entity(source.entity).lifecycle
    return lifecycle is not None and source.is_member and lifecycle.attribute == source.name


def _sorted(name: str, sorted_by: Sequence[str]) -> Literal["", "ascending", "descending"]:
    if name in sorted_by:
        return "ascending"
    return "descending" if f"-{name}" in sorted_by else ""


def rows(desk: Desk, laid: Layout, records: Sequence[Record], tones: Iterable[Tone | None] = NO_TONES) -> list[Row]:
    """Records as rows that lead to their pages; `tones` colours their names."""
    rest = [cells_of(desk, source) for source in laid.sources[1:]]
    found = []
    for record, tone in zip(records, tones, strict=False):
        href, label = page_of(desk, record), name_of(desk, record)
        first = [_first(desk, laid, source, record, label, href, tone) for source in laid.sources[:1]]
        found.append(Row(record.id, label, (*first, *(made(record) for made in rest)), href, record.version))
    return found


def cells_of(desk: Desk, source: Source) -> Callable[[Record], Cell | str]:
    """What gives the cell of each record; records with the same value share one where nothing else decides it."""
    if source.column.meter or source.type(desk) in OWN_CELLS or widget_of(desk, source) is not None:
        return partial(own_cell, desk, source, {})
    known = known_cells(desk, source)
    writes = source.kept("writes", lambda: dict(writers(desk, source)))
    name = source.name if source.is_member else ""

    def shared(record: Record) -> Cell | str:
        # What the record holds is at hand; all else, as what is computed, is asked for.
        value = held(record, name)
        if value is None:
            value = source.value(desk, record)
        kind = value.__class__
        write = writes.get(kind)
        if write is not None and (written := write(value)):
            return written
        if value is None:
            return PLAIN
        if kind not in SHARED:
            return cell(desk, source, record, value)
        # A masked text is none that says the same.
        found = known.get((kind, value))
        if found is None:
            found = known[kind, value] = cell(desk, source, record, value)
        return found

    return shared


def own_cell(desk: Desk, source: Source, known: dict[str, Cell], record: Record) -> Cell:
    """The cell of a value that looks otherwise in each record; that of another record is made once a page."""
    value = source.value(desk, record)
    if not isinstance(value, Record) or source.type(desk) != "relation" or source.column.meter:
        return cell(desk, source, record, value)
    found = known.get(value.id)
    if found is None:
        found = known[value.id] = Cell(name_of(desk, value), href=page_of(desk, value))
    return found


def known_cells(desk: Desk, source: Source) -> dict[tuple[type, object], Cell]:
    """The cells of a column by value, as far as they were made: of few values for all readers, else for this page."""
    if source.type(desk) not in LISTED:
        return {}
    known: dict[tuple[type, object], Cell] = source.kept("cells", dict)
    if len(known) > MOST_LISTED:
        known.clear()
    return known


def writers(desk: Desk, source: Source) -> Iterator[tuple[type, Write]]:
    """What makes cells of the usual values of a column, by their class; the same for all who read it."""
    formats, kind, member = desk.formats, source.type(desk), source.member
    if is_meter(source) or (member is None and not source.is_member):
        return
    match kind:
        case "money":
            yield Money, lambda value: Cell(formats.money(value), is_strong=bool(value.amount))
        case "date":
            yield datetime.date, lambda value: whole(formats.date(value))
        case "datetime":
            yield datetime.datetime, lambda value: whole(formats.moment(value))
        case _:
            text = plain(desk, member, kind)
            if text is not None:
                yield str, text


def plain_cell(desk: Desk, source: Source) -> Cell:
    """How a cell of a column looks of which only the text is given."""
    kind, member = source.type(desk), source.member
    if not isinstance(member, Attribute) or kind not in TEXTS:
        return PLAIN
    return Cell(is_code=is_code(member, kind), is_phone=kind == "phone")


def _first(  # noqa: PLR0913, PLR0917 - what a row knows already
    desk: Desk, laid: Layout, source: Source, record: Record, label: str, href: str, tone: Tone | None
) -> Cell:
    shown = brief(desk, source, record)
    number = brief(desk, laid.number, record) if laid.number is not None else NOTHING
    second = (beside(desk, source, source.column.note, record) if source.column.note else None) or number
    icon, hue = tile(desk, source, record) if source.column.tile else NO_TILE
    text = shown.text or label
    return Cell(
        text,
        secondary=second.text,
        is_secondary_code=second is number or second.is_code,
        is_secondary_phone=second.is_phone,
        href=href,
        avatar=avatar(text) if laid.has_avatar else None,
        icon=icon,
        tone=hue if icon else tone,
        is_strong=not shown.is_code,
        is_code=shown.is_code,
    )


def brief(desk: Desk, source: Source, record: Record) -> Shown:
    """A value of a column as `show` gives it, as far as the text of a cell goes."""
    value = source.value(desk, record)
    write = source.kept("plain text", partial(plainly, desk, source)) if value.__class__ is str else None
    text = write(value) if write is not None else ""
    if not text:
        return source.shown(desk, value)
    return Shown(text, is_code=source.kept("plain", partial(plain_cell, desk, source)).is_code)


def plainly(desk: Desk, source: Source) -> Callable[[str], str]:
    """What writes the plain texts of a column; nothing of any where there are none."""
    return plain(desk, source.member, source.type(desk)) or (lambda _: "")


def beside(desk: Desk, source: Source, name: str | None, record: Record) -> Shown | None:
    """Another value of the record that a column shows with its own; None where there is none to be seen."""
    attribute = desk.model.entity(source.entity).attributes.get(name or "")
    if attribute is None or not desk.sees(source.entity, attribute.name):
        return None
    shown = show(desk, attribute, record.get(attribute.name))
    return shown if shown.text and not shown.is_withheld else None


def tile(desk: Desk, source: Source, record: Record) -> tuple[str, Tone]:
    """The icon and the colour that the value of another attribute gives; no icon where it gives none."""
    shown = beside(desk, source, source.column.tile, record)
    badge = shown.badge if shown is not None else None
    return (badge.icon, badge.tone) if badge is not None else ("", "neutral")


def used(desk: Desk, source: Source, record: Record, text: str) -> Meter | None:
    """The bar below a value; None where the record has no share of it."""
    share = beside(desk, source, source.column.meter, record)
    value = record.get(source.column.meter or "") if share is not None and not share.is_masked else None
    found = meter(desk, value, source.title(desk))
    if found is None:
        return None
    return replace(found, text=text, tone="amber" if found.percent >= NEARLY_ALL else "accent")


def widget_of(desk: Desk, source: Source) -> Drawn | None:
    """The widget that draws the values of a column by itself; None where the table does."""
    found: Drawn | None = source.kept("widget", lambda: None if is_meter(source) else drawn(desk, source))
    return found


def is_meter(source: Source) -> bool:
    """Whether a column shows bars."""
    return source.column.widget is not None and source.column.widget.use == "meter"


def cell(desk: Desk, source: Source, record: Record, value: Any) -> Cell:  # noqa: ANN401 - of the member's type
    """One value of a row, which is the column's in its record."""
    if is_meter(source):
        found = meter(desk, value, source.title(desk))
        return Cell(meter=found) if found is not None else Cell()
    shown = source.shown(desk, value)
    widget = widget_of(desk, source) if shown.text and not shown.is_masked else None
    if widget is not None and isinstance(source.member, Attribute):
        typed = raw(desk, source.member, value)
        return Cell(
            shown.text, drawn=FieldView(source.name, source.title(desk), "text", typed, shown.text, drawn=widget)
        )
    bar = used(desk, source, record, shown.text) if source.column.meter else None
    if bar is not None:
        return Cell(meter=bar, is_below=True)
    if shown.badge is not None:
        return Cell(badges=(stated(desk, source, shown.badge),))
    is_due = shown.type == "money" and isinstance(value, Money)
    return Cell(
        whole(shown.text) if shown.type in MOMENTS else shown.text,
        href=_href(desk, source, record, shown),
        icon="",
        is_code=shown.is_code,
        is_phone=shown.is_phone,
        is_strong=is_due and bool(value.amount),
    )


def _href(desk: Desk, source: Source, record: Record, shown: Shown) -> str:
    """Where a value leads: to a record, or to a file."""
    if shown.type in {"file", "image"} and shown.text and not shown.is_masked:
        return desk.addresses.record(record.entity, record.id, "file", source.name)
    return shown.href if shown.type == "relation" else ""


def whole(text: str) -> str:
    """A moment that takes a new line between its day and its time at most."""
    return text.replace(" ", NO_BREAK).replace(f",{NO_BREAK}", ", ").replace(f"،{NO_BREAK}", "، ")


def stated(desk: Desk, source: Source, badge: Badge) -> Badge:
    """A badge with a dot where it tells the state of the life cycle."""
    return Badge(badge.text, badge.tone, dot=True) if is_state(desk, source) else badge


def table(desk: Desk, caption: str, laid: Layout, records: Sequence[Record], *, is_compact: bool = False) -> Table:
    """Records as a table without order of its own, as panels show it."""
    found = tuple(rows(desk, laid, records))
    return Table(caption, columns(desk, laid), found, is_compact, desk.messages.text("nothing_here"))
