"""The frame of every page by keyboard: palette, map of keys, rail, a guided tour, another language."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
SEARCH = "#global-search"


def offered(page: Page, typed: str) -> None:
    """Ask the palette by keyboard until it offers something for what was typed."""
    page.keyboard.press("Control+k")
    expect(page.locator(SEARCH)).to_be_focused()
    with page.expect_response(lambda answer: parse_qs(urlsplit(answer.url).query).get("q") == [typed]):
        page.keyboard.type(typed)
    page.locator("sidra-search [role=option]").first.wait_for()


@pytest.mark.parametrize(("affiliate", "typed", "name"), [("sn", "marieme ndiaye", "Ndiaye"), ("eg", "احمد", "أحمد")])
def test_the_palette_finds_records_however_their_letters_are_written(
    sign_in: SignIn, affiliate: str, typed: str, name: str
) -> None:
    page = sign_in(affiliate)
    offered(page, typed)
    page.locator("sidra-search [role=option]").filter(has_text=name).first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}"))
    expect(page.locator("main")).to_contain_text(name)


def test_the_palette_goes_to_screens_and_runs_what_the_browser_does_itself(sign_in: SignIn) -> None:
    page = sign_in("sn")
    offered(page, "tickets")
    option = page.locator("sidra-search [role=option][href$='/trouble_ticket']").first
    option.wait_for()
    while option.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sn/trouble_ticket")
    offered(page, "sombre")
    page.locator("[data-choice='theme:dark']").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_map_of_keys_switches_single_keys_off_and_the_rail_is_remembered(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.locator("main").focus()
    page.keyboard.press("b")
    expect(page.locator("html")).to_have_attribute("data-nav", "rail")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-nav", "rail")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog")
    expect(keys.locator("li:visible").first).to_be_visible()
    keys.locator("[data-single-keys]").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.locator("html")).to_have_attribute("data-nav", "rail")
    page.keyboard.press("Control+k")
    expect(page.locator(SEARCH)).to_be_focused()


def test_a_tour_is_offered_goes_on_by_keyboard_and_is_not_offered_again(sign_in: SignIn) -> None:
    page = sign_in("pl")
    page.goto("/pl/customer")
    page.locator(".tour-offer:visible [data-start]").press("Enter")
    card = page.locator(".tour-card:visible")
    expect(card).to_be_focused()
    expect(card.locator("[data-progress]")).to_have_text(re.compile("^1 / [2-9]"))
    page.keyboard.press("ArrowRight")
    expect(card.locator("[data-progress]")).to_have_text(re.compile("^2 /"))
    expect(page.locator(".toured")).to_have_count(1)
    with page.expect_response(lambda answer: answer.request.method == "POST" and "tour" in answer.url):
        page.keyboard.press("Escape")
    expect(page.locator(".tour-card:visible")).to_have_count(0)
    page.reload()
    expect(page.locator(".tour-offer:visible")).to_have_count(0)


def test_another_language_keeps_what_is_entered(sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto("/sn/trouble_ticket/new")
    page.locator("#f-name").fill("Ligne coupée")
    page.locator("[aria-controls=languages]").press("Enter")
    page.locator("#languages a[hreflang=en]").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))
    expect(page.locator("#f-name")).to_have_value("Ligne coupée")
    page.locator("[aria-controls=languages]").press("Enter")
    page.locator("#languages a[hreflang=fr]").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^fr"))
