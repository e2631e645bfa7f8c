import pytest
from tests.ui.served import Site, visible_text

ADDRESS = "/sn/search/suggest"


def offered(site: Site, who: str, **asked: str) -> str:
    """What the palette shows somebody."""
    return str(site.browser(who).get(ADDRESS, asked).text)


def test_the_palette_offers_what_is_at_hand_before_anything_is_typed(site: Site) -> None:
    customer = site.customer()
    page = offered(site, "agent", at="/sn/", recent=f"/sn/customer/{customer.id}")
    assert "Consultés récemment" in page
    assert "Awa Ndiaye" in page
    assert 'href="/sn/customer/new"' in page


def test_the_palette_offers_the_steps_of_the_record_in_view(site: Site) -> None:
    customer = site.customer(fee="12500")
    page = offered(site, "agent", at=f"/sn/customer/{customer.id}/360")
    assert f"/sn/customer/{customer.id}/transition/activate" in page
    assert "data-post" in page


def test_a_step_that_is_not_possible_is_not_offered(site: Site) -> None:
    customer = site.customer()
    assert "/transition/activate" not in offered(site, "agent", at=f"/sn/customer/{customer.id}")


@pytest.mark.parametrize(("who", "is_offered"), [("agent", True), ("reader", False)])
def test_new_records_are_offered_to_who_may_make_them(site: Site, who: str, *, is_offered: bool) -> None:
    assert ('href="/sn/customer/new"' in offered(site, who, q="client")) == is_offered


@pytest.mark.parametrize("text", ["reglages langue", "raccourcis", "ENGLISH", "sombre", "theme"])
def test_commands_are_found_without_accents_and_by_any_of_their_words(site: Site, text: str) -> None:
    page = site.browser("agent").get(ADDRESS, {"q": text.rsplit(maxsplit=1)[-1]})
    assert "Réglages" in visible_text(page)


def test_a_command_says_nothing_where_only_some_words_fit(site: Site) -> None:
    assert "data-choice" not in offered(site, "agent", q="sombre zzzz")


def test_records_out_of_sight_are_in_no_list_of_the_palette(site: Site) -> None:
    unseen = "/sn/customer/00000000-0000-7000-8000-00000000dead"
    assert "dead" not in offered(site, "agent", at=unseen, recent=unseen)


@pytest.mark.parametrize("at", ["/pl/customer/x", "javascript:alert(1)", "//evil/" + "x" * 400, "/sn/nothing/1/"])
def test_a_strange_place_is_passed_over(site: Site, at: str) -> None:
    assert "menu-item" in offered(site, "agent", at=at, recent=at)


def test_who_may_not_search_still_has_commands_and_no_records(site: Site) -> None:
    site.customer()
    page = offered(site, "reader", q="awa")
    assert "Ndiaye" not in page
    assert "Réglages" in offered(site, "reader", q="sombre")


def test_commands_are_in_the_language_of_the_reader(site: Site) -> None:
    browser = site.browser("agent")
    browser.set_cookie("sidra_locale", "en")
    assert "Keyboard shortcuts" in visible_text(browser.get(ADDRESS, {"q": "keyb"})).replace("Keyb oard", "Keyboard")


def test_other_affiliates_are_offered_only_where_the_browser_is_signed_in(site: Site) -> None:
    assert 'id="affiliates"' not in site.browser("agent").get("/sn/").text


def test_single_keys_and_the_narrow_navigation_are_remembered(site: Site) -> None:
    browser = site.browser("agent")
    browser.set_cookie("sidra_nav", "rail")
    browser.set_cookie("sidra_keys", "off")
    page = browser.get("/sn/").text
    assert 'data-nav="rail"' in page
    assert 'data-keys="off"' in page
