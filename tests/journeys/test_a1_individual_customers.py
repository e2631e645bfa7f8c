"""A1 in three affiliates: a person is entered, found by e-mail, verified, gives consent and becomes a customer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Served, SignIn
from tests.journeys.keyboard import Words

PERSONS = {
    "sn": ("fr", "Coumba", "Mbaye", "coumba.mbaye@example.sn", "SN5550001"),
    "eg": ("ar", "ليلى", "حسنين", "laila.hassanein@example.eg", "EG5550001"),
    "pl": ("pl", "Jadwiga", "Śliwińska", "jadwiga.sliwinska@example.pl", "PL5550001"),
}
ACTIVATED_BY_OTHERS = {"pl"}
"""Where an agent may not make a prospect a customer again: the retention desk does."""


@pytest.mark.parametrize("affiliate", PERSONS)
def test_a_person_is_entered_found_qualified_and_becomes_a_customer(
    sign_in: SignIn, served: Served, affiliate: str
) -> None:
    locale, given, family, mail, document = PERSONS[affiliate]
    runtime = served.affiliates.get(affiliate)
    assert runtime is not None
    words, page = Words(runtime, locale), sign_in(affiliate)
    page.goto(f"/{affiliate}/individual/new")
    page.locator("[name=given_name]").fill(given)
    page.locator("[name=family_name]").fill(family)
    page.locator("[name=birth_date]").fill("1991-04-02")
    enter_contact(page, mail)
    enter_document(page, document)
    save(page)
    page.wait_for_url(re.compile(r"/individual/[0-9a-f-]{36}$"))
    person = page.url.rsplit("/", 1)[1]
    expect(page.locator("main")).to_contain_text(mail)
    expect(page.locator("main")).not_to_contain_text(document)

    page.goto(f"/{affiliate}/search?q={mail}")
    page.locator("main a.hit", has_text=f"{given} {family}").first.click()
    page.locator("form[action*='/transition/validate'] button").click()
    expect(page.locator("[aria-current=step]")).to_have_text(words.value("individual_status", "validated"))

    page.goto(f"/{affiliate}/consent/new?party={person}")
    page.get_by_label(words.attribute("consent", "purpose")).first.select_option("marketing")
    page.locator("[name=source]").select_option("shop")
    page.locator("[name=text_version]").fill("2026-1")
    save(page)
    page.wait_for_url(re.compile(r"/(consent|individual)/[0-9a-f-]{36}"))
    page.goto(f"/{affiliate}/individual/{person}")
    expect(page.locator("main")).to_contain_text(words.value("consent_purpose", "marketing"))

    page.goto(f"/{affiliate}/customer/new?engaged_party={person}")
    save(page)
    page.wait_for_url(re.compile(r"/customer/[0-9a-f-]{36}"))
    customer = page.url.split("/customer/")[1][:36]
    page.goto(f"/{affiliate}/customer/{customer}")
    activate = page.locator("form[action*='/transition/activate'] button")
    if affiliate in ACTIVATED_BY_OTHERS:
        expect(activate).to_have_count(0)
        return
    activate.click()
    expect(page.locator("[aria-current=step]")).to_have_text(words.value("party_role_status", "active"))


def enter_contact(page: Page, mail: str) -> None:
    """Add an e-mail address that is preferred and holds for a time."""
    page.locator("button[name=add][value=contact_media]").click()
    page.locator("[name='contact_media.0.medium_type']").select_option("email")
    page.locator("[name='contact_media.0.email_address']").fill(mail)
    page.locator("input[type=checkbox][name='contact_media.0.preferred']").check()
    page.locator("[name='contact_media.0.valid_for.end']").fill("2030-12-31T23:59")


def enter_document(page: Page, number: str) -> None:
    """Add an identity document; its number is masked once it is kept."""
    page.locator("button[name=add][value=identifications]").click()
    page.locator("[name='identifications.0.identification_type']").select_option("passport")
    page.locator("[name='identifications.0.identification_id']").fill(number)


def save(page: Page) -> None:
    """Keep what is entered."""
    page.locator(".save-bar button[type=submit]").click()
