"""A change that breaks an API is put in force with a new version of it, or after a decision in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.core.releases.installed import CORE, Installed

from sidra.access.actor import OPERATOR
from sidra.errors import Invalid
from sidra.releases.errors import Undecided
from sidra.releases.plan import Impact
from sidra.releases.proposals import Proposal
from sidra.store.database import Store

ENTITY = f"{CORE}/entities/person.yaml"


@pytest.fixture
def sn(tmp_path: Path) -> Iterator[Installed]:
    """A release in force, and a change by which clients must give what they did not."""
    store = Store.open(str(tmp_path / "sn.db"), durability="normal")
    made = Installed(tmp_path, store, is_small=True)
    made.first()
    made.edit(ENTITY, "code: {type: string}", "code: {type: string, required: true}")
    yield made
    store.close()


def proposed(sn: Installed) -> Proposal:
    """A proposal whose gates are open."""
    proposal = sn.propose("Codes", sn.person("ousmane", "configurator"))
    security = sn.person("marieme", "administrator")
    for gate in proposal.plan.gates:
        sn.releasing().approvals.approve(security, proposal.id, gate)
    return proposal


def test_what_breaks_an_api_waits_for_a_decision_that_says_why(sn: Installed) -> None:
    proposal = proposed(sn)
    [broken] = proposal.plan.of(Impact.API)
    approvals, security = sn.releasing().approvals, sn.person("aminata", "administrator")
    with pytest.raises(Undecided):
        sn.releasing().apply(proposal.revision, OPERATOR, "now")
    with pytest.raises(Invalid):
        approvals.decide(security, proposal.id, broken.key, "told", "  ", seen=None)
    approvals.decide(security, proposal.id, broken.key, "told", "the only client is ours, and sends it", seen=None)
    assert [(one.author_name, one.text) for one in approvals.comments(proposal)] == [
        ("Aminata", "person.code: the only client is ours, and sends it")
    ]
    sn.releasing().apply(proposal.revision, OPERATOR, "now")
    live = sn.releasing().releases.live()
    assert live is not None
    assert live.revision == proposal.revision


def test_another_version_of_the_api_needs_no_decision(sn: Installed) -> None:
    sn.edit(ENTITY, "party/v4", "party/v5")
    proposal = proposed(sn)
    assert {one.word for one in proposal.plan.of(Impact.API)} == {"new_version", "input_required"}
    sn.releasing().apply(proposal.revision, OPERATOR, "now")
