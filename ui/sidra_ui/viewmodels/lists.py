"""The list page: saved views, filters, a table, bulk actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sidra_ui.viewmodels.arranging import Arranger
from sidra_ui.viewmodels.common import Action
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Pager, Table

if TYPE_CHECKING:
    from sidra_ui.viewmodels.boards import FormLink
    from sidra_ui.viewmodels.bulk import BulkBar


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A saved view of the list."""

    text: str
    href: str
    is_current: bool = False
    count: str = ""
    icon: str = ""
    id: str = ""
    """Of the place of its number, where that follows the page."""


@dataclass(frozen=True, slots=True)
class ViewMenu:
    """What can be done with the present selection: save it as a view, or change the saved view that is open.

    Posts `do`, `id`, `key`, `name`, `audience`, `query` and `then` to `href`.
    """

    href: str
    query: str
    """The selection, as parameters of an address."""
    then: str
    id: str
    """Of the saved view that is open and may be changed; empty for any other."""
    key: str
    name: str
    is_changed: bool
    """The list shows something else than the saved view says."""
    is_first: bool
    """The list opens with this view already."""
    audiences: tuple[Option, ...] = ()
    """With whom it can be shared; empty where sharing is not granted."""


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter in force, for example ("Status", "is Active")."""

    title: str
    text: str
    remove_href: str
    is_either: bool = False
    """It is an alternative to the one before."""


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The form behind the Filter button; its fields are the filterable attributes."""

    href: str
    """Receives GET with the fields' names."""
    fields: tuple[FieldView, ...]
    kept: tuple[tuple[str, str], ...] = ()
    """Query parameters to carry along, for example the saved view and the sort order."""


@dataclass(frozen=True, slots=True)
class SortChoice:
    """An order of the list."""

    text: str
    href: str
    is_current: bool = False
    is_further: bool = False
    """Orders those that the present order leaves alike."""


@dataclass(frozen=True, slots=True)
class ListPart:
    """What of a list page depends on what is looked for (`list_part.html`): the fields are those of the page."""

    summary: str
    exact_href: str
    table: Table
    pager: Pager
    chips: tuple[FilterChip, ...]
    clear_href: str
    query: str
    bulk: BulkBar | None
    cells_href: str
    cells_query: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """All that the list page shows."""

    shell: Shell
    place: Place
    summary: str
    """Beside the title, for example "3,418 records"."""
    href: str
    """The list itself; live search asks it with GET `q` and takes the region `list` from the answer."""
    table: Table
    pager: Pager
    actions: tuple[Action, ...] = ()
    views: tuple[ViewTab, ...] = ()
    chips: tuple[FilterChip, ...] = ()
    clear_href: str = ""
    """Removes all filters; shown when there are chips."""
    filters: FilterForm | None = None
    sorts: tuple[SortChoice, ...] = ()
    query: str = ""
    """What the search field of the list holds."""
    query_hint: str = ""
    """Its placeholder, for example "Name, number, contract"."""
    kept: tuple[tuple[str, str], ...] = ()
    """Query parameters that the live search carries along."""
    bulk: BulkBar | None = None
    """Without it, rows have no checkbox."""
    cells_href: str = ""
    """Below it, by a record's id, values are changed in their place; empty where none can be."""
    cells_query: str = ""
    """What the address of a value carries along, so that its row comes back with the same columns."""
    view_menu: ViewMenu | None = None
    arranger: Arranger | None = None
    builder_href: str = ""
    """Answers the builder of conditions; its region `builder` is put into the page."""
    forms: tuple[FormLink, ...] = ()
    """The same records as board, calendar or chart."""
    notice: str = ""
    """What the reader should know of the selection, for example that conditions were left out."""
    exports: tuple[Action, ...] = ()
    """The files that can be made of the list."""
    exact_href: str = ""
    """Answers the list with all of its records counted; empty where that is known."""
    counts_href: str = ""
    """Answers the numbers of saved views, which follow the page; empty where there is none."""


@dataclass(frozen=True, slots=True)
class ViewCounts:
    """How many records saved views have: the ids of the places of the numbers, and these."""

    counts: tuple[tuple[str, str], ...]
