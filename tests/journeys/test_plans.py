"""A configurator proposes on the screen, a second one and an approver let it pass; it is applied, and taken back."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.axe import violations
from tests.core.jobs.inline import work_through
from tests.journeys.conftest import PASSWORD, Quiet, Server

from sidra.access.actor import OPERATOR
from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.releases.releasing import Releasing
from sidra.runtime import Runtime
from sidra.settings import Settings, load_settings
from sidra.web.app import create_app, installed_topics

PEOPLE = {"author": "administrator", "second": "administrator", "agent": "agent"}
NEW = (
    "  x_sn_card: {type: string, max_length: 20, pii: [identity], label: {fr: Carte, en: Card}, $why: Shops scan it}\n"
)


@dataclass(frozen=True)
class Workshop:
    """Where it is served, the folder of its layer, and what serves it."""

    address: str
    folder: Path
    runtime: Runtime
    settings: Settings


@pytest.fixture
def workshop(root: Path, assets: Path, tmp_path: Path) -> Iterator[Workshop]:
    """A served copy of Senegal with a release in force."""
    for name in ("affiliates/sn", "baseline"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    values = {"BASELINE": "baseline/sidra_baseline", "PLUGINS": "sidra_sn_ninea", "HOME": "var", "LOG_LEVEL": "error"}
    settings = load_settings({f"SIDRA_{name}": value for name, value in values.items()}, tmp_path)
    affiliates = Affiliates(settings)
    runtime = affiliates.get("sn")
    assert runtime is not None
    for login, role in PEOPLE.items():
        Entrance.of("sn", runtime.store).accounts.create(login, login.title(), PASSWORD, [role], locale="en")
    releasing = Releasing.of(settings, "sn", runtime)
    releasing.apply(releasing.plan().proposed.name, OPERATOR, "the beginning")
    app = create_app(settings, affiliates, topics=installed_topics())
    server = make_server("127.0.0.1", 0, app, server_class=Server, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Workshop(f"http://127.0.0.1:{server.server_port}", tmp_path / "affiliates" / "sn", runtime, settings)
    server.shutdown()
    server.server_close()
    thread.join()
    affiliates.close()


def enter(browser: Browser, address: str, who: str) -> Page:
    """A page of somebody who is signed in."""
    page = browser.new_context().new_page()
    page.goto(f"{address}/sn/sign-in")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    expect(page.locator(".face")).to_be_visible()
    return page


def approve(page: Page, address: str) -> None:
    """Open all gates of a proposal."""
    page.goto(address)
    gates = page.locator("#approvals li")
    for number in range(gates.count()):
        gates.nth(number).locator("button[value=approve]").click()
        expect(gates.nth(number).locator(".badge")).to_have_text("Approved")


def go_back(author: Page, second: Page) -> None:
    """Put the release before in force, which others must let pass, since values go by it."""
    author.fill("#releases input[name=why]", "Too early")
    author.locator("#releases form button").first.click()
    expect(author.get_by_role("alert")).to_contain_text("Not everybody has approved")
    author.click("#releases details summary")
    author.fill("#releases input[name=why]", "Too early")
    author.click("#releases button[value=propose]")
    expect(author.locator("h1")).to_have_text("Too early")
    approve(second, author.url)
    forms = second.locator(".changes form")
    for number in range(forms.count()):
        for words in forms.nth(number).locator("input[name=why]").all():
            words.fill("Nobody uses it yet")
        forms.nth(number).locator("button[name=choice]").first.click()
        expect(forms.nth(number).locator("button[aria-pressed=true]")).to_be_visible()
    expect(second.locator("h1 + .badge")).to_have_text("Ready")
    author.reload()
    author.click(".apply button")
    author.click("#confirm button[value=yes]")
    expect(author.locator("h1 + .badge")).to_have_text("In force")


def test_a_change_goes_its_way_from_proposal_to_rollback(workshop: Workshop, browser: Browser, axe: str) -> None:
    address, folder = workshop.address, workshop.folder
    file = folder / "entities" / "individual.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("attributes:\n", f"attributes:\n{NEW}", 1), encoding="utf-8")
    author = enter(browser, address, "author")
    author.goto(f"{address}/sn/plans")
    author.fill("#plan-title", "Cards")
    author.click("#propose button[type=submit]")
    expect(author.locator("#screens .marked").first).to_contain_text("Added")
    expect(author.locator("#approvals form")).to_have_count(0)
    expect(author.locator(".apply button")).to_be_disabled()
    plan = author.url
    author.click("#tests form button")
    expect(author.locator("#tests")).to_have_attribute("aria-busy", "true")
    expect(author.locator("#tests")).to_be_focused()
    assert work_through(workshop.runtime, workshop.settings) == []
    expect(author.locator("#tests .ended li").first).to_be_visible(timeout=30_000)
    expect(author.locator("#tests-told")).to_contain_text("Tests:")
    assert violations(author, axe) == []

    second = enter(browser, address, "second")
    second.goto(f"{address}/sn/notifications")
    second.locator("main").get_by_text("waits for your approval").click()
    expect(second).to_have_url(plan)
    second.click("#screens header a")
    expect(second.locator(".full .marked").first).to_contain_text("Added")
    assert violations(second, axe) == []
    approve(second, plan)

    assert enter(browser, address, "agent").goto(plan).status == 403  # type: ignore[union-attr]  # it answers
    author.reload()
    author.click(".apply button")
    author.click("#confirm button[value=yes]")
    expect(author.locator("h1 + .badge")).to_have_text("In force")
    author.goto(f"{address}/sn/plans")
    author.click("#releases details summary")
    go_back(author, second)
    author.goto(f"{address}/sn/plans")
    author.fill("#plan-title", "Cards, later")
    author.click("#propose button[type=submit]")
    author.click("#withdraw summary")
    author.fill("#withdraw-why", "Not this year")
    author.click("#withdraw form button")
    expect(author.locator("h1 + .badge")).to_have_text("Withdrawn")
    for page in (author, second):
        page.context.close()
