from pathlib import Path
from typing import Any

import pytest
import webtest
from tests.core.web.conftest import CUSTOMERS, PASSWORD, World, settings_for

from sidra.web.app import TOPICS, create_app
from sidra.web.sessions import after_sign_in

# WebTest, WSGI and Pyramid ship no types.
Untyped = Any

Browser = Untyped


@pytest.fixture
def browser(world: World, tmp_path: Path) -> Browser:
    """A browser that keeps cookies and shows a stand-in for the screens."""
    topics = (*TOPICS, "tests.core.web.screens")
    return webtest.TestApp(create_app(settings_for(tmp_path), world.affiliates, topics=topics))


def sign_in(browser: Browser, affiliate: str = "sn", **changes: str) -> Untyped:
    token = browser.get(f"/{affiliate}/sign-in").text
    form = {"username": f"awa@{affiliate}", "password": PASSWORD, "csrf_token": token, **changes}
    return browser.post(f"/{affiliate}/sign-in", form, expect_errors=True)


def test_a_person_signs_in_and_is_known_until_signing_out(browser: Browser) -> None:
    answer = sign_in(browser)
    assert (answer.status_code, answer.location) == (303, "/sn/")
    name, _, rest = browser.get("/sn/").text.rpartition(" ")
    assert name == "Awa Ndiaye fr"
    assert browser.post("/sn/sign-out", {"csrf_token": rest}).location == "/sn/sign-in"
    assert browser.get("/sn/", expect_errors=True).status_code == 401


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(browser: Browser) -> None:
    (cookie,) = [text for text in sign_in(browser).headers.getall("Set-Cookie") if text.startswith("sidra_sn=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_belongs_to_the_host_alone(browser: Browser) -> None:
    secure = {"wsgi.url_scheme": "https", "HTTP_HOST": "localhost:443", "SERVER_PORT": "443"}
    answer = browser.get("/sn/sign-in", extra_environ=secure)
    assert answer.headers["Set-Cookie"].startswith("__Host-sidra_sn_visit=")
    assert "; Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "Strict-Transport-Security" not in browser.get("/sn/sign-in").headers


def test_signing_in_gives_a_session_that_was_not_there_before(browser: Browser) -> None:
    sign_in(browser)
    first = browser.cookies["sidra_sn"]
    token = browser.get("/sn/").text.rpartition(" ")[2]
    browser.post("/sn/sign-in", {"username": "awa@sn", "password": PASSWORD, "csrf_token": token})
    assert browser.cookies["sidra_sn"] != first
    thief = webtest.TestApp(browser.app)
    assert thief.get("/sn/", headers={"Cookie": f"sidra_sn={first}"}, expect_errors=True).status_code == 401


def test_a_wrong_password_and_an_unknown_person_are_told_alike(browser: Browser) -> None:
    assert sign_in(browser, password="wrong").text == "R401"
    assert sign_in(browser, username="nobody").text == "R401"
    assert sign_in(browser, password="x" * 2000).text == "R401"


def test_the_sixth_wrong_password_is_not_even_tried(browser: Browser) -> None:
    assert [sign_in(browser, password="wrong").text for _ in range(5)] == ["R401"] * 5
    assert sign_in(browser).text == "R429"


def test_a_session_of_one_affiliate_opens_no_other(browser: Browser) -> None:
    sign_in(browser)
    cookies = f"sidra_pl={browser.cookies['sidra_sn']}"
    assert browser.get("/pl/", headers={"Cookie": cookies}, expect_errors=True).status_code == 401


def test_a_person_whose_account_was_disabled_is_out_at_once(browser: Browser, world: World) -> None:
    sign_in(browser)
    world.entrance().accounts.disable("awa@sn")
    assert browser.get("/sn/", expect_errors=True).status_code == 401


@pytest.mark.parametrize("token", ["", "wrong", "\xe9"])
def test_a_form_without_its_token_is_refused(browser: Browser, token: str) -> None:
    assert sign_in(browser, csrf_token=token).status_code == 403
    sign_in(browser)
    refused = browser.post("/sn/sign-out", {"csrf_token": token}, expect_errors=True)
    assert refused.status_code == 403
    assert "R403" in refused.text
    assert browser.get("/sn/").status_code == 200


def test_a_token_of_another_browser_is_refused(browser: Browser) -> None:
    stranger = webtest.TestApp(browser.app)
    assert sign_in(browser, csrf_token=stranger.get("/sn/sign-in").text).status_code == 403


def test_the_api_takes_a_session_with_the_token_of_its_forms_only(browser: Browser) -> None:
    sign_in(browser)
    token = browser.get("/sn/").text.rpartition(" ")[2]
    assert browser.get(CUSTOMERS).status_code == 200
    refused = browser.post_json(CUSTOMERS, {}, expect_errors=True)
    assert (refused.status_code, refused.json["code"]) == (403, "R403")
    taken = browser.post_json(CUSTOMERS, {}, headers={"X-CSRF-Token": token}, expect_errors=True)
    assert taken.status_code == 400


def test_a_wrong_token_of_the_api_counts_before_a_session(browser: Browser) -> None:
    sign_in(browser)
    assert browser.get(CUSTOMERS, headers={"Authorization": "Bearer wrong"}, expect_errors=True).status_code == 401


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/sn/customer/7?x=1", "/sn/customer/7?x=1"),
        ("", "/sn/"),
        ("/pl/customer", "/sn/"),
        ("https://evil.example/sn/", "/sn/"),
        ("//evil.example/sn/", "/sn/"),
        ("/\\evil.example/sn/", "/sn/"),
        ("/sn/\r\nSet-Cookie: x", "/sn/"),
        ("javascript:alert(1)", "/sn/"),
    ],
)
def test_after_signing_in_one_stays_in_the_affiliate(wanted: str, leads_to: str) -> None:
    class Asked:
        affiliate = "sn"

    assert after_sign_in(Asked(), wanted) == leads_to  # type: ignore[arg-type]  # all that is asked of a request


def test_a_fault_of_ours_tells_a_reference_and_nothing_else(
    browser: Browser, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    answer = browser.get("/sn/broken", expect_errors=True)
    assert answer.status_code == 500
    reference = answer.text.rsplit(" ", 1)[1]
    assert "Awa" not in answer.text
    assert "Traceback" not in answer.text
    logged = capfdbinary.readouterr().err
    assert reference.encode() in logged
    assert b"screens.py" in logged
    assert b"Awa" not in logged


@pytest.mark.parametrize("wanted", ["//[", "//[/sn/", "http://[", "/sn/x\u2028", "/snx/", "", "/sn"])
def test_what_is_no_address_of_ours_leads_home(browser: Browser, wanted: str) -> None:
    token = browser.get("/sn/sign-in").text
    given = {"username": "awa@sn", "password": PASSWORD, "csrf_token": token, "next": wanted}
    assert browser.post("/sn/sign-in", given).location == "/sn/"


def test_an_address_of_any_letters_is_gone_to(browser: Browser) -> None:
    token = browser.get("/sn/sign-in").text
    given = {"username": "awa@sn", "password": PASSWORD, "csrf_token": token, "next": "/sn/customer?q=فاتو&b=%20"}
    wanted = "/sn/customer?q=%D9%81%D8%A7%D8%AA%D9%88&b=%20"
    assert browser.post("/sn/sign-in", given).location == wanted
