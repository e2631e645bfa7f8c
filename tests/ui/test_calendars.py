"""Calendars over HTTP: records on their days, and the way of one to another day."""

import datetime
import re

import webtest
from tests.ui.served import Site, visible_text


def days(page: webtest.TestResponse) -> dict[str, list[str]]:
    """The titles that stand on each day."""
    cells = re.findall(r'<ul data-day="([^"]+)">(.*?)</ul>', page.text, flags=re.DOTALL)
    found = {day: re.findall(r'title="([^"]+)"', cell) for day, cell in cells}
    return {day: titles for day, titles in found.items() if titles}


def form_of(page: webtest.TestResponse) -> webtest.Form:
    return next(form for form in page.forms.values() if form.action.endswith("/day"))


def test_records_stand_on_the_first_day_that_their_lists_are_narrowed_by(site: Site) -> None:
    site.customer("Awa", "Ndiaye", since="2026-11-05")
    site.customer("Moussa", "Diop", since="2026-12-24")
    site.customer("Fatou", "Sarr")
    browser = site.browser("agent")
    assert days(browser.get("/sn/customer/calendar?day=2026-11-20")) == {"2026-11-05": ["Awa Ndiaye"]}
    assert days(browser.get("/sn/customer/calendar?day=2026-12-20&span=week")) == {}
    assert days(browser.get("/sn/customer/calendar?day=2026-12-24&span=day")) == {"2026-12-24": ["Moussa Diop"]}
    agenda = browser.get("/sn/customer/calendar?day=2026-11-27&span=agenda")
    assert days(agenda) == {"2026-12-24": ["Moussa Diop"]}
    assert "jeudi 24 décembre 2026" in visible_text(agenda)


def test_a_day_of_a_month_shows_three_and_says_how_many_more(site: Site) -> None:
    for number in range(5):
        site.customer(f"Awa {number}", "Ndiaye", since="2026-11-05")
    page = site.browser("agent").get("/sn/customer/calendar?day=2026-11-01")
    assert len(days(page)["2026-11-05"]) == 3
    assert "+2 autres" in visible_text(page)


def test_a_new_record_begins_on_the_day_it_is_made_for(site: Site) -> None:
    browser = site.browser("agent")
    page = browser.get("/sn/customer/calendar?day=2026-11-05&span=day")
    href = re.search(r'href="(/sn/customer/new\?since=2026-11-05[^"]*)"', page.text)
    assert href is not None
    assert 'name="since" value="2026-11-05"' in browser.get(href[1].replace("&amp;", "&")).text


def test_a_record_goes_to_another_day_with_script_and_without(site: Site) -> None:
    record, browser = site.customer(since="2026-11-05"), site.browser("agent")
    form = form_of(browser.get(f"/sn/customer/{record.id}/day"))
    form["day"] = "2026-11-09"
    assert form.submit().status_int == 303
    found = site.system.get("customer", record.id)
    assert found["since"] == datetime.date(2026, 11, 9)
    body = {"csrf_token": form["csrf_token"].value, "version": str(found.version), "day": "2026-11-10"}
    answer = browser.post(f"/sn/customer/{record.id}/day?part=1", body)
    assert 'data-undo="2026-11-09"' in answer.text
    stale = browser.post(f"/sn/customer/{record.id}/day?part=1", body)
    assert 'data-outcome="refused"' in stale.text
    assert 'data-outcome="refused"' in browser.post(f"/sn/customer/{record.id}/day?part=1", {**body, "day": "x"}).text
    assert site.system.get("customer", record.id)["since"] == datetime.date(2026, 11, 10)


def test_who_may_not_change_the_day_moves_nothing(site: Site) -> None:
    record, browser = site.customer(since="2026-11-05"), site.browser("hushed")
    page = browser.get("/sn/customer/calendar?day=2026-11-05")
    assert days(page) == {"2026-11-05": ["Awa Ndiaye"]}
    assert "data-move=" not in page.text
    assert "/sn/customer/new" not in page.text
    form = form_of(browser.get(f"/sn/customer/{record.id}/day"))
    form["day"] = "2026-11-09"
    form.submit(status=403)
    assert site.system.get("customer", record.id)["since"] == datetime.date(2026, 11, 5)
