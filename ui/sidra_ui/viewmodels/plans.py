"""What is proposed to be put in force: its changes by what they touch, who must approve, what screens become."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Action, Avatar, Badge, Fact, Link, Tone
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Table
from sidra_ui.viewmodels.view360 import Kpi


@dataclass(frozen=True, slots=True)
class Choice:
    """What may become of the records that a change concerns."""

    value: str
    text: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change and what it means."""

    key: str
    path: str
    says: str
    level: Badge | None = None
    """None for what follows from another change, and goes no level far by itself."""
    was: str = ""
    now: str = ""
    rows: str = ""
    """How many records it concerns, or how many people gain by it."""
    rows_note: str = ""
    rows_tone: Tone = "neutral"
    role: str = ""
    """Who gains by it."""
    gains: tuple[str, ...] = ()
    """The first of them by name, for readers who may see accounts."""
    gains_more: str = ""
    examples: tuple[str, ...] = ()
    place: str = ""
    state: Badge | None = None
    """What was decided of the records, or that somebody must decide."""
    choices: tuple[Choice, ...] = ()
    """Empty for who may not decide."""
    counted: str = ""
    """The number of records as a form sends it back, so that nobody decides of one that nobody saw."""


@dataclass(frozen=True, slots=True)
class ImpactView:
    """All changes of one sort."""

    id: str
    title: str
    note: str
    icon: str
    tone: Tone
    count: str
    changes: tuple[ChangeView, ...]
    gate: Badge | None = None
    """Where its approval stands."""
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class GateView:
    """One function that must approve."""

    function: str
    title: str
    state: Badge
    by: str = ""
    avatar: Avatar | None = None
    when: str = ""
    comment: str = ""
    may_speak: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the database."""

    phase: str
    says: str
    rows: str = ""


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Why something is changed."""

    path: str
    why: str
    ticket: str = ""
    badges: tuple[Badge, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote about a proposal."""

    who: str
    avatar: Avatar
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class PreviewField:
    """A field or column of a screen as it would be."""

    title: str
    text: str
    mark: str = ""
    """What became of it, in a word; empty for what stays."""
    tone: Tone = "neutral"
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class PreviewSide:
    """A screen under one configuration."""

    badge: Badge
    fields: tuple[PreviewField, ...]
    note: str
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class PreviewPair:
    """One screen under both configurations."""

    title: str
    sides: tuple[PreviewSide, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Screens before and after, as one role sees them."""

    href: str
    roles: tuple[Option, ...]
    screens: tuple[Option, ...]
    pairs: tuple[PreviewPair, ...]
    note: str
    legend: tuple[Badge, ...]
    full_href: str = ""
    """Where they stand in full size."""


@dataclass(frozen=True, slots=True)
class TestsLine:
    """How some tests ended: whose they are, how many of how many."""

    title: str
    text: str
    tone: Tone
    icon: str


@dataclass(frozen=True, slots=True)
class TestsView:
    """The tests of the proposed configuration; none were asked for where there is no state."""

    href: str
    state: Badge | None = None
    lines: tuple[TestsLine, ...] = ()
    findings: tuple[str, ...] = ()
    """What failed, in English as the terminal says it."""
    unnoticed: tuple[str, ...] = ()
    """Paths of the overrides that no test notices."""
    when: str = ""
    topic: str = ""
    """What is looked at as long as the result is awaited; empty otherwise."""
    can_run: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something was refused; nothing was changed."""

    text: str
    detail: str
    """In English, as the terminal says it."""
    code: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One proposal."""

    shell: Shell
    place: Place
    state: Badge
    facts: tuple[Fact, ...]
    kpis: tuple[Kpi, ...]
    impacts: tuple[ImpactView, ...]
    steps: tuple[StepView, ...]
    gates: tuple[GateView, ...]
    gates_count: str
    reasons: tuple[ReasonView, ...]
    remarks: tuple[Remark, ...]
    tests: TestsView
    href: str
    """The address of the page; what is done is posted below it."""
    preview: Preview | None = None
    actions: tuple[Action, ...] = ()
    apply: Action | None = None
    """None for who may not put anything in force, and for what is no longer open."""
    withdraw: str = ""
    """Where it is taken back; empty for who may not."""
    remind: Action | None = None
    trouble: Trouble | None = None
    unreasoned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreensPage:
    """Screens before and after in full size."""

    shell: Shell
    place: Place
    preview: Preview


@dataclass(frozen=True, slots=True)
class RollbackForm:
    """Puts an earlier release in force again."""

    number: str
    revision: str
    href: str


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """One time that a configuration was put in force."""

    number: str
    revision: str
    baseline: str
    kind: Badge
    by: str
    when: str
    why: str
    rollback: RollbackForm | None = None
    units: str = ""
    """Of a trial, whose people have it."""
    end: str = ""
    """Where the trial is ended; empty for who may not, and for what is none."""


@dataclass(frozen=True, slots=True)
class PlansPage:
    """What is proposed, and what was put in force."""

    shell: Shell
    place: Place
    facts: tuple[Fact, ...]
    proposals: Table
    releases: tuple[ReleaseView, ...]
    propose_href: str = ""
    """Empty for who may not propose."""
    title: str = ""
    unreleased: str = ""
    """What to do where nothing was ever released."""
    commands: tuple[str, ...] = ()
    """Which an operator does it with."""
    trouble: Trouble | None = None
    pages: tuple[Link, ...] = ()
    """To newer and older proposals."""
    release_pages: tuple[Link, ...] = ()
