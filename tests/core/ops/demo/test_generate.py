from __future__ import annotations

import datetime
import unicodedata
from decimal import Decimal

import pytest
from tests.core.ops.demo.conftest import CUSTOMERS, NOW, MakeRuntime, folder_of

from sidra.access.actor import system_actor
from sidra.ops.demo.billing import BILLS
from sidra.ops.demo.generate import TOLD_EVERY, generate
from sidra.ops.demo.profile import DemoRefused
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime


def everything(runtime: Runtime) -> Records:
    return runtime.records(system_actor("test"))


def all_of(runtime: Runtime, entity: str) -> list[Record]:
    return everything(runtime).list(entity, Query(limit=1000)).records


def test_every_customer_has_what_a_360_shows(demo: Runtime) -> None:
    customers = all_of(demo, "customer")
    assert len(customers) == CUSTOMERS
    for customer in customers:
        assert customer["engaged_party"]["display_name"] == customer["name"]
        assert [account["name"] for account in customer["accounts"]] == [customer["name"]]
        assert customer["products"]
        assert customer["unit"]
        media = {medium["medium_type"]: medium for medium in customer["engaged_party"]["contact_media"]}
        assert media["mobile"]["phone_number"].startswith("+")
        assert media["postal_address"]["city"]


def test_people_have_documents_and_numbers_that_the_country_accepts(demo: Runtime) -> None:
    people = all_of(demo, "individual")
    # Whatever the type's checks and the rules refuse would not have been saved; warnings show in a draft.
    for person in people:
        assert person["national_number"]
        assert person["identifications"]
        draft = everything(demo).draft("individual", {}, id=person.id)
        assert [problem for problem in draft.problems if problem.path == "national_number"] == []
    assert len({person["national_number"] for person in people}) == len(people)
    assert {person["status"] for person in people} == {"initialized", "validated"}


def test_people_agreed_to_something_before_they_took_it_back(demo: Runtime) -> None:
    consents = all_of(demo, "consent")
    assert bool(consents) == (demo.affiliate == "pl")
    assert {one["status"] for one in consents} <= {"given", "withdrawn"}
    for consent in consents:
        assert consent["given_at"] <= (consent["withdrawn_at"] or NOW)
        assert (consent["withdrawn_at"] is None) == (consent["status"] == "given")
        assert consent["party"].entity == "individual"
    people = {one["party"].id for one in consents if (one["purpose"], one["channel"]) == ("marketing", "sms")}
    assert len(people) == sum((one["purpose"], one["channel"]) == ("marketing", "sms") for one in consents)


def test_names_are_in_the_script_of_the_country(demo: Runtime) -> None:
    names = " ".join(customer["name"] for customer in all_of(demo, "customer"))
    is_arabic = ["ARABIC" in unicodedata.name(letter) for letter in names if letter.isalpha()]
    assert all(is_arabic) if demo.affiliate == "eg" else not any(is_arabic)


def test_some_customers_are_alarming_and_most_are_not(demo: Runtime) -> None:
    customers = all_of(demo, "customer")
    late = [customer for customer in customers if customer["overdue"] and customer["overdue"].amount > 0]
    assert 0 < len(late) < CUSTOMERS / 2
    assert all(customer["accounts"][0]["payment_status"] in {"late", "dunning"} for customer in late)
    states = {product["status"] for customer in customers for product in customer["products"]}
    assert {"active", "suspended"} <= states
    assert any(customer["open_tickets"] for customer in customers)


def test_bills_come_month_by_month(demo: Runtime) -> None:
    for customer in all_of(demo, "customer"):
        dates = sorted(bill["bill_date"] for bill in customer["bills"])
        assert all(day.day == 1 for day in dates)
        assert len(set(dates)) == len(dates) <= BILLS
        assert all(bill["payment_due_date"] > bill["bill_date"] for bill in customer["bills"])
        for bill in customer["bills"]:
            owed = {"sent": bill["amount_due"].amount, "settled": Decimal(0)}
            assert bill["remaining_amount"].amount == owed.get(bill["state"], bill["amount_due"].amount / 2)
            assert bill["bill_no"].startswith(f"B{bill['bill_date'].year}-")


def test_tickets_were_opened_on_their_day_and_are_due(demo: Runtime) -> None:
    tickets = sorted(all_of(demo, "trouble_ticket"), key=lambda ticket: str(ticket["number"]))
    opened = [ticket.created_at for ticket in tickets]
    assert opened == sorted(opened)
    assert opened[-1] <= NOW
    assert len({moment.date() for moment in opened}) > 5
    assert all(ticket["expected_resolution_date"] > ticket.created_at for ticket in tickets)
    statuses = {ticket["status"] for ticket in tickets}
    assert "closed" in statuses
    assert statuses - {"closed", "resolved"}
    solved = [ticket for ticket in tickets if ticket["status"] in {"closed", "resolved"}]
    assert all(ticket.created_at < ticket["resolution_date"] <= ticket.updated_at for ticket in solved)
    assert not any(ticket["resolution_date"] for ticket in tickets if ticket not in solved)
    assert all(ticket.updated_at <= NOW for ticket in tickets)


def test_there_are_interactions_of_today_and_of_the_last_weeks_and_none_to_come(demo: Runtime) -> None:
    moments = [interaction["interaction_date"] for interaction in all_of(demo, "party_interaction")]
    assert max(moments) < NOW
    assert min(moments) < NOW - datetime.timedelta(days=30)
    assert sum(moment > NOW - datetime.timedelta(days=7) for moment in moments) >= 3


def test_a_second_time_makes_nothing(demo: Runtime) -> None:
    assert generate(demo, folder_of(demo.affiliate), customers=CUSTOMERS) == 0
    assert len(all_of(demo, "customer")) == CUSTOMERS


def test_the_same_seed_makes_the_same_people(make_runtime: MakeRuntime) -> None:
    names = []
    for seed in (3, 3, 4):
        runtime = make_runtime("pl")
        generate(runtime, folder_of("pl"), customers=5, seed=seed)
        names.append([customer["name"] for customer in all_of(runtime, "customer")])
    assert names[0] == names[1] != names[2]


def test_progress_is_told(make_runtime: MakeRuntime) -> None:
    told: list[int] = []
    generate(make_runtime("sn"), folder_of("sn"), customers=TOLD_EVERY + 3, progress=told.append)
    assert told == [TOLD_EVERY, TOLD_EVERY + 3]


def test_what_breaks_off_makes_nothing(make_runtime: MakeRuntime) -> None:
    runtime = make_runtime("sn")

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(runtime, folder_of("sn"), customers=3, progress=stop)
    assert [all_of(runtime, entity) for entity in ("product_offering", "customer", "individual")] == [[], [], []]


def test_an_affiliate_without_a_profile_is_refused(make_runtime: MakeRuntime) -> None:
    with pytest.raises(DemoRefused, match="has no demo"):
        generate(make_runtime("sn"), folder_of("zz"))
