import re

import pytest
import webtest
from tests.ui.served import DAKAR, Site, visible_text

from sidra.access.actor import Actor
from sidra.access.reveal import reveal
from sidra.store.identifiers import id_bytes

LEAD = Actor("00000000-0000-7000-8000-0000000000aa", "Fatou", frozenset({"lead"}), (DAKAR,), "fr", "sn")


def token_of(page: webtest.TestResponse) -> str:
    """The token that each form of a page carries."""
    return next(str(form["csrf_token"].value) for form in page.forms.values() if "csrf_token" in form.fields)


def test_record_shows_sections_related_records_and_history(site: Site) -> None:
    customer = site.customer(segment="gold", reason_for_gold="Loyal")
    site.system.create("ticket", {"subject": "No signal", "customer": customer.id})
    text = visible_text(site.browser("agent").get(f"/sn/customer/{customer.id}"))
    for wanted in ("Awa Ndiaye", "C-000001", "Or", "Loyal", "No signal", "Historique", "Sidra (automatique)"):
        assert wanted in text


def test_field_that_a_condition_hides_is_not_shown(site: Site) -> None:
    customer = site.customer(reason_for_gold="Loyal")
    page = site.browser("agent").get(f"/sn/customer/{customer.id}")
    assert "<dt>Pourquoi or</dt>" not in page.text


def test_hidden_attribute_is_nowhere(site: Site) -> None:
    customer = site.customer(hush="Xyzzy")
    site.system.update("customer", customer.id, {"hush": "Plugh"})
    browser = site.browser("agent")
    for part in ("", "/360", "/edit"):
        page = browser.get(f"/sn/customer/{customer.id}{part}")
        assert not re.search("Xyzzy|Plugh|hush", page.text)


def test_sensitive_value_is_masked_everywhere(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    for address in (f"person/{customer['person_id']}", f"customer/{customer.id}/360", "search?q=ndiaye"):
        assert "AB1234" not in browser.get(f"/sn/{address}").text
    assert "•••• 77" in browser.get(f"/sn/person/{customer['person_id']}").text
    assert "•••• 77" in visible_text(browser.get("/sn/search?q=AB123477"))


@pytest.mark.parametrize("id", ["00000000-0000-7000-8000-000000000009", "ffffffff-ffff-ffff-ffff-ffffffffffff"])
def test_record_that_is_not_there_is_not_found(site: Site, id: str) -> None:
    page = site.browser("agent").get(f"/sn/customer/{id}", status=404)
    assert "R404" in visible_text(page)


def test_step_that_is_not_possible_says_why(site: Site) -> None:
    customer = site.customer()
    page = site.browser("agent").get(f"/sn/customer/{customer.id}")
    assert "Activer" in visible_text(page)
    assert "Frais" in re.findall(r'class="menu-item off">.*?</div>', page.text)[0]
    assert "/transition/activate" not in page.text


def test_step_is_made_by_its_button(site: Site) -> None:
    customer = site.customer(fee="100")
    browser = site.browser("agent")
    page = browser.get(f"/sn/customer/{customer.id}")
    form = next(form for form in page.forms.values() if "/transition/activate" in form.action)
    page = form.submit(status=303).follow()
    assert re.search(r'aria-current="step">\s*Actif', page.text)
    assert "« Activer » : fait" in visible_text(page)


def test_step_with_a_reason_asks_for_it(site: Site) -> None:
    customer = site.customer(fee="100")
    site.system.transition("customer", customer.id, "activate")
    browser = site.browser("agent")
    page = browser.get(f"/sn/customer/{customer.id}/transition/close")
    refused = page.forms["record-form"].submit(status=422)
    assert "R615" in visible_text(refused)
    form = refused.forms["record-form"]
    form["reason"] = "moved"
    form.submit(status=303)
    assert site.system.get("customer", customer.id)["status"] == "closed"


def test_step_of_someone_without_right_is_refused(site: Site) -> None:
    customer = site.customer(fee="100")
    browser = site.browser("reader")
    token = token_of(browser.get("/sn/customer"))
    browser.post(f"/sn/customer/{customer.id}/transition/activate", {"csrf_token": token}, status=403)
    assert site.system.get("customer", customer.id)["status"] == "prospect"


def test_unknown_step_is_not_found(site: Site) -> None:
    customer = site.customer()
    site.browser("agent").get(f"/sn/customer/{customer.id}/transition/vanish", status=404)


def test_record_is_deleted_after_a_question(site: Site) -> None:
    ticket = site.system.create("ticket", {"subject": "No signal"})
    browser = site.browser("agent")
    page = browser.get(f"/sn/ticket/{ticket.id}")
    form = next(form for form in page.forms.values() if "/delete" in form.action)
    assert 'data-confirm="' in page.text
    form.submit(status=303)
    browser.get(f"/sn/ticket/{ticket.id}", status=404)


def test_record_is_not_deleted_by_who_may_not(site: Site) -> None:
    customer = site.customer()
    page = site.browser("agent").get(f"/sn/customer/{customer.id}")
    assert "/delete" not in page.text
    token = token_of(page)
    page.test_app.post(f"/sn/customer/{customer.id}/delete", {"csrf_token": token}, status=403)


def test_history_leads_to_older_changes_and_back(site: Site) -> None:
    customer = site.customer()
    for risk in range(51):
        site.system.update("customer", customer.id, {"risk": risk})
    browser = site.browser("agent")
    latest = browser.get(f"/sn/customer/{customer.id}")
    assert "Derniers changements" not in visible_text(latest)
    older = latest.click("Changements plus anciens")
    assert "Créé" in visible_text(older)
    assert "Changements plus anciens" not in visible_text(older)
    assert "Changements plus anciens" in visible_text(older.click("Derniers changements"))
    assert "R4" in visible_text(browser.get(f"/sn/customer/{customer.id}?older=x", status=400))


def test_history_tells_the_reason_in_words(site: Site) -> None:
    customer = site.customer(fee="100")
    site.system.transition("customer", customer.id, "activate")
    site.system.transition("customer", customer.id, "close", reason="moved")
    text = visible_text(site.browser("agent").get(f"/sn/customer/{customer.id}"))
    assert "Clore Motif Déménagement" in text
    assert "moved" not in text


@pytest.mark.parametrize("step", ["step_done.customer.vanish", "step_done.nothing.x", "step_done", "<b>"])
def test_notice_that_names_no_step_says_nothing(site: Site, step: str) -> None:
    browser = site.browser("agent")
    browser.set_cookie("sidra_notice", step)
    page = browser.get(f"/sn/customer/{site.customer().id}")
    assert 'class="toast ' not in page.text


def test_a_saving_is_one_entry_of_the_history_with_what_was_computed_and_what_the_record_owns(site: Site) -> None:
    person = site.system.create("person", {"given_name": "Awa", "family_name": "Ndiaye"})
    numbers = [{"kind_of": "mobile", "text": "+221771234567"}]
    site.system.update("person", person.id, {"family_name": "Sarr", "numbers": numbers})
    history = site.browser("agent").get(f"/sn/person/{person.id}").html.select_one("[id=history]")
    entries = [re.sub(r"\s+", " ", entry.get_text(" ", strip=True)) for entry in history.select("ol.tl > li")]
    assert len(entries) == 2
    assert "Nom Awa Ndiaye Awa Sarr calculé" in entries[0]
    assert "Nom de famille Ndiaye Sarr" in entries[0]
    assert "Numéro · Chiffres" in entries[0]


def test_what_was_shown_whole_is_in_the_history_with_its_reason_and_without_the_value(site: Site) -> None:
    person = site.system.create("person", {"given_name": "Awa", "family_name": "Ndiaye", "document": "AB123456"})
    reveal(site.system.runtime.records(LEAD), "person", person.id, "document", "the police asks for it")
    history = visible_text(site.browser("agent").get(f"/sn/person/{person.id}"))
    assert "Affiché en entier Motif the police asks for it Pièce" in history
    assert "AB123456" not in history


def test_values_of_a_person_who_was_erased_are_told_to_be_gone(site: Site) -> None:
    person = site.system.create("person", {"given_name": "Awa", "family_name": "Ndiaye"})
    runtime = site.system.runtime
    with runtime.store.writing() as connection:
        runtime.persons.erase(connection, id_bytes(person.id))
    history = site.browser("agent").get(f"/sn/person/{person.id}").html.select_one("[id=history]")
    assert "Nom de famille effacé" in re.sub(r"\s+", " ", history.get_text(" ", strip=True))


def test_a_record_stays_readable_where_the_key_of_its_history_is_lost(site: Site) -> None:
    customer = site.customer()
    persons, ring = site.runtime.persons, site.runtime.keys
    for key in [key for key in ring.keys if key.purpose == "person"]:
        ring.retire(key.id)
    persons._ciphers = type(persons._ciphers)(1)
    page = site.browser("agent").get(f"/sn/person/{customer['person_id']}")
    assert "Awa" in visible_text(page)
    assert "L’historique ne peut pas être lu" in visible_text(page)
    assert "R051" in visible_text(page)
