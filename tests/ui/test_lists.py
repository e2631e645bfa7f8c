import re

import pytest
import webtest
from tests.ui.served import THIES, Site, visible_text


def names(page: webtest.TestResponse) -> list[str]:
    """The names of a list's rows, in order."""
    return re.findall(r'<a class="med" href="[^"]+/360">([^<]+)</a>', page.text)


def test_list_shows_what_the_reader_may_see_in_his_language(site: Site) -> None:
    site.customer(segment="gold", fee="12500", risk=80)
    text = visible_text(site.browser("agent").get("/sn/customer"))
    assert "Clients" in text
    assert "Awa Ndiaye C-000001" in text
    assert "12 500 F CFA" in text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "+221 77 123 45 67" in text


def test_column_without_right_is_not_there(site: Site) -> None:
    site.customer(fee="12500")
    text = visible_text(site.browser("reader").get("/sn/customer"))
    assert "Awa Ndiaye" in text
    assert "Frais" not in text
    assert "500" not in text


def test_what_is_kept_for_some_rights_and_a_language_serves_no_others(site: Site) -> None:
    site.customer("Awa", fee="10", segment="gold")
    seen: dict[tuple[str, str], tuple[list[str], list[str], list[str]]] = {}
    for login, language in [("agent", "fr"), ("reader", "fr"), ("lead", "fr"), ("agent", "en"), ("reader", "en")] * 2:
        browser = site.browser(login)
        browser.set_cookie("sidra_locale", language)
        page = browser.get("/sn/customer")
        heads = [head.text.strip() for head in page.html.select("#list thead th[scope=col]")]
        cells = [cell.text.strip() for cell in page.html.select("#list tbody td:not(.pick)")]
        places = [place.text.strip() for place in page.html.select("#nav .nav-item")]
        assert seen.setdefault((login, language), (heads, cells, places)) == (heads, cells, places)
    agent, reader, lead = (seen[login, "fr"] for login in ("agent", "reader", "lead"))
    assert "Frais" in agent[0]
    assert "Frais" not in reader[0]
    assert agent[1] != lead[1]
    assert len(reader[2]) < len(agent[2])
    assert seen["agent", "en"][0] != agent[0]
    assert seen["reader", "en"][2] != reader[2]


def test_entity_without_right_is_refused(site: Site) -> None:
    site.browser("reader").get("/sn/ticket", status=403)


def test_unknown_entity_is_not_found(site: Site) -> None:
    site.browser("agent").get("/sn/nothing_such", status=404)


def test_rows_of_other_units_are_not_counted(site: Site) -> None:
    site.customer("Awa", "Ndiaye")
    hidden = site.customer("Moussa", "Diop")
    with site.system.runtime.store.writing() as connection:
        connection.execute(
            "UPDATE customer SET unit = ? WHERE number = ?", (bytes.fromhex(THIES.replace("-", "")), hidden["number"])
        )
    page = site.browser("agent").get("/sn/customer")
    assert names(page) == ["Awa Ndiaye"]
    assert "1 fiche" in visible_text(page)


def test_views_narrow_and_count(site: Site) -> None:
    site.customer("Awa", "Ndiaye", segment="gold")
    site.customer("Moussa", "Diop")
    page = site.browser("agent").get("/sn/customer?view=gold")
    assert names(page) == ["Awa Ndiaye"]
    assert re.search(r"Tous<span class=\"count\">2</span>", page.text)
    assert re.search(r"aria-current=\"page\">Or<span class=\"count\">1</span>", page.text)


def test_filters_are_chips_that_can_be_taken_off(site: Site) -> None:
    site.customer("Awa", "Ndiaye", segment="gold", since="2024-02-01")
    site.customer("Moussa", "Diop", segment="gold", since="2020-02-01")
    browser = site.browser("agent")
    page = browser.get("/sn/customer?f.segment=gold&f.since.from=2023-01-01")
    assert names(page) == ["Awa Ndiaye"]
    assert "à partir de 1 janv. 2023" in visible_text(page)
    href = re.findall(r'class="x" href="([^"]+)"', page.text)[1].replace("&amp;", "&")
    assert names(browser.get(href)) == ["Awa Ndiaye", "Moussa Diop"]


def test_filter_form_says_what_is_in_force(site: Site) -> None:
    page = site.browser("agent").get("/sn/customer?f.segment=gold&sort=-since")
    form = page.forms["filters"]
    assert form.get("f.segment", index=2).checked
    assert form["sort"].value == "-since"


def test_a_long_text_is_looked_for_by_its_beginning_and_not_repeated(site: Site) -> None:
    site.customer()
    browser = site.browser("agent")
    page = browser.get("/sn/customer?q=" + "x" * 5000)
    assert page.forms["filters"]["q"].value == "x" * 200
    assert len(page.body) < 70_000


@pytest.mark.parametrize("path", ["/sn/customer?q=", "/sn/search?q=", "/sn/customer?f.number=", "/sn/customer?sort="])
def test_an_address_that_is_too_long_is_told_on_a_page_that_does_not_repeat_it(site: Site, path: str) -> None:
    page = site.browser("agent").get(path + "x" * 60_000, status=414)
    assert "R414" in page.text
    assert len(page.body) < 20_000


@pytest.mark.parametrize("query", ["f.hush=x", "f.fee=1", "sort=hush", "view=nothing", "at=-3", "f.since.from="])
def test_what_the_list_does_not_offer_is_passed_over(site: Site, query: str) -> None:
    site.customer()
    assert names(site.browser("agent").get(f"/sn/customer?{query}")) == ["Awa Ndiaye"]


@pytest.mark.parametrize("query", ["f.since.from=yesterday", "after=nonsense", "f.segment=silver"])
def test_what_cannot_be_asked_is_told_on_a_page(site: Site, query: str) -> None:
    page = site.browser("agent").get(f"/sn/customer?{query}", status=400)
    assert "R400" in visible_text(page)


def test_head_sorts_and_turns_round(site: Site) -> None:
    for family in ("Ba", "Diop", "Sall"):
        site.customer("Awa", family)
    browser = site.browser("agent")
    page = browser.get("/sn/customer?sort=-name")
    assert names(page) == ["Awa Sall", "Awa Diop", "Awa Ba"]
    assert 'aria-sort="descending"' in page.text


def test_pages_follow_each_other_and_keep_their_place(site: Site) -> None:
    for number in range(23):
        site.customer("Awa", f"Ba{number:02}")
    browser = site.browser("agent")
    page, seen = browser.get("/sn/customer"), []
    for text in ("1 à 10 sur 23", "11 à 20 sur 23", "21 à 23 sur 23"):
        seen += names(page)
        assert text in visible_text(page)
        onward = re.search(r'rel="next" href="([^"]+)"', page.text)
        page = browser.get(onward[1].replace("&amp;", "&")) if onward else page
    assert seen == [f"Awa Ba{number:02}" for number in range(23)]
    back = re.search(r'rel="prev" href="([^"]+)"', page.text)
    assert back
    assert names(browser.get(back[1].replace("&amp;", "&"))) == seen[10:20]


def test_a_search_in_a_standing_list_is_answered_by_its_table_alone(site: Site) -> None:
    site.customer("Awa")
    site.customer("Binta")
    browser = site.browser("agent")
    whole = browser.get("/sn/customer?q=Awa")
    part = browser.get("/sn/customer?q=Awa", headers={"HX-Request": "true", "HX-Target": "sidra-table#list"})
    assert part.headers["Cache-Control"] == whole.headers["Cache-Control"] == "no-store"
    for region in ("#list", "#list-summary"):
        assert str(part.html.select_one(region)) == str(whole.html.select_one(region))
    assert "Awa" in part
    assert "Binta" not in part
    assert part.html.find("nav", {"id": "nav"}) is None


def test_text_finds_parts_without_accents(site: Site) -> None:
    site.customer("Mariama", "Cissé")
    site.customer("Moussa", "Diop")
    assert names(site.browser("agent").get("/sn/customer?q=cisse")) == ["Mariama Cissé"]


def test_entity_without_screen_has_a_list(site: Site) -> None:
    customer = site.customer()
    site.system.create("ticket", {"subject": "No signal", "customer": customer.id})
    text = visible_text(site.browser("agent").get("/sn/ticket"))
    assert "No signal" in text
    assert "Nouveau : Ticket" in text


def test_lookup_offers_what_is_typed(site: Site) -> None:
    customer = site.customer()
    site.customer("Moussa", "Diop")
    page = site.browser("agent").get("/sn/customer/lookup?q=awa&field=f-customer")
    assert f'data-value="{customer.id}"' in page.text
    assert "Diop" not in page.text
    assert "<html" not in page.text


def test_lookup_offers_those_chosen_lately_first_as_far_as_they_may_be_read(site: Site) -> None:
    first, *_ = (site.customer(name) for name in ("Awa", "Binta"))
    address = "/sn/customer/lookup?q=&field=f-customer&recent="
    options = (
        site.browser("agent").get(f"{address}{first.id}&recent=nonsense&recent={first.id}").html.select("[data-value]")
    )
    assert options[0]["data-text"] == "Awa Ndiaye"
    assert len({option["data-value"] for option in options}) == len(options) == 2


def test_lookup_of_what_may_not_be_read_offers_nothing(site: Site) -> None:
    site.system.create("ticket", {"subject": "No signal"})
    assert "No signal" not in site.browser("reader").get("/sn/ticket/lookup?q=signal").text


def test_markup_in_a_value_is_text(site: Site) -> None:
    site.customer("<b>Awa</b>", "Ndiaye")
    assert "<b>Awa" not in site.browser("agent").get("/sn/customer").text


def test_view_that_asks_for_what_the_reader_may_not_see_is_not_offered(site: Site) -> None:
    site.customer(fee="100")
    assert "Onéreux" in visible_text(site.browser("agent").get("/sn/customer"))
    page = site.browser("reader").get("/sn/customer?view=dear")
    assert "Onéreux" not in visible_text(page)
    assert "Awa Ndiaye" in visible_text(page)


def test_a_list_that_cannot_be_asked_says_so_in_its_place(site: Site) -> None:
    site.customer()
    page = site.browser("agent").get("/sn/customer?f.since.from=never&view=gold", status=400)
    assert "Cette liste ne peut pas répondre" in visible_text(page)
    assert "Ouvrir sans filtres" in visible_text(page)
    assert 'aria-current="page"' in page.text
    assert "Awa Ndiaye" not in page.text
