"""An agent makes a new customer by keyboard alone: one step after the other, back once, everything at the end."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.journeys.conftest import SignIn


def enter(page: Page, label: str, text: str) -> None:
    """Go to a field by its label and type."""
    page.get_by_label(label).first.focus()
    page.keyboard.type(text)


def test_a_new_customer_is_made_step_by_step_with_the_keyboard(sign_in: SignIn) -> None:
    page = sign_in("pl")
    page.get_by_role("link", name="Nowy klient").first.focus()
    page.keyboard.press("Enter")
    current = page.locator("[aria-current=step]")
    expect(current).to_contain_text("Kto")
    enter(page, "Imię", "Halina")
    enter(page, "Nazwisko", "Krawczyk")
    page.keyboard.press("Enter")
    expect(current).to_contain_text("Kontakt")
    back = page.get_by_role("button", name="Wstecz")
    back.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nazwisko").first).to_have_value("Krawczyk")
    for step in ("Kontakt", "Klient", "Zgody", "Podsumowanie"):
        page.keyboard.press("Control+Enter")
        expect(current).to_contain_text(step)
    expect(page.get_by_text("Krawczyk").first).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Halina Krawczyk")
