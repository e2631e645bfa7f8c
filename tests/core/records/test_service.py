from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from sidra.errors import BadQuery, Conflict, Forbidden, Invalid, NotFound
from sidra.records.query import Filter, Query
from sidra.records.record import Masked, Record
from sidra.records.service import Records
from sidra_metamodel.values import Money

DAKAR = "00000000-0000-7000-8000-000000000001"
THIES = "00000000-0000-7000-8000-000000000002"
NOBODY = "00000000-0000-7000-8000-00000000ffff"


def individual(records: Records, family_name: str = "Diop", **more: object) -> Record:
    return records.create("individual", {"given_name": "Awa", "family_name": family_name, **more})


def customer(records: Records, family_name: str = "Diop", **more: object) -> Record:
    return records.create("customer", {"engaged_party": individual(records, family_name).id, **more})


def codes(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {problem.path: problem.code for problem in error.value.problems}


def test_a_created_record_is_read_again_as_it_was_given(system: Records) -> None:
    made = individual(system, birth_date="1990-01-02", national_number="A1")
    found = system.get("individual", made.id)
    assert found == made
    assert (found["birth_date"], found["national_number"], found["status"], found["number"]) == (
        datetime.date(1990, 1, 2),
        "A1",
        "initialized",
        "P-2026-000001",
    )
    assert (found.version, found.title, found.entity) == (1, "Awa Diop", "individual")


def test_money_is_kept_in_the_currency_of_the_affiliate(system: Records) -> None:
    assert customer(system, credit="12.5")["credit"] == Money(Decimal("12.5000"), "XOF")


def test_a_record_of_a_subtype_is_found_under_its_supertype(system: Records) -> None:
    made = individual(system)
    assert system.get("party", made.id).entity == "individual"
    with pytest.raises(NotFound):
        system.get("organization", made.id)


@pytest.mark.parametrize("id", [NOBODY, "x", "", "' OR 1=1"])
def test_what_is_no_record_is_not_found(system: Records, id: str) -> None:
    with pytest.raises(NotFound):
        system.get("customer", id)
    assert system.find("customer", id) is None


def test_an_entity_that_is_none_is_not_found(system: Records) -> None:
    with pytest.raises(NotFound):
        system.list("custmer")
    with pytest.raises(NotFound):
        system.create("custmer", {})
    assert system.find("custmer", NOBODY) is None


def test_an_abstract_entity_asks_which_subtype_is_meant(system: Records) -> None:
    with pytest.raises(Invalid) as error:
        system.create("party", {"family_name": "Diop"})
    assert codes(error) == {"kind": "R601"}
    assert system.create("party", {"kind": "individual", "family_name": "Diop"}).entity == "individual"
    with pytest.raises(Invalid) as error:
        system.create("party", {"kind": "customer"})
    assert codes(error) == {"kind": "R608"}


def test_all_problems_come_at_once_and_nothing_is_written(system: Records) -> None:
    with pytest.raises(Invalid) as error:
        system.create(
            "individual",
            {
                "given_name": "x" * 61,
                "birth_date": "2030-01-01",
                "gven_name": "Awa",
                "display_name": "mine",
                "contact_media": [{"phone_number": "abc"}],
            },
        )
    assert codes(error) == {
        "given_name": "R606",
        "family_name": "R601",
        "birth_date": "R604",
        "gven_name": "R611",
        "display_name": "R612",
        "contact_media[0].phone_number": "R607",
    }
    assert system.list("party").records == []
    assert system.list("contact_medium").records == []


def test_an_update_writes_what_changes_and_raises_the_version(system: Records) -> None:
    made = individual(system)
    changed = system.update("individual", made.id, {"family_name": "Ndiaye"}, version=1)
    assert (changed.version, changed["display_name"]) == (2, "Awa Ndiaye")
    assert system.get("individual", made.id) == changed


def test_a_change_that_changes_nothing_writes_nothing(system: Records) -> None:
    made = individual(system, contact_media=[{"phone_number": "+221771234567"}])
    again = {"id": made["contact_media"][0].id, "phone_number": "+221 77 123 45 67"}
    assert system.update("individual", made.id, {"family_name": "Diop", "contact_media": [again]}).version == 1


def test_a_stale_version_is_a_conflict(system: Records) -> None:
    made = individual(system)
    system.update("individual", made.id, {"family_name": "Ndiaye"})
    with pytest.raises(Conflict):
        system.update("individual", made.id, {"family_name": "Fall"}, version=1)
    with pytest.raises(Conflict):
        system.delete("individual", made.id, version=1)
    assert system.get("individual", made.id)["family_name"] == "Ndiaye"


def test_a_unique_value_is_refused_without_naming_the_other(system: Records) -> None:
    individual(system, national_number="A1")
    with pytest.raises(Invalid) as error:
        individual(system, "Fall", national_number="A1")
    assert codes(error) == {"national_number": "R616"}
    assert "Diop" not in str(error.value)
    assert len(system.list("individual").records) == 1


def test_owned_records_are_written_changed_and_removed_with_their_owner(system: Records) -> None:
    made = individual(system, contact_media=[{"phone_number": "+221771234567"}, {"phone_number": "+221771234568"}])
    first, second = made["contact_media"]
    entries = [{"id": first.id, "preferred": True}, {"phone_number": "+221771234569"}]
    changed = system.update("individual", made.id, {"contact_media": entries})
    assert changed.version == 2
    numbers = {medium["phone_number"]: medium["preferred"] for medium in changed["contact_media"]}
    assert numbers == {"+221771234567": True, "+221771234569": False}
    assert system.find("contact_medium", second.id) is None
    system.delete("individual", made.id)
    assert system.list("contact_medium").records == []


def test_an_owned_record_of_another_owner_is_not_taken_over(system: Records) -> None:
    one = individual(system, contact_media=[{"phone_number": "+221771234567"}])
    other = individual(system, "Fall")
    with pytest.raises(Invalid) as error:
        system.update("individual", other.id, {"contact_media": [{"id": one["contact_media"][0].id}]})
    assert codes(error) == {"contact_media[0]": "R619"}


def test_an_owned_record_that_is_written_alone_gives_its_owner_a_new_version(system: Records) -> None:
    owner = individual(system)
    system.create("contact_medium", {"party": owner.id, "phone_number": "+221771234567"})
    assert system.get("individual", owner.id).version == 2


def test_a_to_one_relation_loads_when_it_is_asked_for(system: Records) -> None:
    made = customer(system)
    assert made["engaged_party"]["family_name"] == "Diop"
    assert made["engaged_party_id"] == made["engaged_party"].id
    with pytest.raises(KeyError):
        made["enaged_party"]


def test_a_reference_must_lead_to_a_record_of_its_entity(system: Records) -> None:
    other = customer(system)
    for wrong in (NOBODY, "x", other.id):
        with pytest.raises(Invalid) as error:
            system.create("customer", {"engaged_party": wrong})
        assert codes(error)["engaged_party"] == "R619"


def test_a_polymorphic_reference_keeps_its_kind(system: Records) -> None:
    owner = customer(system)
    about = {"id": owner["engaged_party_id"], "kind": "individual"}
    ticket = system.create("ticket", {"subject": "No signal", "about": about})
    assert ticket["about"].entity == "individual"
    ticket = system.update("ticket", ticket.id, {"about": {"id": owner.id, "kind": "customer"}})
    assert ticket["about"].entity == "customer"
    with pytest.raises(Invalid):
        system.update("ticket", ticket.id, {"about": {"id": owner.id, "kind": "ticket"}})
    assert system.update("ticket", ticket.id, {"about": None})["about"] is None


def test_linked_records_are_replaced_whole(system: Records) -> None:
    one, two, three = (customer(system, name) for name in ("Diop", "Fall", "Sow"))
    one = system.update("customer", one.id, {"favourites": [two.id, {"id": three.id}]})
    assert {found["name"] for found in one["favourites"]} == {"Awa Fall", "Awa Sow"}
    one = system.update("customer", one.id, {"favourites": [two.id]})
    assert [found["name"] for found in system.related("customer", one.id, "favourites").records] == ["Awa Fall"]


def test_the_other_side_of_a_relation_is_a_list(system: Records) -> None:
    owner = customer(system)
    tickets = [system.create("ticket", {"subject": str(number), "customer": owner.id}) for number in range(3)]
    assert {found.id for found in owner["tickets"]} == {ticket.id for ticket in tickets}
    page = system.related("customer", owner.id, "tickets", Query(limit=2))
    assert len(page.records) == 2
    assert page.count is not None
    assert page.count.value == 3
    with pytest.raises(NotFound):
        system.related("customer", owner.id, "engaged_party")


def test_a_record_that_others_refer_to_stays(system: Records) -> None:
    made = customer(system)
    with pytest.raises(Conflict, match="customer"):
        system.delete("individual", made["engaged_party_id"])
    system.delete("customer", made.id)
    system.delete("individual", made["engaged_party_id"])
    assert system.list("party").records == []


def test_stored_values_follow_what_they_are_computed_from(system: Records) -> None:
    made = customer(system)
    assert made["name"] == "Awa Diop"
    system.update("individual", made["engaged_party_id"], {"given_name": "Fatou"})
    found = system.get("customer", made.id)
    assert (found["name"], found["shout"], found.version) == ("Fatou Diop", "FATOU DIOP", 1)
    assert [hit.entity for hit in system.search("fatou", entities=["customer"])] == ["customer"]


def test_stored_values_follow_records_that_come_go_and_move(system: Records) -> None:
    one, two = customer(system), customer(system, "Fall")
    ticket = system.create("ticket", {"subject": "No signal", "customer": one.id})
    assert system.get("customer", one.id)["open_tickets"] == 1
    system.update("ticket", ticket.id, {"customer": two.id})
    assert [system.get("customer", owner.id)["open_tickets"] for owner in (one, two)] == [0, 1]
    system.update("ticket", ticket.id, {"status": "closed"})
    assert system.get("customer", two.id)["open_tickets"] == 0
    system.update("ticket", ticket.id, {"status": "open"})
    system.delete("ticket", ticket.id)
    assert system.get("customer", two.id)["open_tickets"] == 0


def test_a_step_of_the_life_cycle_needs_its_condition(system: Records) -> None:
    made = individual(system)
    with pytest.raises(Invalid) as error:
        system.transition("individual", made.id, "validate")
    assert codes(error) == {"status": "R614"}
    system.update("individual", made.id, {"birth_date": "1990-01-02"})
    assert system.transition("individual", made.id, "validate")["status"] == "validated"
    with pytest.raises(Invalid) as error:
        system.transition("individual", made.id, "decease")
    assert codes(error) == {"reason": "R615"}
    assert system.transition("individual", made.id, "decease", reason="told")["status"] == "deceased"


def test_a_client_makes_a_step_by_setting_the_state(agent: Records) -> None:
    made = individual(agent, birth_date="1990-01-02")
    assert agent.update("individual", made.id, {"status": "validated"})["status"] == "validated"
    with pytest.raises(Forbidden):
        agent.update("individual", made.id, {"status": "deceased"})
    with pytest.raises(Invalid):
        agent.update("individual", made.id, {"status": "initialized"})


def test_steps_say_why_they_are_not_possible(agent: Records) -> None:
    made = individual(agent)
    states = {state.name: state for state in agent.transitions("individual", made)}
    # `decease` is not granted to agents at all.
    assert list(states) == ["validate"]
    assert not states["validate"].allowed
    assert "Birth date" in states["validate"].why_not


def test_a_draft_shows_what_saving_would_do_and_writes_nothing(agent: Records) -> None:
    draft = agent.draft("individual", {"given_name": "Awa"})
    assert draft.values["status"] == "initialized"
    assert draft.values["number"] is None
    assert [problem.path for problem in draft.problems] == ["family_name"]
    assert not draft.is_valid
    assert agent.list("individual").records == []
    made = individual(agent)
    assert agent.draft("individual", {"family_name": "Fall"}, id=made.id).values["display_name"] == "Awa Fall"
    assert agent.get("individual", made.id)["display_name"] == "Awa Diop"


def test_one_unit_of_work_is_kept_whole_or_not_at_all(system: Records) -> None:
    def make_two() -> None:
        with system.runtime.unit_of_work(system.actor) as work:
            system.create("individual", {"family_name": "Diop"}, work=work)
            system.create("individual", {}, work=work)

    with pytest.raises(Invalid):
        make_two()
    assert system.list("individual").records == []
    with system.runtime.unit_of_work(system.actor) as work:
        made = system.create("individual", {"family_name": "Diop"}, work=work)
        assert work.records.get("individual", made.id) == made
    assert system.get("individual", made.id) == made


def test_an_agent_sees_and_changes_the_rows_of_the_own_unit_only(system: Records, agent: Records) -> None:
    mine, other = customer(system, unit=DAKAR), customer(system, "Fall", unit=THIES)
    assert agent.get("customer", mine.id).id == mine.id
    assert agent.update("customer", mine.id, {"segment": "gold"})["segment"] == "gold"
    with pytest.raises(NotFound):
        agent.get("customer", other.id)
    with pytest.raises(NotFound):
        agent.update("customer", other.id, {"segment": "gold"})
    with pytest.raises(NotFound):
        agent.delete("customer", other.id)
    page = agent.list("customer")
    assert [found.id for found in page.records] == [mine.id]
    assert page.count is not None
    assert page.count.value == 1
    assert [hit.id for hit in agent.search("awa", entities=["customer"])] == [mine.id]
    agent.delete("customer", mine.id)


def test_a_new_record_is_of_the_unit_of_who_makes_it(agent: Records) -> None:
    assert customer(agent)["unit"] == DAKAR
    with pytest.raises(Invalid) as error:
        customer(agent, unit=THIES)
    assert codes(error) == {"unit": "R611"}


def test_rows_follow_relations(system: Records, agent: Records) -> None:
    mine, other = customer(system, unit=DAKAR), customer(system, "Fall", unit=THIES)
    ticket = system.create("ticket", {"subject": "Mine", "customer": mine.id})
    hidden = system.create("ticket", {"subject": "Other", "customer": other.id})
    assert [found.id for found in agent.list("ticket").records] == [ticket.id]
    with pytest.raises(NotFound):
        agent.get("ticket", hidden.id)
    assert agent.search("other") == []


def test_a_related_record_out_of_reach_is_none(system: Records, clerk: Records, agent: Records) -> None:
    made = customer(system, unit=DAKAR)
    assert clerk.get("customer", made.id)["engaged_party"]["family_name"] == "Diop"
    ticket = system.create(
        "ticket", {"subject": "x", "customer": made.id, "about": {"id": made.id, "kind": "customer"}}
    )
    system.update("customer", made.id, {"unit": THIES})
    assert agent.find("ticket", ticket.id) is None


def test_nobody_without_a_grant_gets_in(clerk: Records) -> None:
    for attempt in (
        lambda: clerk.list("ticket"),
        lambda: clerk.get("ticket", NOBODY),
        lambda: clerk.create("individual", {"family_name": "x"}),
        lambda: clerk.draft("individual", {"family_name": "x"}),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert not clerk.may("individual", "update")
    assert clerk.may("individual", "read")


def test_who_may_only_read_changes_nothing(system: Records, clerk: Records) -> None:
    made = individual(system)
    for attempt in (
        lambda: clerk.update("individual", made.id, {"family_name": "x"}),
        lambda: clerk.delete("individual", made.id),
        lambda: clerk.transition("individual", made.id, "validate"),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert system.get("individual", made.id).version == 1


def test_a_sensitive_value_is_masked_and_cannot_be_used_to_narrow_or_order(system: Records, agent: Records) -> None:
    made = individual(system, national_number="AB123456")
    seen = agent.get("individual", made.id)["national_number"]
    assert isinstance(seen, Masked)
    assert seen == "•••• 56"
    for query in (
        Query(filters=(Filter("national_number", "starts", "AB"),)),
        Query(filters=(Filter("national_number", "gt", "A"),)),
        Query(filters=(Filter("national_number", "ne", "A"),)),
        Query(filters=(Filter("national_number", "null", value=False),)),
        Query(filters=(Filter("national_number", "in", ["AB123456", "AB123457"]),)),
        Query(sort=("national_number",)),
    ):
        with pytest.raises(BadQuery):
            agent.list("individual", query)
    # `search: exact` is the exception: the whole value may be matched.
    whole = Query(filters=(Filter("national_number", "eq", "AB123456"),))
    assert [found.id for found in agent.list("individual", whole).records] == [made.id]
    assert [hit.id for hit in agent.search("AB123456")] == [made.id]
    assert agent.search("AB1234") == []


def test_a_masked_value_is_not_written_back(system: Records, agent: Records) -> None:
    made = individual(system, national_number="AB123456")
    seen = agent.get("individual", made.id)
    agent.update("individual", made.id, {"given_name": "Fatou", "national_number": seen["national_number"]})
    assert system.get("individual", made.id)["national_number"] == "AB123456"
    with pytest.raises(Invalid) as error:
        agent.update("individual", made.id, {"national_number": "X"})
    assert codes(error) == {"national_number": "R612"}


def test_a_hidden_value_appears_nowhere(system: Records, clerk: Records) -> None:
    made = individual(system, birth_date="1990-01-02")
    found = clerk.get("individual", made.id)
    assert "birth_date" not in found
    with pytest.raises(KeyError):
        found["birth_date"]
    for query in (Query(filters=(Filter("birth_date", "eq", "1990-01-02"),)), Query(sort=("birth_date",))):
        with pytest.raises(BadQuery):
            clerk.list("individual", query)
    with pytest.raises(BadQuery):
        clerk.list("customer", Query(filters=(Filter("engaged_party.birth_date", "eq", "1990-01-02"),)))
