"""The page that says why: of rules, the same for a record that is hidden and for one that never was."""

from __future__ import annotations

import re

import pytest
from tests.ui.served import THIES, Site, visible_text

NOWHERE = "00000000-0000-7000-8000-000000000009"


def test_it_says_what_one_sees_of_each_value_and_why(site: Site) -> None:
    customer = site.customer(hush="Xyzzy")
    browser = site.browser("lead")
    assert f"/sn/customer/{customer.id}/why" in browser.get(f"/sn/customer/{customer.id}").text
    text = visible_text(browser.get(f"/sn/customer/{customer.id}/why"))
    assert "Frais Masqué Décidé pour ce rôle" in text
    assert "Tu Non visible Décidé pour ce rôle" in text
    assert "Xyzzy" not in text
    person = visible_text(browser.get(f"/sn/person/{customer['person_id']}/why"))
    assert "Pièce Masqué Donnée sensible" in person


def test_a_hidden_record_and_one_that_never_was_answer_alike(site: Site) -> None:
    hidden = site.customer(unit=THIES)
    browser = site.browser("agent")
    pages = []
    for id in (hidden.id, NOWHERE):
        refused = browser.get(f"/sn/customer/{id}", status=404)
        assert "/sn/customer/why" in refused.text
        answers = (refused, browser.get(f"/sn/customer/{id}/why"))
        pages.append([re.sub(r"[0-9a-f]{64}|[0-9a-f-]{36}", "…", answer.text) for answer in answers])
    assert pages[0] == pages[1]
    assert "unit in user.units" in pages[0][1]


def test_whoever_may_not_open_a_list_learns_why(site: Site) -> None:
    browser = site.browser("operator")
    assert "/sn/customer/why" in browser.get("/sn/customer", status=403).text
    assert "Aucune de ces fiches" in visible_text(browser.get("/sn/customer/why"))


def test_an_administrator_asks_for_somebody_else_and_is_told_of_the_record(site: Site) -> None:
    hidden, seen = site.customer(unit=THIES), site.customer()
    browser = site.browser("chief")
    denied = visible_text(browser.get(f"/sn/customer/{hidden.id}/why?as=agent"))
    assert "Fatou Agent ne peut pas voir cette fiche" in denied
    assert "core/roles/agent.yaml:6" in denied
    assert "Fatou Agent peut voir cette fiche" in visible_text(browser.get(f"/sn/customer/{seen.id}/why?as=agent"))
    browser.get(f"/sn/customer/{seen.id}/why?as=nobody", status=404)


@pytest.mark.parametrize("login", ["agent", "reader", "lead"])
def test_nobody_else_asks_for_somebody_else(site: Site, login: str) -> None:
    hidden = site.customer(unit=THIES)
    page = site.browser(login).get(f"/sn/customer/{hidden.id}/why?as=chief")
    assert "Fatou Chief" not in page.text
    assert 'name="as"' not in page.text
    assert "roles/" not in visible_text(page)


def test_an_address_that_names_no_entity_offers_nothing(site: Site) -> None:
    assert "/why" not in site.browser("agent").get("/sn/nonsense", status=404).text
