"""The page of a feed: its runs, the upload of a file, and the rows that it rejected."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Action, Badge, Meter
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Pager, Table
from sidra_ui.viewmodels.view360 import Balance


@dataclass(frozen=True, slots=True)
class RunView:
    """The last run; while it is under way it asks for itself again."""

    title: str
    file: str
    when: str
    state: Badge
    counts: tuple[Balance, ...]
    meter: Meter | None = None
    note: str = ""
    """Why it ended early, and what to do."""
    refresh_href: str = ""
    """Answers the run as it is now; empty when it has ended."""
    cancel: Action | None = None
    """Ends it after the rows that are being loaded."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where a file is brought to be loaded."""

    action: str
    accept: str
    """What the name of the file may end in, as browsers take it."""
    help: str
    error: str = ""
    """Why the last file was refused, in the reader's language."""
    error_detail: str = ""
    """The reason and the way out, in English."""
    why_not: str = ""
    """Why no file can be brought now."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One feed."""

    shell: Shell
    place: Place
    name: str
    summary: str
    upload: UploadForm
    run: RunView | None
    earlier: Table
    rejects: Table
    pager: Pager


@dataclass(frozen=True, slots=True)
class FeedsPage:
    """All feeds of the affiliate."""

    shell: Shell
    place: Place
    table: Table
