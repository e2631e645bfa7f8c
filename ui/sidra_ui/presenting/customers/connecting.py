"""Boxes of what another system answers: where it comes from, how old it is, and what to do when it is away."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sidra.connectors.answers import Row, attribute_of, plain
from sidra.connectors.failures import BadArgument, CallFailed, LeftAlone, TimedOut
from sidra.connectors.service import PATIENCE_SECONDS, Answer
from sidra.records.record import Illegible, Masked, Record
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.connector import Operation
from sidra_metamodel.kinds.screens.column import Column as ColumnWord
from sidra_metamodel.kinds.screens.view360 import Panel
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.lists.tables import ON_A_PHONE, PROSE, whole
from sidra_ui.presenting.values import MOMENTS, Shown, show
from sidra_ui.viewmodels.common import Source, Tone
from sidra_ui.viewmodels.tables import Cell, Column, Table
from sidra_ui.viewmodels.tables import Row as TableRow
from sidra_ui.viewmodels.view360 import Balance
from sidra_ui.viewmodels.view360 import Panel as PanelView

LIVE_SECONDS = 10
"""An answer that is younger is of now."""
READABLE = frozenset({"read", "edit"})


@dataclass(frozen=True, slots=True)
class Shows:
    """A value that an operation returns, and that this reader may see."""

    name: str
    title: str
    attribute: Attribute
    type: str
    mask: Callable[[Attribute, Any], Masked | None] | None = None
    """What leaves of a value what the reader may see of it in records."""

    def show(self, desk: Desk, row: Row) -> Shown:
        """The value in an answer, ready to be laid out."""
        value = row.get(self.name)
        return show(desk, self.attribute, value if self.mask is None else self.mask(self.attribute, value))


def operation_of(desk: Desk, source: str | None) -> tuple[Interface, Operation] | None:
    """The connector and the operation that a dotted name means; None for anything else."""
    name, dot, operation = (source or "").partition(".")
    connector = desk.model.interfaces.get(name) if dot else None
    if connector is None or operation not in connector.operations:
        return None
    return connector, connector.operations[operation]


def may_ask(desk: Desk, source: str | None) -> bool:
    """Whether the reader may see what a source gives: records of an entity, or the answers of an operation."""
    found = operation_of(desk, source)
    entity = found[1].of if found is not None else source
    return entity is None or desk.may(entity, "read")


def answered(desk: Desk, panel: Panel, record: Record, head: PanelView) -> PanelView:
    """A box with what the system answers; where it does not, with what was answered last, or with why not."""
    found = operation_of(desk, panel.source)
    values = arguments(desk, panel, record)
    if found is None or values is None:
        return replace(head, state="empty", message=desk.messages.text("panel_nothing_to_ask"))
    connector, operation = found
    try:
        answer = desk.records.runtime.connectors.call(str(panel.source), values)
    except CallFailed as error:
        return away(desk, connector, error, head)
    head = replace(head, source=badge(desk, connector, panel, answer))
    shown = columns(desk, operation, panel.columns)
    rows = answer.rows[: panel.limit]
    tiles = tuple(balances(desk, panel, values))
    if not tiles and not (rows and shown):
        return replace(head, state="empty", message=desk.messages.text("nothing_here"))
    made = table(desk, head.title, shown, rows) if rows and shown else None
    note = desk.messages.text("panel_kept", name=desk.label(connector)) if answer.failure is not None else ""
    retry = head.load_href if answer.failure is not None else ""
    return replace(head, state="ready", balances=tiles, table=made, notice=note, retry_href=retry)


def arguments(desk: Desk, panel: Panel, record: Record) -> dict[str, str] | None:
    """What the operation is given, as far as the reader may see it; None where something is not there."""
    found: dict[str, str] = {}
    for argument in panel.with_.values():
        value = desk.screens.evaluate(argument.value, desk.records, record)
        text = None if isinstance(value, Masked | Illegible) else plain(value)
        if text is None:
            return None
        found[argument.name] = text
    return found


def away(desk: Desk, connector: Interface, error: CallFailed, head: PanelView) -> PanelView:
    """A box whose system gave nothing, and nothing of it was kept."""
    name = desk.label(connector)
    match error:
        case TimedOut():
            message = desk.messages.text("panel_late", name=name, count=int(PATIENCE_SECONDS))
        case LeftAlone():
            message = desk.messages.text("panel_left_alone", name=name)
        case BadArgument():
            return replace(head, state="empty", message=desk.messages.text("panel_nothing_to_ask"))
        case _:
            message = desk.messages.text("source_unavailable", name=name)
    source = Source(name, desk.messages.text("panel_away"), "red")
    return replace(head, state="error", source=source, message=message)


def badge(desk: Desk, connector: Interface, panel: Panel, answer: Answer) -> Source:
    """Where the answer comes from, and how old it is."""
    name, seconds = desk.label(connector), int(answer.age_seconds)
    age = desk.formats.span(datetime.timedelta(seconds=max(seconds, 1)))
    is_old = panel.stale_after is not None and answer.age_seconds > panel.stale_after.total_seconds()
    if answer.failure is not None:
        return Source(name, desk.messages.text("panel_degraded", age=age), "amber")
    if is_old:
        return Source(name, desk.messages.text("panel_old", age=age), "amber")
    key = "panel_live" if seconds < LIVE_SECONDS else "panel_aged"
    tone: Tone = "teal"
    return Source(name, desk.messages.text(key, age=age), tone)


def columns(desk: Desk, operation: Operation, wanted: Mapping[str, ColumnWord]) -> list[Shows]:
    """The values that the reader may see, in the order of the box; all of them where it names none."""
    names = [each.name for each in wanted.values() if not each.hidden] or list(operation.returns)
    return [found for name in names if (found := column(desk, operation, name, wanted.get(name))) is not None]


def column(desk: Desk, operation: Operation, name: str, word: ColumnWord | None) -> Shows | None:
    """One value; None where the reader may see nothing of it."""
    returned = operation.returns.get(name)
    entity = desk.model.entities.get(operation.of or "")
    if returned is None:
        return None
    declared = entity.attributes.get(name) if entity is not None else None
    mask = None
    if entity is not None and declared is not None:
        level = desk.access(entity.name).level(name)
        if level == "none":
            return None
        mask = None if level in READABLE else desk.records.view(entity.name).masked
    # Of a masked value, what shapes the mask is the record's attribute, not how the system writes it.
    attribute = attribute_of(desk.model, operation, returned) if mask is None or declared is None else declared
    own = desk.text(word.label) if word is not None else ""
    title = own or desk.text(returned.label) or desk.label(declared if declared is not None else attribute)
    return Shows(name, title, attribute, desk.model.base_type(attribute), mask)


def table(desk: Desk, caption: str, shown: list[Shows], rows: tuple[Row, ...]) -> Table:
    """The answers as a table."""
    heads = tuple(
        Column(
            each.name,
            each.title,
            is_number=Shown(type=each.type).is_number,
            is_secondary=place >= ON_A_PHONE,
            is_prose=each.type in PROSE,
        )
        for place, each in enumerate(shown)
    )
    made = []
    for number, row in enumerate(rows):
        cells = tuple(cell(desk, each, row, is_first=place == 0) for place, each in enumerate(shown))
        made.append(TableRow(str(number), cells[0].text, cells))
    return Table(caption, heads, tuple(made))


def cell(desk: Desk, each: Shows, row: Row, *, is_first: bool) -> Cell:
    """One value of an answer."""
    shown = each.show(desk, row)
    if shown.badge is not None:
        return Cell(badges=(replace(shown.badge, dot=True, icon=""),))
    text = whole(shown.text) if shown.type in MOMENTS else shown.text
    return Cell(text, is_strong=is_first, is_phone=shown.is_phone)


def balances(desk: Desk, panel: Panel, values: Mapping[str, str]) -> Iterator[Balance]:
    """The figures of a second operation; none where its system is away, since the first says so."""
    found = operation_of(desk, panel.tiles)
    if found is None or not may_ask(desk, panel.tiles):
        return
    operation = found[1]
    try:
        answer = desk.records.runtime.connectors.call(str(panel.tiles), values)
    except CallFailed:
        return
    row: Mapping[str, Any] = answer.rows[0] if answer.rows else {}
    for each in columns(desk, operation, {}):
        shown = each.show(desk, row)
        if shown.text:
            yield Balance(each.title, shown.text)
