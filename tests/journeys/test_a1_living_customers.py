"""A1 in three affiliates: a household, a new number, old papers, a consent withdrawn, the ends of a life cycle."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import PEOPLE, Served, SignIn, only
from tests.journeys.keyboard import Words
from tests.journeys.stepping import keep, reach


@dataclass(frozen=True)
class Case:
    """What changes in the life of a customer of an affiliate."""

    affiliate: str
    locale: str
    household: str
    number: str
    """The new telephone number."""
    written: str
    """How the affiliate writes it."""


CASES = (
    Case("sn", "fr", "Ndiaye-Diop", "+221775550101", "77 555 01 01"),
    Case("eg", "ar", "بيت عبد الرحمن", "+201005550101", "10 05550101"),
    Case("pl", "pl", "Wiśniewscy", "+48605550101", "605 550 101"),
)
WAYS = (("suspend", "suspended"), ("activate", "active"), ("close", "closed"), ("reopen", "active"))
"""The steps of a customer's life cycle, and what they lead to."""


@pytest.mark.parametrize("case", only("pl", CASES, lambda case: case.affiliate), ids=lambda case: case.affiliate)
def test_what_changes_in_a_life_shows_on_the_page_of_the_customer(sign_in: SignIn, served: Served, case: Case) -> None:
    runtime = served.affiliates.get(case.affiliate)
    assert runtime is not None
    words, page, customer = Words(runtime, case.locale), sign_in(case.affiliate), served.customers[case.affiliate]
    first = customer["engaged_party_id"]
    (given, family, _), (other_given, other_family, _) = PEOPLE[case.affiliate]

    page.goto(f"/{case.affiliate}/individual/{first}/edit")
    make_household(page, case.household)
    page.locator("[name=household_role]").select_option("head")
    replace_number(page, case.number)
    add_old_permit(page)
    save(page, first)
    expect(page.locator("main")).to_contain_text(words.value("household_role", "head"))

    page.goto(f"/{case.affiliate}/individual?q={other_family}")
    page.locator("main tbody a", has_text=other_given).first.click()
    page.locator("a[href$='/edit']").first.click()
    choose_household(page, case.household)
    page.locator("[name=household_role]").select_option("partner")
    keep(page)
    page.get_by_role("link", name=case.household, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(case.household)
    members = page.locator("main table").last
    for name, role in ((f"{given} {family}", "head"), (f"{other_given} {other_family}", "partner")):
        expect(members.get_by_role("row", name=name)).to_contain_text(words.value("household_role", role))

    give_and_withdraw(page, case, first, words)

    page.goto(f"/{case.affiliate}/customer/{customer.id}/360")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    main, alerts = page.locator("main"), words.model.screens["customer_360"].alerts
    for shown in (case.written, case.household, f"{other_given} {other_family}"):
        expect(main).to_contain_text(shown)
    for alert in ("expired_document", "no_offers"):
        expect(main).to_contain_text(words.text(alerts[alert].text))
    expect(page.locator("#panel-offers")).to_have_count(0)

    colleague = sign_in(case.affiliate, who="back_office")
    colleague.goto(f"/{case.affiliate}/customer/{customer.id}")
    reach(colleague, words, "party_role_status", *WAYS)
    colleague.goto(f"/{case.affiliate}/individual/{first}")
    reach(colleague, words, "individual_status", ("decease", "deceased"))


def make_household(page: Page, name: str) -> None:
    """Look a household up that is not there yet, and make it on the spot."""
    page.locator("#f-household").press_sequentially(name, delay=10)
    page.locator("#f-household-options [data-create]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[name=name]")).to_have_value(name)
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#f-household")).to_have_value(name)


def choose_household(page: Page, name: str) -> None:
    """Look a household up and take it."""
    page.locator("#f-household").press_sequentially(name[:6], delay=10)
    page.locator("#f-household-options [data-value]", has_text=name).click()


def replace_number(page: Page, number: str) -> None:
    """Say until when the first number held, and which one is preferred from now on."""
    page.locator("[name='contact_media.0.valid_for.end']").fill("2026-01-31T23:59")
    page.locator("input[type=checkbox][name='contact_media.0.preferred']").uncheck()
    page.locator("button[name=add][value=contact_media]").click()
    page.locator("[name='contact_media.1.medium_type']").select_option("mobile")
    page.locator("[name='contact_media.1.phone_number']").fill(number)
    page.locator("input[type=checkbox][name='contact_media.1.preferred']").check()


def add_old_permit(page: Page) -> None:
    """Add a document that has run out."""
    page.locator("button[name=add][value=identifications]").click()
    page.locator("[name='identifications.1.identification_type']").select_option("residence_permit")
    page.locator("[name='identifications.1.identification_id']").fill("RP5550101")
    page.locator("[name='identifications.1.valid_for.end']").fill("2026-03-31T23:59")


def save(page: Page, id_: str) -> None:
    """Keep what is entered; the record itself is shown then."""
    keep(page)
    page.wait_for_url(re.compile(f"/{id_}$"))


def give_and_withdraw(page: Page, case: Case, person: str, words: Words) -> None:
    """Note a consent to offers, and take it back on its own page."""
    page.goto(f"/{case.affiliate}/consent/new?party={person}")
    page.get_by_label(words.attribute("consent", "purpose")).first.select_option("marketing")
    page.locator("[name=source]").select_option("shop")
    page.locator("[name=text_version]").fill("2026-1")
    keep(page)
    page.wait_for_url(re.compile(r"/(consent|individual)/[0-9a-f-]{36}"))
    page.goto(f"/{case.affiliate}/individual/{person}")
    page.get_by_role("link", name=words.value("consent_purpose", "marketing")).first.click()
    reach(page, words, "consent_status", ("withdraw", "withdrawn"))
