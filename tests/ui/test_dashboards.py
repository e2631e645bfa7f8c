import re
from html import unescape

import pytest
import webtest
from tests.ui.served import Site, visible_text

HERE = "/sn/dashboards/customers_now"


def links(page: webtest.TestResponse, text: str) -> str:
    """The address of the first link that says a text."""
    found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>\s*{re.escape(text)}\s*</a>', page.text)
    assert found is not None, page.text
    return unescape(found[1])


@pytest.fixture
def filled(site: Site) -> Site:
    """Three customers: two of gold, of which one is active."""
    site.customer(segment="gold", fee="10")
    site.customer("Moussa", "Diop", segment="gold", fee="20")
    site.customer("Fatou", "Sall", fee="30")
    return site


def count_of(page: webtest.TestResponse) -> str:
    found = re.search(r'id="list-summary">([^<]*)<', page.text)
    assert found is not None
    return found[1].split()[0]


def test_a_dashboard_stands_before_its_numbers_come(filled: Site) -> None:
    page = filled.browser("lead").get(HERE)
    assert "Clients à ce jour" in visible_text(page)
    assert page.text.count('hx-trigger="load, sidra:recount"') == 6
    assert 'data-refresh="60"' in page.text


def test_each_number_leads_to_the_list_of_exactly_what_it_counts(filled: Site) -> None:
    browser = filled.browser("lead")
    for tile, number, said in (("new", "3", "3"), ("gold", "2", "2"), ("by_segment", "2", "2"), ("groups", "3", "3")):
        answer = browser.get(f"{HERE}/{tile}")
        address = links(answer, number)
        assert count_of(browser.get(address)) == said, address


def test_points_of_a_curve_lead_to_their_day_and_value(filled: Site) -> None:
    browser = filled.browser("lead")
    answer = browser.get(f"{HERE}/course?span=week")
    address = links(answer, "3")
    assert "d.created_at=" in address
    assert "g.status=prospect" in address
    page = browser.get(address)
    assert count_of(page) == "3"
    assert "Évolution" in visible_text(page)


def test_a_tile_over_what_the_reader_may_not_measure_is_not_there(filled: Site) -> None:
    lead, chief = filled.browser("lead"), filled.browser("chief")
    assert "Frais dus" not in lead.get(HERE).text
    lead.get(f"{HERE}/fees", status=404)
    assert "60" in visible_text(chief.get(f"{HERE}/fees"))


def test_a_dashboard_needs_the_function(filled: Site) -> None:
    agent = filled.browser("agent")
    agent.get(HERE, status=403)
    agent.get(f"{HERE}/new", status=403)
    assert "customers_now" not in agent.get("/sn/").text


@pytest.mark.parametrize("address", ["/sn/dashboards/nothing", "/sn/dashboards/customer_list", f"{HERE}/nothing"])
def test_an_address_of_nothing_is_not_found(site: Site, address: str) -> None:
    site.browser("lead").get(address, status=404)


@pytest.mark.parametrize("query", ["span=never&unit=x", "span=%00", "unit=%27--"])
def test_odd_words_of_an_address_count_as_not_said(filled: Site, query: str) -> None:
    assert "3" in visible_text(filled.browser("lead").get(f"{HERE}/new?{query}"))


@pytest.mark.parametrize(
    "query", ["g.hush=x", "g.nothing=1", "d.created_at=x/y", "d.fee=2026-01-01/2026-01-02", "tile=a.b.c", "g.fee=~"]
)
def test_odd_parts_of_a_list_never_fail(filled: Site, query: str) -> None:
    assert filled.browser("lead").get(f"/sn/customer?{query}", status="*").status_int in {200, 400}


def test_a_list_as_a_chart_counts_what_the_list_shows(filled: Site) -> None:
    browser = filled.browser("agent")
    page = browser.get("/sn/customer/chart?by=segment&view=all")
    assert count_of(browser.get(links(page, "2"))) == "2"
    gold = browser.get("/sn/customer/chart?by=created_at:day&measure=sum:fee&f.segment=gold")
    assert "30 F CFA" in visible_text(gold).replace("\u202f", " ").replace("\u00a0", " ")


def test_what_a_reader_may_not_read_is_not_offered(filled: Site) -> None:
    page = filled.browser("lead").get("/sn/customer/chart?by=status&measure=sum:fee")
    assert "sum:fee" not in page.text.replace("measure=sum:fee", "")
    assert "sum:risk" in page.text


def test_the_page_narrows_all_tiles_that_have_the_attribute(filled: Site) -> None:
    browser = filled.browser("lead")
    page = browser.get(f"{HERE}?g.segment=gold&g.hush=x")
    assert 'name="g.segment"' in page.text
    assert "g.hush" not in re.sub(r"next=[^\"]+", "", page.text.partition("<main")[2])
    assert "2" in visible_text(browser.get(f"{HERE}/new?g.segment=gold"))
    address = links(browser.get(f"{HERE}/groups?g.segment=gold"), "2")
    assert "g.segment=gold" in address
    assert count_of(browser.get(address)) == "2"


def test_a_point_is_broken_down_by_what_it_is_not_narrowed_to(filled: Site) -> None:
    browser = filled.browser("lead")
    address = links(browser.get(f"{HERE}/by_segment"), "2").replace("/customer?", "/customer/point?")
    point = browser.get(address)
    assert "Par segment" in visible_text(point)
    assert "Voir 2 fiches" in visible_text(point)
    assert 'value="segment"' not in point.text
    assert 'value="status" selected' in point.text
    assert count_of(browser.get(links(point, "Voir 2 fiches"))) == "2"
    assert "g.status=prospect" in point.text
    assert "Tu" not in visible_text(point).split()
    filled.browser("agent").get(address, status=200)


def test_the_numbers_of_a_tile_are_a_file_for_who_may_export(filled: Site) -> None:
    lead = filled.browser("lead")
    form = lead.get(f"{HERE}/groups").forms[0]
    assert form.action == f"{HERE}/groups/file?span=month"
    token = lead.get("/sn/customer").forms["columns"]["csrf_token"].value
    for tile, expected in (
        ("groups", ["Statut,Clients", "Prospect,3"]),
        ("by_segment", ["Segment,Clients", "Standard,1", "Or,2"]),
        ("latest", ["Nom,Segment", "Fatou Sall,Standard", "Moussa Diop,Or", "Awa Ndiaye,Or"]),
    ):
        answer = lead.post(f"{HERE}/{tile}/file", {"csrf_token": token})
        assert answer.body.decode("utf-8-sig").split("\r\n")[:-1] == expected
    lead.post(f"{HERE}/fees/file", {"csrf_token": token}, status=404)
    agent = filled.browser("agent")
    token = agent.get("/sn/customer").forms["columns"]["csrf_token"].value
    agent.post(f"{HERE}/groups/file", {"csrf_token": token}, status=403)


def test_amounts_in_other_currencies_are_said(filled: Site) -> None:
    filled.customer("Binta", "Fall", fee={"amount": "7", "currency": "EUR"})
    told = visible_text(filled.browser("chief").get(f"{HERE}/fees")).replace("\u00a0", " ").replace("\u202f", " ")
    assert "60" in told
    assert "7,00 €" in told
