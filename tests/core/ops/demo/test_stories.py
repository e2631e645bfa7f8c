"""What a customer of the demonstration has fits together: the data contradict neither each other nor the offers."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

from tests.core.ops.demo.conftest import NOW, folder_of
from tests.core.ops.demo.test_generate import all_of

from sidra.ops.demo.profile import read_profile
from sidra.records.record import Record
from sidra.runtime import Runtime

OPEN = ("acknowledged", "in_progress", "held", "pending")


def media(customer: Record, kind: str) -> list[Record]:
    return [medium for medium in customer["engaged_party"]["contact_media"] if medium["medium_type"] == kind]


def is_there(product: Record, begin: datetime.datetime, end: datetime.datetime) -> bool:
    """Whether a product was there for all of a period, and is billed."""
    started = product["start_date"] is not None and product["start_date"].date() <= begin.date()
    ended = product["termination_date"] is not None and product["termination_date"].date() < end.date()
    return started and not ended


def test_products_cost_what_their_offers_do(demo: Runtime) -> None:
    for product in all_of(demo, "product"):
        offer = product["product_offering"]
        assert (product["price"], product["category"], product["name"]) == (
            offer["price"],
            offer["category"],
            offer["name"],
        )


def test_a_bill_is_the_sum_of_what_the_month_cost(demo: Runtime) -> None:
    prepaid = {offer.name for offer in read_profile(folder_of(demo.affiliate)).offers if offer.prepaid}
    seen = 0
    for customer in all_of(demo, "customer"):
        for bill in customer["bills"]:
            period = bill["billing_period"]
            zone = demo.model.time_zone
            begin, end = period.start.astimezone(zone), period.end.astimezone(zone)
            charged = [p for p in customer["products"] if p["name"] not in prepaid and is_there(p, begin, end)]
            assert bill["amount_due"].amount == sum((p["price"].amount for p in charged), Decimal(0)) > 0
            assert bill["tax_excluded_amount"].amount < bill["tax_included_amount"].amount == bill["amount_due"].amount
            seen += 1
    assert seen > 50


def test_monthly_charges_are_those_of_the_products_that_are_there(demo: Runtime) -> None:
    for customer in all_of(demo, "customer"):
        kept = [p["price"].amount for p in customer["products"] if p["status"] in {"active", "suspended"}]
        assert customer["monthly_charges"].amount == sum(kept, Decimal(0))
        sent = sum((bill["amount_due"].amount for bill in customer["bills"]), Decimal(0))
        assert customer["total_charges"].amount >= sent


def test_the_main_line_of_an_active_customer_is_an_active_product(demo: Runtime) -> None:
    for customer in all_of(demo, "customer"):
        line = media(customer, "mobile")[0]["phone_number"]
        found = [p for p in customer["products"] if p["service_number"] == line]
        expected = {"active": "active", "suspended": "suspended", "closed": "terminated", "prospect": "pending_active"}
        assert [p["status"] for p in found] == [expected[customer["status"]]]
        landlines = {medium["phone_number"] for medium in media(customer, "phone")}
        assert landlines == {p["service_number"] for p in customer["products"] if p["category"] == "internet"}


def test_no_product_begins_before_its_customer_or_ends_before_it_begins(demo: Runtime) -> None:
    for customer in all_of(demo, "customer"):
        for product in customer["products"]:
            assert (product["start_date"] is None) == (product["status"] == "pending_active")
            if product["start_date"] is not None:
                assert customer["customer_since"] <= product["order_date"].date() <= product["start_date"].date()
                assert product["start_date"] <= NOW
            assert (product["termination_date"] is not None) == (product["status"] == "terminated")


def test_a_customer_who_left_owes_nothing_and_one_who_is_barred_does(demo: Runtime) -> None:
    for customer in all_of(demo, "customer"):
        account = customer["accounts"][0]
        owed = sum((bill["remaining_amount"].amount for bill in customer["bills"]), Decimal(0))
        if account["account_type"] == "postpaid":
            assert account["balance"].amount == -owed
        if customer["status"] == "closed":
            assert owed == 0
            assert customer["churned"]
            assert account["state"] == "closed"
        if customer["status"] == "suspended":
            assert customer["overdue"].amount > 0
            assert (account["state"], account["payment_status"]) == ("suspended", "dunning")


def test_a_ticket_fits_the_product_and_the_contacts_around_it(demo: Runtime) -> None:
    texts = {text.subject: text for text in read_profile(folder_of(demo.affiliate)).tickets}
    for ticket in all_of(demo, "trouble_ticket"):
        text, product = texts[ticket["name"]], ticket["product"]
        assert (ticket["ticket_type"], ticket["severity"]) == (text.type, text.severity)
        assert product["category"] == text.category
        assert product["customer_id"] == ticket["customer_id"]
        assert product["start_date"] < ticket.created_at
        assert product["termination_date"] is None or ticket.created_at.date() <= product["termination_date"].date()
        first, *answers = sorted(ticket["interactions"], key=lambda contact: contact["interaction_date"])
        assert (first["direction"], first["channel"]) == ("inbound", ticket["channel"])
        assert first["interaction_date"] == ticket.created_at
        assert bool(answers) == (ticket["status"] not in OPEN)
        assert all(answer["interaction_date"] >= ticket["resolution_date"] for answer in answers)
        assert (ticket["satisfaction"] is not None) == (ticket["status"] == "closed")


def test_no_contact_is_older_than_its_customer(demo: Runtime) -> None:
    for contact in all_of(demo, "party_interaction"):
        assert contact["interaction_date"].date() >= contact["customer"]["customer_since"]
        ended = contact["interaction_end"]
        assert (ended is None) == (contact["status"] == "in_progress")
        assert ended is None or contact["interaction_date"] <= ended <= NOW


def test_people_were_adults_when_they_came_and_their_documents_are_theirs(demo: Runtime) -> None:
    for customer in all_of(demo, "customer"):
        party = customer["engaged_party"]
        if party.entity != "individual":
            continue
        assert (customer["customer_since"] - party["birth_date"]).days >= 18 * 365
        for document in party["identifications"]:
            assert document["issuing_date"] <= NOW.date()
            assert (document["issuing_date"] - party["birth_date"]).days >= 17 * 365


def test_usage_never_exceeds_what_the_offer_allows(demo: Runtime) -> None:
    offers = {offer.name: offer for offer in read_profile(folder_of(demo.affiliate)).offers}
    for product in all_of(demo, "product"):
        offer = offers[product["name"]]
        is_used = product["status"] in {"active", "suspended"}
        assert bool(product["usage"]) == (is_used and offer.category in {"mobile", "internet", "wallet"})


def test_wallets_of_senegal_bear_the_main_line_and_their_limit(demo: Runtime) -> None:
    if demo.affiliate != "sn":
        return
    wallets = [p for p in all_of(demo, "product") if p["category"] == "wallet" and p["status"] == "active"]
    assert wallets
    for wallet in wallets:
        assert wallet["x_sn_wallet_number"] == media(wallet["customer"], "mobile")[0]["phone_number"]
        balance = int("".join(filter(str.isdigit, wallet["usage"])))
        assert 0 <= balance <= wallet["x_sn_wallet_limit"].amount
        assert wallet["description"]


def test_companies_have_leads_and_opportunities_where_there_is_the_pack(demo: Runtime) -> None:
    if "sales_opportunity" not in demo.model.entities:
        return
    deals = [*all_of(demo, "sales_opportunity"), *all_of(demo, "sales_lead")]
    assert deals
    for deal in deals:
        assert deal["organization"] is not None
        assert deal.created_at <= deal.updated_at <= NOW
    for lead in all_of(demo, "sales_lead"):
        assert (lead["opportunity"] is not None) == (lead["status"] == "accepted")


def test_members_and_segments_are_where_there_is_the_pack(demo: Runtime) -> None:
    if "loyalty_account" not in demo.model.entities:
        return
    assert all_of(demo, "loyalty_account")
    for member in all_of(demo, "loyalty_account"):
        assert member["points"] == 0 or member["points_expire_on"] > NOW.date()
        assert member["customer"]["status"] == "active"
    assert all(customer["market_segment"] is not None for customer in all_of(demo, "customer"))


def test_profiles_name_every_offer_once() -> None:
    for affiliate in ("sn", "eg", "pl"):
        offers = json.loads((folder_of(affiliate) / "demo.json").read_text(encoding="utf-8"))["offers"]
        assert len({offer["name"] for offer in offers}) == len(offers)
