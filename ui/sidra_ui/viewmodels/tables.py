"""Tables of records, on list pages and in panels."""

from dataclasses import dataclass
from typing import Literal

from sidra_ui.viewmodels.common import Avatar, Badge, Meter, Tone
from sidra_ui.viewmodels.fields import FieldView


@dataclass(frozen=True, slots=True)
class Cell:
    """One value. An empty cell (no text, badge or meter) shows a dash."""

    text: str = ""
    secondary: str = ""
    """A small second line, for example the customer's number under the name."""
    is_secondary_code: bool = False
    is_secondary_phone: bool = False
    href: str = ""
    badges: tuple[Badge, ...] = ()
    avatar: Avatar | None = None
    icon: str = ""
    """A tile with an icon in front; its hue is `tone`."""
    meter: Meter | None = None
    is_below: bool = False
    """The bar stands below the text that the meter tells."""
    tone: Tone | None = None
    """Colours the text (or the tile), for example red for an overdue amount."""
    is_strong: bool = False
    is_code: bool = False
    """An identifier: monospaced and isolated left to right."""
    is_phone: bool = False
    """Isolated left to right with tabular figures."""
    drawn: FieldView | None = None
    """The value for a widget that draws it by itself, in the place of the text."""


PLAIN = Cell()


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head. `sort_href` leads to the list sorted by it; empty means that it cannot be sorted."""

    name: str
    title: str
    is_number: bool = False
    """Aligned to the end with tabular figures."""
    sort_href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    is_secondary: bool = False
    """Left out on a phone."""
    is_prose: bool = False
    """Takes two lines where there is little room."""
    edit: str = ""
    """The name of the member, where its values can be changed in their place."""
    plain: Cell = PLAIN
    """How a cell looks of which only the text is given."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `cells` follow the order of the table's columns."""

    id: str
    label: str
    """What the record is called, for the checkbox's accessible name."""
    cells: tuple[Cell | str, ...]
    """Of a plain one, the text alone."""
    href: str = ""
    """Where a click on the row leads; empty when the reader may not open it."""
    version: int = 0
    """The version of the record as it is shown, for what changes it in place."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows under one accessible caption."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    is_compact: bool = False
    empty_text: str = ""
    """Shown instead of the rows when there are none."""
    failed: str = ""
    """Shown instead of the rows where they could not be asked for."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Which part is shown and the ways on. The links are keyset pages: no page number exists."""

    text: str
    """For example "1 to 25 of 3,418"."""
    first_href: str = ""
    previous_href: str = ""
    next_href: str = ""
    at: int = 1
    """The place of the page's first record in the whole list."""
    total: str = ""
    """For example "3,418", or "1,000+" beyond the bound of counting."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to say or another page."""
        return bool(self.text or self.previous_href or self.next_href)

    @property
    def has_pages(self) -> bool:
        """Whether there is another page."""
        return bool(self.previous_href or self.next_href)
