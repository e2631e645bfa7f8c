import re

import pytest
from tests.ui.served import Site, visible_text

from sidra_ui.messages import LANGUAGES, Messages


@pytest.mark.parametrize("text", ["awa", "ndiaye", "C-000001", "AB123477", "77 123 45"])
def test_customer_is_found_by_name_number_document_and_telephone(site: Site, text: str) -> None:
    customer = site.customer()
    page = site.browser("agent").get("/sn/search", {"q": text})
    assert f"/sn/customer/{customer.id}/360" in page.text


def test_suggestions_are_a_piece_of_a_page(site: Site) -> None:
    customer = site.customer()
    page = site.browser("agent").get("/sn/search/suggest?q=awa")
    assert f"/sn/customer/{customer.id}/360" in page.text
    assert "<html" not in page.text


def test_a_customer_stands_for_its_person_and_says_why_only_where_the_name_does_not(site: Site) -> None:
    customer = site.customer()
    by_name = site.browser("agent").get("/sn/search?q=awa").text
    assert by_name.count(f"/sn/customer/{customer.id}/360") == 1
    assert f"/sn/person/{customer['person_id']}" not in by_name
    assert "77 123 45" not in by_name
    by_number = visible_text(site.browser("agent").get("/sn/search?q=771234567"))
    assert "77 123 45 67" in by_number


def test_all_that_is_found_is_counted_and_the_rest_is_a_list_away(site: Site) -> None:
    for number in range(24):
        site.system.create("ticket", {"subject": f"Panne {number}"})
    page = site.browser("agent").get("/sn/search?q=panne")
    assert "24 résultats" in visible_text(page)
    assert page.text.count('class="hit"') == 20
    link = re.search(r'href="(/sn/ticket\?[^"]*q=panne)">Voir les 24<', page.text)
    assert link is not None
    assert "24 fiches" in visible_text(site.browser("agent").get(link[1].replace("&amp;", "&")))


def test_what_is_found_through_numbers_has_the_list_of_these_behind_it(site: Site) -> None:
    person = site.customer()["person_id"]
    for number in range(22):
        values = {"kind_of": "mobile", "text": f"+22177123{number:02}00", "person_id": person}
        site.system.create("number", values)
    page = site.browser("agent").get("/sn/search?q=7712")
    link = re.search(r'href="(/sn/number\?[^"]*q=7712)">([^<]+)<', page.text)
    assert link is not None
    assert link[2].endswith("Voir les 23")
    assert "23 fiches" in visible_text(site.browser("agent").get(link[1].replace("&amp;", "&")))


def test_what_is_all_shown_has_no_list_behind_it(site: Site) -> None:
    site.system.create("ticket", {"subject": "Panne"})
    assert "Voir les" not in visible_text(site.browser("agent").get("/sn/search?q=panne"))


def test_nothing_found_says_so_and_what_can_be_done(site: Site) -> None:
    page = site.browser("agent").get("/sn/search?q=zzzz")
    assert "Aucun résultat pour « zzzz »" in visible_text(page)
    assert "sans accents" in visible_text(page)
    assert 'href="/sn/customer/new"' in page.text


def test_before_anything_is_typed_the_page_says_what_can_be_looked_for(site: Site) -> None:
    page = site.browser("agent").get("/sn/search")
    assert "Que cherchez-vous" in visible_text(page)
    assert "Aucun résultat" not in visible_text(page)
    assert 'href="/sn/customer/new"' not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_typed_stands_in_the_title_of_each_language(language: str) -> None:
    assert "zzzz" in Messages(language).text("search_nothing", query="zzzz")


def test_search_needs_its_function(site: Site) -> None:
    site.browser("reader").get("/sn/search?q=awa", status=403)
