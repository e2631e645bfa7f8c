"""Who lets a proposal pass, how long that counts, and how a proposal ends without being applied."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from tests.core.releases.installed import CORE, FAST, NOW, Installed
from tests.servers import PostgresqlServer

from sidra.access.accounts import Accounts
from sidra.access.actor import OPERATOR, Actor
from sidra.access.tables import access_tables_alone
from sidra.errors import Conflict, Forbidden, Invalid
from sidra.releases import trying
from sidra.releases.approvals import Gate
from sidra.releases.errors import NotApproved, OutOfDate, Undecided
from sidra.releases.plan import Impact
from sidra.releases.proposals import Proposal
from sidra.releases.tables import release_tables
from sidra.store.database import Store
from sidra.store.prepared import Prepared

WIDER = ("affiliates/sn/roles/agent.yaml", "salary: mask", "salary: read")
LABEL = (f"{CORE}/entities/person.yaml", "label: {en: Name}", "label: {en: Full name}")
TABLES = release_tables(sa.MetaData())
SHORTER = ("affiliates/sn/entities/person.yaml", "max_length: 40", "max_length: 5")


@pytest.fixture
def sn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The affiliate with a release in force, on SQLite unless a test asks for both databases."""
    folder = tmp_path_factory.mktemp("approving")
    is_server = getattr(request, "param", "sqlite") == "postgresql"
    server: PostgresqlServer | None = request.getfixturevalue("postgresql_server") if is_server else None
    address = server.new_schema() if server is not None else str(folder / "sn.db")
    store = Store.open(address, durability="normal")
    made = Installed(folder, store, is_small=True)
    made.first()
    yield made
    store.close()
    if server is not None:
        server.drop_schema(address)


on_both = pytest.mark.parametrize("sn", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def author(sn: Installed) -> Actor:
    return sn.person("ousmane", "configurator")


@pytest.fixture
def second(sn: Installed) -> Actor:
    return sn.person("aminata", "configurator")


@pytest.fixture
def security(sn: Installed) -> Actor:
    return sn.person("marieme", "administrator")


@pytest.fixture
def label(sn: Installed, author: Actor) -> Proposal:
    """A proposal of a safe change."""
    sn.edit(*LABEL)
    return sn.propose("A label", author)


def test_the_author_and_who_configures_withdraw_a_proposal_and_nobody_else(
    sn: Installed, author: Actor, second: Actor, label: Proposal
) -> None:
    approvals = sn.releasing().approvals
    agent = sn.person("fatou", "agent")
    with pytest.raises(Forbidden):
        approvals.withdraw(agent, label.id, "No")
    assert not approvals.may_withdraw(agent, label)
    assert approvals.proposals.get(label.id).state == "open"
    approvals.withdraw(author, label.id, "Too early")
    assert approvals.proposals.get(label.id).state == "withdrawn"
    with pytest.raises(Conflict):
        approvals.withdraw(author, label.id)
    with pytest.raises(Conflict):
        approvals.approve(second, label.id, "configure")
    again = sn.propose("A label", author)
    assert approvals.may_withdraw(second, again)
    approvals.withdraw(second, again.id)
    with sn.store.reading() as connection:
        said = "SELECT actor_name, reason FROM audit_entry WHERE action = 'plan_withdraw' ORDER BY sequence"
        assert [tuple(row) for row in connection.execute(said).fetchall()] == [
            ("Ousmane", "Too early"),
            ("Aminata", ""),
        ]


@pytest.fixture
def wider(sn: Installed, author: Actor) -> Proposal:
    """A proposal that needs somebody who may approve what is widened."""
    sn.edit(*WIDER)
    return sn.propose("Salaries", author)


def gate(sn: Installed, proposal: Proposal, function: str) -> Gate:
    return next(one for one in sn.releasing().approvals.gates(proposal) if one.function == function)


def accounts(sn: Installed) -> Accounts:
    return Accounts(sn.store, access_tables_alone(), clock=lambda: NOW, passwords=FAST)


@on_both
def test_an_approval_counts_while_its_giver_has_an_account_and_the_function(
    sn: Installed, security: Actor, wider: Proposal
) -> None:
    approvals = sn.releasing().approvals
    for function in wider.plan.gates:
        approvals.approve(security, wider.id, function)
    assert approvals.is_ready(wider)
    approvals.demand(wider, sn.plan())
    people = accounts(sn)
    people.disable("marieme")
    lapsed = gate(sn, wider, "approve_access")
    assert (lapsed.state, lapsed.lapsed, lapsed.by_name) == ("lapsed", "account", "Marieme")
    assert not approvals.is_ready(wider)
    with pytest.raises(NotApproved, match="`approve_access` lapsed: the account is shut or gone"):
        approvals.demand(wider, sn.plan())
    people.disable("marieme", disabled=False)
    assert approvals.is_ready(wider)
    people.set_roles("marieme", ["configurator"])
    assert [(one.function, one.state, one.lapsed) for one in approvals.gates(wider)] == [
        ("configure", "approved", ""),
        ("approve_access", "lapsed", "function"),
    ]
    with pytest.raises(NotApproved):
        sn.store.transact(lambda connection: approvals.demand_on(connection, wider, wider.plan))


def test_what_the_author_is_recorded_to_have_approved_does_not_count(
    sn: Installed, author: Actor, second: Actor, label: Proposal
) -> None:
    approvals = sn.releasing().approvals
    approvals.approve(second, label.id, "configure")
    assert approvals.is_ready(label)
    written(sn, TABLES.approval, by_id=author.id)
    assert gate(sn, label, "configure").lapsed == "author"
    written(sn, TABLES.approval, by_id="nobody")
    assert gate(sn, label, "configure").lapsed == "account"


def written(sn: Installed, table: sa.Table, **values: object) -> None:
    """Change all rows of a table by hand."""
    Prepared(sn.store, table.update().values(values)).run()


def test_a_refusal_does_not_lapse_and_another_turns_it_by_saying_why(
    sn: Installed, second: Actor, security: Actor, label: Proposal
) -> None:
    approvals = sn.releasing().approvals
    approvals.refuse(second, label.id, "configure", "Not in the holidays")
    accounts(sn).disable("aminata")
    assert gate(sn, label, "configure").state == "refused"
    with pytest.raises(Invalid, match="Aminata has refused this: say why"):
        approvals.approve(security, label.id, "configure", "  ")
    approvals.approve(security, label.id, "configure", "They are over")
    assert approvals.is_ready(label)


def test_what_was_refused_stays_refused_when_it_is_proposed_again(
    sn: Installed, author: Actor, second: Actor, security: Actor, wider: Proposal
) -> None:
    approvals = sn.releasing().approvals
    approvals.approve(second, wider.id, "configure")
    approvals.refuse(security, wider.id, "approve_access", "Too wide")
    again = sn.propose("Salaries, please", author)
    approvals.withdraw(author, again.id)
    last = sn.propose("Salaries, once more", second)
    assert approvals.proposals.get(wider.id).state == "withdrawn"
    assert [(one.function, one.state, one.by_name, one.comment) for one in approvals.gates(last)] == [
        ("configure", "waiting", "", ""),
        ("approve_access", "refused", "Marieme", "Too wide"),
    ]
    approvals.approve(security, last.id, "approve_access")
    sn.edit(*LABEL)
    other = sn.propose("Something else", author)
    assert {one.state for one in approvals.gates(other)} == {"waiting"}


def test_a_proposal_needs_a_person(sn: Installed) -> None:
    sn.edit(*LABEL)
    with pytest.raises(Forbidden, match="a proposal needs a person"):
        sn.propose("A label", OPERATOR)
    assert sn.releasing().proposals.all() == []


def test_a_decision_counts_for_as_many_records_as_it_was_made_for(
    sn: Installed, author: Actor, second: Actor, security: Actor
) -> None:
    first = sn.make("person", name="Khady-Rose")
    sn.edit(*SHORTER)
    proposal = sn.propose("Five letters", author)
    approvals = sn.releasing().approvals
    approvals.approve(second, proposal.id, "configure")
    approvals.approve(security, proposal.id, "approve_data")
    [item] = proposal.plan.of(Impact.DATA)
    approvals.decide(security, proposal.id, item.key, "when_saved", seen=1)
    assert approvals.decisions(proposal)[item.key].rows == 1
    approvals.demand(proposal, sn.plan())
    sn.make("person", name="Marie-Louise")
    now = sn.plan()
    with pytest.raises(Undecided):
        sn.store.transact(lambda connection: approvals.demand_on(connection, proposal, now))
    with pytest.raises(Undecided, match=r"records: person\.attributes\.name\.max_length$"):
        approvals.demand(proposal, now)
    counted = approvals.proposals.get(proposal.id)
    [again] = approvals.undecided(counted)
    assert (again.rows and again.rows.rows, again.place) == (2, item.place)
    assert not approvals.is_ready(counted)
    assert (counted.digest, counted.plan.digest) == (proposal.digest, proposal.digest)
    # The page that shows one record is still open at somebody.
    with pytest.raises(Conflict, match="another number of records"):
        approvals.decide(security, proposal.id, item.key, "when_saved", seen=1)
    assert item.key not in approvals.decisions(counted)
    approvals.decide(security, proposal.id, item.key, "when_saved", seen=2)
    approvals.demand(counted, now)
    sn.runtime().records(OPERATOR).delete("person", first.id)
    approvals.demand(counted, sn.plan())
    accounts(sn).disable("marieme")
    assert approvals.undecided(counted) == (again,)


def test_what_is_planned_otherwise_than_it_was_approved_is_proposed_anew(
    sn: Installed, second: Actor, label: Proposal
) -> None:
    approvals = sn.releasing().approvals
    approvals.approve(second, label.id, "configure")
    now = sn.plan()
    approvals.demand(label, now)
    [item] = now.items
    for other in (replace(item, now="{en: Other}"), replace(item, word="action"), replace(item, cls=Impact.API)):
        with pytest.raises(OutOfDate, match="was proposed"):
            approvals.demand(label, replace(now, items=(other,)))
    approvals.withdraw(second, label.id)
    with pytest.raises(Conflict):
        sn.store.transact(lambda connection: approvals.demand_on(connection, label, now))


@on_both
def test_what_can_no_longer_be_converted_is_told_with_what_to_do_and_passes_once_that_is_done(
    sn: Installed, author: Actor, second: Actor, security: Actor
) -> None:
    sn.make("person", name="Awa", code="12")
    sn.edit(f"{CORE}/entities/person.yaml", "code: {type: string}", "code: {type: integer}")
    proposal = sn.propose("Numbers", author)
    approvals = sn.releasing().approvals
    for function in proposal.plan.gates:
        approvals.approve(security if function != "configure" else second, proposal.id, function)
    for item in approvals.undecided(proposal):
        counted = item.rows.rows if item.rows is not None else None
        approvals.decide(security, proposal.id, item.key, item.choices[0], "They were told", seen=counted)
    approvals.demand(proposal, sn.plan())
    wrong = sn.make("person", name="Bineta", code="A7")
    with pytest.raises(OutOfDate, match=r"cannot be converted: `person\.attributes\.code\.type`") as refused:
        approvals.demand(proposal, sn.plan())
    assert refused.value.hint == (
        "correct them, which `sidra plan` counts, and apply it again; "
        "or give it a new name, or take the change back, and propose it anew"
    )
    sn.runtime().records(OPERATOR).update("person", wrong.id, {"code": "7"})
    with pytest.raises(Undecided):
        approvals.demand(proposal, sn.plan())


@on_both
def test_a_list_of_proposals_is_paged_and_reads_no_plan(
    sn: Installed, author: Actor, second: Actor, wider: Proposal
) -> None:
    sn.edit(*LABEL)
    both = sn.propose("Both", second)
    proposals = sn.releasing().proposals
    proposals.withdraw(both.id, second)
    written(sn, TABLES.proposal, plan="no plan")
    first, last = proposals.all()
    assert (first.id, first.state, last.id, last.state) == (wider.id, "open", both.id, "withdrawn")
    assert (first.gates, first.level, first.changes) == (wider.plan.gates, wider.plan.level, len(wider.plan.items))
    assert (first.counts, last.author_name) == (wider.plan.counts, "Aminata")
    assert proposals.all(limit=1, offset=1) == [last]
    assert proposals.all("open") == [first]
    assert proposals.all("applied") == []
    assert (proposals.count("open"), proposals.count("applied")) == (1, 0)
    assert proposals.of_revision("unknown") is None


@on_both
def test_a_database_of_before_gets_what_lists_need(sn: Installed, label: Proposal) -> None:
    with sn.store.reshaping() as connection:
        connection.execute("ALTER TABLE release_proposal DROP COLUMN counts")
        connection.execute("ALTER TABLE release_decision DROP COLUMN row_count")
    [listed] = sn.releasing().proposals.all()
    assert (listed.id, listed.changes, listed.gates) == (label.id, 0, ("configure",))


def test_tests_are_those_of_a_plan_and_its_files(sn: Installed, author: Actor, label: Proposal) -> None:
    runtime = sn.runtime()
    testings = trying.Testings(sn.store)
    testings.ask(runtime, author, label)
    testings.end(runtime, label, {"failure": "R500"})
    found = testings.of(label)
    assert found is not None
    assert found.failure == "R500"
    for other in (replace(label, digest="00"), replace(label, below="00"), replace(label, own="00")):
        assert testings.of(other) is None
