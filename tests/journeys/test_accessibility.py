"""What axe finds on the pages of real records: nothing, in light and dark, left to right and right to left."""

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import DESK, PHONE, Served, SignIn

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("affiliate", "theme"), [("sn", "light"), ("eg", "dark"), ("pl", "light")])
def test_axe_finds_nothing_on_the_pages_of_an_agent(
    sign_in: SignIn, served: Served, axe: str, affiliate: str, theme: str, size: tuple[int, int]
) -> None:
    page = sign_in(affiliate, theme=theme, size=size)
    customer = served.customers[affiliate]
    person = customer["engaged_party_id"]
    found = []
    for address in (
        "",
        "customer",
        f"customer/{customer.id}",
        f"customer/{customer.id}/360",
        f"individual/{person}",
        f"individual/{person}/edit",
        "trouble_ticket/new",
        f"search?q={customer['number']}",
        "my-account",
    ):
        page.goto(f"/{affiliate}/{address}")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        page.evaluate(axe)
        violations = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        found += [(address, each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in violations]
    assert found == []
