"""The board page: records as cards in columns, and the small form that moves one."""

from dataclasses import dataclass

from sidra_ui.viewmodels.charts import Chart
from sidra_ui.viewmodels.common import Action, Avatar, Badge, Fact, Tone
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.lists import FilterChip, FilterForm, SortChoice, ViewTab
from sidra_ui.viewmodels.shell import Place, Shell


@dataclass(frozen=True, slots=True)
class FormLink:
    """A form in which a list can be shown: table, board, calendar, chart."""

    text: str
    href: str
    icon: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class CardView:
    """A card.

    `moves` is JSON for the script: by column, why the card cannot go there (empty: it can), and whether a dialog asks
    for something first.
    """

    id: str
    version: int
    title: str
    href: str
    stage: str
    moves: str = "{}"
    move_href: str = ""
    """The form that moves it; empty where this reader may not move it."""
    subject: str = ""
    """Whom it is about, above the title."""
    subject_avatar: Avatar | None = None
    badges: tuple[Badge, ...] = ()
    facts: tuple[Fact, ...] = ()
    amount: str = ""
    note: str = ""
    tone: Tone | None = None
    owner: str = ""
    owner_avatar: Avatar | None = None


@dataclass(frozen=True, slots=True)
class StageView:
    """A column."""

    name: str
    text: str
    tone: Tone
    count: str
    cards: tuple[CardView, ...] = ()
    sums: tuple[str, ...] = ()
    """What is added up, formatted."""
    percent: int = 0
    """Its share of the fullest column."""
    limit: str = ""
    """The sentence of its limit, for example "at most 5"."""
    is_over: bool = False
    gate: str = ""
    """What must be seen to before a card may come in."""
    is_collapsed: bool = False
    more_href: str = ""
    more: str = ""
    toggle_href: str = ""
    """Opens a column that is collapsed."""
    new_href: str = ""
    """The form of a new card in it; empty where none begins there."""
    new: str = ""
    """What the way there is called."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a sum: its place on the bar in hundredths, and what it says."""

    text: str
    amount: str
    tone: Tone
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """The sum of one quarter."""

    text: str
    amount: str
    shares: tuple[Share, ...] = ()
    target: str = ""
    """The sentence that compares it with what was aimed at."""
    reached: Badge | None = None
    percent: int = 0
    """Its share of the greatest quarter."""


@dataclass(frozen=True, slots=True)
class ForecastView:
    """Sums by quarter; the first is the present one."""

    title: str
    quarters: tuple[Quarter, ...]
    note: str = ""
    chart: Chart | None = None
    """The same by month."""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """All that the board page shows."""

    shell: Shell
    place: Place
    summary: str
    href: str
    move_query: str
    """What the address of a move carries along, so that its answer counts the same selection."""
    stages: tuple[StageView, ...]
    forms: tuple[FormLink, ...] = ()
    actions: tuple[Action, ...] = ()
    views: tuple[ViewTab, ...] = ()
    chips: tuple[FilterChip, ...] = ()
    clear_href: str = ""
    filters: FilterForm | None = None
    sorts: tuple[SortChoice, ...] = ()
    query: str = ""
    query_hint: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    mine: FormLink | None = None
    """The quick filter of what is the reader's own."""
    forecast: ForecastView | None = None
    note: str = ""
    """What cannot be shown, for example a sum of several currencies."""


@dataclass(frozen=True, slots=True)
class MoreCards:
    """The next cards of a column."""

    stage: StageView


@dataclass(frozen=True, slots=True)
class Destination:
    """A column that a card might go to."""

    stage: str
    text: str
    tone: Tone
    why_not: str = ""
    asks: str = ""
    """What is asked for first."""


@dataclass(frozen=True, slots=True)
class MoveForm:
    """The form that moves a card: where to, and what is to be filled in first."""

    title: str
    href: str
    version: str
    destinations: tuple[Destination, ...] = ()
    to: str = ""
    to_text: str = ""
    message: str = ""
    """What the gate asks for."""
    fields: tuple[FieldView, ...] = ()
    reasons: tuple[Option, ...] = ()
    is_reason_required: bool = False
    problems: tuple[str, ...] = ()
    then: str = ""


@dataclass(frozen=True, slots=True)
class MovePage:
    """The same as a page of its own, for browsers without script."""

    shell: Shell
    place: Place
    form: MoveForm


@dataclass(frozen=True, slots=True)
class Moved:
    """The answer to a script that moved a card: the card as it is now, the heads of all columns, what to say."""

    text: str
    card: CardView | None
    """None where it left the selection."""
    stages: tuple[StageView, ...]
    undo: str = ""
    """The column it came from, where it may go back."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer to a script whose card goes back: the reason, and the form that would help where there is one."""

    text: str
    form: MoveForm | None = None
