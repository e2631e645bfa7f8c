"""What is demanded before a configuration comes in force, apart from who approved it."""

from __future__ import annotations

from typing import Final

from sidra.errors import Invalid, Problem
from sidra.releases.errors import NoReason, NotApproved, NoWayBack, Unfinished
from sidra.releases.plan import Impact, Item, Plan
from sidra.releases.planning import unreasoned_in
from sidra.releases.revisions import shown
from sidra.store.database import Store
from sidra.store.schema.changes import Changes
from sidra.store.schema.journal import Journal
from sidra.store.storable import storable
from sidra_metamodel.load import Loaded

GATED: Final = (Impact.WIDENED, Impact.API, Impact.DESTRUCTIVE)
"""What nobody goes back to alone."""
MOST_NAMED: Final = 5
MOST_CHARACTERS: Final = 4000


def said(why: str) -> str:
    """Return a reason as it is kept; raises Invalid where there is none."""
    told = storable(why).strip()[:MOST_CHARACTERS]
    if not told:
        raise Invalid([Problem("R601", "why", "say why")])
    return told


def demand_reasons(loaded: Loaded) -> None:
    """Raise NoReason where a reason of a configuration is missing, or a reason or waiver has run out."""
    unreasoned = tuple(unreasoned_in(loaded))
    if unreasoned:
        raise NoReason("; ".join(f"{one.says} ({one.place})" for one in unreasoned), hint=unreasoned[0].way_out)


def gated(plan: Plan) -> tuple[Item, ...]:
    """Return the changes for which even a way back needs those who approve."""
    return tuple(item for item in plan if item.cls in GATED or item.blocks)


def demand_quick(plan: Plan, number: int) -> None:
    """Raise NotApproved where a way back changes what others must approve; `number` is that of the release."""
    found = gated(plan)
    if not found:
        return
    told = "; ".join(f"{item.dotted}: {item.says}" for item in found[:MOST_NAMED])
    more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    command = f"sidra rollback {plan.affiliate} --to {number} --propose --why … --as LOGIN"
    hint = f"propose it by `{command}`, and go back when people have approved"
    raise NotApproved(f"going back needs approval: {told}{more}", hint=hint)


def demand_finished(store: Store, affiliate: str, revision: str) -> None:
    """Raise Unfinished where steps of a migration were begun and not ended that leads to another revision."""
    with store.reading() as connection:
        left = [entry for entry in Journal(store).unfinished(connection) if entry.goal != revision]
    if left:
        goal = left[0].goal
        command = f"sidra apply {affiliate} --revision {shown(goal)} --why …" if goal else f"sidra db apply {affiliate}"
        hint = f"run `{command}` again: it goes on where it was"
        told = "; ".join(entry.step.says for entry in left[:MOST_NAMED])
        raise Unfinished(f"the database is on its way to another configuration: {told}", hint=hint)


def demand_fitting(changes: Changes) -> None:
    """Raise NoWayBack where the database would have to move values."""
    if changes.waiting:
        hint = "go on from what is in force: propose what undoes the change"
        raise NoWayBack("; ".join(change.says for change in changes.waiting), hint=hint)
