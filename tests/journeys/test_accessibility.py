"""What axe finds on the pages of real records: nothing, in light and dark, left to right and right to left."""

import pytest
from playwright.sync_api import expect
from tests.axe import violations
from tests.journeys.conftest import DESK, PHONE, Served, SignIn


@pytest.mark.parametrize(("affiliate", "theme"), [("sn", "light"), ("eg", "dark"), ("pl", "light")])
def test_axe_finds_nothing_on_the_pages_of_an_agent(
    sign_in: SignIn, served: Served, axe: str, affiliate: str, theme: str
) -> None:
    page = sign_in(affiliate, theme=theme, size=PHONE)
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
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            found += [(address, width, *each) for each in violations(page, axe)]
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert found == []
