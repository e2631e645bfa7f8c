"""The configuration of the group, of which a configurator sees what is his, and nobody else anything."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import webtest
from tests.ui.served import OVERLAY, PASSWORD, Site, visible_text

from sidra.access.actor import OPERATOR
from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.comparing.courses import Point
from sidra.releases.releasing import Releasing
from sidra.settings import Settings
from sidra.web.app import create_app, installed_topics
from sidra.web.comparisons import Compared
from sidra_metamodel.comparing.comparison import Comparison
from sidra_ui.comparing import narrowed
from sidra_ui.presenting.comparing.group import Asked, change
from sidra_ui.presenting.configuration.configuring import LEVELS
from sidra_ui.presenting.desk import Desk, Visit
from sidra_ui.presenting.screens import Screens

PERSON = """
entity: person
attributes:
  family_name: {max_length: {$set: 30, $why: A secret of Mali, $category: legal, $until: 2020-01-31}}
"""
TWO = "entity: person\nattributes: {family_name: {$why: Mali writes short names, max_length: 30, label: {fr: Nom}}}\n"


@pytest.fixture
def pair(site: Site) -> Iterator[Site]:
    """A second affiliate beside the first, in which the same people have accounts."""
    home = site.overlay.parent
    other = home / "ml"
    other.mkdir()
    layer = OVERLAY.replace("layer: sn", "layer: ml").replace("prefix: sn", "prefix: ml").replace("Senegal", "Mali")
    (other / "layer.yaml").write_text(layer.replace("Sénégal", "Mali du Sud"), encoding="utf-8")
    (other / "person.yaml").write_text(PERSON, encoding="utf-8")
    site.affiliates.close()
    settings = Settings(
        home=home, affiliates=(site.overlay, other), baseline=home / "base", log_level="error", plugins=()
    )
    affiliates = Affiliates(settings)
    runtime = affiliates.get("ml")
    assert runtime is not None
    accounts = Entrance.of("ml", runtime.store).accounts
    for role in ("configurator", "agent"):
        accounts.create(role, f"Fatou {role.title()}", PASSWORD, [role], locale="fr")
    app = create_app(settings, affiliates, topics=installed_topics())
    found = dataclasses.replace(site, app=app, affiliates=affiliates)
    settled(found)
    yield found
    affiliates.close()


def settled(site: Site) -> None:
    """Wait until the affiliates have been compared."""
    compared: Compared = site.app.registry.compared
    compared.of(datetime.now(UTC).date())
    compared.settle()


def enter(browser: webtest.TestApp, affiliate: str, login: str) -> None:
    """Sign in at another affiliate, too."""
    form = browser.get(f"/{affiliate}/sign-in").forms[0]
    form["username"], form["password"] = login, PASSWORD
    form.submit(status=303)


def test_a_configurator_sees_nothing_of_an_affiliate_that_is_not_his(pair: Site) -> None:
    browser = pair.browser("configurator")
    for query in ("", "?tab=overrides", "?tab=overrides&affiliate=ml", "?tab=waivers"):
        page = browser.get(f"/sn/group-configuration{query}")
        assert "Mali" not in page
        assert "family_name" not in page
    assert "Vous voyez votre filiale" in page


def test_the_analysis_as_a_file_tells_of_no_affiliate_that_is_not_the_readers(pair: Site) -> None:
    browser = pair.browser("configurator")
    link = browser.get("/sn/group-configuration").html.select_one("a[href$=report]")["href"]
    own = browser.get(link)
    assert "attachment" in own.headers["Content-Disposition"]
    assert "Mali" not in own
    enter(browser, "ml", "configurator")
    assert "A secret of Mali" in browser.get(link)
    pair.browser("agent").get(link, status=403)


def test_who_configures_there_too_sees_both(pair: Site) -> None:
    browser = pair.browser("configurator")
    enter(browser, "ml", "configurator")
    assert "Mali du Sud" in visible_text(browser.get("/sn/group-configuration"))
    text = visible_text(browser.get("/sn/group-configuration?tab=overrides&affiliate=ml&domain=common&expired=true"))
    assert "entity.person.attributes.family_name.max_length" in text
    assert "A secret of Mali" in text


def test_who_is_something_else_there_sees_nothing_of_it(pair: Site) -> None:
    browser = pair.browser("configurator")
    enter(browser, "ml", "agent")
    assert "Mali du Sud" not in browser.get("/sn/group-configuration").html.select_one("#matrix").text


@pytest.mark.parametrize("login", ["agent", "reader", "operator", "lead"])
def test_the_group_is_for_configurators(site: Site, login: str) -> None:
    site.browser(login).get("/sn/group-configuration", status=403)


def test_an_override_leads_to_where_its_value_comes_from(pair: Site) -> None:
    browser = pair.browser("configurator")
    enter(browser, "ml", "configurator")
    page = browser.get("/sn/group-configuration?tab=overrides&affiliate=ml")
    link = next(a["href"] for a in page.html.select("#overrides a") if "explain" in a["href"])
    assert "A secret of Mali" in visible_text(browser.get(link))


@pytest.mark.parametrize(
    ("query", "is_there"), [("level=2", True), ("level=1", False), ("level=far", False), ("category=debt", False)]
)
def test_overrides_are_narrowed(pair: Site, query: str, is_there: bool) -> None:
    browser = pair.browser("configurator")
    enter(browser, "ml", "configurator")
    page = browser.get(f"/sn/group-configuration?tab=overrides&{query}")
    assert ("family_name" in page.text) == is_there


def test_a_narrowed_comparison_names_no_other_affiliate(pair: Site) -> None:
    home = pair.overlay.parent
    settings = Settings(home=home, affiliates=(pair.overlay, home / "ml"), baseline=home / "base", plugins=())
    compared = Compared(settings, patience=60)
    found = compared.of(date(2026, 1, 1))
    assert found is not None
    assert "ml" in found.comparison.affiliates
    assert "Mali" not in repr(narrowed(found.comparison, frozenset({"sn"})))


def test_a_comparison_that_is_under_way_is_not_waited_for(site: Site) -> None:
    home = site.overlay.parent
    compared = Compared(Settings(home=home, affiliates=(site.overlay,), baseline=home / "base", plugins=()), patience=0)
    assert compared.of(date(2026, 1, 1)) is None
    compared.settle()
    assert compared.of(date(2026, 1, 1)) is not None


def test_those_that_go_far_are_found_together(pair: Site) -> None:
    found = pair.app.registry.compared.of(datetime.now(UTC).date())
    one = next(iter(found.comparison.affiliates["ml"].overrides))
    levels = [dataclasses.replace(one, difference=dataclasses.replace(one.difference, level=level)) for level in LEVELS]
    assert [each.level for each in levels if Asked(level="far").fits(each, found.comparison)] == [3, 4]


def test_a_table_that_is_cut_says_of_how_many(pair: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    (pair.overlay.parent / "ml" / "person.yaml").write_text(TWO, encoding="utf-8")
    settled(pair)
    browser = pair.browser("configurator")
    enter(browser, "ml", "configurator")
    address = "/sn/group-configuration?tab=overrides&affiliate=ml"
    every = browser.get(address).html.select_one("#overrides .count").get_text()
    assert int(every) == len(browser.get(address).html.select("#overrides tbody tr")) > 1
    monkeypatch.setattr("sidra_ui.presenting.comparing.group.MOST_ROWS", 1)
    assert f"1 sur {every}" in browser.get(address).html.select_one("#overrides .count").get_text()


def test_the_analysis_is_drawn_once_until_a_file_is_saved(pair: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, ...]] = []

    def drawing(comparison: Comparison, affiliates: tuple[str, ...], *rest: object) -> str:
        drawn.append(affiliates)
        return f"{affiliates} {len(comparison.overrides)}"

    monkeypatch.setattr("sidra.web.comparisons.report", drawing)
    browser, both = pair.browser("configurator"), pair.browser("configurator")
    enter(both, "ml", "configurator")
    address = "/sn/group-configuration/report"
    own, seen = browser.get(address).text, both.get(address).text
    assert (browser.get(address).text, both.get(address).text) == (own, seen)
    assert drawn == [("sn",), ("ml", "sn")]
    (pair.overlay.parent / "ml" / "person.yaml").write_text(PERSON.replace("30", "25"), encoding="utf-8")
    settled(pair)
    both.get(address)
    assert drawn[2:] == [("ml", "sn")]


def release(site: Site, affiliate: str) -> None:
    """Put an affiliate's files in force for the first time."""
    home = site.overlay.parent
    settings = Settings(home=home, affiliates=(site.overlay, home / "ml"), baseline=home / "base", plugins=())
    releasing = Releasing.of(settings, affiliate, site.affiliates.get(affiliate))
    releasing.apply(releasing.plan().proposed.name, OPERATOR, "the beginning")


def test_how_the_reuse_went_is_told_of_the_affiliates_that_the_reader_sees(pair: Site) -> None:
    (pair.overlay.parent / "ml" / "person.yaml").write_text(TWO, encoding="utf-8")
    for affiliate in ("sn", "ml"):
        release(pair, affiliate)
    browser = pair.browser("configurator")
    assert browser.get("/sn/group-configuration").html.select(".kpi .spark") == []
    enter(browser, "ml", "configurator")
    said = browser.get("/sn/group-configuration").html.select_one(".kpi .spark[role=img]")["aria-label"]
    assert "2 mises en vigueur" in said
    assert said.count("%") == 2


@pytest.mark.parametrize(
    ("figures", "delta", "tone"),
    [((80, 90), "+10", "green"), ((90, 80), "−10", "red"), ((90, 90), "±0", "neutral")],
)
def test_the_last_release_is_compared_with_the_one_before(
    pair: Site, figures: tuple[int, int], delta: str, tone: str
) -> None:
    runtime = pair.runtime
    actor = Entrance.of("sn", runtime.store).accounts.find("configurator")
    assert actor is not None
    desk = Desk(runtime.records(actor.actor("sn")), Screens(runtime), "fr", Visit("", "light", "", (), frozenset()))
    points = [Point(datetime(2026, 5, day, tzinfo=UTC), 100, reused) for day, reused in enumerate(figures, start=1)]
    assert change(desk, *points) == (delta, tone)
