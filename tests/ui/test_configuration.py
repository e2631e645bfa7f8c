"""What configurators are shown of their affiliate's files, and that nobody else is."""

import datetime
from pathlib import Path

import pytest
from tests.ui.served import BROKEN, Site, visible_text

PERSON = """
entity: person
$why: The law
attributes:
  family_name:
    $ticket: SN-7
    max_length: {$set: 30, $why: The card prints thirty, $category: legal, $until: 2020-01-31}
  birth_date: {hidden: true}
"""


def save(site: Site, name: str, text: str) -> None:
    """Save a file of the overlay and let it come into force."""
    (site.overlay / name).write_text(text, encoding="utf-8")
    site.affiliates.reload()


def test_differences_stand_beside_what_they_hide_with_reason_ticket_and_date(site: Site) -> None:
    save(site, "person.yaml", PERSON)
    text = visible_text(site.browser("configurator").get("/sn/configuration"))
    for wanted in (
        "attributes.family_name.max_length",
        "Le groupe dit : 40 Ici : 30",
        "sn/person.yaml:7:5",
        "The card prints thirty",
        "SN-7",
        "Loi",
        "échu depuis le 31 janv. 2020",
        "En vigueur",
        "dans 1 document",
    ):
        assert wanted in text, wanted


def test_differences_are_narrowed_by_kind_and_by_cause(site: Site) -> None:
    save(site, "person.yaml", PERSON)
    browser = site.browser("configurator")
    assert "attributes.birth_date.hidden" in browser.get("/sn/configuration?kind=entity")
    for nothing in ("kind=role", "cause=debt", "kind=nonsense"):
        assert "attributes.birth_date" not in browser.get(f"/sn/configuration?{nothing}")
    late = browser.get("/sn/configuration?cause=overdue")
    assert "family_name" in late
    assert "birth_date" not in late


def test_an_affiliate_that_says_nothing_otherwise_is_told_so(site: Site) -> None:
    text = visible_text(site.browser("configurator").get("/sn/configuration"))
    assert "Cette filiale ne s’écarte en rien du groupe." in text


def test_a_document_leads_to_the_screen_that_shows_it_where_the_reader_may_see_it(site: Site) -> None:
    save(site, "customer.yaml", "entity: customer\nattributes:\n  risk: {hidden: true}\n")
    save(site, "person.yaml", PERSON)
    page = site.browser("configurator").get("/sn/configuration")
    links = [link["href"] for link in page.html.select("#differences tr.group a")] if page.html else []
    assert links == ["/sn/customer"]


def test_the_home_of_a_configurator_tells_where_the_affiliate_differs(site: Site) -> None:
    save(site, "person.yaml", PERSON)
    assert "Différences locales" in visible_text(site.browser("configurator").get("/sn/"))
    assert "Différences locales" not in visible_text(site.browser("agent").get("/sn/"))


def test_a_broken_file_is_told_with_code_line_reason_and_way_out(site: Site) -> None:
    browser, agent = site.browser("configurator"), site.browser("agent")
    save(site, "customer.yaml", BROKEN)
    text = visible_text(browser.get("/sn/customer"))
    for wanted in (
        "1 erreur dans les fichiers",
        "E101",
        "sn/customer.yaml:3:3",
        "nmae : {required: true}",
        "Que faire",
    ):
        assert wanted in text, wanted
    assert "E101" not in agent.get("/sn/")
    assert "En vigueur" not in visible_text(browser.get("/sn/configuration"))


def test_the_banner_goes_by_itself_when_the_file_is_mended(site: Site) -> None:
    browser = site.browser("configurator")
    save(site, "customer.yaml", BROKEN)
    banner = browser.get("/sn/").html.select_one("#diagnostics")["hx-get"]
    assert browser.get(banner).status_code == 204
    save(site, "customer.yaml", BROKEN.replace("nmae", "fea"))
    assert "fea" in browser.get(banner)
    Path(site.overlay / "customer.yaml").unlink()
    site.affiliates.reload()
    assert browser.get(banner, status=200).text == ""


def test_a_code_is_explained(site: Site) -> None:
    browser = site.browser("configurator")
    assert "No such name" in visible_text(browser.get("/sn/configuration/codes/E101"))
    assert "quarantine" in visible_text(browser.get("/sn/configuration/codes/R623"))
    browser.get("/sn/configuration/codes/E000nonsense", status=404)


@pytest.mark.parametrize("address", ["", "/banner", "/codes/E101"])
@pytest.mark.parametrize("login", ["agent", "reader", "operator"])
def test_the_configuration_is_for_configurators(site: Site, login: str, address: str) -> None:
    site.browser(login).get(f"/sn/configuration{address}", status=403)


def test_a_date_of_today_is_not_past(site: Site) -> None:
    today = datetime.datetime.now(datetime.UTC).date()
    save(site, "person.yaml", PERSON.replace("2020-01-31", (today + datetime.timedelta(days=1)).isoformat()))
    assert "échu depuis" not in visible_text(site.browser("configurator").get("/sn/configuration"))
