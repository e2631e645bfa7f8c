"""A1: an agent is told that somebody may be there already, saves all the same, merges later, and takes that back."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.axe import violations
from tests.journeys.conftest import DESK, PEOPLE, PHONE, Served, SignIn

FAMILY = {"sn": "Ndiayé", "eg": "عبد الرحمان", "pl": "Wiśniewska-Lis"}


def enter_person(page: Page, affiliate: str, given: str, family: str) -> None:
    page.goto(f"/{affiliate}/individual/new")
    page.locator("[name=birth_date]").fill("1988-06-14")
    page.locator("[name=family_name]").fill(family)
    page.locator("[name=given_name]").press_sequentially(given, delay=10)


def save(page: Page) -> None:
    page.locator(".save-bar button[type=submit]").click()


def created(page: Page, affiliate: str, entity: str) -> str:
    page.wait_for_url(re.compile(f"/{affiliate}/{entity}/[0-9a-f-]{{36}}"))
    return urlsplit(page.url).path.split("/")[3]


@pytest.mark.parametrize(
    ("affiliate", "theme", "size"), [("sn", "light", DESK), ("eg", "dark", DESK), ("pl", "light", PHONE)]
)
def test_agent_merges_a_person_that_was_entered_twice_and_takes_it_back(
    sign_in: SignIn, served: Served, affiliate: str, theme: str, size: tuple[int, int], axe: str
) -> None:
    page = sign_in(affiliate, theme=theme, size=size)
    given, family, _ = PEOPLE[affiliate][0]
    first = served.customers[affiliate]["engaged_party_id"]

    # The hint comes while the agent types, with the words in another order and without accents.
    enter_person(page, affiliate, given, family)
    hint = page.locator("#likenesses")
    expect(hint.locator("li").first).to_contain_text(f"{given} {family}")
    assert_clean(page, axe)
    save(page)
    twice = created(page, affiliate, "individual")
    assert twice != first

    # What came in for the second one.
    page.goto(f"/{affiliate}/customer/new?engaged_party={twice}")
    save(page)
    customer = created(page, affiliate, "customer")

    # Everything about the customer leads to the merge as well.
    page.goto(f"/{affiliate}/customer/{customer}/360")
    assert page.locator(f"a[href='/{affiliate}/customer/{customer}/merge']").count() == 1

    # The pair waits in the list; the agent compares the two and keeps the first.
    page.goto(f"/{affiliate}/duplicates")
    assert_clean(page, axe)
    expect(page.locator("main li.likeness").first).to_be_visible()
    page.goto(f"/{affiliate}/individual/{first}/merge?with={twice}")
    assert_clean(page, axe)
    page.locator("[name=reason]").fill("Twice at the shop")
    page.locator("#merge-form button[type=submit]").click()
    page.wait_for_url(re.compile(f"/individual/{first}(?!/merge)"))
    expect(page.locator(".toast")).to_be_visible()

    # All that belonged to the second belongs to the first, and old addresses lead there.
    page.goto(f"/{affiliate}/customer/{customer}")
    expect(page.locator(f"main a[href*='/individual/{first}']").first).to_be_visible()
    page.goto(f"/{affiliate}/individual/{twice}")
    page.wait_for_url(re.compile(f"/individual/{first}$"))

    # The survivor's page names what went; from there it is taken back.
    page.locator(f"main a[href*='/individual/{first}/merged/']").first.click()
    expect(page.locator("h1")).to_contain_text(given)
    assert_clean(page, axe)
    page.locator("form[action*='/merged/'] button").click()
    page.locator("dialog[open] button.primary, dialog[open] button.danger").first.click()
    page.wait_for_url(re.compile(f"/individual/{twice}"))
    page.goto(f"/{affiliate}/customer/{customer}")
    expect(page.locator(f"main a[href*='/individual/{twice}']").first).to_be_visible()


def test_agent_says_that_a_person_is_another_one_and_is_not_asked_again(sign_in: SignIn, served: Served) -> None:
    page = sign_in("sn")
    given, family, _ = PEOPLE["sn"][1]
    enter_person(page, "sn", given, family)
    hint = page.locator("#likenesses")
    expect(hint).to_contain_text(f"{given} {family}")
    hint.locator("button[name=not_same]").first.click()
    expect(hint.locator("li")).to_have_count(0)
    save(page)
    person = created(page, "sn", "individual")
    page.goto(f"/sn/individual/{person}/edit")
    page.locator("[name=title]").fill("M.")
    expect(page.locator("#likenesses li")).to_have_count(0)


def test_tickets_go_with_a_customer_that_is_merged_by_keys_alone(sign_in: SignIn, served: Served) -> None:
    page = sign_in("sn")
    first = served.customers["sn"]
    page.goto(f"/sn/customer/new?engaged_party={first['engaged_party_id']}")
    save(page)
    second = created(page, "sn", "customer")
    page.goto(f"/sn/trouble_ticket/new?customer={second}")
    page.locator("[name=ticket_type]").select_option("fault")
    page.locator("[name=severity]").select_option("major")
    page.locator("[name=description]").fill("Lost twice")
    save(page)
    page.wait_for_url(re.compile(f"/sn/(trouble_ticket/[0-9a-f-]{{36}}|customer/{second})"))

    page.goto(f"/sn/customer/{first.id}/merge?with={second}")
    walk_to(page, "[name=reason]")
    page.keyboard.type("One contract, entered twice")
    walk_to(page, "#merge-form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_be_visible()
    page.goto(f"/sn/customer/{first.id}/360")
    expect(page.locator("#panel-tickets .item", has_text="Lost twice")).to_be_visible()


def walk_to(page: Page, wanted: str) -> None:
    """Press the key that leads on until a part of the page has the focus, which must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"no key leads to {wanted}")


def assert_clean(page: Page, axe: str) -> None:
    """Axe finds nothing on the page as it stands."""
    assert violations(page, axe) == []
