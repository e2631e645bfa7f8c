"""Records that may be one thing: the list of pairs, and two of them side by side."""

from dataclasses import dataclass
from typing import Literal

from sidra_ui.viewmodels.common import Action, Avatar, Badge, Link, Meter
from sidra_ui.viewmodels.likeness import Alike
from sidra_ui.viewmodels.records import Problem
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Pager


@dataclass(frozen=True, slots=True)
class PairView:
    """Two records that may be one thing."""

    id: str
    left: Link
    right: Link
    kind: str
    why: str
    meter: Meter
    compare: Action
    dismiss: Action


@dataclass(frozen=True, slots=True)
class DuplicatesPage:
    """All pairs that wait for a decision."""

    shell: Shell
    place: Place
    pairs: tuple[PairView, ...]
    pager: Pager
    help: str
    empty_text: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records."""

    id: str
    title: str
    link: Link
    facts: tuple[str, ...]
    badges: tuple[Badge, ...] = ()
    avatar: Avatar | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One member of both records; with `may_choose` the form posts `choice.MEMBER`, `keep` or `drop`."""

    member: str
    label: str
    keep: str
    drop: str
    usual: Literal["keep", "drop"]
    may_choose: bool


@dataclass(frozen=True, slots=True)
class MergeForm:
    """Two records side by side, and whose values stay."""

    action: str
    cancel_href: str
    swap_href: str
    keep: Side
    drop: Side
    versions: tuple[str, str]
    different: tuple[Choice, ...]
    alike: tuple[Choice, ...]
    dismiss: Action
    days: int
    """How long it can be taken back."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MergePage:
    """Merging: with a `form` two records are compared, without one the other record is looked for."""

    shell: Shell
    place: Place
    title: str
    form: MergeForm | None = None
    search_text: str = ""
    found: tuple[Alike, ...] = ()
    found_title: str = ""
    problems: tuple[Problem, ...] = ()
