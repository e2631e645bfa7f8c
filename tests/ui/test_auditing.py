from __future__ import annotations

import pytest
from tests.ui.served import Site, visible_text


@pytest.fixture
def entries(site: Site) -> str:
    """The id of a customer that was made, changed, and closed for a reason."""
    customer = site.customer(fee="100")
    site.system.transition("customer", customer.id, "activate")
    site.system.transition("customer", customer.id, "close", reason="moved")
    return customer.id


def test_who_may_look_into_the_audit_sees_who_did_what_without_values(site: Site, entries: str) -> None:
    text = visible_text(site.browser("auditor").get("/sn/audit-log"))
    assert "Clore" in text
    assert "Client" in text
    assert "moved" in text
    assert "F CFA" not in text


def test_the_audit_needs_its_function(site: Site) -> None:
    browser = site.browser("agent")
    browser.get("/sn/audit-log", status=403)
    assert "audit-log" not in browser.get("/sn/").text
    assert "audit-log" in site.browser("auditor").get("/sn/").text


def test_the_audit_is_narrowed_by_person_action_record_and_days(site: Site, entries: str) -> None:
    browser = site.browser("auditor")
    page = browser.get("/sn/audit-log", {"action": "close"})
    assert len(page.html.select("tbody tr")) == 1
    assert len(browser.get("/sn/audit-log", {"record": entries}).html.select("tbody tr")) == 3
    assert not browser.get("/sn/audit-log", {"until": "2001-01-01"}).html.select("tbody tr")
    signed_in = visible_text(browser.get("/sn/audit-log", {"action": "sign_in"}))
    assert "Connexion" in signed_in
    assert browser.get("/sn/audit-log", {"actor": "nobody"}).html.select_one("tbody tr") is None


def test_only_who_may_see_a_record_is_told_what_it_is_called(site: Site, entries: str) -> None:
    asked = {"record": entries}
    assert "Awa Ndiaye" not in site.browser("auditor").get("/sn/audit-log", asked).text
    seen = site.browser("chief").get("/sn/audit-log", asked)
    assert "Awa Ndiaye" in visible_text(seen)
    assert seen.html.select_one(f"tbody a[href='/sn/customer/{entries}']") is not None


@pytest.mark.parametrize("query", ["since=soon", "until=9999-12-31", "before=x", "record=x"])
def test_an_address_that_asks_for_what_cannot_be_is_refused(site: Site, query: str) -> None:
    site.browser("auditor").get(f"/sn/audit-log?{query}", status=400)


def test_pages_lead_further_back(site: Site) -> None:
    for number in range(60):
        site.customer(fee=str(number))
    page = site.browser("auditor").get("/sn/audit-log", {"entity": "customer"})
    assert len(page.html.select("tbody tr")) == 50
    older = page.click(href="before=")
    assert 10 <= len(older.html.select("tbody tr")) <= 50
