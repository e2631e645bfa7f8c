"""The configuration of the group, of which a configurator sees what is his, and nobody else anything."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import webtest
from tests.ui.served import OVERLAY, PASSWORD, Site, visible_text

from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.settings import Settings
from sidra.web.app import create_app, installed_topics
from sidra.web.comparisons import Compared
from sidra_ui.comparing import narrowed

PERSON = """
entity: person
attributes:
  family_name: {max_length: {$set: 30, $why: A secret of Mali, $category: legal, $until: 2020-01-31}}
"""


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


@pytest.mark.parametrize(("query", "is_there"), [("level=2", True), ("level=1", False), ("category=debt", False)])
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
