"""Every registered widget in each of its states, for who writes screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sidra_metamodel.widgets import Sample, Widget
from sidra_ui.messages import Messages
from sidra_ui.viewmodels.common import Direction, Theme
from sidra_ui.viewmodels.fields import Drawn, FieldView, Option
from sidra_ui.viewmodels.fields import Widget as Control
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.widgets import WidgetLook, WidgetsPage, WidgetState, WidgetView

LOOKS: tuple[tuple[str, Theme, Direction], ...] = (
    ("theme_light", "light", "ltr"),
    ("theme_dark", "dark", "ltr"),
    ("right_to_left", "light", "rtl"),
)
CONTROLS: Mapping[str, Control] = {"radio": "radio", "select": "select", "textarea": "textarea"}
LONG = "Communications électroniques internationales et prestations associées "


def widgets_page(shell: Shell, messages: Messages, widgets: Mapping[str, Widget]) -> WidgetsPage:
    """The gallery of the widgets, in the order of their names."""
    views = tuple(view(messages, widgets[name]) for name in sorted(widgets))
    return WidgetsPage(shell, Place(messages.text("widgets")), messages.text("widgets_text"), views)


def view(messages: Messages, widget: Widget) -> WidgetView:
    """One widget in every state and look."""
    types = messages.listed(sorted(widget.types)) or messages.text("widget_every_type")
    told = tuple((f"{each.name}: {each.type} = {each.default}", each.doc) for each in widget.parameters)
    looks = (
        WidgetLook(messages.text(title), theme, direction, shown(states(messages, widget, f"{theme}-{direction}")))
        for title, theme, direction in LOOKS
    )
    return WidgetView(widget.name, widget.doc, types, told, tuple(looks))


def shown(found: Iterator[WidgetState]) -> tuple[WidgetState, ...]:
    """The states in which a widget shows something: one that only reads has no errors."""
    return tuple(state for state in found if state.reading is not None or state.editing is not None)


def states(messages: Messages, widget: Widget, look: str) -> Iterator[WidgetState]:
    """Each sample, then the states that every control has: focus is shown by going there."""
    for number, sample in enumerate(widget.samples, start=1):
        yield state(widget, sample, f"{look}-{number}", messages.text("widget_normal"))
    first = widget.samples[0] if widget.samples else Sample(value="", text="")
    yield state(widget, Sample(value="", text=""), f"{look}-empty", messages.text("widget_empty"))
    if "text" in widget.types:
        yield state(widget, Sample(value=LONG * 3, text=LONG * 3), f"{look}-long", messages.text("widget_long"))
    for key, change in (
        ("widget_error", {"error": messages.text("widget_error_text")}),
        ("widget_required", {"is_required": True, "help": messages.text("widget_help_text")}),
        ("widget_disabled", {"is_readonly": True}),
    ):
        found = state(widget, first, f"{look}-{key}", messages.text(key))
        editing = replace(found.editing, **change) if found.editing is not None else None
        yield replace(found, reading=None, editing=editing)


def state(widget: Widget, sample: Sample, suffix: str, title: str) -> WidgetState:
    """One state: to read where the widget draws that, to edit where it or the screens do."""
    drawn = Drawn(widget.name, widget.given({})) if widget.template else None
    known = [("gold", "Gold"), ("silver", "Silver"), ("standard", "Standard")]
    options = tuple(Option(value, text, value == sample.value) for value, text in known)
    field = FieldView(
        f"{widget.name}-{suffix}", widget.name, CONTROLS.get(widget.name, "text"), sample.value, sample.text,
        options=options if widget.name in {"radio", "select"} else (), drawn=drawn,
    )  # fmt: skip
    reads = "macro reading" in widget.template
    edits = "macro editing" in widget.template or not widget.template
    return WidgetState(title, field if reads else None, field if edits else None)
