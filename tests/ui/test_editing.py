import re

import pytest
from tests.ui.served import Site, visible_text

TOAST = 'class="toast tone-green"'


def test_form_holds_raw_values(site: Site) -> None:
    customer = site.customer(segment="gold", reason_for_gold="Loyal", since="2024-02-01", fee="12.5")
    form = site.browser("agent").get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    assert form["since"].value == "2024-02-01"
    assert (form["fee"].value, form["fee_currency"].value) == ("12.5", "XOF")
    assert form["segment"].value == "gold"
    assert form["person"].value == customer["person_id"]
    assert "hush" not in form.fields


def test_saving_unchanged_changes_nothing(site: Site) -> None:
    customer = site.customer(since="2024-02-01", fee="12.5", risk=3)
    form = site.browser("agent").get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    form.submit(status=303)
    assert site.system.get("customer", customer.id).version == customer.version


def test_changes_are_kept_and_said_once(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    form = browser.get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    form["fee"], form["since"] = "1234,50", "2023-01-01"
    page = form.submit(status=303).follow()
    assert TOAST in page.text
    assert TOAST not in browser.get(f"/sn/customer/{customer.id}").text
    saved = site.system.get("customer", customer.id)
    assert (str(saved["fee"]), saved["since"].isoformat()) == ("1234.5000 XOF", "2023-01-01")


def test_mistakes_are_listed_and_what_was_typed_stays(site: Site) -> None:
    customer = site.customer()
    form = site.browser("agent").get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    form["fee"], form["risk"] = "much", "200"
    page = form.submit(status=422)
    again = page.forms["record-form"]
    assert (again["fee"].value, again["risk"].value) == ("much", "200")
    assert {"f-fee", "f-risk"} <= set(re.findall(r'href="#([\w-]+)"', page.text))
    assert page.text.count('aria-invalid="true"') == 2
    assert site.system.get("customer", customer.id).version == customer.version


def test_condition_shows_a_field_while_typing(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    form = browser.get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    assert "reason_for_gold" not in form.fields
    form["segment"] = "gold"
    fragment = browser.post(f"/sn/customer/{customer.id}/preview", form.submit_fields())
    assert "<html" not in fragment.text
    assert re.search(r'name="reason_for_gold" required', fragment.text)
    assert "aria-invalid" not in fragment.text
    assert site.system.get("customer", customer.id).version == customer.version


def test_condition_makes_a_field_read_only(site: Site) -> None:
    customer = site.customer(fee="1", risk=3)
    site.system.transition("customer", customer.id, "activate")
    form = site.browser("agent").get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    assert "risk" not in form.fields


def test_someone_else_was_faster(site: Site) -> None:
    customer = site.customer()
    form = site.browser("agent").get(f"/sn/customer/{customer.id}/edit").forms["record-form"]
    site.system.update("customer", customer.id, {"risk": 9})
    form["risk"] = "3"
    page = form.submit(status=409)
    assert "R409" in visible_text(page)
    assert site.system.get("customer", customer.id)["risk"] == 9


def test_new_record_begins_with_what_the_address_tells(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    form = browser.get(f"/sn/ticket/new?customer={customer.id}").forms["record-form"]
    assert form["customer"].value == customer.id
    form["subject"] = "No signal"
    page = form.submit(status=303).follow()
    assert "No signal" in visible_text(page)
    assert len(site.system.get("customer", customer.id)["tickets"]) == 1


def test_new_record_takes_defaults_for_what_stays_empty(site: Site) -> None:
    person = site.customer()["person_id"]
    form = site.browser("agent").get("/sn/customer/new").forms["record-form"]
    assert form["segment"].value == "standard"
    form["person"], form["segment"] = person, ""
    address = form.submit(status=303).location
    assert site.system.get("customer", address.rsplit("/", 1)[1])["segment"] == "standard"


def test_new_record_that_lacks_something_says_what(site: Site) -> None:
    page = site.browser("agent").get("/sn/person/new").forms["record-form"].submit(status=422)
    assert "Prénom : " in visible_text(page)
    assert {"f-given_name", "f-family_name"} <= set(re.findall(r'href="#([\w-]+)"', page.text))


def test_rows_of_a_repeater_are_changed_added_and_removed(site: Site) -> None:
    person = site.customer()["person_id"]
    browser = site.browser("agent")
    form = browser.get(f"/sn/person/{person}/edit").forms["record-form"]
    form["numbers.0.text"] = "+221 76 765 43 21"
    preview = f"/sn/person/{person}/preview"
    grown = browser.post(preview, [*form.submit_fields(), ("add", "numbers")]).forms["record-form"]
    assert grown["numbers.0.text"].value == "+221 76 765 43 21"
    grown["numbers.1.kind_of"] = "mail"
    mailed = browser.post(preview, grown.submit_fields()).forms["record-form"]
    assert "numbers.1.text" not in mailed.fields
    mailed["numbers.1.mail"] = "awa@example.sn"
    mailed.submit(status=303)
    numbers = site.system.get("person", person)["numbers"]
    assert [(each["text"], each["mail"]) for each in numbers] == [("+221767654321", None), (None, "awa@example.sn")]
    form = browser.get(f"/sn/person/{person}/edit").forms["record-form"]
    shrunk = browser.post(preview, [*form.submit_fields(), ("remove", "numbers.0")]).forms["record-form"]
    shrunk.submit(status=303)
    assert [each["mail"] for each in site.system.get("person", person)["numbers"]] == ["awa@example.sn"]


def test_who_may_change_rows_but_add_none_can_go_on_typing(site: Site) -> None:
    person = site.customer()["person_id"]
    browser = site.browser("clerk")
    form = browser.get(f"/sn/person/{person}/edit").forms["record-form"]
    form["numbers.0.text"] = "+221 76 765 43 21"
    typed = browser.post(f"/sn/person/{person}/preview", form.submit_fields()).forms["record-form"]
    assert typed["numbers.0.text"].value == "+221 76 765 43 21"
    typed.submit(status=303)
    assert [each["text"] for each in site.system.get("person", person)["numbers"]] == ["+221767654321"]


def test_mistake_in_a_row_leads_to_its_field(site: Site) -> None:
    person = site.customer()["person_id"]
    form = site.browser("agent").get(f"/sn/person/{person}/edit").forms["record-form"]
    form["numbers.0.text"] = "12"
    page = form.submit(status=422)
    assert 'href="#f-numbers-0-text"' in page.text
    assert page.forms["record-form"]["numbers.0.text"].value == "12"


def test_form_of_someone_without_right_is_refused(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("reader")
    browser.get(f"/sn/customer/{customer.id}/edit", status=403)
    browser.get("/sn/customer/new", status=403)


def test_form_without_its_token_is_refused(site: Site) -> None:
    customer = site.customer()
    page = site.browser("agent").post(f"/sn/customer/{customer.id}/edit", {"risk": "3"}, status=403)
    assert "R403" in visible_text(page)
    assert site.system.get("customer", customer.id)["risk"] is None


def test_what_a_form_refers_to_is_made_beside_it(site: Site) -> None:
    browser = site.browser("agent")
    options = browser.get("/sn/person/lookup?q=Khady+Gueye&field=f-person")
    assert "/sn/person/new?text=Khady+Gueye" in options.text
    dialog = browser.get("/sn/person/new?text=Khady+Gueye&dialog=1")
    assert "<html" not in dialog.text
    form = dialog.forms["d1-form"]
    assert (form["given_name"].value, form["family_name"].value) == ("Khady", "Gueye")
    assert {"d1-f-given_name", "d1-f-family_name"} <= set(re.findall(r' id="([\w-]+)"', dialog.text))
    assert "d1-f-birth_date" not in dialog.text, "what may stay empty is left out"
    whole = browser.post("/sn/person/preview?dialog=1", {"whole": "yes", "csrf_token": form["csrf_token"].value})
    assert "d1-f-birth_date" in whole.text
    form["family_name"] = ""
    refused = form.submit(status=422)
    assert 'href="#d1-f-family_name"' in refused.text
    assert site.system.list("person").records == []
    form["family_name"] = "Gueye"
    answer = form.submit()
    person = site.system.list("person").records[0]
    assert person["name"] == "Khady Gueye"
    assert f'data-created="{person.id}" data-text="Khady Gueye"' in answer.text


def test_the_second_dialog_offers_no_third(site: Site) -> None:
    browser = site.browser("agent")
    (address,) = re.findall(r'data-href="([^"]+)"', browser.get("/sn/customer/new?dialog=2").text)
    assert "data-create" not in browser.get(address.replace("&amp;", "&") + "&q=Khady").text
    assert "data-create" in browser.get("/sn/person/lookup?field=f-person&q=Khady").text


def test_who_may_not_make_a_record_is_not_offered_to(site: Site) -> None:
    assert "/new" not in site.browser("clerk").get("/sn/person/lookup?q=Khady").text
    site.browser("clerk").get("/sn/person/new?text=Khady", status=403)


@pytest.mark.parametrize("text", ["Gueye", "771234567"])
def test_a_single_word_is_the_last_part_of_a_name_and_a_number_is_none(site: Site, text: str) -> None:
    form = site.browser("agent").get(f"/sn/person/new?text={text}").forms["record-form"]
    assert (form["given_name"].value, form["family_name"].value) == ("", text if text.isalpha() else "")


def test_saving_leads_back_to_where_the_form_was_opened(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    page = browser.get(f"/sn/customer/{customer.id}/360")
    edit = re.search(rf'href="(/sn/customer/{customer.id}/edit[^"]*)"', page.text)
    assert edit is not None
    form = browser.get(edit[1]).forms["record-form"]
    form["fee"] = "much"
    again = form.submit(status=422).forms["record-form"]
    again["fee"] = "5"
    assert again.submit(status=303).location.endswith(f"/sn/customer/{customer.id}/360")


@pytest.mark.parametrize("then", ["https://example.com/", "//example.com/sn/", "/eg/", "\\\\example.com"])
def test_a_form_leads_to_no_foreign_address(site: Site, then: str) -> None:
    customer = site.customer()
    page = site.browser("agent").get(f"/sn/customer/{customer.id}/edit", {"then": then})
    assert page.forms["record-form"].submit(status=303).location.endswith("/sn/")
    assert "example.com" not in page.text.split("<form")[-1]


def test_a_form_that_came_back_refused_is_not_saved(site: Site) -> None:
    page = site.browser("agent").get("/sn/person/new")
    assert "data-refused" not in page.text
    assert "data-refused" in page.forms["record-form"].submit(status=422).text


def test_a_default_follows_what_it_depends_on_until_a_person_enters_a_value(site: Site) -> None:
    customer, other = site.customer(), site.customer("Moussa", "Diop")
    browser = site.browser("agent")
    form = browser.get(f"/sn/ticket/new?customer={customer.id}").forms["record-form"]
    assert form["contact"].value == "Awa Ndiaye"
    form["customer"].force_value(other.id)
    form = browser.post("/sn/ticket/preview", form.submit_fields()).forms["record-form"]
    assert form["contact"].value == "Moussa Diop"
    form["contact"] = "His sister"
    form["customer"].force_value(customer.id)
    form = browser.post("/sn/ticket/preview", form.submit_fields()).forms["record-form"]
    assert form["contact"].value == "His sister"


def test_a_default_that_was_cleared_stays_out_of_the_way(site: Site) -> None:
    browser = site.browser("agent")
    form = browser.get(f"/sn/ticket/new?customer={site.customer().id}").forms["record-form"]
    form["contact"] = ""
    assert browser.post("/sn/ticket/preview", form.submit_fields()).forms["record-form"]["contact"].value == ""


def test_a_row_that_was_removed_comes_back_until_the_form_is_saved(site: Site) -> None:
    customer = site.customer()
    browser, person = site.browser("agent"), customer["person_id"]
    form = browser.get(f"/sn/person/{person}/edit").forms["record-form"]
    form["numbers.0.gone"] = "true"
    again = browser.post(f"/sn/person/{person}/preview", form.submit_fields())
    assert "data-undo-row" in again.text
    assert "numbers.0.text" not in again.forms["record-form"].fields
    back = again.forms["record-form"]
    back["numbers.0.gone"] = ""
    back = browser.post(f"/sn/person/{person}/preview", back.submit_fields()).forms["record-form"]
    assert back["numbers.0.text"].value.replace(" ", "") == "+221771234567"
    back["numbers.0.gone"] = "true"
    back.submit(status=303)
    assert site.system.get("person", person)["numbers"] == []


def test_a_form_that_is_sent_twice_makes_one_record(site: Site) -> None:
    browser = site.browser("agent")
    form = browser.get("/sn/person/new").forms["record-form"]
    form["given_name"], form["family_name"] = "Awa", "Ndiaye"
    first, second = form.submit(status=303), form.submit(status=303)
    assert first.location == second.location
    assert len(site.system.list("person").records) == 1
