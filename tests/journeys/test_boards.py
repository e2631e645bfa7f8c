"""A board and a calendar in the browser: cards are lifted by keys, dragged, chosen from a menu, and refused."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.axe import violations
from tests.journeys.conftest import MORNING, SignIn

TALL = (1440, 1300)
"""All of the navigation is seen without scrolling."""


def test_a_card_goes_its_way_by_keys_by_drag_and_by_menu(sign_in: SignIn, axe: str) -> None:
    page = sign_in("pl", size=TALL)
    new_ticket(page, "Karta na tablicy")
    page.goto("/pl/trouble_ticket/board")
    card = page.locator(".kc", has_text="Karta na tablicy")
    expect(card).to_have_attribute("data-stage", "acknowledged")
    assert_clean(page, axe)

    handle = card.locator(".kc-handle")
    handle.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-says]")).to_contain_text("Karta na tablicy podniesione")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-says]")).to_contain_text("Żaden krok nie prowadzi stąd")
    page.keyboard.press("Space")
    expect(card).to_have_attribute("data-stage", "acknowledged")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(page.locator("[data-says]")).to_contain_text("Anulowano")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(card).to_have_attribute("data-stage", "in_progress")
    expect(handle).to_be_focused()

    card.drag_to(page.locator("[data-column=pending] ul"))
    expect(card).to_have_attribute("data-stage", "pending")
    expect(page.locator("[data-head=pending] .count")).not_to_have_text("0")

    page.locator(".toast button.btn").last.click()
    expect(card).to_have_attribute("data-stage", "in_progress")

    card.hover()
    card.locator("a[data-menu]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    assert_clean(page, axe)
    dialog.locator("button[value=resolved]").click()
    expect(card).to_have_attribute("data-stage", "resolved")


def test_a_card_that_is_dropped_where_no_step_leads_stays(sign_in: SignIn) -> None:
    page = sign_in("sn")
    new_ticket(page, "Carte qui reste")
    page.goto("/sn/trouble_ticket/board")
    card = page.locator(".kc", has_text="Carte qui reste")
    card.drag_to(page.locator("[data-column=pending] ul"))
    expect(page.locator("[data-column=acknowledged] .kc", has_text="Carte qui reste")).to_be_visible()
    card.hover()
    card.locator("a[data-menu]").click()
    expect(page.locator("dialog[open]")).to_contain_text("Aucune étape ne mène d’ici à")
    page.locator("dialog[open] [data-close]").click()
    expect(card.locator("a[data-menu]")).to_be_focused()


@pytest.mark.parametrize(("affiliate", "theme", "size"), [("pl", "light", TALL), ("eg", "dark", (390, 844))])
def test_axe_finds_nothing_on_boards_and_calendars(
    sign_in: SignIn, axe: str, affiliate: str, theme: str, size: tuple[int, int]
) -> None:
    page = sign_in(affiliate, theme=theme, size=size)
    for address in ("board", "calendar?span=month", "calendar?span=week", "calendar?span=agenda"):
        page.goto(f"/{affiliate}/trouble_ticket/{address}")
        assert_clean(page, axe)
    page.goto(f"/{affiliate}/sales_opportunity/board")
    assert_clean(page, axe)


def new_ticket(page: Page, description: str) -> None:
    affiliate = page.url.split("/")[3]
    page.goto(f"/{affiliate}/trouble_ticket/new?follow_up_date={MORNING.date()}")
    page.locator("[name=description]").fill(description)
    page.locator("[name=ticket_type]").select_option("fault")
    page.locator("[name=severity]").select_option("minor")
    page.locator("form:has([name=description]) button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/trouble_ticket/[0-9a-f-]{36}"))


def assert_clean(page: Page, axe: str) -> None:
    assert violations(page, axe) == []
