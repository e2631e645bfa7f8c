"""Two agents have one customer's person open; who saves second is shown both, chooses, and loses nothing."""

import pytest
from playwright.sync_api import Page, expect
from tests.axe import violations
from tests.journeys.conftest import DESK, PHONE, Served, SignIn

NAMES = {"sn": ("Seynabou", "Aminata"), "eg": ("منى", "نادية"), "pl": ("Maria", "Barbara")}


def open_form(page: Page, affiliate: str, served: Served) -> None:
    """The form of the person behind the affiliate's first customer."""
    page.goto(f"/{affiliate}/individual/{served.customers[affiliate]['engaged_party_id']}/edit")
    page.locator("#f-given_name").wait_for()


def overtake(sign_in: SignIn, served: Served, affiliate: str, **manner: object) -> tuple[Page, str, str]:
    """The page of who saved second, and the given names of both; the first one changed the birth date as well."""
    first, second = sign_in(affiliate), sign_in(affiliate, **manner)
    for page in (first, second):
        open_form(page, affiliate, served)
    theirs, mine = NAMES[affiliate]
    first.locator("#f-given_name").fill(theirs)
    first.locator("#f-birth_date").fill("1987-05-13")
    save(first)
    first.wait_for_url("**/individual/*")
    second.locator("#f-given_name").fill(mine)
    save(second)
    second.locator("#overtaken").wait_for()
    return second, theirs, mine


def save(page: Page) -> None:
    page.locator(".save-bar [type=submit]").click()


def test_who_saves_second_chooses_between_both_values_by_keyboard(sign_in: SignIn, served: Served) -> None:
    page, theirs, mine = overtake(sign_in, served, "sn")
    dialog = page.locator("#overtaken")
    assert dialog.evaluate("each => each.matches(':modal')")
    expect(dialog).to_contain_text(theirs)
    expect(dialog).to_contain_text(mine)
    expect(dialog).to_contain_text("Fatou Ndoye")
    expect(dialog.locator("input:checked")).to_have_count(0)
    assert page.evaluate("document.activeElement.type") == "radio"
    dialog.locator("[type=submit]").press("Enter")
    expect(dialog.locator("input[type=radio]").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert not dialog.evaluate("each => each.matches(':modal')")
    expect(page.locator("#f-given_name")).to_have_value(theirs)
    page.keyboard.press("ArrowDown")
    dialog.locator("[value=mine]").check()
    expect(page.locator("#f-given_name")).to_have_value(mine)
    save(page)
    page.wait_for_url("**/individual/*")
    open_form(page, "sn", served)
    kept = [page.locator(f"#f-{name}").input_value() for name in ("given_name", "birth_date")]
    assert kept == [mine, "1987-05-13"]


def test_another_value_is_entered_in_the_field_itself(sign_in: SignIn, served: Served) -> None:
    page, _, _ = overtake(sign_in, served, "pl")
    page.locator("#overtaken [value=typed]").check()
    expect(page.locator("#f-given_name")).to_be_focused()
    page.locator("#f-given_name").fill("Halina")
    save(page)
    page.wait_for_url("**/individual/*")
    open_form(page, "pl", served)
    assert page.locator("#f-given_name").input_value() == "Halina"


@pytest.mark.parametrize(("theme", "size"), [("dark", DESK), ("light", PHONE)])
def test_the_dialog_keeps_nobody_out(
    sign_in: SignIn, served: Served, axe: str, theme: str, size: tuple[int, int]
) -> None:
    page, _, _ = overtake(sign_in, served, "eg", theme=theme, size=size)
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    assert violations(page, axe) == []
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
