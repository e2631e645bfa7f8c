"""What a plan tells of each class of change, on the demonstration affiliate with records, on both databases."""

from collections.abc import Iterator

import pytest
from tests.core.releases.installed import CORE, Installed, item
from tests.servers import PostgresqlServer

from sidra.access.actor import system_actor
from sidra.releases.plan import Impact
from sidra.store.database import Store

PEOPLE = (("Awa", "female", "Marième"), ("Moussa", "male", None), ("Khady-Rose", "female", None))
TICKET = "entity: trouble_ticket\n$why: less is more\n$ticket: GAP-1\n"


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def released(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The affiliate with a release in force, three customers and four tickets."""
    folder = tmp_path_factory.mktemp("releases")
    server: PostgresqlServer | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
    address = server.new_schema() if server is not None else str(folder / "sn.db")
    store = Store.open(address, durability="normal")
    made = Installed(folder, store)
    made.first()
    runtime = made.runtime()
    records = runtime.records(system_actor("test"))
    for given_name, gender, middle_name in PEOPLE:
        values = {"given_name": given_name, "family_name": "Ndiaye", "gender": gender, "middle_name": middle_name}
        records.create("individual", values)
    for number, severity in enumerate(("minor", "minor", "major", "critical")):
        values = {
            "description": "No signal",
            "ticket_type": "fault",
            "severity": severity,
            "external_id": f"{number}",
        }
        records.create("trouble_ticket", values)
    made.person("awa", "agent")
    yield made
    store.close()
    if server is not None:
        server.drop_schema(address)


@pytest.fixture
def sn(released: Installed) -> Installed:
    """The same, with the files of the checkout."""
    released.fresh()
    return released


def test_what_is_in_force_needs_no_plan(sn: Installed) -> None:
    plan = sn.plan()
    assert plan.is_empty
    assert (plan.items, plan.gates, plan.migration) == ((), (), ())


def test_what_a_role_gains_stands_first_with_the_number_of_its_people(sn: Installed) -> None:
    sn.edit("affiliates/sn/roles/agent.yaml", "total_charges: none", "total_charges: read")
    sn.edit("affiliates/sn/entities/individual.yaml", "label: {fr: Prénoms}", "label: {fr: Prénom}")
    plan = sn.plan()
    assert [one.cls for one in plan] == [Impact.WIDENED, Impact.SAFE]
    gained = item(plan, Impact.WIDENED, "agent.may.customer.columns.total_charges")
    assert (gained.was, gained.now, gained.role, gained.gate) == ("none", "read", "agent", "approve_access")
    assert (gained.rows.rows, gained.rows.total) == (1, 1) if gained.rows else False
    assert gained.reason.why == "Barring a line is a decision of the back office"
    assert str(gained.place).startswith("affiliates/sn/roles/agent.yaml:3:")
    assert plan.gates == ("configure", "approve_access")


def test_an_action_a_function_and_looser_rows_are_gained(sn: Installed) -> None:
    sn.edit("affiliates/sn/roles/agent.yaml", "do: {$drop: [suspend]}", "do: {$drop: [update]}")
    sn.edit("affiliates/sn/roles/agent.yaml", " || status != 'suspended'", " || status != 'cancelled'")
    sn.edit("affiliates/sn/roles/agent.yaml", "$drop: [reveal]", "$drop: [console]")
    plan = sn.plan()
    words = {(one.word, one.subject) for one in plan.of(Impact.WIDENED)}
    assert {("action", "suspend"), ("function", "reveal")} <= words
    rows = item(plan, Impact.WIDENED, "agent.may.product.rows", "rows")
    assert "status != 'suspended'" in (rows.was or "")
    assert "read" in rows.subject


def test_rows_that_only_get_another_condition_besides_are_not_widened(sn: Installed) -> None:
    sn.edit("affiliates/sn/roles/agent.yaml", 'rows: "category', 'rows: ["status != \'aborted\'", "category')
    sn.edit("affiliates/sn/roles/agent.yaml", "status != 'suspended'\"", "status != 'suspended'\"]")
    assert sn.plan().of(Impact.WIDENED) == ()


def test_what_is_sensitive_no_more_is_widened_for_everybody(sn: Installed) -> None:
    sn.edit(f"{CORE}/entities/individual.yaml", "pii: [identity, sensitive], mask", "pii: [identity], mask")
    found = item(sn.plan(), Impact.WIDENED, "individual.attributes.national_number.pii")
    assert (found.word, found.level) == ("sensitive", "L0")


def test_a_shorter_text_counts_the_records_that_are_longer(sn: Installed) -> None:
    sn.edit("affiliates/sn/entities/individual.yaml", "given_name: {max_length: 50", "given_name: {max_length: 5")
    found = item(sn.plan(), Impact.DATA, "individual.attributes.given_name.max_length")
    assert found.rows is not None
    assert (found.was, found.now, found.rows.rows, found.rows.total) == ("50", "5", 2, 3)
    assert len(found.rows.examples) == 2
    assert found.blocks
    assert found.choices == ("when_saved",)


def test_a_longer_text_is_safe(sn: Installed) -> None:
    sn.edit("affiliates/sn/entities/individual.yaml", "given_name: {max_length: 50", "given_name: {max_length: 55")
    assert [one.cls for one in sn.plan()] == [Impact.SAFE]


def test_what_is_required_counts_the_records_without_it(sn: Installed) -> None:
    claim = "middle_name: {required: \"gender == 'female'\", $why: The card has it}\n  given_name: "
    sn.edit("affiliates/sn/entities/individual.yaml", "given_name: ", claim)
    found = item(sn.plan(), Impact.DATA, "individual.attributes.middle_name.required")
    assert found.rows is not None
    assert (found.rows.rows, found.gate) == (1, "approve_data")


def test_a_new_attribute_that_is_required_is_missing_in_every_record(sn: Installed) -> None:
    new = "attributes: {x_sn_color: {type: string, required: true, label: {fr: Couleur}}}\n"
    sn.write("affiliates/sn/entities/trouble_ticket.yaml", TICKET + new)
    plan = sn.plan()
    required = item(plan, Impact.DATA, "trouble_ticket.attributes.x_sn_color.required")
    assert required.rows is not None
    assert (required.rows.rows, required.rows.total) == (4, 4)
    assert item(plan, Impact.SAFE, "trouble_ticket.attributes.x_sn_color").word == "new"
    assert [one.phase for one in plan.migration] == ["expand"]
    api = item(plan, Impact.API, "trouble_ticket.attributes.x_sn_color")
    assert (api.word, api.subject) == ("input_required", "troubleTicket.xSnColor")


def test_what_must_be_unique_counts_the_records_that_share_a_value_and_nothing_can_be_chosen(sn: Installed) -> None:
    sn.write("affiliates/sn/entities/trouble_ticket.yaml", f"{TICKET}attributes: {{description: {{unique: true}}}}\n")
    found = item(sn.plan(), Impact.DATA, "trouble_ticket.attributes.description.unique")
    assert found.rows is not None
    assert (found.rows.rows, found.choices) == (4, ())


def test_a_value_that_goes_counts_its_records_and_narrows_the_api(sn: Installed) -> None:
    text = "enum: severity\n$why: two are enough\n$ticket: GAP-2\nvalues: {minor: {$remove: true}}\n"
    sn.write("affiliates/sn/enums/severity.yaml", text)
    plan = sn.plan()
    gone = item(plan, Impact.DATA, "severity.values.minor")
    assert gone.rows is not None
    assert (gone.rows.rows, gone.rows.total, gone.level) == (2, 4, "L3")
    assert item(plan, Impact.API, "trouble_ticket.attributes.severity").word == "output_narrowed"


def test_a_shorter_retention_counts_what_would_go(sn: Installed) -> None:
    sn.edit("affiliates/sn/entities/individual.yaml", "after: {$set: 3y", "after: {$set: 1y")
    found = item(sn.plan(), Impact.DATA, "individual.retention.after")
    assert found.rows is not None
    assert (found.rows.rows, found.rows.total, found.choices) == (0, 3, ("accept",))


def test_another_type_converts_what_is_there(sn: Installed) -> None:
    was = "external_id: {label: External number, type: string, max_length: 60"
    sn.edit(f"{CORE}/entities/trouble_ticket.yaml", was, "external_id: {label: External number, type: integer")
    plan = sn.plan()
    found = item(plan, Impact.DESTRUCTIVE, "trouble_ticket.attributes.external_id.type")
    assert found.rows is not None
    assert (found.word, found.rows.rows, found.blocks) == ("type_changed", 4, True)
    assert item(plan, Impact.API, "trouble_ticket.attributes.external_id").word == "output_type"
    assert plan.touches.affiliates == ("eg", "pl", "sn")


def test_an_attribute_that_goes_is_told_with_its_values_and_to_clients(sn: Installed) -> None:
    line = "  external_id: {label: External number, type: string, max_length: 60, search: exact}\n"
    sn.edit(f"{CORE}/entities/trouble_ticket.yaml", line, "")
    for locale in ("ar", "fr", "pl"):
        _without(sn, locale, "entity.trouble_ticket.attributes.external_id")
    plan = sn.plan()
    gone = item(plan, Impact.DESTRUCTIVE, "trouble_ticket.attributes.external_id")
    assert gone.rows is not None
    assert (gone.word, gone.rows.rows, gone.now) == ("gone", 4, None)
    assert {one.phase for one in plan.migration if "external_id" in one.says} == {"contract"}
    assert item(plan, Impact.API, "trouble_ticket.api").word == "output_gone"


def test_a_step_that_goes_counts_the_records_that_stand_before_it(sn: Installed) -> None:
    step = "lifecycle: {transitions: {cancel: {from: {$drop: [acknowledged]}}}}\n"
    sn.write("affiliates/sn/entities/trouble_ticket.yaml", TICKET + step)
    found = item(sn.plan(), Impact.PROCESS, "trouble_ticket.lifecycle.transitions.cancel.from")
    assert found.rows is not None
    assert (found.word, found.rows.rows, found.gate) == ("step_gone", 4, "configure")


def test_a_task_of_a_process_that_goes_waits_for_nobody_yet(sn: Installed) -> None:
    file = sn.folder / f"{CORE}/processes/complaint.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(one for one in lines if not one.startswith("  decide:")), "utf-8")
    for locale in ("ar", "fr", "pl"):
        _without(sn, locale, "process.complaint.tasks.decide")
    found = item(sn.plan(), Impact.PROCESS, "complaint.tasks.decide")
    assert found.rows is not None
    assert (found.word, found.subject, found.rows.rows, found.blocks) == ("step_gone", "decide", 0, False)


def _without(sn: Installed, locale: str, path: str) -> None:
    """Take the translation of what goes away as well."""
    file = sn.folder / f"{CORE}/translations/{locale}.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(one for one in lines if not one.startswith(path)), "utf-8")


def test_labels_order_and_what_is_new_are_safe(sn: Installed) -> None:
    sn.edit("affiliates/sn/entities/individual.yaml", "label: {fr: Prénoms}", "label: {fr: Prénom}")
    new = "attributes: {x_sn_color: {type: string, label: {fr: Couleur}}}\n"
    sn.write("affiliates/sn/entities/trouble_ticket.yaml", TICKET + new)
    plan = sn.plan()
    assert {one.cls for one in plan} == {Impact.SAFE}
    assert plan.gates == ("configure",)
    assert plan.touches.screens == ("individual_record", "new_customer")


def test_a_reason_that_has_run_out_is_told_as_a_gate(sn: Installed) -> None:
    sn.edit("affiliates/sn/roles/agent.yaml", "$why: Only team leads", "$until: 2026-01-31, $why: Only team leads")
    [unreasoned] = sn.plan().unreasoned
    assert unreasoned.says == "this was to last until 2026-01-31"
    assert str(unreasoned.place).startswith("affiliates/sn/roles/agent.yaml")


def test_without_counts_no_database_is_asked(sn: Installed) -> None:
    sn.edit("affiliates/sn/entities/individual.yaml", "given_name: {max_length: 50", "given_name: {max_length: 5")
    plan = sn.releasing().plan(counts=False)
    assert [one.rows for one in plan] == [None]
    assert not plan.is_counted


def test_a_reason_that_is_missing_is_told_as_a_gate(sn: Installed) -> None:
    sn.edit("affiliates/sn/roles/agent.yaml", ", $why: Only team leads uncover numbers", "")
    [missing] = sn.plan().unreasoned
    assert missing.says == "the change of `functions` has no reason"
