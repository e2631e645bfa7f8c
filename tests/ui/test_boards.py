"""Boards over HTTP: what the columns count, who may move what where, and that a refusal leaves all as it was."""

import re

import pytest
import webtest
from tests.ui.served import THIES, Site, visible_text

from sidra.records.record import Record


def cards(page: webtest.TestResponse) -> dict[str, str]:
    """The column of each card, by its title."""
    found = re.findall(r'data-title="([^"]+)" data-stage="([^"]+)"', page.text)
    return dict(found)


def form_of(page: webtest.TestResponse) -> webtest.Form:
    """The form that moves a card, on its own page."""
    return next(form for form in page.forms.values() if "/move" in form.action)


def moving(browser: webtest.TestApp, record: Record, to: str, **more: str) -> webtest.TestResponse:
    """Ask to move a card as the script does."""
    page = browser.get(f"/sn/customer/{record.id}/move")
    token = form_of(page)["csrf_token"].value
    body = {"csrf_token": token, "version": str(record.version), "to": to, **more}
    return browser.post(f"/sn/customer/{record.id}/move?part=1", body)


def status(site: Site, record: Record) -> str:
    return str(site.system.get("customer", record.id)["status"])


def test_a_board_counts_and_adds_up_by_column(site: Site) -> None:
    site.customer("Awa", "Ndiaye", fee="12500")
    site.customer("Moussa", "Diop", fee="7500")
    page = site.browser("agent").get("/sn/customer/board")
    text = visible_text(page).replace("\u202f", " ").replace("\u00a0", " ")
    assert cards(page) == {"Awa Ndiaye": "prospect", "Moussa Diop": "prospect"}
    assert "Prospect 2 1 au plus 20 k F CFA" in text
    assert "Requis : depuis" in page.text


def test_sums_of_what_is_hidden_are_not_there(site: Site) -> None:
    site.customer(fee="12500")
    page = site.browser("reader").get("/sn/customer/board")
    assert cards(page) == {"Awa Ndiaye": "prospect"}
    assert "12" not in visible_text(page).replace("\u202f", "")
    assert 'data-moves="{}"' in page.text


def test_the_forecast_adds_up_by_month_and_leads_to_what_it_counts(site: Site) -> None:
    today = site.system.runtime.now().date()
    site.customer("Awa", "Ndiaye", fee="12500", since=today.isoformat())
    site.customer("Moussa", "Diop", fee="7500", since=today.isoformat())
    site.customer("Binta", "Fall", fee="900", since="2020-01-01")
    page = site.browser("agent").get("/sn/customer/board")
    text = visible_text(page).replace("\u202f", " ").replace("\u00a0", " ")
    assert "Frais par trimestre" in text
    assert "Frais par mois" in text
    [behind] = re.findall(r'<a href="([^"]*g\.status=prospect[^"]*)">20\D000', page.text)
    listed = site.browser("agent").get(behind.replace("&amp;", "&"))
    assert re.findall(r'<a class="med" href="[^"]+/360">([^<]+)</a>', listed.text) == ["Awa Ndiaye", "Moussa Diop"]
    assert "par trimestre" not in visible_text(site.browser("reader").get("/sn/customer/board"))


def test_a_card_begins_in_the_column_where_its_life_does(site: Site) -> None:
    page = site.browser("agent").get("/sn/customer/board")
    assert re.findall(r'href="([^"]+/new[^"]*)" aria-label="([^"]+)"', page.text) == [
        ("/sn/customer/new?then=%2Fsn%2Fcustomer%2Fboard%3Fview%3Dall", "Nouveau : Client · Prospect")
    ]
    assert "/new?then" not in site.browser("reader").get("/sn/customer/board").text


def test_amounts_of_several_currencies_are_not_added_up(site: Site) -> None:
    site.customer(fee={"amount": "10", "currency": "EUR"})
    site.customer("Moussa", "Diop", fee="7500")
    assert "plusieurs devises" in visible_text(site.browser("agent").get("/sn/customer/board"))


def test_rows_of_other_units_are_neither_shown_nor_counted_nor_moved(site: Site) -> None:
    hidden = site.customer(since="2026-01-01", fee="1")
    with site.system.runtime.store.writing() as connection:
        connection.execute("UPDATE customer SET unit = ?", (bytes.fromhex(THIES.replace("-", "")),))
    browser = site.browser("agent")
    page = browser.get("/sn/customer/board")
    assert cards(page) == {}
    assert "0 fiche" in visible_text(page)
    browser.get(f"/sn/customer/{hidden.id}/move", status=404)


def test_filters_and_search_of_the_list_mean_the_same_on_the_board(site: Site) -> None:
    site.customer("Awa", "Ndiaye", segment="gold")
    site.customer("Moussa", "Diop")
    browser = site.browser("agent")
    assert cards(browser.get("/sn/customer/board?f.segment=gold")) == {"Awa Ndiaye": "prospect"}
    assert cards(browser.get("/sn/customer/board?q=mou")) == {"Moussa Diop": "prospect"}
    assert "/sn/customer/board?" in browser.get("/sn/customer?f.segment=gold").text


def test_a_move_is_the_step_of_the_life_cycle(site: Site) -> None:
    record = site.customer(fee="12500", since="2026-01-01")
    answer = moving(site.browser("agent"), record, "active")
    assert 'data-outcome="moved"' in answer.text
    assert status(site, record) == "active"
    assert "data-undo" not in answer.text, "no step leads back"
    assert "Actif" in answer.text


def test_the_gate_asks_for_what_is_missing_and_moves_with_it(site: Site) -> None:
    record, browser = site.customer(fee="12500"), site.browser("agent")
    refused = moving(browser, record, "active")
    assert 'data-outcome="refused"' in refused.text
    assert 'name="v.since"' in refused.text
    assert status(site, record) == "prospect"
    moved = moving(browser, record, "active", **{"v.since": "2026-02-03"})
    assert 'data-outcome="moved"' in moved.text
    found = site.system.get("customer", record.id)
    assert (found["status"], str(found["since"])) == ("active", "2026-02-03")


def test_what_was_filled_in_is_not_kept_where_the_step_is_refused(site: Site) -> None:
    record = site.customer()
    refused = moving(site.browser("agent"), record, "active", **{"v.since": "2026-02-03"})
    assert 'data-outcome="refused"' in refused.text
    assert site.system.get("customer", record.id)["since"] is None


def test_no_step_leads_to_a_column_that_is_further_on(site: Site) -> None:
    record = site.customer(fee="1", since="2026-01-01")
    refused = moving(site.browser("agent"), record, "closed")
    assert "Aucune étape ne mène d’ici à Clos" in refused.text
    assert status(site, record) == "prospect"


def test_a_step_that_wants_a_reason_gets_one(site: Site) -> None:
    record, browser = site.customer(fee="1", since="2026-01-01"), site.browser("agent")
    moving(browser, record, "active")
    now = site.system.get("customer", record.id)
    assert 'name="reason"' in browser.get(f"/sn/customer/{record.id}/move?to=closed").text
    assert 'data-outcome="moved"' in moving(browser, now, "closed", reason="moved").text
    assert status(site, record) == "closed"


def test_a_role_without_the_step_moves_nothing(site: Site) -> None:
    record = site.customer(fee="1", since="2026-01-01")
    browser = site.browser("hushed")
    page = browser.get("/sn/customer/board")
    assert 'data-moves="{}"' in page.text
    assert 'data-move="' not in page.text
    assert 'data-outcome="refused"' in moving(browser, record, "active").text
    assert status(site, record) == "prospect"


def test_a_card_that_somebody_moved_meanwhile_goes_back(site: Site) -> None:
    record = site.customer(fee="1", since="2026-01-01")
    site.system.update("customer", record.id, {"risk": 10})
    refused = moving(site.browser("agent"), record, "active")
    assert 'data-outcome="refused"' in refused.text
    assert "entre-temps" in refused.text
    assert status(site, record) == "prospect"


def test_without_script_the_menu_is_a_page_with_a_form(site: Site) -> None:
    record, browser = site.customer(fee="12500"), site.browser("agent")
    page = browser.get(f"/sn/customer/{record.id}/move")
    form = form_of(page)
    refused = form.submit("to", value="active", status=422)
    form = form_of(refused)
    form["v.since"] = "2026-03-04"
    assert form.submit().status_int == 303
    assert status(site, record) == "active"


def test_columns_are_paged_on_their_own(site: Site) -> None:
    for number in range(22):
        site.customer(f"Awa {number:02}", "Ndiaye")
    browser = site.browser("agent")
    page = browser.get("/sn/customer/board?sort=name")
    assert len(cards(page)) == 20
    assert "2 autres" in visible_text(page)
    href = re.search(r'hx-get="([^"]+stage=prospect[^"]+)"', page.text)
    assert href is not None
    assert list(cards(browser.get(href[1].replace("&amp;", "&")))) == ["Awa 20 Ndiaye", "Awa 21 Ndiaye"]


@pytest.mark.parametrize("address", ["/sn/person/board", "/sn/ticket/calendar", "/sn/nothing/board"])
def test_what_has_no_columns_or_days_has_no_board_or_calendar(site: Site, address: str) -> None:
    site.browser("agent").get(address, status=404)
