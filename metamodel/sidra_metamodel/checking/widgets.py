"""Whether widgets are told what they understand, and take values of the type they stand at."""

from __future__ import annotations

from functools import partial

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.widget_use import WidgetUse
from sidra_metamodel.language import Keyword, RecordShape, UnionShape
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import seek
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed
from sidra_metamodel.widgets import Widget


def check_widgets(model: Model, diagnostics: Diagnostics) -> None:
    """Record parameters that a widget does not have, values they do not take, and types that it does not show."""
    known = model.widgets
    for (kind, document), root in model.nodes.items():
        find = partial(seek, model.registry.kinds[kind], root, _is_use)
        for found in model.memory.of(("widgets", kind, document, root), find):
            name = found.node.items.get("use")
            widget = known.get(str(name.value)) if name is not None else None
            if widget is not None:
                _check_parameters(widget, found.node.items.get("with"), diagnostics)
                _check_type(model, widget, found.owner, found.node, diagnostics)


def _is_use(keyword: Keyword) -> bool:
    shapes = keyword.shape.alternatives if isinstance(keyword.shape, UnionShape) else (keyword.shape,)
    return any(isinstance(shape, RecordShape) and shape.element is WidgetUse for shape in shapes)


def _check_parameters(widget: Widget, written: Node | None, diagnostics: Diagnostics) -> None:
    parameters = {each.name: each for each in widget.parameters}
    for name, node in written.items.items() if written is not None else ():
        if name not in parameters:
            has = f"it has {listed(parameters)}" if parameters else "it has none; take `with` away"
            message = f"the widget `{widget.name}` has no parameter `{name}`"
            diagnostics.error("E442", message, node, key=True, help=did_you_mean(name, parameters) or has)
        elif refusal := parameters[name].refusal(node.value):
            message = f"of the widget `{widget.name}`, {refusal}"
            diagnostics.error("E442", message, node, help=parameters[name].doc)


def _check_type(model: Model, widget: Widget, owner: Node, node: Node, diagnostics: Diagnostics) -> None:
    """Refuse a widget at an attribute whose values it does not take; what stands on screens is checked there."""
    said = owner.items.get("type")
    base = model.base_of(str(said.value)) if said is not None else ""
    if base and widget.types and base not in widget.types:
        message = f"the widget `{widget.name}` does not take values of type `{base}`"
        diagnostics.error("E442", message, node, help=f"it takes {listed(sorted(widget.types))}")
