"""Drafts of forms: they come back, to their writer alone, and go when the record is saved."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

from tests.core.models import model_of
from tests.ui.served import Site, visible_text

from sidra_ui.drafting import form_of

RESTORED = "Votre brouillon du"


def test_a_draft_of_a_new_record_comes_back_until_it_is_saved(site: Site) -> None:
    browser = site.browser("agent")
    form = browser.get("/sn/person/new").forms["record-form"]
    form["given_name"] = "Awa"
    browser.post("/sn/person/draft", form.submit_fields(), status=204)
    assert RESTORED not in site.browser("operator").get("/sn/ticket/new").text
    later = site.browser("agent").get("/sn/person/new")
    assert RESTORED in visible_text(later)
    again = later.forms["record-form"]
    assert again["given_name"].value == "Awa"
    again["family_name"] = "Ndiaye"
    again.submit(status=303)
    assert RESTORED not in browser.get("/sn/person/new").text


def test_texts_of_another_language_are_another_form_and_all_else_is_the_same_one() -> None:
    model = model_of(
        "entity: note\nattributes: {text: {type: string, localised: true}}\n"
        "relations: {page: {to: page, required: true}}\n",
        "entity: page\nattributes: {name: {type: string}}\n"
        "relations: {notes: {to: note, many: true, owned: true, inverse: page}}\n",
        "entity: plain\nattributes: {name: {type: string}}\n",
    )
    request: Any = SimpleNamespace(GET={})

    def forms(entity: str) -> set[str]:
        desks: list[Any] = [SimpleNamespace(model=model, locale=locale) for locale in ("fr", "en")]
        return {form_of(request, desk, entity, None) for desk in desks}

    assert [len(forms(entity)) for entity in ("note", "page", "plain")] == [2, 2, 1]


def test_another_customer_is_another_form(site: Site) -> None:
    awa, binta = site.customer(), site.customer("Binta", "Fall")
    browser = site.browser("agent")
    form = browser.get(f"/sn/ticket/new?customer={awa.id}").forms["record-form"]
    form["subject"] = "No signal"
    browser.post(f"/sn/ticket/draft?customer={awa.id}", form.submit_fields(), status=204)
    assert "No signal" not in browser.get(f"/sn/ticket/new?customer={binta.id}").text
    assert "No signal" in browser.get(f"/sn/ticket/new?customer={awa.id}").text


def test_a_draft_is_given_up(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    form = browser.get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    form["since"] = "2024-05-01"
    browser.post(f"/sn/customer/{customer.id}/draft", form.submit_fields(), status=204)
    again = browser.get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    assert again["since"].value == "2024-05-01"
    page = browser.post(f"/sn/customer/{customer.id}/draft/discard", again.submit_fields(), status=303).follow()
    assert page.forms["record-form"]["since"].value == ""
    assert site.system.get("customer", customer.id).version == customer.version


def test_a_draft_of_a_record_that_was_changed_meanwhile_asks_what_counts(site: Site) -> None:
    customer = site.customer(since="2024-01-01", risk=1)
    browser = site.browser("agent")
    form = browser.get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    form["since"] = "2024-05-01"
    browser.post(f"/sn/customer/{customer.id}/draft", form.submit_fields(), status=204)
    site.system.update("customer", customer.id, {"since": "2024-09-09", "risk": 7})
    page = browser.get(f"/sn/customer/{customer.id}/edit")
    again = page.forms["record-form"]
    assert "choose.since" in again.fields
    assert (again["risk"].value, "R409" in page.text) == ("7", True)
    again["choose.since"] = "mine"
    again.submit(status=303)
    saved = site.system.get("customer", customer.id)
    assert (saved["since"].isoformat(), saved["risk"]) == ("2024-05-01", 7)


def test_who_may_not_change_the_record_keeps_no_draft_of_it(site: Site) -> None:
    customer = site.customer()
    reader = site.browser("reader")
    (token, *_) = re.findall(r'name="csrf_token" value="(\w+)"', reader.get(f"/sn/customer/{customer.id}").text)
    for address in (
        f"/sn/customer/{customer.id}/draft",
        "/sn/customer/draft",
        f"/sn/customer/{customer.id}/draft/discard",
    ):
        reader.post(address, {"csrf_token": token, "risk": "1"}, status=403)
