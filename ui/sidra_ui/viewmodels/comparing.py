"""All affiliates side by side: what they reuse, where they differ and why, and what could be shared."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Action, Badge, Fact, Tone
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.lists import ViewTab
from sidra_ui.viewmodels.shell import AffiliateChoice, Place, Shell
from sidra_ui.viewmodels.tables import Table
from sidra_ui.viewmodels.view360 import Kpi


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a bar, in percent of it."""

    tone: Tone
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class StackedBar:
    """A bar of several parts, with the text that says the same."""

    parts: tuple[Part, ...]
    said: str
    total: str


@dataclass(frozen=True, slots=True)
class Shade:
    """How much of one domain is the baseline's: `step` 0 is the least."""

    text: str
    step: int
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class AffiliateRow:
    """One affiliate of the matrix."""

    affiliate: AffiliateChoice
    reuse: str
    cells: tuple[Shade | None, ...]
    """None where it has nothing in a domain."""
    levels: StackedBar
    href: str
    """Its overrides."""
    version: str
    upgrade: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class RegionRows:
    """The affiliates of one region."""

    title: str
    code: str
    note: str
    rows: tuple[AffiliateRow, ...]


@dataclass(frozen=True, slots=True)
class Blocker:
    """An override about which somebody decides before the newest baseline can be taken."""

    code: str
    kind: Badge
    path: str
    level: Badge
    advice: str
    """In English, as the terminal says it."""


@dataclass(frozen=True, slots=True)
class Promotable:
    """A change that several affiliates make alike."""

    path: str
    level: Badge
    codes: tuple[str, ...]
    note: str
    target: str
    command: str
    """What puts it there, to be copied."""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class CauseRow:
    """Why the affiliates of a region differ."""

    title: str
    bar: StackedBar


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One filter of the overrides."""

    name: str
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Affiliates by domains, and what stands around it."""

    domains: tuple[str, ...]
    upgrade_title: str
    regions: tuple[RegionRows, ...]
    levels: tuple[Badge, ...]
    causes: tuple[CauseRow, ...]
    categories: tuple[Badge, ...]
    blocks_title: str
    blockers: tuple[Blocker, ...]
    promotable: tuple[Promotable, ...]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """The configuration of the group, as far as the reader may see it."""

    shell: Shell
    place: Place
    facts: tuple[Fact, ...]
    tabs: tuple[ViewTab, ...]
    kpis: tuple[Kpi, ...] = ()
    matrix: Matrix | None = None
    table: Table | None = None
    """Overrides or waivers."""
    filters: tuple[FilterChoice, ...] = ()
    tab: str = ""
    href: str = ""
    report: Action | None = None
    """Gives the same as a file."""
    is_counting: bool = False
    """The comparison is under way; the page looks again by itself."""
    count: str = ""
    """How many the table shows, and of how many where it is cut."""
