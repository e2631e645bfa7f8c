"""The list page: saved views, filters, a table, bulk actions."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Action
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Pager, Table


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A saved view of the list."""

    text: str
    href: str
    is_current: bool = False
    count: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter in force, for example ("Status", "is Active")."""

    title: str
    text: str
    remove_href: str


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
    bulk_actions: tuple[Action, ...] = ()
    """Without one, rows have no checkbox. Each posts the chosen row ids as `id`, many times."""
