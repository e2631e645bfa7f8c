"""The pages about signing in and about accounts: the steps before a session, one's own account, those of others."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sidra_ui.viewmodels.common import Action, Badge, Link
from sidra_ui.viewmodels.shell import AffiliateChoice, Frame, Place, Shell
from sidra_ui.viewmodels.tables import Table

StepKind: TypeAlias = Literal["code", "enrol", "codes", "password"]


@dataclass(frozen=True, slots=True)
class QrCode:
    """A picture for a camera: `path` are its dark squares in SVG, `size` its side with the margin."""

    size: int
    path: str


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step around signing in: a code, setting codes up, the recovery codes, or the password once more.

    The form posts `code` or `password`, with `csrf_token` and `next`.
    """

    frame: Frame
    affiliate: AffiliateChoice
    kind: StepKind
    title: str
    text: str
    action: str
    csrf_token: str
    next: str = ""
    error: str = ""
    note: str = ""
    qr: QrCode | None = None
    secret: str = ""
    codes: tuple[str, ...] = ()
    download: str = ""
    """An address that holds the recovery codes itself: nothing is asked of the server again."""
    has_password: bool = True
    login: str = ""
    """Whose password is asked for, for password managers."""
    providers: tuple[Link, ...] = ()
    back: Link | None = None


@dataclass(frozen=True, slots=True)
class RowAction:
    """A row of a list of sessions or tokens, with what may be done about it."""

    title: str
    note: str
    badges: tuple[Badge, ...] = ()
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class RowList:
    """Sessions or tokens, with what is said where there is none."""

    title: str
    icon: str
    rows: tuple[RowAction, ...]
    empty_text: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenForm:
    """Making a token; posts `name`, `scopes`, `days`."""

    action: str
    name: str = ""
    scopes: str = "*:read"
    days: str = "90"
    error: str = ""


@dataclass(frozen=True, slots=True)
class PasswordForm:
    """Changing the password; posts `current` and `password`."""

    action: str
    login: str
    """Whose password it is, for password managers."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account: the reader's own, or that of somebody whom the reader administers."""

    shell: Shell
    place: Place
    facts: tuple[tuple[str, str], ...]
    factor_text: str
    factor_note: str
    factor_is_on: bool
    factor_actions: tuple[Action, ...]
    sessions: RowList
    tokens: RowList
    actions: tuple[Action, ...] = ()
    warning: str = ""
    password: PasswordForm | None = None
    password_note: str = ""
    token: TokenForm | None = None
    new_token: str = ""
    """Shown this once."""


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """All accounts, for administrators."""

    shell: Shell
    place: Place
    table: Table
