"""Two people change one record: nobody undoes what the other did, and what both changed is asked."""

import base64
import re

import orjson
import pytest
import webtest
from tests.ui.served import Site, visible_text

from sidra.records.record import Record

CHOICES = re.compile(r'name="(choose\.[^"]+)" value="(\w+)"( checked)?')


def edited(site: Site, record: Record, entity: str = "customer", login: str = "agent") -> webtest.Form:
    """The form of a record, as somebody opened it."""
    return site.browser(login).get(f"/sn/{entity}/{record.id}/edit").forms["record-form"]


def choices(page: webtest.TestResponse) -> set[str]:
    """What is asked."""
    return {name for name, _, _ in CHOICES.findall(page.text)}


def now(site: Site, record: Record, entity: str = "customer") -> Record:
    return site.system.get(entity, record.id)


def test_what_only_the_other_changed_is_not_undone_by_saving_again(site: Site) -> None:
    customer = site.customer(since="2024-02-01", fee="5")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"fee": "7", "since": "2025-03-04"})
    form["risk"] = "3"
    page = form.submit(status=409)
    assert "Frais : 7" in visible_text(page)
    assert choices(page) == set()
    page.forms["record-form"].submit(status=303)
    saved = now(site, customer)
    assert (saved["risk"], saved["fee"].amount, saved["since"].isoformat()) == (3, 7, "2025-03-04")


def test_what_both_changed_is_asked_and_shows_both(site: Site) -> None:
    customer = site.customer(fee="5")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"fee": "7", "risk": 9})
    form["fee"], form["segment"] = "6", "standard"
    page = form.submit(status=409)
    assert choices(page) == {"choose.fee"}
    assert "checked" not in "".join(found[2] for found in CHOICES.findall(page.text))
    text = visible_text(page)
    assert "R409" in text
    assert re.search(r"Frais\s+7 F", text)
    assert re.search(r"6 F\sCFA\s+votre saisie", text)


@pytest.mark.parametrize(("choice", "amount"), [("theirs", 7), ("mine", 6)])
def test_what_is_chosen_is_saved(site: Site, choice: str, amount: int) -> None:
    customer = site.customer(fee="5")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"fee": "7"})
    form["fee"] = "6"
    again = form.submit(status=409).forms["record-form"]
    again["choose.fee"] = choice
    again.submit(status=303)
    assert now(site, customer)["fee"].amount == amount


def test_nothing_is_saved_before_it_is_chosen(site: Site) -> None:
    customer = site.customer(fee="5")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"fee": "7"})
    form["fee"] = "6"
    page = form.submit(status=409).forms["record-form"].submit(status=409)
    assert choices(page) == {"choose.fee"}
    assert now(site, customer)["fee"].amount == 7


def test_a_third_value_that_is_entered_is_an_answer(site: Site) -> None:
    customer = site.customer(fee="5")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"fee": "7"})
    form["fee"] = "6"
    again = form.submit(status=409).forms["record-form"]
    again["fee"] = "8"
    again.submit(status=303)
    assert now(site, customer)["fee"].amount == 8


def test_who_is_overtaken_again_is_asked_again(site: Site) -> None:
    customer = site.customer(fee="5")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"fee": "7"})
    form["fee"] = "6"
    again = form.submit(status=409).forms["record-form"]
    again["choose.fee"] = "mine"
    site.system.update("customer", customer.id, {"fee": "9"})
    page = again.submit(status=409)
    assert choices(page) == {"choose.fee"}
    assert now(site, customer)["fee"].amount == 9


def test_their_value_that_changed_again_is_taken_in_its_last_form(site: Site) -> None:
    customer = site.customer(fee="5")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"fee": "7"})
    form["fee"] = "6"
    again = form.submit(status=409).forms["record-form"]
    again["choose.fee"] = "theirs"
    site.system.update("customer", customer.id, {"fee": "9"})
    page = again.submit(status=409)
    assert choices(page) == set()
    page.forms["record-form"].submit(status=303)
    assert now(site, customer)["fee"].amount == 9


def test_the_same_value_in_other_words_is_no_question(site: Site) -> None:
    customer = site.customer(fee="5")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"fee": "1234.5"})
    form["fee"] = "1 234,50"
    assert choices(form.submit(status=409)) == set()


def test_another_record_that_both_chose_is_asked_by_name(site: Site) -> None:
    customer, other, third = site.customer(), site.customer("Moussa", "Diop"), site.customer("Khady", "Gueye")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"person": other["person_id"]})
    form["person"].force_value(third["person_id"])
    page = form.submit(status=409)
    assert choices(page) == {"choose.person"}
    assert "Moussa Diop" in visible_text(page)
    assert re.search(r"Khady Gueye\s+votre saisie", visible_text(page))
    again = page.forms["record-form"]
    again["choose.person"] = "theirs"
    again.submit(status=303)
    assert now(site, customer)["person_id"] == other["person_id"]


def test_who_changed_it_is_named(site: Site) -> None:
    customer = site.customer(fee="5")
    form = edited(site, customer)
    theirs = edited(site, customer)
    theirs["fee"] = "7"
    theirs.submit(status=303)
    form["fee"] = "6"
    assert re.search(r"7 F\sCFA\s+Fatou Agent,", visible_text(form.submit(status=409)))


def test_the_choice_shows_in_the_field_while_typing_goes_on(site: Site) -> None:
    customer = site.customer(fee="5", risk=1)
    browser = site.browser("agent")
    form = browser.get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    site.system.update("customer", customer.id, {"fee": "7", "risk": 2})
    form["fee"] = "6"
    again = form.submit(status=409).forms["record-form"]
    for choice, shown in (("theirs", "7"), ("mine", "6"), ("theirs", "7")):
        again["choose.fee"] = choice
        page = browser.post(f"/sn/customer/{customer.id}/preview", again.submit_fields())
        again = page.forms["record-form"]
        assert again["fee"].value == shown
        assert again["choose.fee"].value == choice
        assert "Risque : 2" in visible_text(page)
    again["fee"] = "8"
    again = browser.post(f"/sn/customer/{customer.id}/preview", again.submit_fields()).forms["record-form"]
    assert (again["fee"].value, again["choose.fee"].value) == ("8", "typed")
    again.submit(status=303)
    assert now(site, customer)["fee"].amount == 8


def test_what_a_form_of_another_page_posts_is_asked_where_it_differs(site: Site) -> None:
    customer = site.customer(fee="5", risk=1)
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"fee": "7"})
    form["opened"], form["risk"] = "", "3"
    assert choices(form.submit(status=409)) == {"choose.fee", "choose.risk"}


def test_values_that_the_reader_may_not_see_are_nowhere(site: Site) -> None:
    customer = site.customer(hush="before")
    form = edited(site, customer)
    sealed = orjson.loads(base64.urlsafe_b64decode(form["opened"].value))
    assert "hush" not in sealed[0]
    site.system.update("customer", customer.id, {"hush": "whispered", "risk": 2})
    form["risk"] = "3"
    page = form.submit(status=409)
    assert choices(page) == {"choose.risk"}
    assert "whispered" not in page.text
    assert "Tu :" not in visible_text(page)


def person_of(site: Site) -> Record:
    return now(site, site.system.get("person", site.customer()["person_id"]), "person")


def test_rows_that_the_other_added_stay(site: Site) -> None:
    person = person_of(site)
    form = edited(site, person, "person")
    number = person["numbers"][0]
    site.system.update("person", person.id, {"numbers": [{"id": number.id}, {"kind_of": "mail", "mail": "a@b.sn"}]})
    form["numbers.0.text"] = "+221 76 765 43 21"
    page = form.submit(status=409)
    assert "ajouté" in visible_text(page)
    page.forms["record-form"].submit(status=303)
    numbers = now(site, person, "person")["numbers"]
    assert {(each["text"], each["mail"]) for each in numbers} == {("+221767654321", None), (None, "a@b.sn")}


def test_values_of_a_row_that_both_changed_are_asked(site: Site) -> None:
    person = person_of(site)
    form = edited(site, person, "person")
    number = person["numbers"][0]
    site.system.update("person", person.id, {"numbers": [{"id": number.id, "text": "+221701112233"}]})
    form["numbers.0.text"] = "+221 76 765 43 21"
    page = form.submit(status=409)
    name = f"choose.numbers/{number.id}/text"
    assert choices(page) == {name}
    again = page.forms["record-form"]
    again[name] = "mine"
    again.submit(status=303)
    assert [each["text"] for each in now(site, person, "person")["numbers"]] == ["+221767654321"]


def test_a_row_that_the_other_removed_goes_unless_it_was_changed_here(site: Site) -> None:
    person = person_of(site)
    untouched, touched = edited(site, person, "person"), edited(site, person, "person")
    site.system.update("person", person.id, {"numbers": []})
    untouched["birth_date"] = "1990-01-01"
    page = untouched.submit(status=409)
    assert "retiré, n’est plus" in visible_text(page)
    page.forms["record-form"].submit(status=303)
    assert now(site, person, "person")["numbers"] == []
    touched["numbers.0.text"] = "+221 76 765 43 21"
    page = touched.submit(status=409)
    assert "il reste comme nouvelle entrée" in visible_text(page)
    page.forms["record-form"].submit(status=303)
    assert [each["text"] for each in now(site, person, "person")["numbers"]] == ["+221767654321"]


def test_a_row_that_was_removed_here_comes_back_where_the_other_changed_it(site: Site) -> None:
    person = person_of(site)
    browser = site.browser("agent")
    form = browser.get(f"/sn/person/{person.id}/edit").forms["record-form"]
    fields = [*form.submit_fields(), ("remove", "numbers.0")]
    shrunk = browser.post(f"/sn/person/{person.id}/preview", fields).forms["record-form"]
    number = person["numbers"][0]
    site.system.update("person", person.id, {"numbers": [{"id": number.id, "text": "+221701112233"}]})
    page = shrunk.submit(status=409)
    assert "de nouveau dans le formulaire" in visible_text(page)
    page.forms["record-form"].submit(status=303)
    assert [each["text"] for each in now(site, person, "person")["numbers"]] == ["+221701112233"]


def test_a_row_that_was_removed_here_and_left_alone_there_stays_removed(site: Site) -> None:
    person = person_of(site)
    browser = site.browser("agent")
    form = browser.get(f"/sn/person/{person.id}/edit").forms["record-form"]
    fields = [*form.submit_fields(), ("remove", "numbers.0")]
    shrunk = browser.post(f"/sn/person/{person.id}/preview", fields).forms["record-form"]
    site.system.update("person", person.id, {"birth_date": "1990-01-01"})
    shrunk.submit(status=409).forms["record-form"].submit(status=303)
    assert now(site, person, "person")["numbers"] == []


@pytest.mark.parametrize("told", ["x", "W10=", "bnVsbA==", "ü", "W1tdLFtdLDVd", "WzEsMiwzXQ=="])
def test_what_no_form_of_ours_brings_back_does_no_harm(site: Site, told: str) -> None:
    customer = site.customer(fee="5")
    form = edited(site, customer)
    site.system.update("customer", customer.id, {"risk": 9})
    fields = dict(form.submit_fields()) | {"fee": "6", "opened": told, "asked.fee": told, "meanwhile": told}
    page = site.browser("agent")
    fresh = page.get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    fields["csrf_token"] = fresh["csrf_token"].value
    page.post(f"/sn/customer/{customer.id}/edit", fields, status=409)
    page.post(f"/sn/customer/{customer.id}/preview", fields, status=200)
