"""Steps of life cycles and forms, as any person in any affiliate makes them."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.journeys.keyboard import Words


def take(page: Page, step: str) -> None:
    """Make a step of the life cycle from the page of a record, with the first reason that is offered."""
    way = page.locator(f"main a[href*='/transition/{step}'], main form[action*='/transition/{step}'] button").first
    page.wait_for_load_state()
    if not way.is_visible():
        page.locator("main .identity-card [aria-haspopup]").last.click()
    way.click()
    page.wait_for_load_state()
    asked = page.locator("select[name=reason]:visible")
    if asked.count():
        asked.select_option(index=1)
        page.locator("form:has(select[name=reason]) button[type=submit]").click()


def reach(page: Page, words: Words, enum: str, *ways: tuple[str, str]) -> None:
    """Make steps one after the other, each with the state that it leads to."""
    for step, state in ways:
        take(page, step)
        expect(page.locator("[aria-current=step]")).to_have_text(words.value(enum, state))


def keep(page: Page) -> None:
    """Save the form of the page."""
    page.locator("#record-form .save-bar button[type=submit]").click()
