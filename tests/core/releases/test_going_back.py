"""The way back to an earlier release: alone where it is safe, with approvals where it is not."""

import datetime

import pytest
from tests.core.releases.installed import CORE, NOW, Installed, item
from tests.core.releases.test_approving import WIDER, author, second, security, sn

from sidra.access.actor import OPERATOR, Actor
from sidra.errors import Forbidden, Invalid
from sidra.releases.errors import NoReason, NotApproved
from sidra.releases.plan import Impact
from sidra.releases.proposals import Proposal

__all__ = ["author", "second", "security", "sn"]


def approved(sn: Installed, proposal: Proposal, second: Actor, security: Actor) -> None:
    approvals = sn.releasing().approvals
    for gate in proposal.plan.gates:
        approvals.approve(second if gate == "configure" else security, proposal.id, gate)


def test_who_goes_back_alone_cannot_give_back_rights_that_were_taken_away(
    sn: Installed, author: Actor, second: Actor, security: Actor
) -> None:
    sn.edit(*WIDER)
    wider = sn.propose("Salaries", author)
    approved(sn, wider, second, security)
    sn.releasing().apply(wider.revision, OPERATOR, "GAP-1")
    with pytest.raises(Invalid, match="say why"):
        sn.releasing().rollback(None, author, "  ")
    back = sn.releasing().rollback(None, author, "too wide")
    assert (back.number, back.by_name, back.why) == (3, "Ousmane", "too wide")
    for somebody in (author, OPERATOR):
        with pytest.raises(NotApproved, match=r"agent\.may\.person\.columns\.salary: `agent` sees more") as refused:
            sn.releasing().rollback("2", somebody, "it was right")
        assert "sidra rollback sn --to 2 --propose" in refused.value.hint
    with pytest.raises(Forbidden):
        sn.releasing().propose("It was right", sn.person("fatou", "agent"), to="2")
    again = sn.releasing().propose("It was right", author, to="2")
    assert (again.revision, again.plan.gates) == (wider.revision, ("configure", "approve_access"))
    assert item(again.plan, Impact.WIDENED, "agent.may.person.columns.salary").role == "agent"
    sn.releasing().approvals.approve(second, again.id, "configure")
    with pytest.raises(NotApproved, match="`approve_access` waiting"):
        sn.releasing().rollback("2", author, "it was right")
    sn.releasing().approvals.approve(security, again.id, "approve_access")
    done = sn.releasing().rollback("2", author, "it was right")
    assert (done.number, done.kind, done.revision) == (4, "rollback", wider.revision)
    assert sn.releasing().proposals.get(again.id).state == "applied"


def test_nobody_goes_back_to_a_reason_that_has_run_out(
    sn: Installed, author: Actor, second: Actor, security: Actor
) -> None:
    sn.edit("affiliates/sn/roles/agent.yaml", "$why: Nobody", "$until: 2026-05-10, $why: Nobody")
    for label in ("Name", "Full name"):
        sn.edit(f"{CORE}/entities/person.yaml", f"label: {{en: {label}}}", f"label: {{en: Full {label.lower()}}}")
        proposal = sn.propose(label, author)
        approved(sn, proposal, second, security)
        sn.releasing().apply(proposal.revision, OPERATOR, label)
    late = sn.releasing(NOW + datetime.timedelta(days=30))
    with pytest.raises(NoReason, match="this was to last until 2026-05-10"):
        late.rollback("2", author, "the label is wrong")
    assert sn.releasing().rollback("2", author, "the label is wrong").number == 4
