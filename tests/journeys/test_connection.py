"""A lost connection: what is typed stays, what writes waits, and all of it comes back by itself."""

from __future__ import annotations

from playwright.sync_api import Route, expect
from tests.journeys.conftest import Served, SignIn


def test_without_a_connection_buttons_that_write_wait_and_what_is_typed_stays(served: Served, sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto(f"/sn/customer/{served.customers['sn'].id}/edit")
    typed = page.locator("#record-form textarea").first
    typed.fill("typed before")
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.locator(".connection [data-offline]")).to_be_visible()
    save = page.locator("#record-form .save-bar [type=submit]").last
    expect(save).to_have_attribute("aria-disabled", "true")
    expect(save).not_to_have_attribute("title", "")
    address = page.url
    save.click(force=True)
    assert page.url == address
    expect(page.locator(".connection [data-offline]")).to_be_hidden()
    expect(save).not_to_have_attribute("aria-disabled", "true")
    expect(typed).to_have_value("typed before")


def test_what_takes_long_says_so_until_it_is_there(served: Served, sign_in: SignIn) -> None:
    page = sign_in("sn")
    page.goto(f"/sn/customer/{served.customers['sn'].id}/edit")
    held: list[Route] = []
    page.route("**/preview*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    page.locator("#record-form textarea").first.fill("typed while it is slow")
    working = page.locator(".connection [data-working]")
    expect(working).to_be_visible()
    expect(page.locator("html")).to_have_attribute("aria-busy", "true")
    for route in held:
        route.continue_()
    expect(working).to_be_hidden()
    expect(page.locator("#record-form textarea").first).to_have_value("typed while it is slow")
