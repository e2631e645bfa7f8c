"""Where a card may go: by the steps of the life cycle or as a plain change, and what is asked for on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sidra.errors import Invalid, NotFound, Problem
from sidra.records.record import Record
from sidra.records.work import UnitOfWork
from sidra_metamodel.checking.boards import column_attribute
from sidra_metamodel.kinds.entity import Entity, Transition
from sidra_metamodel.kinds.scalar_type import Enum
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.language import Formula
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.posting import Posted, values_of

GATE = "R160"
NO_WAY = "R161"
FIELD = "v."
"""Before the names of a record's values in the form of a move, which has names of its own."""
REASON = "reason"


@dataclass(frozen=True, slots=True)
class Move:
    """A way of a card into a column."""

    to: str
    step: Transition | None
    """None where the attribute is simply changed."""
    why_not: str = ""
    asks: tuple[str, ...] = ()
    """Attributes that are asked for first."""
    message: str = ""
    """What the gate, or the step, wants to be seen to first."""

    @property
    def is_open(self) -> bool:
        """Whether the card may go there, perhaps after something was filled in."""
        return not self.why_not

    @property
    def wants_reason(self) -> bool:
        """Whether nobody makes the step without saying why."""
        return self.step is not None and self.step.reason is not None and self.step.reason.required

    @property
    def asks_first(self) -> bool:
        """Whether a dialog comes before the move."""
        return self.is_open and (bool(self.asks) or self.wants_reason)


@dataclass(frozen=True)
class Columns:
    """What the columns of a board are, for one reader."""

    desk: Desk
    screen: Screen
    entity: Entity
    enum: Enum

    @property
    def by(self) -> str:
        """The attribute whose values are the columns."""
        return column_attribute(self.screen, self.entity)

    @property
    def are_states(self) -> bool:
        """Whether they are states of the life cycle, so that a move is a step."""
        return self.entity.lifecycle is not None and self.entity.lifecycle.attribute == self.by

    def names(self) -> list[str]:
        """The columns that are shown, in order."""
        hidden = {stage.name for stage in self.screen.stages.values() if stage.hidden}
        return [name for name, value in self.enum.values.items() if not value.hidden and name not in hidden]

    def text(self, name: str) -> str:
        """What a column is called."""
        value = self.enum.values.get(name)
        return self.desk.label(value) if value is not None else name


def columns_of(desk: Desk, entity: str) -> Columns:
    """The columns of an entity's board as its reader sees them; raises NotFound where there are none to be seen."""
    screen = desk.screens.board_of(entity)
    declared = desk.model.entity(entity)
    attribute = declared.attributes.get(column_attribute(screen, declared)) if screen is not None else None
    enum = desk.model.enums.get(attribute.enum or "") if attribute is not None else None
    if screen is None or attribute is None or enum is None:
        raise NotFound(f"`{entity}` has no board", hint="look at its list")
    if desk.access(entity).level(attribute.name) not in {"read", "edit"}:
        raise NotFound(f"`{entity}` has no board that you may see", hint="look at its list")
    return Columns(desk, screen, declared, enum)


def moves(columns: Columns, record: Record) -> dict[str, Move]:
    """The columns that the reader may bring a card to, or could if something was seen to first."""
    found: dict[str, Move] = {}
    for move in _ways(columns, record):
        known = found.get(move.to)
        if known is None or (move.is_open and not known.is_open):
            found[move.to] = _gated(columns, record, move)
    return found


def _ways(columns: Columns, record: Record) -> Iterator[Move]:
    records, entity = columns.desk.records, columns.entity
    if not columns.are_states:
        environment = records.environment(records.whole(record.entity, record.row))
        may = records.profile.allows(record.entity, "update", environment)
        if may and columns.desk.access(record.entity).level(columns.by) == "edit":
            yield from (Move(name, None) for name in columns.names() if name != record.get(columns.by))
        return
    steps = entity.lifecycle.transitions if entity.lifecycle is not None else {}
    for state in records.transitions(record.entity, record):
        step = steps.get(state.name)
        if step is not None and step.to != record.get(columns.by):
            asks = () if state.allowed else tuple(missing(columns, record, step.when))
            yield Move(step.to, step, "" if asks else state.why_not, asks, state.why_not if asks else "")


def _gated(columns: Columns, record: Record, move: Move) -> Move:
    """A way through the gate of its column, where that has one."""
    gate = columns.screen.gates.get(move.to)
    if gate is None or not move.is_open:
        return move
    desk = columns.desk
    if desk.screens.holds(gate.when, desk.records, record, absent=True):
        return move
    message = desk.text(gate.message)
    asks = tuple(dict.fromkeys((*move.asks, *missing(columns, record, (gate.when,)))))
    return Move(move.to, move.step, "" if asks else message, asks, message)


def missing(columns: Columns, record: Record, conditions: Iterable[Formula]) -> Iterator[str]:
    """The attributes that conditions read and that the reader may fill in: the empty ones, else all of them."""
    model, desk = columns.desk.model, columns.desk
    read = {path.partition(".")[0] for formula in conditions for path in model.expression(formula).reads}
    access = desk.access(record.entity)
    own = [
        name
        for name, attribute in columns.entity.attributes.items()
        if name in read and attribute.compute is None and access.level(name) == "edit" and name != columns.by
    ]
    may = "update" in access.policies
    empty = [name for name in own if record.get(name) in {None, "", False}] if may else []
    yield from empty or (own if may else [])


def move(columns: Columns, record: Record, to: str, posted: Posted) -> Record:
    """The record in its new column, with what was filled in for it, in one unit of work.

    Raises Invalid with the reasons where it may not go there, Conflict where somebody was faster, and Forbidden.
    """
    desk = columns.desk
    way = moves(columns, record).get(to)
    if way is None:
        raise Invalid([Problem(NO_WAY, columns.by, desk.messages.text("board_no_way", stage=columns.text(to)))])
    values = values_of(desk, record.entity, posted, record, FIELD)

    def work(unit: UnitOfWork) -> Record:
        version, found = posted.version, record
        if values:
            found = desk.records.update(record.entity, record.id, values, version=version, work=unit)
            version = found.version
        _through(columns, found, to)
        return _arrive(columns, found, way, posted, version, unit)

    return desk.records.runtime.transact(desk.records.actor, work)


def _through(columns: Columns, record: Record, to: str) -> None:
    """Raise Invalid where the gate of a column stays shut."""
    gate, desk = columns.screen.gates.get(to), columns.desk
    if gate is not None and not desk.screens.holds(gate.when, desk.records, record, absent=True):
        raise Invalid([Problem(GATE, columns.by, desk.text(gate.message))])


def _arrive(
    columns: Columns, record: Record, way: Move, posted: Posted, version: int | None, unit: UnitOfWork
) -> Record:
    records, entity = columns.desk.records, record.entity
    if way.step is None:
        changes: Mapping[str, str] = {columns.by: way.to}
        return records.update(entity, record.id, changes, version=version, work=unit)
    reason = posted.texts.get(REASON) or None
    return records.transition(entity, record.id, way.step.name, reason=reason, version=version, work=unit)
