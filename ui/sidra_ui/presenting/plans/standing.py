"""How far a proposal is: what lists and its own page say of it in a word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sidra.releases.approvals import Gate
from sidra.releases.proposals import APPLIED, OPEN, Summary
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.common import Badge


@dataclass(frozen=True, slots=True)
class Standing:
    """What was said of an open proposal, and what somebody has still to decide."""

    gates: tuple[Gate, ...] = ()
    undecided: Collection[str] = field(default=())
    """The keys of the changes that wait for a decision."""

    @property
    def opened(self) -> int:
        """How many gates are open."""
        return sum(gate.state == "approved" for gate in self.gates)

    @property
    def is_passed(self) -> bool:
        """Whether nothing of it is left to be said."""
        return self.opened == len(self.gates) and not self.undecided


def state(desk: Desk, one: Summary, live: str | None, standing: Standing | None) -> Badge:
    """How far a proposal is; `live`: the revision in force; without a standing, where that cannot be told."""
    if one.state != OPEN:
        return ended(desk, one, live)
    if one.live != live:
        return Badge(desk.messages.text("plan_moved"), "red", dot=True)
    if standing is None:
        return Badge(desk.messages.text("plan_open"), "amber", dot=True)
    if any(gate.state == "refused" for gate in standing.gates):
        return Badge(desk.messages.text("plan_refused"), "red", dot=True)
    waiting = len(standing.gates) - standing.opened
    if waiting:
        return Badge(desk.messages.text("plan_waits", count=waiting), "amber", dot=True)
    if standing.undecided:
        return Badge(desk.messages.text("plan_undecided", count=len(standing.undecided)), "amber", dot=True)
    return Badge(desk.messages.text("plan_ready"), "green", dot=True)


def ended(desk: Desk, one: Summary, live: str | None) -> Badge:
    """How a proposal ended: what was applied is in force until something else is."""
    if one.state != APPLIED:
        return Badge(desk.messages.text("plan_withdrawn"), dot=True)
    if one.revision == live:
        return Badge(desk.messages.text("release_live"), "green", dot=True)
    return Badge(desk.messages.text("plan_applied"), dot=True)
