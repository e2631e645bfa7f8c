"""The gallery of widgets: each in every state, light, dark and from right to left."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Direction, Theme
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.shell import Place, Shell


@dataclass(frozen=True, slots=True)
class WidgetState:
    """A widget in one state: to read and to edit; None where it does not do that."""

    title: str
    reading: FieldView | None = None
    editing: FieldView | None = None


@dataclass(frozen=True, slots=True)
class WidgetLook:
    """All states of a widget as some people see them."""

    title: str
    theme: Theme
    direction: Direction
    states: tuple[WidgetState, ...]


@dataclass(frozen=True, slots=True)
class WidgetView:
    """One widget: what it is for, what YAML may tell it, and how it looks."""

    name: str
    doc: str
    types: str
    parameters: tuple[tuple[str, str], ...]
    looks: tuple[WidgetLook, ...]


@dataclass(frozen=True, slots=True)
class WidgetsPage:
    """The page `widgets.html`."""

    shell: Shell
    place: Place
    text: str
    widgets: tuple[WidgetView, ...]
