import dataclasses
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pyotp
import pytest
import webtest
from tests.identity_provider import CLIENT, SECRET, RunningProvider, running_provider
from tests.ui.served import PASSWORD, Site, visible_text

from sidra.access.entrance import Entrance
from sidra.settings import Settings
from sidra.web.app import create_app, installed_topics

# WebTest ships no types.
Untyped = Any

WAYS = """
sn:
  second_factor_roles: [operator]
  providers:
    company:
      label: {{en: Company account, fr: Compte Meridian}}
      issuer: {issuer}
      client_id: {client}
      client_secret_file: {secret}
      creates_accounts: true
      roles: {{claim: groups, values: {{crm: [agent]}}}}
"""


@pytest.fixture(scope="session")
def process() -> Iterator[RunningProvider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def there(process: RunningProvider) -> RunningProvider:
    """An honest provider whose people are agents."""
    process.behave(groups=["crm"])
    return process


@dataclasses.dataclass
class House:
    """A site into which a provider's people come, and its entrance."""

    app: Untyped
    entrance: Entrance

    def browser(self) -> Untyped:
        return webtest.TestApp(self.app)


@pytest.fixture
def house(site: Site, there: RunningProvider, tmp_path: Path) -> House:
    secret, ways = tmp_path / "secret", tmp_path / "sign_in.yaml"
    secret.write_text(SECRET, encoding="utf-8")
    ways.write_text(WAYS.format(issuer=there.issuer, client=CLIENT, secret=secret), encoding="utf-8")
    found: Settings = dataclasses.replace(site.affiliates.settings, sign_in=ways, log_level="warning")
    app = create_app(found, site.affiliates, topics=installed_topics())
    (made,) = app.registry.sites
    return House(app, made.entrance(site.runtime))


def come_back(browser: Untyped, there: RunningProvider, person: str = "awa", then: str = "") -> Untyped:
    """The answer to a browser that comes back from the provider."""
    gone = browser.get(f"/sn/sign-in/company?next={then}", status=303)
    back = urlsplit(there.log_in(gone.location, person))
    return browser.get(f"{back.path}?{back.query}", expect_errors=True)


def test_a_person_of_the_company_signs_in_and_goes_on_where_they_wanted(house: House, there: RunningProvider) -> None:
    browser = house.browser()
    page = browser.get("/sn/customer").follow()
    assert "Compte Meridian" in visible_text(page)
    answer = come_back(browser, there, then="/sn/customer")
    assert (answer.status_code, answer.location) == (303, "/sn/customer")
    assert "Awa" in browser.get("/sn/").text


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example", "/pl/", "/sn/\\evil", "/sn/%00"])
def test_a_provider_leads_nobody_to_another_site(house: House, there: RunningProvider, then: str) -> None:
    assert come_back(house.browser(), there, then=then).location == "/sn/"


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [("nonce", 401, "nonce"), ("none", 401, "algorithm"), ("expired", 401, "expired"), ("huge", 503, "size")],
)
def test_each_refusal_is_a_plain_page_with_a_way_back_and_a_reason_in_the_log(
    house: House, there: RunningProvider, capfdbinary: pytest.CaptureFixture[bytes], mode: str, status: int, code: str
) -> None:
    there.behave(mode, groups=["crm"])
    browser = house.browser()
    answer = come_back(browser, there)
    assert answer.status_code == status
    assert "Compte Meridian" in visible_text(answer)
    assert answer.forms[0].action == "/sn/sign-in"
    assert not any(text in answer.text for text in ("subject-of-awa", SECRET))
    logged = next(line for line in capfdbinary.readouterr().err.splitlines() if b"sign-in refused" in line)
    assert (orjson.loads(logged)["why"], orjson.loads(logged)["provider"]) == (code, "company")
    assert b"awa" not in logged
    assert "sidra_sn=" not in str(answer.headers.getall("Set-Cookie"))


def test_who_has_no_role_there_has_no_account_here(house: House, there: RunningProvider) -> None:
    there.behave(groups=["canteen"])
    answer = come_back(house.browser(), there)
    assert answer.status_code == 403
    assert house.entrance.accounts.find("awa") is None


def test_what_another_browser_began_is_of_no_use(house: House, there: RunningProvider) -> None:
    gone = house.browser().get("/sn/sign-in/company", status=303)
    back = urlsplit(there.log_in(gone.location))
    house.browser().get(f"{back.path}?{back.query}", status=401)


def test_coming_back_twice_is_refused(house: House, there: RunningProvider) -> None:
    browser = house.browser()
    gone = browser.get("/sn/sign-in/company", status=303)
    kept = browser.cookies["sidra_sn_step"]
    back = urlsplit(there.log_in(gone.location))
    browser.get(f"{back.path}?{back.query}", status=303)
    again = webtest.TestApp(house.app)
    again.get(f"{back.path}?{back.query}", headers={"Cookie": f"sidra_sn_step={kept}"}, status=401)


def test_a_stranger_begins_only_so_many_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidra.access.steps.BEGUN_BY_ADDRESS", 2)
    browser = house.browser()
    for _ in range(2):
        browser.get("/sn/sign-in/company", status=303)
    browser.get("/sn/sign-in/company", status=429)
    browser.get("/sn/sign-in/company", extra_environ={"REMOTE_ADDR": "192.0.2.9"}, status=303)


def test_a_provider_that_is_none_is_not_found(house: House) -> None:
    house.browser().get("/sn/sign-in/nobody", status=404)
    house.browser().get("/sn/sign-in/nobody/back", status=404)


def test_signing_out_offers_to_sign_out_there_too(house: House, there: RunningProvider) -> None:
    browser = house.browser()
    come_back(browser, there)
    page = browser.get("/sn/")
    form = next(form for form in page.forms.values() if form.action == "/sn/sign-out")
    out = form.submit(status=303).follow()
    assert "/sn/sign-in/company/out" in out.text
    assert browser.get("/sn/sign-in/company/out", status=303).location.startswith(f"{there.issuer}/out?client_id=")


def test_the_provider_ends_the_sessions_that_it_vouched_for(house: House, there: RunningProvider) -> None:
    browser, other = house.browser(), house.browser()
    come_back(browser, there)
    come_back(other, there, "moussa")
    ended = house.browser().post(
        "/sn/sign-in/company/signed-out", {"logout_token": there.logout_token(sid="session-of-awa")}
    )
    assert ended.status_code == 200
    browser.get("/sn/customer", status=303)
    other.get("/sn/customer", status=200)
    token = there.logout_token(sub="subject-of-moussa")
    house.browser().post("/sn/sign-in/company/signed-out", {"logout_token": token})
    other.get("/sn/customer", status=303)


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_whoever_is_not_the_provider_ends_no_session(house: House, there: RunningProvider, token: str) -> None:
    browser = house.browser()
    come_back(browser, there)
    house.browser().post("/sn/sign-in/company/signed-out", {"logout_token": token}, status=400)
    forged = there.logout_token("swapped", sid="session-of-awa")
    house.browser().post("/sn/sign-in/company/signed-out", {"logout_token": forged}, status=400)
    browser.get("/sn/customer", status=200)


def with_password(browser: Untyped, login: str) -> Untyped:
    """The answer to a browser that gave the right password."""
    form = browser.get("/sn/sign-in?next=/sn/customer").forms[0]
    form["username"], form["password"] = login, PASSWORD
    return form.submit(status=303)


def program_of(house: House, login: str) -> pyotp.TOTP:
    """The authenticator program of somebody who asks for codes already."""
    account = house.entrance.accounts.find(login)
    assert account is not None
    program = pyotp.TOTP(house.entrance.codes.offer(account.id, login).secret)
    house.entrance.codes.confirm(account.id, program.now(), by=account.actor("sn"), address="192.0.2.1")
    return program


def next_code(program: pyotp.TOTP) -> str:
    """A code that was not given yet, of a clock half a minute ahead."""
    return program.at(int(time.time()) + 30)


def test_half_a_session_opens_the_next_step_and_nothing_else(house: House) -> None:
    program = program_of(house, "agent")
    browser = house.browser()
    answer = with_password(browser, "agent")
    assert answer.location == "/sn/sign-in/code?next=%2Fsn%2Fcustomer"
    assert "sidra_sn=" not in str(answer.headers.getall("Set-Cookie"))
    for page in ("/sn/customer", "/sn/my-account", "/sn/"):
        assert browser.get(page, status=303).location.startswith("/sn/sign-in?next=")
    stolen = {"Cookie": f"sidra_sn={browser.cookies['sidra_sn_step']}"}
    webtest.TestApp(house.app).get("/sn/customer", headers=stolen, status=303)
    form = answer.follow().forms[0]
    form["code"] = "000000"
    assert form.submit(status=401).forms[0]["next"].value == "/sn/customer"
    form["code"] = next_code(program)
    assert form.submit(status=303).location == "/sn/customer"
    assert browser.get("/sn/customer").status_code == 200


def test_a_code_without_the_password_before_it_is_worth_nothing(house: House) -> None:
    program = program_of(house, "agent")
    browser = house.browser()
    token = browser.get("/sn/sign-in").forms[0]["csrf_token"].value
    browser.post("/sn/sign-in/code", {"code": next_code(program), "csrf_token": token}, status=401)
    browser.get("/sn/sign-in/code", status=401)
    browser.get("/sn/sign-in/enrol", status=401)


def test_a_role_that_demands_a_second_factor_sets_it_up_before_anything_else(house: House) -> None:
    browser = house.browser()
    answer = with_password(browser, "operator")
    assert answer.location.startswith("/sn/sign-in/enrol")
    browser.get("/sn/sign-in/code", status=401)
    page = answer.follow()
    assert 'class="qr"' in page.text
    (secret,) = re.findall(r"[A-Z2-7]{32}", page.text)
    form = page.forms[0]
    form["code"] = "000000"
    refused = form.submit(status=401)
    # The same secret: the program has it by now.
    assert secret in refused.text
    form = refused.forms[0]
    form["code"] = pyotp.TOTP(secret).now()
    codes = form.submit(status=200)
    assert codes.text.count("<li>") == 10
    assert browser.get("/sn/").status_code == 200
    account = house.entrance.accounts.find("operator")
    assert account is not None
    assert house.entrance.codes.is_on(account.id)


def test_of_two_who_set_up_a_second_factor_neither_gets_the_secret_of_the_other(house: House) -> None:
    thief, owner = house.browser(), house.browser()
    (stolen,) = re.findall(r"[A-Z2-7]{32}", with_password(thief, "operator").follow().text)
    page = with_password(owner, "operator").follow()
    (secret,) = re.findall(r"[A-Z2-7]{32}", page.text)
    assert secret != stolen
    thief.get("/sn/sign-in/enrol", status=401)
    form = page.forms[0]
    form["code"] = "000000"
    form = form.submit(status=401).forms[0]
    form["code"] = pyotp.TOTP(secret).now()
    form.submit(status=200)


def test_a_second_factor_that_was_proved_at_the_provider_is_not_asked_for_again(
    house: House, there: RunningProvider
) -> None:
    come_back(house.browser(), there)
    program_of(house, "awa")
    assert come_back(house.browser(), there).location.startswith("/sn/sign-in/code")
    there.behave(groups=["crm"], amr=["pwd", "mfa"])
    assert come_back(house.browser(), there).location == "/sn/"
