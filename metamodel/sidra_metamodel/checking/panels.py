"""Boxes of pages: what their kind needs is there, and what an operation is given fits what it takes."""

from __future__ import annotations

from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.expressions.types import NULL
from sidra_metamodel.kinds.interfaces.connector import Operation
from sidra_metamodel.kinds.screens.view360 import Action, Kpi, Panel, Reply
from sidra_metamodel.model import Model
from sidra_metamodel.model.operations import operations
from sidra_metamodel.suggest import did_you_mean, listed

OF_RECORDS: Final = ("via", "filter", "sort", "show")
"""What narrows or orders records, and nothing that another system answers."""
OF_OPERATIONS: Final = ("with", "stale_after", "tiles")
NEEDED: Final = {"records": "source", "offers": "source", "chart": "source"}


def check_panels(model: Model, diagnostics: Diagnostics) -> None:
    """Record boxes that could never show anything, and buttons and curves that lack what they need."""
    known = operations(model)
    for screen in model.screens.values():
        for panel in screen.panels.values():
            _check_panel(model, panel, known.get(panel.source or ""), diagnostics)
            if panel.tiles is not None and panel.tiles in known:
                _check_given(model, panel, known[panel.tiles], panel.tiles, diagnostics)
        for action in screen.header.actions.values() if screen.header is not None else ():
            _check_action(action, diagnostics)
        for kpi in screen.kpis.values():
            _check_kpi(kpi, diagnostics)


def _check_panel(model: Model, panel: Panel, operation: Operation | None, diagnostics: Diagnostics) -> None:
    if panel.kind_ in NEEDED and panel.source is None:
        help_ = "name an entity, or an operation of a connector: `source: …`"
        diagnostics.report("E441", f"the box `{panel.name}` lacks `source`", panel.node, key=True, help=help_)
    if operation is not None:
        _check_operation(model, panel, operation, diagnostics)
        return
    for keyword in OF_OPERATIONS:
        if keyword in panel.node.items and panel.source in model.entities:
            message = f"`{keyword}` is for operations of connectors, and `{panel.source}` is an entity"
            diagnostics.report("E441", message, panel.node.items[keyword], key=True, help="take it away")
    if panel.kind_ == "chart" and panel.at is None and panel.by is None:
        help_ = "add `at:` for months, or `by:` for values"
        diagnostics.report("E441", f"the chart `{panel.name}` has no axis", panel.node, key=True, help=help_)
    for reply in panel.replies.values():
        _check_reply(model, panel, reply, diagnostics)


def _check_operation(model: Model, panel: Panel, operation: Operation, diagnostics: Diagnostics) -> None:
    for keyword in OF_RECORDS:
        if keyword in panel.node.items:
            message = f"`{keyword}` is for records, and `{panel.source}` is an operation"
            diagnostics.report("E441", message, panel.node.items[keyword], key=True, help="take it away")
    if panel.kind_ != "records":
        message = f"a box of kind `{panel.kind_}` shows records, and `{panel.source}` is an operation"
        diagnostics.report("E441", message, panel.node.items["source"], help="name an entity")
        return
    if operation.post is not None:
        message = f"`{panel.source}` changes something, which looking at a page must not"
        diagnostics.report("E441", message, panel.node.items["source"], help="name an operation with `get`")
    for column in panel.columns.values():
        if column.value is None and column.name not in operation.returns:
            help_ = did_you_mean(column.name, operation.returns) or f"there are {listed(operation.returns)}"
            message = f"`{panel.source}` returns no `{column.name}`"
            diagnostics.report("E441", message, column.node, key=True, help=help_)
        elif column.value is not None:
            message = "a column of an operation shows what it returns, and nothing else"
            diagnostics.report("E441", message, column.node, key=True, help="take `value` away")
    _check_given(model, panel, operation, str(panel.source), diagnostics)


def _check_given(model: Model, panel: Panel, operation: Operation, name: str, diagnostics: Diagnostics) -> None:
    for taken in operation.takes:
        if taken not in panel.with_:
            help_ = f"add `with: {{{taken}: …}}`"
            diagnostics.report("E441", f"`{name}` takes `{taken}`", panel.node.items["source"], help=help_)
    for argument in panel.with_.values():
        taken_ = operation.takes.get(argument.name)
        if taken_ is None:
            help_ = did_you_mean(argument.name, operation.takes) or "take it away"
            message = f"`{name}` takes no `{argument.name}`"
            diagnostics.report("E441", message, argument.node, key=True, help=help_)
            continue
        wanted = model.types_of_code.expression_type(
            model.base_of(taken_.type) if taken_.type in model.types else taken_.type
        )
        try:
            found = model.expression(argument.value).root.type
        except ExpressionError:
            continue
        if found not in {wanted, NULL}:
            message = f"`{argument.name}` takes {wanted}, not {found}"
            diagnostics.report("E441", message, argument.node, help="convert it, or change what the operation takes")


def _check_reply(model: Model, panel: Panel, reply: Reply, diagnostics: Diagnostics) -> None:
    if reply.create not in model.entities or panel.source not in model.entities:
        return
    if len(model.relations_between(reply.create, str(panel.source))) != 1:
        message = f"not one relation of `{reply.create}` leads to `{panel.source}`, but " + str(
            len(model.relations_between(reply.create, str(panel.source)))
        )
        help_ = "keep a record that has exactly one, so that it says what was offered"
        diagnostics.report("E441", message, reply.node.items["create"], help=help_)


def _check_action(action: Action, diagnostics: Diagnostics) -> None:
    if action.channel is not None and action.to is None:
        help_ = "add `to:`, an expression that gives the number or address"
        diagnostics.report("E441", f"the button `{action.name}` leads nowhere", action.node, key=True, help=help_)


def _check_kpi(kpi: Kpi, diagnostics: Diagnostics) -> None:
    if kpi.points is not None and kpi.trend is None:
        message = f"nothing says how far back the curve of `{kpi.name}` goes"
        diagnostics.report("E441", message, kpi.node, key=True, help="add `trend: 12mo`")
    if kpi.trend is not None and kpi.points is None and kpi.value is not None:
        message = f"`{kpi.name}` is no attribute, so that it has no history to draw"
        diagnostics.report("E441", message, kpi.node, key=True, help="add `points: {source: …, at: …}`")
