"""What is proposed to be put in force: seen by who takes part, approved by another than its author, applied, undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import webtest
from tests.ui.served import PASSWORD, Site, site_in, visible_text

from sidra.access.actor import OPERATOR
from sidra.access.entrance import Entrance
from sidra.releases.releasing import Releasing
from sidra.settings import Settings

ROLES = """
role: approver
label: {en: Approver}
may: {customer: {do: [read]}}
functions: [approve_access, approve_data, approve_api]
"""
WIDER = "role: reader\nmay:\n  customer: {do: [read]}\n"
NARROWER = """
entity: customer
attributes:
  risk: {max: {$set: 50, $why: Beyond fifty nobody is served}}
"""


@pytest.fixture
def released(site: Site) -> Iterator[Site]:
    """The installation with a release in force, a second configurator and an approver."""
    (roles_of(site) / "approver.yaml").write_text(ROLES, encoding="utf-8")
    site.affiliates.reload()
    accounts = Entrance.of("sn", site.runtime.store).accounts
    accounts.create("second", "Awa Second", PASSWORD, ["configurator"], locale="fr")
    accounts.create("approver", "Omar Approver", PASSWORD, ["approver"], locale="fr")
    releasing = releasing_of(site)
    releasing.apply(releasing.plan().proposed.name, OPERATOR, "the beginning")
    yield site


def releasing_of(site: Site) -> Releasing:
    """The releases of the affiliate, as its files are now."""
    home = site.overlay.parent
    settings = Settings(home=home, affiliates=(site.overlay,), baseline=home / "base", plugins=())
    return Releasing.of(settings, "sn", site.runtime)


def roles_of(site: Site) -> Path:
    """Where the group's roles are."""
    return site.overlay.parent / "base" / "core" / "roles"


def propose(site: Site, text: str = NARROWER) -> tuple[webtest.TestApp, str]:
    """A proposal of a changed file, by the configurator; the browser and the address of its page."""
    path = roles_of(site) / "reader.yaml" if text == WIDER else site.overlay / "customer.yaml"
    path.write_text(text, encoding="utf-8")
    browser = site.browser("configurator")
    form = browser.get("/sn/plans").forms["propose"]
    form["title"] = "Fees for readers"
    return browser, form.submit(status=303).headers["Location"]


def test_a_proposal_shows_who_gains_what_and_the_screen_before_and_after(released: Site) -> None:
    browser, address = propose(released, WIDER)
    text = visible_text(browser.get(address))
    for wanted in ("Droits élargis", "reader voit davantage de", "reader", "Plus visible", "Frais"):
        assert wanted in text, wanted
