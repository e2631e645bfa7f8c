"""Changes to many records: what the bar of a list offers, what is asked first, and how it goes."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Action, Link
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Table


@dataclass(frozen=True, slots=True)
class BulkBar:
    """What can be done with the rows that are chosen: each action is posted their ids as `id`, or `all`."""

    actions: tuple[Action, ...]
    more: tuple[Action, ...] = ()
    """Those that the bar has no room for."""
    key: str = ""
    """What a selection belongs to: the same on all pages of a list."""
    all_text: str = ""
    """Of the button that takes all records of the list; empty where they are on the page, or too many."""
    all_count: int = 0


@dataclass(frozen=True, slots=True)
class BulkForm:
    """What is asked before many records are changed."""

    title: str
    href: str
    question: str
    """How many records, in a sentence."""
    kept: tuple[tuple[str, str], ...]
    """The selection, as the form posts it again."""
    fields: tuple[FieldView, ...] = ()
    reasons: tuple[Option, ...] = ()
    is_reason_required: bool = False
    problems: tuple[str, ...] = ()
    warning: str = ""
    button: str = ""
    is_danger: bool = False
    back_href: str = ""
    undo_note: str = ""


@dataclass(frozen=True, slots=True)
class BulkFormPage:
    """The same as a page of its own, for browsers without script."""

    shell: Shell
    place: Place
    form: BulkForm


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How far a change to many records is."""

    topic: str
    href: str
    """Answers this piece anew."""
    text: str
    done: int
    total: int
    is_over: bool = False
    counts: tuple[tuple[str, str, str], ...] = ()
    """Tone, number and what it counts."""
    failed: Table | None = None
    failed_more: str = ""
    actions: tuple[Action, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class BulkPage:
    """The page of one change to many records."""

    shell: Shell
    place: Place
    summary: str
    progress: BulkProgress
    back: Link


@dataclass(frozen=True, slots=True)
class CellForm:
    """The control of one value in its place in a list."""

    href: str
    version: str
    field: FieldView
    problems: tuple[str, ...] = ()
    is_overtaken: bool = False
    """Somebody else has changed the record: what is entered stands over the value of now."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a list anew: a table of it alone."""

    table: Table
    has_boxes: bool
