"""Boards and calendars: their columns are values that there are, and what they add up or stand at can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sidra_metamodel.checking.lists import is_filtered
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.board import Forecast, Gate
from sidra_metamodel.language import Element
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed

NUMBERS: Final = frozenset({"integer", "decimal", "percent", "money"})
DAYS: Final = frozenset({"date", "datetime"})


def check_boards(model: Model, diagnostics: Diagnostics) -> None:
    """Record boards and calendars that would have nothing to show, or cards that nobody could move."""
    for screen in model.screens.values():
        entity = model.entities.get(screen.of or "")
        if entity is not None and screen.kind_ == "board":
            _check_board(model, screen, entity, diagnostics)
        elif entity is not None and screen.kind_ == "calendar":
            _check_calendar(model, screen, entity, diagnostics)


def column_attribute(screen: Screen, entity: Entity) -> str:
    """Return the name of the attribute whose values are the columns of a board; empty where there is none."""
    return screen.by or (entity.lifecycle.attribute if entity.lifecycle is not None else "")


def _check_board(model: Model, screen: Screen, entity: Entity, diagnostics: Diagnostics) -> None:
    by = column_attribute(screen, entity)
    attribute = entity.attributes.get(by)
    if attribute is None:
        if not screen.by:
            message = f"the board `{screen.name}` has no columns: `{entity.name}` has no life cycle"
            diagnostics.report("E420", message, screen.node, key=True, help="name a code list: `by: …`")
        return
    place = screen.node.get("by") or screen.node
    enum = model.enums.get(attribute.enum or "")
    if model.base_type(attribute) != "enum" or enum is None:
        message = f"`{by}` is no code list, so that it makes no columns"
        diagnostics.report("E420", message, place, help="name an attribute of the type `enum`")
        return
    if not is_filtered(entity, by):
        message = f"`{entity.name}` cannot be narrowed by `{by}`: it has no index"
        diagnostics.report("E409", message, place, help=f"write `filter: true` at the attribute `{by}`")
    values = [name for name, value in enum.values.items() if not value.hidden]
    for keyword, named in (("stages", screen.stages), ("gates", screen.gates)):
        _check_names(keyword, named, values, by, diagnostics)
    for gate in screen.gates.values():
        if gate.name in values:
            _check_gate(model, gate, entity, by, diagnostics)
    _check_sums(model, screen, entity, diagnostics)
    if screen.forecast is not None:
        _check_forecast(model, screen.forecast, entity, diagnostics)


def _check_names(
    keyword: str, named: Mapping[str, Element], values: list[str], by: str, diagnostics: Diagnostics
) -> None:
    for name, element in named.items():
        if name not in values:
            help_ = did_you_mean(name, values) or f"there are {listed(values)}"
            message = f"no value `{name}` of `{by}` in `{keyword}`"
            diagnostics.report("E421", message, element.node, key=True, length=len(name), help=help_)


def _check_gate(model: Model, gate: Gate, entity: Entity, by: str, diagnostics: Diagnostics) -> None:
    """Refuse a gate that never opens, or before which no card can stand."""
    try:
        reads = model.expression(gate.when).reads
    except ExpressionError:
        return
    if by in {path.partition(".")[0] for path in reads}:
        message = f"the gate of `{gate.name}` asks for `{by}`, which the move itself changes"
        diagnostics.report("E420", message, gate.when.node, help="ask for what a person fills in before the move")
    elif gate.when.text.strip() == "false":
        message = f"the gate of `{gate.name}` never opens"
        diagnostics.report("E420", message, gate.when.node, help="say what must hold, or take the gate away")
    lifecycle = entity.lifecycle
    if lifecycle is not None and lifecycle.attribute == by:
        entered = {step.to for step in lifecycle.transitions.values()}
        if gate.name not in entered:
            message = f"no step leads to `{gate.name}`, so that its gate is never asked"
            diagnostics.report("E420", message, gate.node, key=True, help="take the gate away, or add a transition")


def _check_sums(model: Model, screen: Screen, entity: Entity, diagnostics: Diagnostics) -> None:
    nodes = {str(entry.value): entry for entry in _entries(screen.node.get("sums"))}
    amounts = []
    for name in screen.sums:
        attribute = entity.attributes.get(name)
        _check_summed(model, entity, name, nodes.get(name, screen.node), diagnostics)
        if attribute is not None and model.base_type(attribute) == "money":
            amounts.append(name)
    if len(amounts) > 1:
        message = f"a board adds up one amount, not {listed(amounts)}: each may have its currency"
        diagnostics.report("E420", message, nodes.get(amounts[1], screen.node), help="keep one of them")


def _entries(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield from node.entries or (node,)


def _check_summed(model: Model, entity: Entity, name: str, node: Node, diagnostics: Diagnostics) -> None:
    attribute = entity.attributes.get(name)
    if attribute is None:
        return
    if model.base_type(attribute) not in NUMBERS:
        message = f"`{name}` is no number or amount, and cannot be added up"
        diagnostics.report("E420", message, node, help="name an attribute that is a number or an amount")
    elif attribute.compute is not None and not attribute.compute.stored:
        message = f"`{name}` cannot be added up: it is computed at reading"
        diagnostics.report("E409", message, node, help="write `compute: {by: …, stored: true}`")


def _check_forecast(model: Model, forecast: Forecast, entity: Entity, diagnostics: Diagnostics) -> None:
    _check_day(model, entity, forecast, "at", diagnostics)
    for keyword, name in (("sum", forecast.sum), ("target", forecast.target)):
        if name is not None:
            _check_summed(model, entity, name, forecast.node.get(keyword) or forecast.node, diagnostics)


def _check_calendar(model: Model, screen: Screen, entity: Entity, diagnostics: Diagnostics) -> None:
    for keyword in ("at", "until"):
        _check_day(model, entity, screen, keyword, diagnostics)
    if screen.at is None and calendar_attribute(model, entity) is None:
        message = f"the calendar `{screen.name}` has no days: lists of `{entity.name}` are narrowed by no date"
        help_ = "name an attribute that is a date or a datetime, with `filter: true`: `at: …`"
        diagnostics.report("E420", message, screen.node, key=True, help=help_)


def _check_day(
    model: Model, entity: Entity, element: Screen | Forecast, keyword: str, diagnostics: Diagnostics
) -> None:
    name = getattr(element, keyword)
    attribute = entity.attributes.get(name or "")
    if attribute is None:
        return
    node = element.node.get(keyword) or element.node
    if model.base_type(attribute) not in DAYS:
        diagnostics.report("E429", f"`{name}` is no date", node, help="name one that is a date or a datetime")
    elif keyword == "at" and not is_filtered(entity, attribute.name):
        message = f"`{entity.name}` cannot be narrowed by `{name}`: it has no index"
        diagnostics.report("E409", message, node, help=f"write `filter: true` at the attribute `{name}`")


def calendar_attribute(model: Model, entity: Entity) -> Attribute | None:
    """Return the first day or moment by which lists of an entity are narrowed; None where there is none."""
    found = (each for each in entity.attributes.values() if not each.hidden and is_filtered(entity, each.name))
    return next((each for each in found if model.base_type(each) in DAYS), None)
