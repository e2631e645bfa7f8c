"""Lists as people arrange them: conditions, saved views, columns; none tells what its reader may not see."""

from __future__ import annotations

import re

import pytest
import webtest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ui.served import Site, visible_text


def names(page: webtest.TestResponse) -> list[str]:
    """The names of a list's rows, in order."""
    return re.findall(r'<a class="med" href="[^"]+/360">([^<]+)</a>', page.text)


def save_form(page: webtest.TestResponse) -> webtest.forms.Form:
    """The form that saves a selection as a view."""
    return next(form for form in page.forms.values() if form.action.endswith("/views") and "name" in form.fields)


def three(site: Site) -> None:
    site.customer("Awa", "Ndiaye", segment="gold", since="2024-02-01")
    site.customer("Moussa", "Diop", since="2020-02-01")
    site.customer("Binta", "Fall", since="2022-02-01")


def test_conditions_of_an_address_narrow_the_list_and_are_chips(site: Site) -> None:
    three(site)
    browser = site.browser("agent")
    page = browser.get("/sn/customer?w=segment~is~gold|since~before~2021-01-01")
    assert names(page) == ["Awa Ndiaye", "Moussa Diop"]
    assert "Segment est Or ou Depuis avant le 1 janv. 2021" in visible_text(page)
    remove = re.findall(r'class="x" href="([^"]+)"', page.text)[0].replace("&amp;", "&")
    assert len(names(browser.get(remove))) == 3


def test_the_builder_is_a_page_that_leads_to_the_list(site: Site) -> None:
    three(site)
    browser = site.browser("agent")
    form = browser.get("/sn/customer/filter").forms["builder"]
    form["p.0.0"] = "since"
    form = form.submit("add_group", value="1").forms["builder"]
    assert form["o.0.0"].value == "is"
    form["o.0.0"] = "after"
    page = form.submit("remove", value="1.0")
    form = page.forms["builder"]
    form["v.0.0"] = "2021-01-01"
    counted = browser.get("/sn/customer/filter", params=form.submit_fields())
    assert "≈ 2 fiches" in visible_text(counted)
    answer = counted.forms["builder"].submit("apply")
    assert names(answer.follow()) == ["Awa Ndiaye", "Binta Fall"]


def test_the_builder_opens_with_the_conditions_of_the_view(site: Site) -> None:
    three(site)
    browser = site.browser("agent")
    form = browser.get("/sn/customer/filter?view=gold").forms["builder"]
    assert (form["p.0.0"].value, form["o.0.0"].value) == ("segment", "is")
    assert [box.value for box in form.fields["v.0.0"] if getattr(box, "checked", False)] == ["gold"]
    assert form["view"].value == "all"
    answer = form.submit("apply", value="1")
    assert "w=segment~is~gold" in answer.location
    assert names(answer.follow()) == ["Awa Ndiaye"]


def test_the_builder_offers_nothing_that_its_reader_may_not_ask(site: Site) -> None:
    site.customer()
    text = visible_text(site.browser("agent").get("/sn/customer/filter"))
    assert "Tu" not in text.split()
    masked = site.browser("lead").get("/sn/customer/filter")
    assert 'value="fee"' not in masked.text
    assert "Frais: vous le voyez masqué" in visible_text(masked)


def test_a_view_is_saved_opened_changed_and_deleted(site: Site) -> None:
    three(site)
    browser = site.browser("agent")
    page = browser.get("/sn/customer?w=segment~is~gold&sort=-since")
    form = save_form(page)
    assert "audience" not in form.fields
    form["name"] = "Mes clients or"
    opened = form.submit().follow()
    assert names(opened) == ["Awa Ndiaye"]
    assert "Mes clients or" in visible_text(opened)
    address = opened.request.path_qs
    assert re.fullmatch(r"/sn/customer\?saved=[0-9a-f-]{36}", address)
    assert "Mes clients or" not in visible_text(site.browser("lead").get("/sn/customer"))
    assert names(site.browser("lead").get(address)) != ["Awa Ndiaye"]
    key = address.partition("=")[2]
    token = opened.forms["columns"]["csrf_token"].value
    browser.post("/sn/customer/views", {"csrf_token": token, "do": "first", "key": key})
    assert names(browser.get("/sn/customer")) == ["Awa Ndiaye"]
    browser.post("/sn/customer/views", {"csrf_token": token, "do": "delete", "id": key})
    assert len(names(browser.get("/sn/customer"))) == 3


def test_a_saved_view_shows_its_number_once_the_page_stands(site: Site) -> None:
    three(site)
    browser = site.browser("agent")
    assert "/customer/counts" not in browser.get("/sn/customer").text
    form = save_form(browser.get("/sn/customer?w=segment~is~gold"))
    form["name"] = "Mes clients or"
    id_ = form.submit().location.partition("saved=")[2]
    page = browser.get("/sn/customer")
    assert f'<span class="count" id="count-{id_}" hidden></span>' in page.text
    counted = browser.get("/sn/customer/counts")
    assert f'id="count-{id_}" hx-swap-oob="outerHTML">1</span>' in counted.text
    assert id_ not in site.browser("lead").get("/sn/customer/counts").text


def test_a_list_beyond_the_bound_of_counting_is_counted_where_that_is_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(site)
    monkeypatch.setattr("sidra.records.service.COUNT_CAP", 2)
    browser = site.browser("agent")
    page = browser.get("/sn/customer?sort=name")
    assert "plus de 2 fiches" in visible_text(page)
    assert 'data-total="2+"' in page.text
    counted = page.click("tout compter")
    assert "3 fiches" in visible_text(counted)
    assert 'data-total="3"' in counted.text


def test_a_shared_view_leaves_out_what_its_reader_may_not_ask_and_does_not_say_it(site: Site) -> None:
    three(site)
    chief = site.browser("chief")
    form = save_form(chief.get("/sn/customer?w=fee~more~12345&w=segment~is~gold"))
    form["name"], form["audience"] = "Riches", "everybody"
    address = form.submit().follow().request.path_qs
    reader = site.browser("reader")
    assert f'href="{address}"' in reader.get("/sn/customer").text
    opened = reader.get(address)
    assert names(opened) == ["Awa Ndiaye"]
    assert "Une condition de cette vue est laissée de côté" in visible_text(opened)
    assert "12 345" not in visible_text(opened).replace("\u202f", " ")
    assert "Frais" not in visible_text(opened)


def test_columns_density_and_size_are_kept_for_their_person(site: Site) -> None:
    three(site)
    browser = site.browser("agent")
    form = browser.get("/sn/customer").forms["columns"]
    token, then = form["csrf_token"].value, "/sn/customer"
    given_columns = [("column", "name"), ("column", "since"), ("column", "hush"), ("column", "nothing")]
    words = [("csrf_token", token), ("then", then), ("density", "compact"), ("size", "50"), *given_columns]
    page = browser.post("/sn/customer/arrange", words).follow()
    heads = [visible_text_of(head) for head in re.findall(r"<th scope.*?</th>", page.text, re.DOTALL)]
    assert heads == ["Nom", "Depuis"]
    assert "tbl compact" in page.text
    assert "tbl compact" not in site.browser("lead").get("/sn/customer").text
    browser.post("/sn/customer/arrange", {"csrf_token": token, "reset": "1"})
    assert "tbl compact" not in browser.get("/sn/customer").text


def visible_text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).strip()


def test_several_sorts_order_what_the_first_leaves_alike(site: Site) -> None:
    three(site)
    page = site.browser("agent").get("/sn/customer?sort=-since,name,number,risk,hush,nothing")
    assert names(page) == ["Awa Ndiaye", "Binta Fall", "Moussa Diop"]
    assert page.text.count('aria-sort="descending"') == 0
    assert "sort=-since%2Cname%2Cnumber" in page.text


hostile = st.text(max_size=60)
words = st.sampled_from(["w", "any", "saved", "sort", "view", "size", "p.0.0", "o.0.0", "v.0.0", "add", "remove", "q"])
pieces = st.one_of(
    hostile,
    st.sampled_from(
        [
            "segment~is~gold",
            "fee~more~1",
            "since~last~9999999",
            "person.name~begins~'",
            "|~|",
            "1",
            "since",
            "between",
            "0.0",
        ]
    ),
)


@pytest.fixture
def agent(site: Site) -> webtest.TestApp:
    """The browser of an agent."""
    return site.browser("agent")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(words, pieces), max_size=6))
@pytest.mark.parametrize("path", ["", "/filter"])
def test_no_address_of_a_list_breaks_it(agent: webtest.TestApp, path: str, given_words: list[tuple[str, str]]) -> None:
    answer = agent.get(f"/sn/customer{path}", params=given_words, expect_errors=True)
    assert answer.status_int in {200, 303, 400}
