"""What configurators are shown: where their affiliate differs, why, and what is wrong with its files."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Badge, Fact, Link, Meter
from sidra_ui.viewmodels.lists import ViewTab
from sidra_ui.viewmodels.shell import DiagnosticLine, Place, Shell
from sidra_ui.viewmodels.view360 import Kpi


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """One thing that the affiliate says otherwise. `value` or `below` is empty where there is none."""

    path: str
    value: str
    below: str
    level: Badge
    place: str
    """File, line and column of the affiliate's own word."""
    below_place: str = ""
    why: str = ""
    ticket: str = ""
    badges: tuple[Badge, ...] = ()
    """Category, and the date until which it holds."""


@dataclass(frozen=True, slots=True)
class DocumentDifferences:
    """The differences in one document."""

    id: str
    title: str
    """As people read it."""
    name: str
    """As files name it."""
    kind: str
    rows: tuple[DifferenceView, ...]
    link: Link | None = None
    """The screen that shows it, where the reader may see it."""


@dataclass(frozen=True, slots=True)
class LayerView:
    """One layer that the affiliate is made of; the lowest stands first."""

    title: str
    name: str
    version: str
    note: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """How many differences have one cause."""

    title: str
    count: str
    meter: Meter
    href: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with the files, errors first."""

    lines: tuple[DiagnosticLine, ...]
    count: Badge
    has_errors: bool


@dataclass(frozen=True, slots=True)
class ConfigurationPage:
    """The state of an affiliate's configuration."""

    shell: Shell
    place: Place
    state: Badge
    facts: tuple[Fact, ...]
    kpis: tuple[Kpi, ...]
    findings: Findings
    tabs: tuple[ViewTab, ...]
    documents: tuple[DocumentDifferences, ...]
    empty_text: str
    layers: tuple[LayerView, ...]
    shares: tuple[Share, ...]
    levels: tuple[Badge, ...]
