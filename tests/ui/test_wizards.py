"""Wizards as they are served: step by step, kept between steps, made at once or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.ui.served import GROUP, Site, site_in, visible_text

from sidra.records.service import Records

WIZARD = """
screen: welcome
kind: wizard
$extend: true
label: {en: Welcome, fr: Accueil}
finish: {en: Make them, fr: Tout créer}
then: customer
makes:
  person: {entity: person}
  customer: {entity: customer, link: {person: person}}
  ticket: {entity: ticket, link: {customer: customer}, when: "subject != null"}
asks:
  who:
    of: person
    label: {en: Who, fr: Qui}
    sections:
      main: {label: {en: Person, fr: Personne}, fields: [given_name, family_name, birth_date]}
  terms:
    of: customer
    label: {en: Terms, fr: Conditions}
    sections:
      main:
        label: {en: Terms, fr: Conditions}
        fields:
          segment: {}
          reason_for_gold: {visible: "segment == 'gold'", required: "segment == 'gold'"}
          risk: {}
          hush: {}
          since: {visible: "person.birth_date != null"}
  wish:
    of: ticket
    label: {en: Wish, fr: Souhait}
    visible: "customer.segment == 'gold'"
    sections: {main: {label: {en: Wish, fr: Souhait}, fields: [subject]}}
"""
OVERLAY = """
screen: welcome
asks:
  terms: {sections: {main: {fields: {fee: {$after: risk}}}}}
"""
FROM_A_CUSTOMER = """
screen: another_ticket
kind: wizard
$extend: true
of: customer
label: {en: Another ticket, fr: Autre ticket}
makes: {ticket: {entity: ticket, link: {customer: of}}}
asks: {wish: {of: ticket, label: {en: Wish, fr: Souhait}, sections: {main: {fields: [subject]}}}}
"""
START = "/sn/wizards/welcome"


@pytest.fixture
def site(cheap: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An affiliate with a wizard, whose own layer asks for one field more."""
    del cheap
    monkeypatch.setitem(GROUP, "core/screens/welcome.yaml", WIZARD)
    monkeypatch.setitem(GROUP, "core/screens/another_ticket.yaml", FROM_A_CUSTOMER)
    own = tmp_path / "sn/screens/welcome.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(OVERLAY, encoding="utf-8")
    return site_in(tmp_path)


def form_of(page: Any) -> Any:  # noqa: ANN401 - webtest has no types
    return page.forms["record-form"]


def begun(browser: Any, **given: str) -> Any:  # noqa: ANN401 - webtest has no types
    """The second step, after a person was named."""
    form = form_of(browser.get(START).follow())
    form["person.given_name"], form["person.family_name"] = "Awa", "Ndiaye"
    for name, value in given.items():
        form[f"person.{name}"] = value
    return form.submit(status=303).follow()


def count(records: Records, entity: str) -> int:
    return len(records.list(entity).records)


def test_all_records_are_made_and_linked_at_the_end_and_not_before(site: Site) -> None:
    browser = site.browser("agent")
    terms = form_of(begun(browser, birth_date="1990-01-02"))
    terms["customer.segment"] = "gold"
    terms = form_of(terms.submit(status=422))
    terms["customer.reason_for_gold"] = "Loyal"
    wish = form_of(terms.submit(status=303).follow())
    wish["ticket.subject"] = "A second line"
    review = wish.submit(status=303).follow()
    text = visible_text(review)
    assert all(part in text for part in ("Awa", "Ndiaye", "Loyal", "A second line", "Tout créer", "Étape 4 sur 4"))
    assert count(site.system, "person") == 0
    page = form_of(review).submit(status=303).follow()
    assert "Awa Ndiaye" in visible_text(page)
    (customer,) = site.system.list("customer").records
    assert customer["person"]["family_name"] == "Ndiaye"
    assert [ticket["subject"] for ticket in customer["tickets"]] == ["A second line"]


def test_sent_twice_it_makes_one_set(site: Site) -> None:
    browser = site.browser("agent")
    review = form_of(form_of(begun(browser)).submit(status=303).follow())
    first, again = review.submit(status=303), review.submit(status=303)
    assert first.location == again.location
    assert (count(site.system, "person"), count(site.system, "customer")) == (1, 1)


def test_one_refused_record_leaves_none_behind(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    review = form_of(form_of(begun(site.browser("agent"))).submit(status=303).follow())
    create = Records.create

    def refuse(self: Records, entity: str, values: dict[str, object], **more: Any) -> object:  # noqa: ANN401
        wrong = {**values, "risk": 500} if entity == "customer" else values
        return create(self, entity, wrong, **more)

    monkeypatch.setattr(Records, "create", refuse)
    page = review.submit(status=422)
    assert 'href="#f-customer-risk"' in page.text
    assert (count(site.system, "person"), count(site.system, "customer")) == (0, 0)


def test_a_step_is_refused_with_its_mistakes_and_keeps_what_was_typed(site: Site) -> None:
    page = form_of(begun(site.browser("agent")))
    page["customer.risk"] = "200"
    refused = page.submit(status=422)
    assert form_of(refused)["customer.risk"].value == "200"
    assert 'href="#f-customer-risk"' in refused.text
    assert "given_name" not in refused.text


def test_what_the_screen_demands_is_asked_for(site: Site) -> None:
    form = form_of(begun(site.browser("agent")))
    form["customer.segment"] = "gold"
    refused = form.submit(status=422)
    assert 'href="#f-customer-reason_for_gold"' in refused.text
    assert refused.text.count('aria-invalid="true"') == 1


def test_back_and_forth_nothing_is_lost_not_even_by_signing_in_again(site: Site) -> None:
    form = form_of(begun(site.browser("agent")))
    form["customer.risk"] = "7"
    who = form.submit("to", value="who", status=303).follow()
    assert form_of(who)["person.family_name"].value == "Ndiaye"
    later = site.browser("agent").get(f"{START}/terms")
    assert form_of(later)["customer.risk"].value == "7"
    assert "Votre brouillon du" in visible_text(later)
    assert "Ndiaye" not in site.browser("clerk").get(START, expect_errors=True).text


def test_a_step_that_was_not_reached_leads_to_the_one_before(site: Site) -> None:
    browser = site.browser("agent")
    assert browser.get(f"{START}/review", status=303).location.endswith("/welcome/who")
    terms = begun(browser)
    assert terms.html.find("li", class_="current")["aria-current"] == "step"
    assert terms.html.find("button", attrs={"name": "to", "value": "review"}) is None


def test_conditions_are_asked_anew_while_a_person_types(site: Site) -> None:
    browser = site.browser("agent")
    form = form_of(begun(browser, birth_date="1990-01-02"))
    assert "customer.reason_for_gold" not in form.fields
    assert "customer.since" in form.fields
    form["customer.segment"] = "gold"
    fragment = browser.post(f"{START}/terms/preview", form.submit_fields())
    assert "<html" not in fragment.text
    assert 'name="customer.reason_for_gold" required' in fragment.text
    assert "Souhait" in fragment.text


def test_the_layer_of_the_affiliate_asks_for_one_field_more(site: Site) -> None:
    names = list(form_of(begun(site.browser("agent"))).fields)
    assert names.index("customer.risk") < names.index("customer.fee")


def test_what_is_hidden_from_the_reader_is_not_asked(site: Site) -> None:
    page = begun(site.browser("agent"))
    assert "hush" not in page.text


def test_what_is_entered_is_kept_while_typing_and_given_up(site: Site) -> None:
    browser = site.browser("agent")
    form = form_of(browser.get(START).follow())
    form["person.given_name"] = "Binta"
    browser.post(f"{START}/who/draft", form.submit_fields(), status=204)
    page = browser.get(f"{START}/who")
    assert form_of(page)["person.given_name"].value == "Binta"
    browser.post(f"{START}/who/draft/discard", form_of(page).submit_fields(), status=303)
    assert form_of(browser.get(f"{START}/who"))["person.given_name"].value == ""


@pytest.mark.parametrize("role", ["lead", "reader", "operator", "clerk"])
def test_who_may_not_create_one_of_the_records_does_not_get_the_wizard(site: Site, role: str) -> None:
    browser = site.browser(role)
    browser.get(START, status=403)
    browser.post(f"{START}/review", status=403)
    assert "wizards/" not in browser.get("/sn/").text


def test_the_list_leads_to_the_wizard_that_makes_its_records(site: Site) -> None:
    assert START in site.browser("agent").get("/sn/customer").text
    assert START not in site.browser("lead").get("/sn/customer").text


@pytest.mark.parametrize("address", ["/sn/wizards/nothing", "/sn/wizards/customer_list", f"{START}/nothing/preview"])
def test_what_is_no_wizard_or_step_is_not_found(site: Site, address: str) -> None:
    browser = site.browser("agent")
    if address.endswith("preview"):
        form = form_of(browser.get(START).follow())
        browser.post(address, form.submit_fields(), status=404)
    else:
        browser.get(address, status=404)


def test_what_starts_from_a_record_is_made_for_it_and_for_those_who_may_read_it(site: Site) -> None:
    customer, browser = site.customer("Awa", "Ndiaye"), site.browser("agent")
    browser.get("/sn/wizards/another_ticket", status=404)
    browser.get("/sn/wizards/another_ticket?of=01a20971-c347-7000-9414-6a9d68190fea", status=404)
    wish = form_of(browser.get(f"/sn/wizards/another_ticket?of={customer.id}").follow())
    wish["ticket.subject"] = "A second line"
    review = wish.submit(status=303).follow()
    assert count(site.system, "ticket") == 0
    form_of(review).submit(status=303).follow()
    (ticket,) = site.system.list("ticket").records
    assert ticket["customer"].id == customer.id
    assert "another_ticket" not in browser.get("/sn/ticket").text, "no list leads where a record is missing"
