"""The record page: reading and editing one record."""

from dataclasses import dataclass
from typing import Literal

from sidra_ui.viewmodels.comments import CommentsView
from sidra_ui.viewmodels.common import Action, Avatar, Badge, Fact
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.likeness import Hint
from sidra_ui.viewmodels.live import PresenceSpot
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Table


@dataclass(frozen=True, slots=True)
class RelatedList:
    """Records that point here, as a table with a way to all of them."""

    title: str
    icon: str
    table: Table
    count: str = ""
    all_href: str = ""
    new_href: str = ""
    new_text: str = ""


@dataclass(frozen=True, slots=True)
class RepeaterRow:
    """One record that belongs to the edited one. `name` begins the names of its fields: "contact_media.0"."""

    name: str
    title: str
    fields: tuple[FieldView, ...]
    record_id: str = ""
    """Posted as NAME.id; empty for a new one."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Repeater:
    """Records that belong to the edited one, edited in the same form.

    Posts "" under `name`, so that none at all is told from not asked. Adding posts `add` with the name, removing
    posts `remove` with the name of a row, both to the form's preview, which answers the form anew.
    """

    name: str
    title: str
    rows: tuple[RepeaterRow, ...]
    icon: str = ""
    add_text: str = ""
    """Empty where none may be added."""
    can_remove: bool = True
    gone: tuple[RepeaterRow, ...] = ()
    """Those that saving removes, and that can be brought back."""
    error: str = ""
    prefix: str = ""
    """Begins the ids of a form in a dialog."""

    @property
    def element_id(self) -> str:
        """The id that a problem's link leads to."""
        return f"{self.prefix}f-{self.name.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class SectionView:
    """A titled group of fields."""

    id: str
    title: str
    fields: tuple[FieldView, ...]
    icon: str = ""
    help: str = ""
    lists: tuple[RelatedList, ...] = ()
    """Reading: records that belong to this one, below the fields."""
    repeaters: tuple[Repeater, ...] = ()
    """Editing: the same."""


@dataclass(frozen=True, slots=True)
class HistoryChange:
    """One attribute of one change, values formatted and masked for the reader; empty means "no value"."""

    label: str
    before: str
    after: str
    note: str = ""
    """How it came about or what became of it, in a word: computed, erased."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who changed what when."""

    when: str
    instant: str
    """ISO 8601, for the `datetime` attribute."""
    who: str
    what: str
    """For example "Changed" or "Status set to Active"."""
    changes: tuple[HistoryChange, ...] = ()
    icon: str = "square-pen"
    why: str = ""
    """The reason that somebody gave."""


@dataclass(frozen=True, slots=True)
class HistoryView:
    """A part of a record's history, the latest first, with the ways to what was before and to the latest."""

    entries: tuple[HistoryEntry, ...]
    older_href: str = ""
    latest_href: str = ""
    failure: str = ""
    """Why there are none to be read."""


@dataclass(frozen=True, slots=True)
class TabView:
    """A tab of the record. Its `id` is the part of the address after the hash."""

    id: str
    title: str
    sections: tuple[SectionView, ...] = ()
    related: tuple[RelatedList, ...] = ()
    history: HistoryView | None = None
    comments: CommentsView | None = None
    count: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a form was refused: the sentence, the field it is about, and its stable code."""

    text: str
    field_id: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class StateStep:
    """One state of the life cycle in order, for the path above a record."""

    text: str
    progress: Literal["done", "current", "ahead"]


@dataclass(frozen=True, slots=True)
class RecordForm:
    """How the form is posted.

    Submitting posts to `action`. While the person types, the same form is posted to `preview_action`, which answers
    the fragment `record_form.html` of a new RecordPage; empty switches that off.
    """

    action: str
    cancel_href: str
    version: str
    """The version that was read, for the optimistic lock; posted as `version`."""
    preview_action: str = ""
    submit_text: str = ""
    """Empty takes "Save"."""
    who: str = ""
    """Whose entries these are: nobody else gets them back after the session ended."""
    draft_href: str = ""
    """Receives what is entered, as a draft; empty keeps none."""
    discard_href: str = ""
    """Receives POST, forgets the draft and leaves the form."""
    once: str = ""
    """Of a new record: what this form is known by, so that sending it twice makes one record; posted as `once`."""
    id: str = "record-form"
    """Unique on the page: a dialog above the form has one of its own."""
    opened: str = ""
    """What the controls held then, for whoever is overtaken; posted as `opened`."""


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A draft that stands in the form again: since when, and how it is given up."""

    text: str
    discard_href: str
    """Receives POST, and leads to the form without it."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that somebody else changed meanwhile, and that the form took over."""

    text: str
    who: str
    """And when."""
    field_id: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A value that both changed: theirs or mine is chosen, posted as choose.PATH, or another one is entered."""

    path: str
    label: str
    who: str
    theirs: str
    mine: str
    choice: str
    """theirs, mine, typed, or empty as long as nothing is chosen."""
    field_id: str
    carried: str
    """Posted as asked.PATH."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """What a form says of a record that somebody else changed meanwhile."""

    title: str
    text: str
    notes: tuple[Note, ...]
    asks: tuple[Ask, ...]
    code: str
    carried_name: str
    carried: str
    """The notes, which the form brings back as it does its fields; empty where there are none."""
    is_fresh: bool = False
    """It has just happened: the dialog opens above the page."""


@dataclass(frozen=True, slots=True)
class CreatedRecord:
    """A record that was made in a dialog, for the lookup that asked for it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """All that the record page shows; with a `form` it is edited, without one it is read."""

    shell: Shell
    place: Place
    title: str
    """What the record is called."""
    tabs: tuple[TabView, ...]
    """At least one; a single tab shows no tab bar."""
    avatar: Avatar | None = None
    icon: str = ""
    """Instead of an avatar."""
    badges: tuple[Badge, ...] = ()
    facts: tuple[Fact, ...] = ()
    actions: tuple[Action, ...] = ()
    more_actions: tuple[Action, ...] = ()
    """Behind the "more" button."""
    steps: tuple[StateStep, ...] = ()
    form: RecordForm | None = None
    problems: tuple[Problem, ...] = ()
    hint: Hint | None = None
    """Records that may be the one that is entered."""
    overtaken: Overtaken | None = None
    draft: DraftNote | None = None
    """What was entered earlier, and stands in the form again."""
    spot: PresenceSpot | None = None
    """Where it stands who else has the record open."""
    is_refused: bool = False
    is_short: bool = False
    """In a dialog: fields that may stay empty are left out until somebody asks for them."""
    """The form was just submitted and refused: the focus goes to the problems."""
