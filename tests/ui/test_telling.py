"""Notifications as each reader sees them, and who else has a record open."""

from __future__ import annotations

from typing import Any

from tests.ui.served import Site

from sidra.access.accounts import Accounts
from sidra.access.actor import system_actor
from sidra.access.tables import access_tables_alone
from sidra.live.notifications import notify
from sidra.live.presence import Place, Places


def account(site: Site, login: str) -> str:
    found = Accounts(site.runtime.store, access_tables_alone()).find(login)
    assert found is not None
    return found.id


def told(site: Site, login: str, kind: str = "assigned", by: str = "lead", record_id: str | None = None) -> None:
    runtime = site.runtime
    actor = Accounts(runtime.store, access_tables_alone()).find(by)
    assert actor is not None
    with runtime.unit_of_work(actor.actor("sn")) as unit:
        notify(unit, account(site, login), kind, "customer", record_id)


def token_of(page: Any) -> str:  # noqa: ANN401 - WebTest ships no types
    return str(page.html.select_one("[name=csrf_token]")["value"])


def test_a_notification_names_who_and_what_and_leads_there_once_it_is_opened(site: Site) -> None:
    customer = site.customer()
    told(site, "agent", record_id=customer.id)
    browser = site.browser("agent")
    page = browser.get("/sn/notifications")
    assert "Awa Ndiaye" in page.text
    assert "1 notification non lue" in page.html.select_one(".bell")["aria-label"]
    (form,) = [form for form in page.forms.values() if form.action.endswith("/open")]
    answer = form.submit()
    assert (answer.status_code, customer.id in answer.location) == (303, True)
    assert "data-news" not in browser.get("/sn/notifications/bell").text


def test_a_record_that_may_no_longer_be_read_is_not_named(site: Site) -> None:
    customer = site.customer()
    told(site, "agent", record_id=customer.id)
    site.system.delete("customer", customer.id)
    page = site.browser("agent").get("/sn/notifications")
    assert "un élément que vous ne pouvez plus voir" in page.text
    assert "Awa" not in page.html.select_one("main").text


def test_nobody_sees_opens_or_reads_the_notifications_of_another(site: Site) -> None:
    told(site, "agent", record_id=site.customer().id)
    (one,) = site.runtime.notifications.page(account(site, "agent"), limit=9)
    other = site.browser("reader")
    page = other.get("/sn/notifications")
    assert not page.html.select("main li")
    token = token_of(page)
    assert other.post(f"/sn/notifications/{one.id}/open", {"csrf_token": token}, status=404)
    other.post("/sn/notifications/read", {"csrf_token": token, "until": one.id}, status=303)
    assert site.runtime.notifications.unread(account(site, "agent")) == 1


def test_all_that_are_shown_are_read_at_once(site: Site) -> None:
    for _ in range(3):
        told(site, "agent", record_id=site.customer().id)
    browser = site.browser("agent")
    (form,) = [form for form in browser.get("/sn/notifications").forms.values() if form.action.endswith("/read")]
    page = form.submit().follow()
    assert not [form for form in page.forms.values() if form.action.endswith("/read")]


def test_what_is_no_notification_is_told_so(site: Site) -> None:
    browser = site.browser("agent")
    token = token_of(browser.get("/sn/notifications"))
    assert browser.get("/sn/notifications?before=x", status=400)
    assert browser.post("/sn/notifications/read", {"csrf_token": token, "until": "x"}, status=400)


def test_the_latest_is_said_once_and_in_the_words_of_its_kind(site: Site) -> None:
    told(site, "agent", kind="never_heard_of", record_id=site.customer().id)
    bell = site.browser("agent").get("/sn/notifications/bell")
    assert "a agi sur" in bell.html.select_one("[data-news]").text


def test_who_else_has_a_record_open_is_named_and_the_reader_is_not(site: Site) -> None:
    customer = site.customer()
    places = {
        bytes([at]) * 16: Place(f"record:customer:{customer.id}", account(site, login), customer.id, login == "lead")
        for at, login in enumerate(("lead", "agent"))
    }
    Places().write(site.runtime, places, 0.0)
    found = site.browser("agent").get(f"/sn/customer/{customer.id}/here?version={customer.version}").text
    assert "en train de modifier" in found
    assert found.count('class="ava') == 1
    assert site.browser().get(f"/sn/customer/{customer.id}/here", status="*").status_code in {303, 401}


def test_a_record_that_another_changed_meanwhile_says_so_and_one_that_the_reader_changed_does_not(site: Site) -> None:
    customer = site.customer()
    address = f"/sn/customer/{customer.id}/here?version={customer.version}"
    browser = site.browser("agent")
    assert "alert" not in browser.get(address).text
    site.runtime.records(system_actor("demo", affiliate="sn")).update("customer", customer.id, {"segment": "gold"})
    assert "a modifié cette fiche" in browser.get(address).text
    assert "vous sera demandé" in browser.get(f"{address}&edits=yes").text
    assert "alert" not in browser.get(f"/sn/customer/{customer.id}/here?version=x").text


def test_the_counts_of_the_navigation_are_asked_for_apart_and_only_of_what_may_be_read(site: Site) -> None:
    site.system.create("ticket", {"subject": "No signal"})
    browser = site.browser("agent")
    page = browser.get("/sn/")
    assert page.html.select_one("sidra-counts")["data-href"] == "/sn/counts"
    (one,) = browser.get("/sn/counts").html.select("[data-count]")
    assert (one["data-count"], one.text) == ("/sn/ticket", "1")
    other = site.browser("reader")
    assert not other.get("/sn/").html.select("sidra-counts, [data-count]")
    assert not other.get("/sn/counts").html.select("[data-count]")
