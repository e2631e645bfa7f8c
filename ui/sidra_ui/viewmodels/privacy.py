"""What people ask about their data: the package of everything that is held, and the erasure."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Action, Badge, Fact, Meter
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Table


@dataclass(frozen=True, slots=True)
class ReasonForm:
    """A form that asks for a reason before it does something; posts `reason`, and `sure` where it must be confirmed."""

    action: str
    reason: str = ""
    """What was given."""
    error: str = ""
    """Why that was not taken."""
    is_unsure: bool = False
    """It was posted without the confirmation."""


@dataclass(frozen=True, slots=True)
class ErasureView:
    """An erasure that somebody asked for; while it goes on it asks for itself again."""

    state: Badge
    facts: tuple[Fact, ...]
    meter: Meter | None = None
    note: str = ""
    """Why it does not go on."""
    go_on: Action | None = None
    refresh_href: str = ""
    """Answers how it stands now; empty when it has ended."""


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    """The requests of one person."""

    shell: Shell
    place: Place
    title: str
    package: ReasonForm
    table: Table
    """What would be erased and what stays, or what was."""
    table_title: str
    erasure: ErasureView | None = None
    held: tuple[str, ...] = ()
    """Why nothing is erased now."""
    erase: ReasonForm | None = None
    """None where nothing can be erased now."""
