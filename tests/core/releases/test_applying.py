"""A change from its proposal through its approvals to its release, and back, on both databases."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from tests.core.releases.installed import CORE, NOW, Installed, item, shown_rows
from tests.servers import PostgresqlServer

from sidra.access.actor import OPERATOR
from sidra.errors import Conflict, Forbidden, Invalid, NotFound
from sidra.releases.drifting import drift_in_force, drift_of
from sidra.releases.errors import (
    LiveMoved,
    NoReason,
    NotApproved,
    NoWayBack,
    Refused,
    Undecided,
    UnknownRevision,
)
from sidra.releases.pins import read_pin
from sidra.releases.plan import Impact
from sidra.releases.proposals import Proposal
from sidra.store.database import Store

WIDER = ("affiliates/sn/roles/agent.yaml", "salary: mask", "salary: read")
SHORTER = ("affiliates/sn/entities/person.yaml", "max_length: 40", "max_length: 5")
LABEL = (f"{CORE}/entities/person.yaml", "label: {en: Name}", "label: {en: Full name}")
OTHER_LABEL = (f"{CORE}/entities/person.yaml", "label: {en: Full name}", "label: {en: All names}")
NUMBERS = (f"{CORE}/entities/person.yaml", "code: {type: string}", "code: {type: integer}")


class People:
    """Who takes part."""

    def __init__(self, sn: Installed) -> None:
        self.author = sn.person("ousmane", "configurator")
        self.second = sn.person("aminata", "configurator")
        self.security = sn.person("marieme", "administrator")
        self.agent = sn.person("fatou", "agent")


@pytest.fixture(params=("sqlite", "postgresql"))
def sn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The affiliate with a release in force and one person with a long name."""
    folder = tmp_path_factory.mktemp("releases")
    server: PostgresqlServer | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
    address = server.new_schema() if server is not None else str(folder / "sn.db")
    store = Store.open(address, durability="normal")
    made = Installed(folder, store, is_small=True)
    made.first()
    made.make("person", name="Khady-Rose")
    yield made
    store.close()
    if server is not None:
        server.drop_schema(address)


@pytest.fixture
def people(sn: Installed) -> People:
    return People(sn)


def approved(sn: Installed, proposal: Proposal, people: People) -> None:
    """Let everybody approve whose function it is."""
    approvals = sn.releasing().approvals
    for gate in proposal.plan.gates:
        approvals.approve(people.second if gate == "configure" else people.security, proposal.id, gate)


def entries(sn: Installed) -> list[Any]:
    with sn.store.reading() as connection:
        said = "SELECT action, actor_name, reason, changed FROM audit_entry ORDER BY sequence"
        rows: list[Any] = connection.execute(said).fetchall()
        return [row for row in rows if row[0].startswith(("plan_", "release_"))]


def test_a_change_goes_its_whole_way(sn: Installed, people: People) -> None:
    sn.edit(*WIDER)
    sn.edit(*SHORTER)
    proposal = sn.propose("Names of five letters", people.author)
    revision, was = proposal.revision, proposal.live
    assert proposal.plan.gates == ("configure", "approve_access", "approve_data")
    releasing = sn.releasing()
    with pytest.raises(NotApproved, match="`approve_access` waiting"):
        releasing.apply(revision, OPERATOR, "now")
    approvals = releasing.approvals
    for function in proposal.plan.gates:
        for somebody in (people.author, people.agent, OPERATOR):
            with pytest.raises(Forbidden):
                approvals.approve(somebody, proposal.id, function)
            assert not approvals.may(somebody, proposal, function)
    with pytest.raises(Forbidden, match="`approve_access`"):
        approvals.approve(people.second, proposal.id, "approve_access")
    approved(sn, proposal, people)
    with pytest.raises(Undecided, match=r"records: person\.attributes\.name\.max_length$"):
        releasing.apply(revision, OPERATOR, "now")
    longer = item(proposal.plan, Impact.DATA, "person.attributes.name.max_length")
    assert approvals.undecided(proposal) == (longer,)
    with pytest.raises(Forbidden):
        approvals.decide(people.author, proposal.id, longer.key, "when_saved", seen=1)
    with pytest.raises(NotFound, match="nothing to choose"):
        approvals.decide(people.security, proposal.id, longer.key, "never", seen=1)
    approvals.decide(people.security, proposal.id, longer.key, "when_saved", seen=1)
    assert approvals.is_ready(proposal)
    with pytest.raises(Forbidden):
        releasing.apply(revision, people.agent, "now")
    done = sn.releasing().apply(revision, people.second, "GAP-17")
    assert (done.number, done.revision, done.by_name, done.why) == (2, revision, "Aminata", "GAP-17")
    assert sn.releasing().apply(revision, people.second, "again").number == 2
    pin = read_pin(sn.settings.home, "sn")
    assert pin is not None
    assert pin.live.revision == revision
    assert sn.plan().is_empty
    assert sn.runtime().model.entities["person"].attributes["name"].max_length == 5
    said = [(action, by, reason) for action, by, reason, _ in entries(sn)]
    assert said[-1] == ("release_apply", "Aminata", "GAP-17")
    assert {"plan_propose", "plan_approve", "plan_decide"} <= {action for action, _, _ in said}
    assert f"plan {proposal.digest}" in entries(sn)[-1][3]
    back = sn.releasing().rollback(None, OPERATOR, "names were cut")
    assert (back.number, back.kind, back.revision) == (3, "rollback", was)
    assert sn.runtime().model.entities["person"].attributes["name"].max_length == 40
    with pytest.raises(LiveMoved):
        sn.releasing().apply(revision, OPERATOR, "once more")


def test_what_was_proposed_is_applied_whatever_is_saved_since(sn: Installed, people: People) -> None:
    sn.edit(*LABEL)
    proposal = sn.propose("A label", people.author)
    sn.edit(*OTHER_LABEL)
    approved(sn, proposal, people)
    sn.releasing().apply(proposal.revision, OPERATOR, "as approved")
    label = sn.runtime().model.entities["person"].attributes["name"].label
    assert label.texts["en"] == "Full name"
    assert not sn.plan().is_empty


def test_an_approval_does_not_count_when_something_else_was_put_in_force(sn: Installed, people: People) -> None:
    sn.edit(*LABEL)
    first = sn.propose("A label", people.author)
    sn.edit(*WIDER)
    second = sn.propose("A label and more", people.author)
    approved(sn, first, people)
    approved(sn, second, people)
    sn.releasing().apply(first.revision, OPERATOR, "the label")
    with pytest.raises(LiveMoved, match="is in force since"):
        sn.releasing().apply(second.revision, OPERATOR, "more")
    with pytest.raises(Conflict):
        sn.releasing().approvals.approve(people.security, second.id, "approve_access")
    with pytest.raises(Conflict):
        sn.releasing().approvals.approve(people.second, first.id, "configure")


def test_a_refusal_shuts_a_gate_until_its_holder_says_otherwise(sn: Installed, people: People) -> None:
    sn.edit(*LABEL)
    proposal = sn.propose("A label", people.author)
    approvals = sn.releasing().approvals
    with pytest.raises(Invalid):
        approvals.refuse(people.second, proposal.id, "configure", " ")
    approvals.refuse(people.second, proposal.id, "configure", "Not in the holidays")
    [gate] = approvals.gates(proposal)
    assert (gate.state, gate.by_name, gate.comment) == ("refused", "Aminata", "Not in the holidays")
    with pytest.raises(NotApproved, match="`configure` refused"):
        sn.releasing().apply(proposal.revision, OPERATOR, "now")
    with pytest.raises(NotFound, match="no gate `approve_api`"):
        approvals.approve(people.security, proposal.id, "approve_api")
    approvals.approve(people.second, proposal.id, "configure")
    assert approvals.is_ready(proposal)


def test_who_takes_part_comments_and_others_do_not(sn: Installed, people: People) -> None:
    sn.edit(*LABEL)
    proposal = sn.propose("A label", people.author)
    approvals = sn.releasing().approvals
    approvals.comment(people.author, proposal.id, "Ask the shops")
    approvals.comment(people.security, proposal.id, "  Done  ")
    said = {(one.author_name, one.text) for one in approvals.comments(proposal)}
    assert said == {("Ousmane", "Ask the shops"), ("Marieme", "Done")}
    with pytest.raises(Forbidden):
        approvals.comment(people.agent, proposal.id, "Me too")
    with pytest.raises(Invalid):
        approvals.comment(people.author, proposal.id, "  ")
    with pytest.raises(NotFound):
        approvals.comment(people.author, "no id", "Where?")


def test_bad_input_changes_nothing(sn: Installed, people: People) -> None:
    with pytest.raises(Refused, match="in force already"):
        sn.propose("Nothing", people.author)
    with pytest.raises(UnknownRevision, match="nobody has proposed `123`"):
        sn.releasing().apply("123", OPERATOR, "now")
    with pytest.raises(UnknownRevision, match="before the one in force"):
        sn.releasing().rollback(None, OPERATOR, "back")
    with pytest.raises(UnknownRevision, match="no release `7`"):
        sn.releasing().rollback("7", OPERATOR, "back")
    sn.edit(*LABEL)
    with pytest.raises(Forbidden):
        sn.propose("A label", people.agent)
    assert len(sn.releasing().releases.all()) == 1


def test_a_reason_that_has_run_out_keeps_a_change_from_being_applied(sn: Installed, people: People) -> None:
    sn.edit("affiliates/sn/roles/agent.yaml", "$why: Nobody", "$until: 2026-05-10, $why: Nobody")
    sn.edit(*LABEL)
    proposal = sn.propose("A label", people.author)
    approved(sn, proposal, people)
    late = sn.releasing(NOW + datetime.timedelta(days=30))
    with pytest.raises(NoReason, match="this was to last until 2026-05-10"):
        late.apply(proposal.revision, OPERATOR, "too late")
    sn.edit("affiliates/sn/roles/agent.yaml", "2026-05-10", "2027-05-10")
    again = sn.propose("A label, and longer", people.author)
    assert sn.releasing().proposals.get(proposal.id).state == "withdrawn"
    approved(sn, again, people)
    sn.releasing(NOW + datetime.timedelta(days=30)).apply(again.revision, OPERATOR, "in time")


def test_a_reason_that_is_missing_keeps_a_change_from_being_applied(sn: Installed, people: People) -> None:
    sn.edit("affiliates/sn/entities/person.yaml", "max_length: 40, $why: The card prints forty", "max_length: 39")
    proposal = sn.propose("Without a reason", people.author)
    approved(sn, proposal, people)
    with pytest.raises(NoReason, match=r"`attributes\.name\.max_length` has no reason"):
        sn.releasing().apply(proposal.revision, OPERATOR, "now")
    assert [one.number for one in sn.releasing().releases.all()] == [1]


def test_a_migration_that_fails_leaves_what_is_in_force(sn: Installed, people: People) -> None:
    was = sn.releasing().releases.live()
    sn.make("person", code="A-7")
    sn.edit(*NUMBERS)
    proposal = sn.propose("Numbers", people.author)
    found = item(proposal.plan, Impact.DESTRUCTIVE, "person.attributes.code.type")
    assert (found.word, found.choices) == ("refused", ())
    approved(sn, proposal, people)
    with pytest.raises(Undecided):
        sn.releasing().apply(proposal.revision, OPERATOR, "now")
    assert sn.releasing().releases.live() == was
    assert values(sn, "code") == ["A-7"]


def values(sn: Installed, name: str) -> list[object]:
    """What all persons have of an attribute, the greatest first."""
    with sn.store.reading() as connection:
        rows: list[Any] = connection.execute(f"SELECT {name} FROM person ORDER BY {name} DESC").fetchall()
    return [value for (value,) in rows if value is not None]


def test_a_conversion_is_applied_and_there_is_no_way_back_to_what_it_does_not_fit(
    sn: Installed, people: People
) -> None:
    sn.make("person", code="7")
    sn.edit(*NUMBERS)
    proposal = sn.propose("Numbers", people.author)
    applied(sn, proposal, people)
    assert values(sn, "code") == [7]
    with pytest.raises(NoWayBack):
        sn.releasing().rollback(None, OPERATOR, "back")


def test_what_goes_stays_in_the_database_and_comes_back(sn: Installed, people: People) -> None:
    sn.edit("affiliates/sn/entities/person.yaml", "attributes: {", "attributes: {x_sn_color: {type: string, $why: w}, ")
    first = sn.propose("Colour", people.author)
    applied(sn, first, people)
    sn.make("person", x_sn_color="red")
    sn.edit("affiliates/sn/entities/person.yaml", "x_sn_color: {type: string, $why: w}, ", "")
    gone = sn.propose("No colour", people.author)
    assert item(gone.plan, Impact.DESTRUCTIVE, "person.attributes.x_sn_color").word == "gone"
    applied(sn, gone, people)
    sn.releasing().rollback(first.revision, OPERATOR, "it was needed")
    assert values(sn, "x_sn_color") == ["red"]


def applied(sn: Installed, proposal: Proposal, people: People) -> None:
    """Put a proposal in force, with whatever it does to records."""
    approved(sn, proposal, people)
    approvals = sn.releasing().approvals
    for one in approvals.undecided(proposal):
        approvals.decide(
            people.security, proposal.id, one.key, one.choices[0], "its clients know", seen=shown_rows(one)
        )
    sn.releasing().apply(proposal.revision, OPERATOR, "now")


def test_what_changes_screens_only_may_be_tried_out_by_some_units(sn: Installed, people: People) -> None:
    sn.edit(*LABEL)
    proposal = sn.propose("A label", people.author)
    approved(sn, proposal, people)
    live = sn.releasing().releases.live()
    trial = sn.releasing().apply(proposal.revision, OPERATOR, "one shop first", ("plateau",))
    assert trial.units == ("plateau",)
    assert sn.releasing().releases.live() == live
    assert sn.releasing().releases.trial() == trial
    done = sn.releasing().apply(proposal.revision, OPERATOR, "all")
    assert sn.releasing().releases.live() == done
    assert sn.releasing().releases.trial() is None
    sn.edit(*WIDER)
    wider = sn.propose("More", people.author)
    approved(sn, wider, people)
    with pytest.raises(Refused, match="nothing but screens"):
        sn.releasing().apply(wider.revision, OPERATOR, "one shop first", ("plateau",))


def test_drift_is_found_in_tables_files_and_pins(sn: Installed) -> None:
    assert drift_of(sn.releasing()) == []
    assert drift_in_force(sn.runtime(), sn.settings.home) == []
    with sn.store.reshaping() as connection:
        connection.execute("CREATE TABLE somebody (id INTEGER)")
    assert [(one.what, one.says) for one in drift_of(sn.releasing())] == [("tables", "`somebody` is not ours")]
    assert drift_in_force(sn.runtime(), sn.settings.home) == ["`somebody` is not ours"]
    live = sn.releasing().releases.live()
    assert live is not None
    edited = sn.settings.home / "releases/sn" / live.own / "affiliates/sn/roles/agent.yaml"
    was = edited.read_text(encoding="utf-8")
    edited.write_text(was.replace("salary: mask", "salary: read"), "utf-8")
    (sn.settings.home / "releases/_live/sn.json").unlink()
    assert {one.what for one in drift_of(sn.releasing())} == {"tables", "files", "pin"}
    sn.releasing().restore()
    assert edited.read_text(encoding="utf-8") == was
    assert {one.what for one in drift_of(sn.releasing())} == {"tables"}
