"""The plain pages: home, sign in, messages; and the fragment of a revealed value."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Action, Badge, Link
from sidra_ui.viewmodels.fields import FieldView, Masked
from sidra_ui.viewmodels.shell import AffiliateChoice, Frame, Place, Shell
from sidra_ui.viewmodels.tables import Table
from sidra_ui.viewmodels.view360 import AlertView, Kpi, Panel


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A tile that leads to a frequent task."""

    text: str
    href: str
    icon: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """The first page after signing in."""

    shell: Shell
    place: Place
    greeting: str
    summary: str = ""
    actions: tuple[Action, ...] = ()
    alerts: tuple[AlertView, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    main: tuple[Panel, ...] = ()
    side: tuple[Panel, ...] = ()
    has_charts: bool = False
    """Whether a box needs the bundle of charts."""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Signing in to one affiliate. The form posts `username`, `password`, `csrf_token` and `next`."""

    frame: Frame
    affiliate: AffiliateChoice
    action: str
    csrf_token: str
    next: str = ""
    username: str = ""
    error: str = ""
    affiliates: tuple[AffiliateChoice, ...] = ()
    """Other affiliates to sign in to."""
    providers: tuple[Link, ...] = ()
    """Identity providers that let people in."""
    has_password: bool = True
    note: str = ""
    """What is worth knowing after signing out, with where it leads."""
    note_link: Link | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """What a page asks by itself until it is answered."""

    href: str
    seconds: int
    """Until the first time."""
    text: str


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page that only says something: not found, not allowed, conflict, fault. Always with a way out."""

    frame: Frame
    title: str
    text: str
    code: str = ""
    """The stable error code, for example "E404"."""
    reference: str = ""
    """The request's id in the log."""
    icon: str = "circle-alert"
    actions: tuple[Action, ...] = ()
    shell: Shell | None = None
    """When the person is signed in, the message stands inside the usual frame."""
    retry: Retry | None = None

    @property
    def place(self) -> Place:
        """The title in the frame's breadcrumb."""
        return Place(self.title)


@dataclass(frozen=True, slots=True)
class RevealedValue:
    """The answer to revealing a masked value (`revealed.html`)."""

    text: str
    is_code: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class RevealForm:
    """A masked value with the dialog that asks why it is needed (`reveal_form.html`); posts `reason`."""

    label: str
    masked: Masked
    is_code: bool = False
    error: str = ""
    """Why the reason was not taken."""
    reason: str = ""
    """What was given."""


@dataclass(frozen=True, slots=True)
class WhyRole:
    """Which records one role lets somebody see: all, none, or those for which rules hold."""

    role: str
    text: str
    rules: tuple[str, ...] = ()
    """As the configuration says them; for one of several lines all must hold."""
    places: str = ""
    """Where the configuration says it; for configurators."""
    answer: Badge | None = None
    """Whether it lets somebody see the record; for administrators."""


@dataclass(frozen=True, slots=True)
class WhyPage:
    """Why somebody sees what she sees: of the record that she looks for, and of each of its values."""

    shell: Shell
    place: Place
    title: str
    notes: tuple[str, ...]
    roles: tuple[WhyRole, ...]
    table: Table
    seen_by: FieldView | None = None
    """For administrators: whose sight it is."""
    action: str = ""
    """Receives GET with the field's name."""


@dataclass(frozen=True, slots=True)
class ExplainPage:
    """Why a field is here (`explain.html`): for configurators."""

    shell: Shell
    place: Place
    path: str
    value: str
    rule: str
    doc: str
    users: tuple[str, ...]
    table: Table
    """What each layer says, the one in force first."""
