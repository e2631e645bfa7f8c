"""The calendar page: records on their days."""

from dataclasses import dataclass

from sidra_ui.viewmodels.boards import FormLink
from sidra_ui.viewmodels.common import Action, Link, Tone
from sidra_ui.viewmodels.lists import FilterChip, FilterForm, ViewTab
from sidra_ui.viewmodels.shell import Place, Shell


@dataclass(frozen=True, slots=True)
class Entry:
    """A record on a day."""

    id: str
    version: int
    title: str
    href: str
    tone: Tone
    time: str = ""
    detail: str = ""
    move_href: str = ""
    """The form that moves it to another day; empty where this reader may not."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day with what stands on it."""

    iso: str
    number: str
    label: str
    """The whole date, for those who do not see the grid."""
    entries: tuple[Entry, ...] = ()
    more: str = ""
    href: str = ""
    """The day alone."""
    new_href: str = ""
    new_label: str = ""
    is_today: bool = False
    is_weekend: bool = False
    is_outside: bool = False
    """It belongs to the month before or after."""


@dataclass(frozen=True, slots=True)
class Weekday:
    """The head of a column."""

    text: str
    name: str
    is_weekend: bool = False


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """All that the calendar page shows: weeks of days where it is a grid, days alone where it is a list."""

    shell: Shell
    place: Place
    href: str
    span: str
    title: str
    """What the days are together, for example "November 2026"."""
    weeks: tuple[tuple[Day, ...], ...]
    weekdays: tuple[Weekday, ...] = ()
    spans: tuple[FormLink, ...] = ()
    previous_href: str = ""
    next_href: str = ""
    today: Link | None = None
    forms: tuple[FormLink, ...] = ()
    actions: tuple[Action, ...] = ()
    views: tuple[ViewTab, ...] = ()
    chips: tuple[FilterChip, ...] = ()
    clear_href: str = ""
    filters: FilterForm | None = None
    mine: FormLink | None = None
    query: str = ""
    query_hint: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    summary: str = ""
    note: str = ""
    """What is not shown, for example because there is too much."""
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class DayForm:
    """The form that moves a record to another day."""

    title: str
    href: str
    version: str
    day: str
    then: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayPage:
    """The same as a page of its own."""

    shell: Shell
    place: Place
    form: DayForm


@dataclass(frozen=True, slots=True)
class DayMoved:
    """The answer to a script that moved a record to another day."""

    text: str
    undo: str = ""
    """The day it came from; empty where the record stayed where it was."""
