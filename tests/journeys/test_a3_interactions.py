"""A3 in three affiliates: one inbox, a conversation that goes on by telephone, a note, a wrap-up, one timeline."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PEOPLE, Served, SignIn
from tests.journeys.keyboard import Words

from sidra.channels.receiving import receive

LOCALES = {"sn": "fr", "eg": "ar", "pl": "pl"}
CHAT, TEXT, BACK = "Nothing works since noon", "And my bill is too high", "Called back about the bill"


@pytest.mark.parametrize("affiliate", LOCALES)
def test_a_conversation_begins_on_one_channel_and_goes_on_on_another(
    sign_in: SignIn, served: Served, affiliate: str
) -> None:
    runtime = served.affiliates.get(affiliate)
    assert runtime is not None
    words, customer, number = Words(runtime, LOCALES[affiliate]), served.customers[affiliate], PEOPLE[affiliate][0][2]
    talk = receive(runtime, "whatsapp", {"from": number, "text": CHAT, "name": "Somebody"})
    receive(runtime, "sms", {"from": number, "text": TEXT})
    page = sign_in(affiliate, size=(1500, 1300))
    console = f"/{affiliate}/party_interaction/console"
    page.goto(console)
    page.get_by_role("button", name=words.say("console_next")).click()
    for said in (CHAT, TEXT):
        expect(page.locator(".msgs")).to_contain_text(said)
    note(page, words, "Speaks of the fibre line")
    call_back(page, f"/{affiliate}/customer/{customer.id}/360", words)
    page.goto(f"{console}/{talk.id}")
    wrap_up(page, words)

    page.goto(f"/{affiliate}/customer/{customer.id}/360")
    timeline = page.locator("#panel-timeline")
    for reason in (BACK, "Bill explained"):
        expect(timeline).to_contain_text(reason)
    page.goto(f"/{affiliate}/party_interaction/{talk.id}")
    for kept in ("Speaks of the fibre line", "Explained by telephone", words.value("interaction_category", "billing")):
        expect(page.locator("main")).to_contain_text(kept)


def note(page: Page, words: Words, text: str) -> None:
    """Write down what only colleagues are to see."""
    page.locator("#composer").get_by_role("radio", name=words.say("console_note"), exact=True).check()
    page.locator("#reply").fill(text)
    page.locator("#reply").press("Control+Enter")
    expect(page.locator(".m.note .bub")).to_have_text(text)


def call_back(page: Page, customer: str, words: Words) -> None:
    """Ring the customer up from the page about them, and hang up."""
    page.goto(customer)
    page.locator("a[href*='console/new'][href*='by=phone']").first.click()
    page.locator("[name=about]").fill(BACK)
    page.locator("[name=about]").press("Enter")
    call = page.locator(".call")
    expect(call).to_be_visible()
    call.get_by_role("button", name=words.say("console_end")).click()
    expect(call).to_have_count(0)


def wrap_up(page: Page, words: Words) -> None:
    """Say what it was about and when to come back to it; the conversation is over then."""
    form = page.locator("form.wrapping")
    form.locator("[name='wrap.category']").select_option("billing")
    form.locator("[name='wrap.reason']").fill("Bill explained")
    form.locator("[name=note]").fill("Explained by telephone")
    form.get_by_role("button", name=words.say("console_complete")).click()
    page.wait_for_url(re.compile(r"/console$"))
