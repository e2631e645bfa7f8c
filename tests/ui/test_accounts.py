import dataclasses
import datetime
import re
from typing import Any

import pyotp
import pytest
import webtest
from tests.ui.served import PASSWORD, Site, visible_text

from sidra.access.entrance import Entrance
from sidra.clock import utc_now
from sidra.errors import Forbidden
from sidra.store.codecs import encode_datetime
from sidra.web.app import create_app, installed_topics

# WebTest ships no types.
Untyped = Any

PAGE = "/sn/my-account"


def entrance(site: Site) -> Entrance:
    """The entrance of the site, with the keys that it has."""
    return Entrance.of("sn", site.runtime.store, keys=site.runtime.keys)


def account_id(site: Site, login: str = "agent") -> str:
    return entrance(site).accounts.existing(login).id


def form_of(page: Untyped, end: str) -> Untyped:
    """The form whose address ends so."""
    return next(form for form in page.forms.values() if form.action.endswith(end))


def grow_old(site: Site) -> None:
    """Let all sessions have been proved an hour ago."""
    before = encode_datetime(utc_now() - datetime.timedelta(hours=1))
    with site.runtime.store.writing() as connection:
        connection.execute("UPDATE access_session SET proved_at = :at", {"at": before})


def test_a_stranger_and_a_client_of_the_api_have_no_account_page(site: Site) -> None:
    site.browser().get(PAGE, status=303)
    account = entrance(site).accounts.existing("agent")
    token = entrance(site).tokens.issue_for(account, ["*:read"], name="x")
    site.browser().get(PAGE, headers={"Authorization": f"Bearer {token}"}, status=403)
    site.browser("agent").get(PAGE, headers={"Authorization": f"Bearer {token}"}, status=403)


def test_a_new_password_needs_the_present_one_and_ends_all_other_sessions(site: Site) -> None:
    browser, other = site.browser("agent"), site.browser("agent")
    form = form_of(browser.get(PAGE), "/password")
    form["current"], form["password"] = "wrong horse battery", "another long sentence"
    assert "mot de passe actuel est erroné" in visible_text(form.submit(status=401))
    form["current"], form["password"] = PASSWORD, "agent agent agent"
    assert "trop facile" in visible_text(form.submit(status=422))
    other.get("/sn/customer", status=200)
    before = browser.cookies["sidra_sn"]
    form["current"], form["password"] = PASSWORD, "another long sentence"
    assert "Le mot de passe est changé" in visible_text(form.submit(status=303).follow())
    assert browser.cookies["sidra_sn"] != before
    other.get("/sn/customer", status=303)


def test_what_changes_how_one_signs_in_is_proved_for_again_after_ten_minutes(site: Site) -> None:
    browser = site.browser("agent")
    form = form_of(browser.get(PAGE), "/tokens")
    grow_old(site)
    form["name"] = "Export"
    assert form.submit(status=303).location == f"{PAGE}/prove?next={PAGE}"
    assert entrance(site).tokens.list_of(account_id(site)) == []
    assert browser.get(f"{PAGE}/second-factor", status=303).location == f"{PAGE}/prove?next={PAGE}/second-factor"
    page = browser.get(f"{PAGE}/prove?next={PAGE}/second-factor")
    form = form_of(page, "/prove")
    form["password"] = "wrong horse battery"
    refused = form.submit(status=401)
    before = browser.cookies["sidra_sn"]
    form = form_of(refused, "/prove")
    form["password"] = PASSWORD
    assert form.submit(status=303).location == f"{PAGE}/second-factor"
    assert browser.cookies["sidra_sn"] != before
    browser.get(f"{PAGE}/second-factor", status=200)


def test_codes_are_switched_on_and_off_and_end_other_sessions(site: Site) -> None:
    browser, other = site.browser("agent"), site.browser("agent")
    page = browser.get(f"{PAGE}/second-factor")
    (secret,) = re.findall(r"[A-Z2-7]{32}", page.text)
    form = form_of(page, "/second-factor")
    form["code"] = "000000"
    form = form_of(form.submit(status=401), "/second-factor")
    form["code"] = pyotp.TOTP(secret).now()
    codes = form.submit(status=200)
    assert codes.text.count("<li>") == 10
    other.get("/sn/customer", status=303)
    page = browser.get(PAGE)
    assert "10 codes de secours" in visible_text(page)
    form_of(page, "/second-factor/codes").submit(status=200)
    form_of(browser.get(PAGE), "/second-factor/off").submit(status=303)
    assert not entrance(site).codes.is_on(account_id(site))


def test_sessions_are_listed_and_ended(site: Site) -> None:
    browser, other = site.browser("agent"), site.browser("agent")
    page = browser.get(PAGE)
    assert "Celle-ci" in visible_text(page)
    forms = [form for form in page.forms.values() if "/sessions/" in form.action and "others" not in form.action]
    assert len(forms) == 1
    forms[0].submit(status=303)
    other.get("/sn/customer", status=303)
    forms[0].submit(status=404)
    third = site.browser("agent")
    form_of(browser.get(PAGE), "/sessions/others").submit(status=303)
    third.get("/sn/customer", status=303)
    browser.get("/sn/customer", status=200)


def test_nobody_ends_sessions_or_tokens_of_others(site: Site) -> None:
    browser, other = site.browser("reader"), site.browser("agent")
    account = entrance(site).accounts.existing("agent")
    entrance(site).tokens.issue_for(account, ["*:read"], name="x")
    csrf = form_of(browser.get(PAGE), "/sign-out")["csrf_token"].value
    session = entrance(site).sessions.list(account.id)[0].id
    token = entrance(site).tokens.list_of(account.id)[0].id
    browser.post(f"{PAGE}/sessions/{session}", {"csrf_token": csrf}, status=404)
    browser.post(f"{PAGE}/tokens/{token}", {"csrf_token": csrf}, status=404)
    other.get("/sn/customer", status=200)
    assert entrance(site).tokens.list_of(account.id)[0].revoked_at is None


def test_a_token_is_shown_once_acts_within_its_scopes_and_is_revoked(site: Site) -> None:
    browser = site.browser("agent")
    form = form_of(browser.get(PAGE), "/tokens")
    form["name"], form["scopes"], form["days"] = "Export", "customer:read\nsearch:use", "30"
    page = form.submit(status=200)
    (text,) = re.findall(r"sidra_sn_[\w-]{43}", page.text)
    assert text not in browser.get(PAGE).text
    actor = entrance(site).client(text)
    assert actor is not None
    assert actor.scopes == frozenset({"customer:read", "search:use"})
    (issued,) = entrance(site).tokens.list_of(account_id(site))
    form_of(browser.get(PAGE), f"/tokens/{issued.id}").submit(status=303)
    assert entrance(site).client(text) is None
    assert "Révoqué" in visible_text(browser.get(PAGE))


@pytest.mark.parametrize(
    ("name", "scopes", "days", "told"),
    [
        ("Export", "nothing:read", "30", "Une portée est inconnue"),
        ("Export", "", "30", "Une portée est inconnue"),
        ("Export", "*:read", "0", "1 à 365 jours"),
        ("Export", "*:read", "9999", "1 à 365 jours"),
        ("Export", "*:read", "x", "1 à 365 jours"),
        ("", "*:read", "30", "Donnez un nom"),
    ],
)
def test_a_token_that_cannot_be_is_refused_and_what_was_typed_stays(
    site: Site, name: str, scopes: str, days: str, told: str
) -> None:
    browser = site.browser("agent")
    form = form_of(browser.get(PAGE), "/tokens")
    form["name"], form["scopes"], form["days"] = name, scopes, days
    page = form.submit(status=422)
    assert told in visible_text(page)
    assert form_of(page, "/tokens")["scopes"].value == scopes
    assert entrance(site).tokens.list_of(account_id(site)) == []


def test_who_comes_back_is_told_of_attempts_by_others(site: Site) -> None:
    site.browser("agent")
    browser = site.browser()
    form = browser.get("/sn/sign-in").forms[0]
    for _ in range(2):
        form["username"], form["password"] = "agent", "wrong horse battery"
        form.submit(status=401)
    form["password"] = PASSWORD
    assert "2 tentatives de connexion échouées" in visible_text(form.submit(status=303).follow())
    assert "tentatives" not in visible_text(browser.get("/sn/"))


@pytest.mark.parametrize("notice", ["failed_attempts.x.1", "failed_attempts.².", "failed_attempts.1." + "9" * 14])
def test_a_notice_that_a_browser_makes_up_says_nothing(site: Site, notice: str) -> None:
    browser = site.browser("agent")
    browser.get(
        "/sn/", headers={"Cookie": f"sidra_sn={browser.cookies['sidra_sn']}; sidra_notice={notice}"}, status=200
    )


def test_without_passwords_only_a_provider_lets_people_in(site: Site) -> None:
    ways = site.overlay.parent / "sign_in.yaml"
    provider = "{label: {en: Company}, issuer: 'https://login.example', client_id: sidra}"
    ways.write_text(f"sn:\n  passwords: false\n  providers:\n    company: {provider}\n", encoding="utf-8")
    settings = dataclasses.replace(site.affiliates.settings, sign_in=ways)
    app = create_app(settings, site.affiliates, topics=installed_topics())
    page = webtest.TestApp(app).get("/sn/sign-in")
    assert "Company" in visible_text(page)
    assert 'name="password"' not in page.text
    (made,) = app.registry.sites
    with pytest.raises(Forbidden):
        made.entrance(site.runtime).sign_in("agent", PASSWORD, address="192.0.2.1")


def test_forms_of_a_password_name_whose_it_is_to_password_managers(site: Site) -> None:
    browser = site.browser("agent")
    for address in ("/sn/my-account", "/sn/my-account/prove"):
        forms = browser.get(address).html.find_all("form")
        form = next(form for form in forms if form.find("input", {"type": "password"}))
        name = form.find("input", {"autocomplete": "username"})
        assert (name["value"], name.has_attr("hidden"), name.has_attr("name")) == ("agent", True, False)
