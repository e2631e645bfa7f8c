"""Somebody of the company signs in at the company's provider, sets up one-time codes, makes a token and signs out."""

import dataclasses
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import make_server

import httpx
import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.axe import violations
from tests.identity_provider import CLIENT, PEOPLE, SECRET, RunningProvider, running_provider
from tests.journeys.conftest import PHONE, Quiet, Server
from tests.ui.served import PASSWORD, site_in

from sidra.web.app import create_app, installed_topics

WAYS = """
sn:
  providers:
    company:
      label: {{en: Company account, fr: Compte Meridian}}
      issuer: {issuer}
      client_id: {client}
      client_secret_file: {secret}
      creates_accounts: true
      roles: {{claim: groups, values: {{crm: [agent]}}}}
"""


@pytest.fixture
def there() -> Iterator[RunningProvider]:
    """The company's provider."""
    with running_provider() as running:
        running.behave(groups=["crm"])
        yield running


@pytest.fixture
def address(tmp_path: Path, assets: Path, there: RunningProvider) -> Iterator[str]:
    """Where an affiliate is served into which the company's people come."""
    secret, ways = tmp_path / "secret", tmp_path / "sign_in.yaml"
    secret.write_text(SECRET, encoding="utf-8")
    ways.write_text(WAYS.format(issuer=there.issuer, client=CLIENT, secret=secret), encoding="utf-8")
    site = site_in(tmp_path)
    settings = dataclasses.replace(site.affiliates.settings, sign_in=ways)
    app = create_app(settings, site.affiliates, topics=installed_topics())
    server = make_server("127.0.0.1", 0, app, Server, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    site.affiliates.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A browser that speaks French and complains of nothing."""
    context, complaints = browser.new_context(base_url=address, locale="fr-SN"), list[str]()
    made = context.new_page()
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield made
    context.close()
    assert complaints == []


def blameless(page: Page, axe: str) -> None:
    """Axe finds nothing on the page."""
    assert violations(page, axe) == []


def log_in_there(page: Page, person: str) -> None:
    """Log in at the provider's own page."""
    page.get_by_label("Name").fill(person)
    page.get_by_label("Password").fill(PEOPLE[person])
    page.get_by_role("button").click()


def test_a_person_of_the_company_comes_in_and_goes_out_by_its_provider(
    page: Page, there: RunningProvider, axe: str
) -> None:
    page.goto("/sn/customer")
    blameless(page, axe)
    page.get_by_role("link", name="Continuer avec Compte Meridian").click()
    expect(page).to_have_url(re.compile(re.escape(there.issuer)))
    log_in_there(page, "awa")
    expect(page).to_have_url(re.compile(r"/sn/customer$"))
    page.get_by_role("button", name="Compte de Awa").click()
    page.get_by_role("link", name="Mon compte").click()
    expect(page.get_by_text("il n’y a pas de mot de passe ici")).to_be_visible()
    blameless(page, axe)
    page.get_by_role("button", name="Compte de Awa").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Vous êtes déconnecté ici")).to_be_visible()
    page.get_by_role("link", name="Se déconnecter là aussi").click()
    expect(page).to_have_url(re.compile(r"/sn/sign-in$"))
    page.goto("/sn/customer")
    expect(page).to_have_url(re.compile(r"/sn/sign-in\?next="))


def test_what_a_hostile_provider_says_leads_back_to_the_door(page: Page, there: RunningProvider, axe: str) -> None:
    there.behave("nonce", groups=["crm"])
    page.goto("/sn/sign-in/company")
    log_in_there(page, "awa")
    expect(page.get_by_role("alert")).to_contain_text("ne prouve pas qui vous êtes")
    blameless(page, axe)
    page.get_by_role("link", name="Continuer avec Compte Meridian").click()
    expect(page).to_have_url(re.compile(re.escape(there.issuer)))


def test_somebody_sets_up_codes_and_makes_a_token(page: Page, address: str, axe: str) -> None:
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto("/sn/sign-in")
    page.locator("[name=username]").fill("agent")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Afficher le mot de passe").click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    page.locator(".gate button[type=submit]").click()
    page.wait_for_url("**/sn/")
    page.goto("/sn/my-account")
    page.get_by_role("link", name="Configurer").click()
    blameless(page, axe)
    secret = page.locator(".gate .mono.breaks").inner_text()
    page.locator("[name=code]").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".codes li")).to_have_count(10)
    blameless(page, axe)
    recovery = page.locator(".codes li").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger").click()
    assert recovery in Path(download.value.path()).read_text(encoding="utf-8")
    page.get_by_role("link", name="Je les ai conservés").click()
    page.get_by_label("À quoi il sert").fill("Export")
    page.get_by_role("button", name="Créer un jeton").click()
    token = page.locator("output").inner_text()
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{address}/sn/tmf-api/none/v4/none", headers=headers, trust_env=False).status_code == 404
    page.context.clear_cookies()
    page.goto("/sn/sign-in")
    page.locator("[name=username]").fill("agent")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator("[name=code]").fill(recovery)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/sn/")
