import pytest
from tests.ui.served import Site, visible_text


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


def test_nothing_found_says_what_can_be_looked_for(site: Site) -> None:
    browser = site.browser("agent")
    for address in ("/sn/search?q=zzzz", "/sn/search"):
        assert "numéro" in visible_text(browser.get(address))


def test_search_needs_its_function(site: Site) -> None:
    site.browser("reader").get("/sn/search?q=awa", status=403)
