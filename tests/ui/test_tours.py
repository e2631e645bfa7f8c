from pathlib import Path

import pytest
from tests.ui.served import Site

TOUR = """
tour: customers
label: {en: Find a customer, fr: Trouver un client}
page: list
of: customer
roles: [agent]
steps:
  search: {at: palette, label: {en: Search, fr: Chercher}, text: {en: Type here, fr: Tapez ici}}
  table: {at: table, label: {en: Open, fr: Ouvrir}, text: {en: Press a name, fr: Appuyez sur un nom}}
"""


@pytest.fixture
def toured(site: Site) -> Site:
    """An installation with a tour of the list of customers."""
    place = Path(site.overlay) / "tours" / "customers.yaml"
    place.parent.mkdir()
    place.write_text(TOUR.replace("tour: customers", "tour: x_sn_customers"))
    site.affiliates.reload()
    return site


def test_a_tour_is_offered_to_its_roles_on_its_page_until_it_is_done(toured: Site) -> None:
    browser = toured.browser("agent")
    page = browser.get("/sn/customer")
    assert "data-offered" in page.text
    assert "Tapez ici" in page.text
    token = page.html.find("input", {"name": "csrf_token"})["value"]
    browser.post("/sn/tours/x_sn_customers", {"step": "done", "csrf_token": token}, status=204)
    again = browser.get("/sn/customer").text
    assert "data-offered" not in again
    assert 'data-tour="x_sn_customers"' in again


def test_a_tour_begins_where_it_was_left(toured: Site) -> None:
    browser = toured.browser("agent")
    token = browser.get("/sn/customer").html.find("input", {"name": "csrf_token"})["value"]
    browser.post("/sn/tours/x_sn_customers", {"step": "1", "csrf_token": token}, status=204)
    assert 'data-begins="1"' in browser.get("/sn/customer").text


@pytest.mark.parametrize(("who", "path"), [("reader", "/sn/customer"), ("agent", "/sn/ticket"), ("agent", "/sn/")])
def test_other_roles_and_pages_have_no_tour(toured: Site, who: str, path: str) -> None:
    assert "sidra-tour" not in toured.browser(who).get(path).text


@pytest.mark.parametrize("step", ["", "-1", "x", "1" * 9, "٣"])
def test_a_step_that_is_none_is_refused(toured: Site, step: str) -> None:
    browser = toured.browser("agent")
    token = browser.get("/sn/customer").html.find("input", {"name": "csrf_token"})["value"]
    browser.post("/sn/tours/x_sn_customers", {"step": step, "csrf_token": token}, status=400)
    browser.post("/sn/tours/nothing", {"step": "1", "csrf_token": token}, status=404)
