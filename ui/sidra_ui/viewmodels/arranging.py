"""How a list is arranged: its columns, its density, the size of a page."""

from dataclasses import dataclass

from sidra_ui.viewmodels.fields import Option


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that can be shown; the order of the choices is that of the columns."""

    name: str
    title: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Arranger:
    """The form behind the Columns button; posts `column` many times, `density`, `size`, `then`, perhaps `reset`."""

    href: str
    columns: tuple[ColumnChoice, ...]
    densities: tuple[Option, ...]
    sizes: tuple[Option, ...]
    back: str
    told: str
    """How many of how many are shown, for example "9/24"."""
