"""Each class of LAYERING.md §8 on the shipped affiliates with demonstration data: from the plan to the rollback.

| class              | Senegal                      | Egypt                          | Poland                     |
|--------------------|------------------------------|--------------------------------|----------------------------|
| safe               | label, new optional field    | label                          | label                      |
| data-dependent     | shorter name, value gone     | shorter name, required (twice) | shorter name, unique, gone |
| destructive        | field that records have      | the same, and a text to number | field that records have    |
| permissions wider  | column that agents may read  | column that agents may read    | records that agents see    |
| API breaking       | output gone, values fewer    | input required, output gone    | output gone, values fewer  |
| process            | step that tickets wait for   | the same, and task of a slot   | step that tickets wait for |
| database           | SQLite                       | PostgreSQL, conversion: SQLite | PostgreSQL                 |
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from tests.core.releases.installed import CORE, NOW, Installed, item, shown_rows
from tests.core.releases.overlay_changes import EDITS, PAID_BY, PLANS, Edit, Told
from tests.servers import PostgresqlServer

from sidra.access.actor import OPERATOR, system_actor
from sidra.affiliates.migrating import Migrating
from sidra.api.calls import Call
from sidra.api.schemas import schema_of
from sidra.api.service import Api
from sidra.errors import Forbidden, Invalid
from sidra.ops.demo.generate import generate
from sidra.records.query import Query
from sidra.releases.approvals import Approvals
from sidra.releases.errors import LiveMoved, NotApproved, NoWayBack, Undecided
from sidra.releases.pins import read_pin
from sidra.releases.plan import Impact, Item
from sidra.releases.proposals import Proposal
from sidra.releases.releasing import Releasing
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.failures import StoreError
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.load import Loaded
from sidra_metamodel.nodes import Node

CUSTOMERS: Final = 20
KINDS: Final = {"agent": "role", "payment_method": "enum", "complaint": "process", "contact_medium_record": "screen"}
WEIGHTED: Final = "agent.may.sales_opportunity.columns.weighted_amount"
"""Follows from another column, and is written nowhere."""
PLACES: Final = (
    ("sn", "sqlite"),
    ("eg", "postgresql"),
    ("pl", "postgresql"),
)
MORE: Final[dict[str, tuple[tuple[str, dict[str, object]], ...]]] = {
    "sn": (("geographic_address", {"city": "Dakar", "x_sn_region": "dakar"}),),
    "eg": (("organization", {"trading_name": "Nile Foods", "x_eg_activity_code": "4711"}),),
    "pl": (("geographic_address", {"city": "Łódź", "x_pl_teryt": "1061011"}),),
}
"""What the demonstration has no records of."""


class Affiliate(Installed):
    """A shipped affiliate in force, with demonstration data and the people who take part."""

    def fill(self) -> None:
        """Make customers, tickets that wait, values of what goes, and people."""
        runtime = self.runtime()
        generate(runtime, self.folder / "affiliates" / self.affiliate, customers=CUSTOMERS)
        records = runtime.records(system_actor("test"))
        for entity, values in MORE[self.affiliate]:
            records.create(entity, values)
        for media in records.list("contact_medium", Query(limit=2)).records if self.affiliate == "eg" else ():
            records.update("contact_medium", media.id, {"x_eg_landmark": "Museum"}, version=media.version)
        values = {"description": "No signal", "ticket_type": "fault", "severity": "minor"}
        self.ticket = records.create("trouble_ticket", values).id
        self.author = self.person("ousmane", "configurator")
        self.second = self.person("aminata", "configurator")
        self.security = self.person("marieme", "administrator")
        self.agent = self.person("fatou", "agent")

    def save(self) -> None:
        """Save the change of the table."""
        for edit in EDITS[self.affiliate]:
            self.change(edit)

    def change(self, edit: Edit) -> None:
        """Save one file otherwise."""
        path = f"affiliates/{edit.file}"
        if edit.before:
            self.edit(path, edit.before, edit.after)
        elif edit.after:
            self.write(path, edit.after)
        else:
            (self.folder / path).unlink()

    def number(self, sql: str) -> int:
        """What a statement counts."""
        with self.store.reading() as connection:
            rows: list[Any] = connection.execute(sql).fetchall()
            return int(rows[0][0])

    def served(self, releasing: Releasing) -> Runtime:
        """What is in force, on the store."""
        loaded = releasing.live_loaded
        assert loaded is not None
        return Runtime(loaded.draft, self.store, lambda: NOW, keys=self.keys, bring="nothing")

    def columns(self, table: str) -> set[str]:
        """Those of a table."""
        with self.store.reading() as connection:
            return set(self.store.columns(connection)[table])

    def approve(self, approvals: Approvals, proposal: Proposal, *functions: str) -> None:
        """Let those approve whose functions these are."""
        for function in functions or proposal.plan.gates:
            approvals.approve(self.second if function == "configure" else self.security, proposal.id, function)

    def decide(self, approvals: Approvals, proposal: Proposal) -> None:
        """Let it be decided what becomes of the records, and what the clients of the API are told."""
        for one in approvals.undecided(proposal):
            approvals.decide(
                self.security, proposal.id, one.key, one.choices[0], "They were told in March", seen=shown_rows(one)
            )


@pytest.fixture(params=PLACES, ids=" on ".join)
def affiliate(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Affiliate]:
    """An affiliate in force, with demonstration data."""
    name, kind = request.param
    server: PostgresqlServer | None = request.getfixturevalue("postgresql_server") if kind == "postgresql" else None
    address = server.new_schema() if server is not None else str(tmp_path / f"{name}.db")
    store = Store.open(address, durability="normal")
    made = Affiliate(tmp_path, store, affiliate=name)
    made.first()
    made.fill()
    yield made
    store.close()
    if server is not None:
        server.drop_schema(address)


def test_each_class_goes_its_whole_way(affiliate: Affiliate) -> None:
    told = PLANS[affiliate.affiliate]
    counts = [affiliate.number(one.counted) if one.counted else None for one in told]
    affiliate.save()
    releasing = affiliate.releasing()
    assert_says(releasing, told, "was")
    proposal = releasing.propose("All at once", affiliate.author)
    items = [one for one in proposal.plan if one.kind != "test"]
    found = {(one.cls, one.dotted, one.word, one.was, one.now, number(one)) for one in items}
    assert found == {(*one[:5], count) for one, count in zip(told, counts, strict=True)}
    assert {one.cls for one in items} == set(Impact)
    assert [one.cls for one in items] == sorted((one.cls for one in items), key=list(Impact).index)
    assert proposal.plan.gates == ("configure", "approve_access", "approve_api", "approve_data")
    assert proposal.plan.touches.affiliates == (affiliate.affiliate,)
    assert {"agent"} <= set(proposal.plan.touches.roles)
    assert_refused(affiliate, releasing, proposal)
    done = releasing.apply(proposal.revision, affiliate.second, "GAP-9")
    assert (done.kind, done.revision, done.by_name) == ("apply", proposal.revision, "Aminata")
    assert releasing.apply(proposal.revision, affiliate.second, "again") == done
    assert releasing.plan().is_empty
    assert_says(releasing, told, "now")
    assert_in_force(affiliate, affiliate.served(releasing), items)
    first = releasing.releases.all()[-1]
    with pytest.raises(NotApproved, match="going back needs approval"):
        releasing.rollback(None, affiliate.second, "too early")
    back = releasing.propose("Too early", affiliate.author, to=str(first.number))
    approvals = releasing.approvals
    affiliate.approve(approvals, back)
    affiliate.decide(approvals, back)
    done = releasing.rollback(str(first.number), affiliate.second, "too early")
    assert (done.kind, done.revision) == ("rollback", first.revision)
    assert_says(releasing, told, "was")
    assert [affiliate.number(one.counted) if one.counted else None for one in told] == counts
    assert cancelled(affiliate, affiliate.served(releasing))


def number(item: Item) -> int | None:
    """How many records a change concerns; of who gains, people are told."""
    return item.rows.rows if item.rows is not None and item.cls is not Impact.WIDENED else None


def assert_refused(affiliate: Affiliate, releasing: Releasing, proposal: Proposal) -> None:
    """Nobody but whose function it is opens a gate, and nothing is in force before all are open and all is decided."""
    approvals = releasing.approvals
    for function in proposal.plan.gates:
        others = [affiliate.author, affiliate.agent, OPERATOR]
        for somebody in others if function == "configure" else [*others, affiliate.second]:
            with pytest.raises(Forbidden):
                approvals.approve(somebody, proposal.id, function)
    for one in proposal.plan.of(Impact.WIDENED):
        assert one.gate == "approve_access"
        assert one.rows is None or one.rows.rows == 1
    *most, last = proposal.plan.gates
    affiliate.approve(approvals, proposal, *most)
    with pytest.raises(NotApproved, match=f"`{last}` waiting"):
        releasing.apply(proposal.revision, OPERATOR, "now")
    affiliate.approve(approvals, proposal, last)
    undecided = {one.key for one in approvals.undecided(proposal)}
    assert undecided == {one.key for one in proposal.plan if one.cls is Impact.API or (number(one) or 0) > 0}
    with pytest.raises(Undecided):
        releasing.apply(proposal.revision, OPERATOR, "now")
    assert len(releasing.releases.all()) == 1
    affiliate.decide(approvals, proposal)


def spelled(runtime: Runtime, subject: str) -> str:
    """What clients are told of a resource."""
    shapes, name = Api(runtime).shapes, subject.split(".", maxsplit=1)[0]
    shape = next(one for location, one in shapes.resources.items() if location.rpartition("/")[2] == name)
    return json.dumps(schema_of(shapes, shape.type_name, ""))


def cancelled(affiliate: Affiliate, runtime: Runtime) -> bool:
    """Whether a ticket that nobody has begun with may be cancelled, by the API."""
    api = Api(runtime)
    shape = api.shape("troubleTicket/v4/troubleTicket")
    call = Call(runtime.records(affiliate.agent), shape, "http://localhost/", body=b'{"status": "cancelled"}')
    try:
        return api.patch(call, affiliate.ticket).status == 200
    except Invalid as error:
        return "R613" not in {one.code for one in error.problems}


def assert_says(releasing: Releasing, told: tuple[Told, ...], when: str) -> None:
    """What was, or is now, is in force at the place of each change."""
    loaded = releasing.live_loaded
    assert loaded is not None
    for one in told:
        said, wanted = leaf(loaded, one), getattr(one, when)
        if one.word == "rows":
            assert ("churned" in (said or "")) is ("churned" in wanted)
        elif one.cls is not Impact.API and one.path != WEIGHTED:
            assert said == wanted, one


def leaf(loaded: Loaded, told: Told) -> str | None:
    """What a configuration says at the place of a change, on one line."""
    document, *path = told.path.split(".")
    node: Node | None = loaded.effective[KINDS.get(document, "entity"), document].root
    for step in path:
        node = node.items.get(step) if node is not None else None
    return flow(node) if node is not None else None


def assert_in_force(affiliate: Affiliate, runtime: Runtime, items: list[Item]) -> None:
    """Agents, clients and tickets meet what was approved."""
    for one in items:
        if one.path[:1] == ("attributes",) and one.word in {"gone", "new"}:
            # What goes is kept until somebody contracts the tables: so there is a way back.
            assert one.path[1] in affiliate.columns(runtime.model.root(one.document)), one
        if one.cls is Impact.API:
            told = spelled(runtime, one.subject)
            assert (one.was is None) or f'"{one.was}"' not in told, one
            assert one.word != "input_required" or one.subject.split(".")[-1] in json.loads(told)["required"]
    assert not cancelled(affiliate, runtime)


@pytest.mark.parametrize("affiliate", [("sn", "sqlite")], indirect=True, ids=" on ".join)
def test_what_the_group_renames_is_converted_for_everybody_or_nothing_is(
    affiliate: Affiliate, monkeypatch: pytest.MonkeyPatch
) -> None:
    was, now = (PAID_BY.format(name) for name in ("bank_transfer", "transfer"))
    rows = affiliate.number(was)
    assert rows > 0
    affiliate.edit(f"{CORE}/enums/payment_method.yaml", "bank_transfer: {", "transfer: {$was: bank_transfer, ")
    affiliate.edit(f"{CORE}/interfaces/subscriber_load.yaml", "bank_transfer", "transfer")
    for locale in ("ar", "fr", "pl"):
        path = f"{CORE}/translations/{locale}.yaml"
        affiliate.edit(path, "payment_method.values.bank_transfer", "payment_method.values.transfer")
    releasing = affiliate.releasing()
    proposal = releasing.propose("Transfers", affiliate.author)
    assert proposal.plan.touches.affiliates == ("eg", "pl", "sn")
    renamed = item(proposal.plan, Impact.SAFE, "payment_method.values.transfer")
    assert (renamed.word, renamed.subject) == ("renamed", "bank_transfer")
    assert sum(one.rows or 0 for one in proposal.plan.migration if one.phase == "backfill") == rows
    other = f"affiliates/{affiliate.affiliate}/layer.yaml"
    affiliate.edit(other, "hue: 15", "hue: 16")
    later = affiliate.propose("Another colour", affiliate.author)
    approvals = releasing.approvals
    affiliate.approve(approvals, proposal)
    affiliate.decide(approvals, proposal)
    affiliate.approve(approvals, later)
    affiliate.decide(approvals, later)
    live, pin = releasing.releases.live(), read_pin(affiliate.settings.home, affiliate.affiliate)
    with monkeypatch.context() as patch:
        patch.setattr(Migrating, "apply", failing)
        with pytest.raises(StoreError, match="the disk is full"):
            releasing.apply(proposal.revision, OPERATOR, "now")
    assert (releasing.releases.live(), read_pin(affiliate.settings.home, affiliate.affiliate)) == (live, pin)
    assert (affiliate.number(was), affiliate.number(now)) == (rows, 0)
    releasing.apply(proposal.revision, OPERATOR, "now there is room")
    assert (affiliate.number(was), affiliate.number(now)) == (0, rows)
    with pytest.raises(LiveMoved, match="is in force since"):
        releasing.apply(later.revision, OPERATOR, "and this")
    with pytest.raises(NotApproved, match="the value `transfer` goes"):
        releasing.rollback(None, affiliate.second, "back")


def failing(*_: object, **__: object) -> None:
    """A migration that cannot be carried out."""
    raise StoreError("the disk is full")


@pytest.mark.parametrize("affiliate", [("eg", "sqlite")], indirect=True, ids=" on ".join)
def test_what_is_kept_in_another_form_is_converted_in_steps_and_there_is_no_way_back(affiliate: Affiliate) -> None:
    code = "x_eg_activity_code: {$after: tax_number, type: "
    affiliate.edit("affiliates/eg/entities/organization.yaml", f"{code}string, pattern: '[0-9]{{4}}'", f"{code}integer")
    affiliate.change(Edit("eg/tests/x_eg_tax_numbers.yaml"))
    releasing = affiliate.releasing()
    proposal = releasing.propose("Codes are numbers", affiliate.author)
    found = item(proposal.plan, Impact.DESTRUCTIVE, "organization.attributes.x_eg_activity_code.type")
    assert (found.word, number(found), found.gate) == ("type_changed", 1, "approve_data")
    assert [(one.phase, one.rows) for one in proposal.plan.migration if "activity" in one.says] == [("backfill", 1)]
    approvals = releasing.approvals
    affiliate.approve(approvals, proposal)
    with pytest.raises(Undecided, match="x_eg_activity_code"):
        releasing.apply(proposal.revision, OPERATOR, "now")
    assert affiliate.number("SELECT count(*) FROM party WHERE x_eg_activity_code = '4711'") == 1
    affiliate.decide(approvals, proposal)
    releasing.apply(proposal.revision, OPERATOR, "now")
    assert affiliate.number("SELECT sum(x_eg_activity_code + 1) FROM party") == 4712
    assert '"xEgActivityCode": {"type": "integer"' in spelled(affiliate.served(releasing), "organization")
    with pytest.raises(NoWayBack, match="would become text"):
        releasing.rollback(None, affiliate.second, "back")
