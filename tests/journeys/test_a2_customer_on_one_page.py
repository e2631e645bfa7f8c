"""A2 in three affiliates: all about a customer on one page, each box with its source and age, each failing alone."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Served, SignIn
from tests.journeys.keyboard import Words
from tests.journeys.playing import billing_of

from sidra.access.actor import system_actor

LOCALES = {"sn": "fr", "eg": "ar", "pl": "pl"}
CONTACTS = {"voice": "Asked by telephone", "email": "Asked by mail", "shop": "Asked in the shop"}
OFFER = "Family 5G"


def fill(served: Served, affiliate: str) -> None:
    """Give the first customer a product, contacts by several channels, and an offer that nobody has made yet."""
    runtime = served.affiliates.get(affiliate)
    assert runtime is not None
    records = runtime.records(system_actor("journey", affiliate=affiliate))
    customer = served.customers[affiliate].id
    offer = {"name": OFFER, "price": "100", "category": "mobile", "lifecycle_status": "launched", "is_sellable": True}
    records.create("product_offering", offer)
    records.create("product", {"customer": customer, "name": "Fibre at home", "category": "internet"})
    for channel, reason in CONTACTS.items():
        records.create("party_interaction", {"customer": customer, "channel": channel, "reason": reason})
    fault = {"customer": customer, "description": "No signal again", "ticket_type": "fault", "severity": "major"}
    records.create("trouble_ticket", fault)


@pytest.mark.parametrize("affiliate", LOCALES)
def test_one_page_tells_all_and_each_part_fails_alone(
    sign_in: SignIn, served: Served, root: Path, affiliate: str
) -> None:
    runtime = served.affiliates.get(affiliate)
    assert runtime is not None
    fill(served, affiliate)
    words, screen = Words(runtime, LOCALES[affiliate]), runtime.model.screens["customer_360"]
    with billing_of(affiliate, served, root) as billing:
        httpx.post(f"{billing}/_control", json={"garbage": "<html>"})
        page = sign_in(affiliate)
        page.goto(f"/{affiliate}/customer/{served.customers[affiliate].id}/360")
        bills = page.locator("#panel-bills")
        retry = bills.get_by_role("link", name=words.say("retry"))
        expect(retry).to_be_visible()
        expect(page.locator("#panel-products")).to_contain_text("Fibre at home")
        expect(page.locator("#panel-tickets")).to_contain_text("No signal again")
        expect(page.locator(".kpis")).to_contain_text(words.attribute("customer", "open_tickets"))
        expect(page.locator(".alerts")).to_contain_text(words.text(screen.alerts["repeat_fault"].text))
        httpx.post(f"{billing}/_control", json={"garbage": ""})
        retry.click()
        expect(bills.get_by_role("row")).to_have_count(5)
        expect(bills).to_contain_text(words.say("panel_now"))
        read_the_timeline(page, words)
        make_the_offer(page, words)


def read_the_timeline(page: Page, words: Words) -> None:
    """All channels are on one timeline; it shows one kind of them alone."""
    timeline = page.locator("#panel-timeline")
    for reason in CONTACTS.values():
        expect(timeline).to_contain_text(reason)
    declared = words.model.screens["customer_360"].panels["timeline"].of["party_interaction"]
    timeline.get_by_role("link", name=words.text(declared.groups["messages"].label)).click()
    expect(timeline).not_to_contain_text(CONTACTS["voice"])
    expect(timeline).to_contain_text(CONTACTS["email"])


def make_the_offer(page: Page, words: Words) -> None:
    """Present the best offer; it is noted as a contact, and not made again."""
    offers = page.locator("#panel-offers")
    card, offering = offers.locator("li.offer", has_text=OFFER), words.model.screens["customer_360"].panels["offers"]
    expect(card).to_contain_text(words.text(offering.reasons["new_kind"].text))
    card.get_by_role("button", name=words.text(offering.replies["present"].label)).click()
    expect(card).to_have_count(0)
