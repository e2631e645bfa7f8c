"""Tells those who may open the gates of a proposal that it waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sidra.access.accounts import Accounts
from sidra.access.tables import access_tables_alone
from sidra.errors import Conflict
from sidra.live.notifications import notify
from sidra.releases.proposals import OPEN
from sidra.releases.tables import PROPOSAL

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.records.work import UnitOfWork
    from sidra.releases.approvals import Approvals
    from sidra.releases.proposals import Proposal
    from sidra.runtime import Runtime

KIND: Final = "plan_waits"
WAITING: Final = frozenset({"waiting", "lapsed"})
LATEST: Final = 30
"""Notifications among which one that says the same is looked for: nobody is told twice of what they have not read."""


def untold(runtime: Runtime, approvals: Approvals, proposal: Proposal) -> Iterator[str]:
    """Yield the accounts of those for whom a proposal waits, and who have not been told, or have read it since.

    It waits for those who may speak at a gate where what was said does not count, or nobody has spoken.
    """
    waiting = [gate.function for gate in approvals.gates(proposal) if gate.state in WAITING]
    if proposal.state != OPEN or not waiting:
        return
    for account in Accounts(runtime.store, access_tables_alone()).list():
        actor = account.actor(runtime.affiliate)
        may = not account.is_disabled and any(approvals.may(actor, proposal, function) for function in waiting)
        if may and not _knows(runtime, account.id, proposal):
            yield account.id


def remind(runtime: Runtime, approvals: Approvals, proposal: Proposal, by: Actor) -> int:
    """Tell those for whom a proposal waits, and return how many; raises Conflict where nobody is left to be told."""
    found = list(untold(runtime, approvals, proposal))
    if not found:
        raise Conflict("nobody is left to be reminded", hint="all who may approve have been told, and have not read it")

    def work(unit: UnitOfWork) -> None:
        for account in found:
            notify(unit, account, KIND, PROPOSAL, proposal.id)

    runtime.transact(by, work)
    return len(found)


def _knows(runtime: Runtime, account: str, proposal: Proposal) -> bool:
    """Tell whether somebody has not read yet that it waits."""
    latest = runtime.notifications.page(account, limit=LATEST)
    return any(one.kind == KIND and one.record_id == proposal.id and not one.is_read for one in latest)
