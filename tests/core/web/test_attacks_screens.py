"""What an attacker does with a browser: forms without their token, stolen and planted sessions, hostile texts."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
import webtest
from tests.core.web.conftest import CUSTOMERS, INDIVIDUALS, PASSWORD, Client, World, settings_for

from sidra.access.passwords import Passwords
from sidra.errors import Unauthenticated
from sidra.web.app import create_app, installed_topics

# WebTest ships no types.
Browser = Any
Json = dict[str, Any]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7777*7777}}"
PLACES = {"affiliate": "sn", "entity": "individual", "action": "delete"}
NAMED = "[a-z][a-z0-9_]*"
"""What addresses demand of a name."""
UNSAFE = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+\s*=|javascript:|<style|\sstyle=", re.IGNORECASE)


@pytest.fixture
def browser(world: World, tmp_path: Path, assets: Path) -> Browser:
    """A browser that keeps cookies, at the screens."""
    return webtest.TestApp(create_app(settings_for(tmp_path), world.affiliates, topics=installed_topics()))


@pytest.fixture
def signed_in(browser: Browser) -> Browser:
    """A browser in which an agent of Senegal is signed in."""
    assert sign_in(browser).status_code == 303
    return browser


def form_token(page: Any) -> str:  # noqa: ANN401 - WebTest ships no types
    found = re.search(r'name="csrf_token"[^>]*value="([0-9a-f]+)"', page.text)
    assert found is not None, page.text[:500]
    return found[1]


def sign_in(browser: Browser, affiliate: str = "sn", **changes: str) -> Any:  # noqa: ANN401 - WebTest ships no types
    token = form_token(browser.get(f"/{affiliate}/sign-in"))
    given = {"username": f"awa@{affiliate}", "password": PASSWORD, "csrf_token": token, **changes}
    return browser.post(f"/{affiliate}/sign-in", given, expect_errors=True)


def unsafe_addresses(browser: Browser) -> list[str]:
    """Every address that takes a form, with something in each of its places."""
    application = browser.app
    while not hasattr(application, "registry"):
        application = application.app
    from pyramid.interfaces import IRoutesMapper  # noqa: PLC0415 - only here

    routes = application.registry.getUtility(IRoutesMapper).get_routes(include_static=False)
    views = application.registry.introspector.get_category("routes")
    methods = {entry["introspectable"]["name"]: entry["introspectable"]["request_methods"] or () for entry in views}
    patterns = [route.pattern for route in routes if "POST" in methods.get(route.name, ())]
    filled = (re.sub(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})*))?\}", place, pattern) for pattern in patterns)
    addresses = ["/" + address.lstrip("/") for address in filled]
    # An identity provider tells that somebody signed out there: it has no session, and proves itself by a signature.
    return [address for address in addresses if not address.endswith("/signed-out")]


def place(match: re.Match[str]) -> str:
    """What stands for a part of an address."""
    some = "validate" if match[2] == NAMED else "00000000-0000-7000-8000-0000000000ff"
    return PLACES.get(match[1], some)


@pytest.mark.parametrize("token", [None, "", "wrong", "0" * 64])
def test_no_form_is_taken_without_the_token_of_its_session(signed_in: Browser, token: str | None) -> None:
    addresses = unsafe_addresses(signed_in)
    assert len(addresses) > 5
    for address in addresses:
        given = {"family_name": "X"} if token is None else {"family_name": "X", "csrf_token": token}
        answer = signed_in.post(address, given, expect_errors=True)
        assert answer.status_code == 403, (address, answer.status_code)
    assert signed_in.get("/sn/").status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_form_is_taken_that_another_site_sent(signed_in: Browser, origin: str) -> None:
    token, session = form_token(signed_in.get("/sn/")), signed_in.cookies["sidra_sn"]
    secure = {"wsgi.url_scheme": "https", "HTTP_HOST": "localhost:443", "SERVER_PORT": "443", "HTTP_ORIGIN": origin}
    headers = {"Cookie": f"__Host-sidra_sn={session}"}
    for address in unsafe_addresses(signed_in):
        given = {"csrf_token": token}
        answer = signed_in.post(address, given, headers=headers, extra_environ=secure, expect_errors=True)
        assert answer.status_code == 403, (address, answer.status_code)


def test_strangers_are_sent_to_sign_in_by_every_form(browser: Browser) -> None:
    token = form_token(browser.get("/sn/sign-in"))
    for address in unsafe_addresses(browser):
        if not address.endswith(("/sign-in", "/sign-out")):
            answer = browser.post(address, {"csrf_token": token}, expect_errors=True)
            assert answer.status_code in {303, 401, 403}, (address, answer.status_code)


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(browser: Browser) -> None:
    browser.set_cookie("sidra_sn", "planted-by-somebody-else")
    sign_in(browser)
    assert browser.cookies["sidra_sn"] != "planted-by-somebody-else"
    thief = webtest.TestApp(browser.app)
    for value in ("planted-by-somebody-else", "", "' OR 1=1 --"):
        answer = thief.get("/sn/", headers={"Cookie": f"sidra_sn={value}"}, expect_errors=True)
        assert answer.status_code in {303, 401}


def test_a_session_ends_where_it_is_signed_out_and_its_cookie_opens_nothing_more(signed_in: Browser) -> None:
    cookie = signed_in.cookies["sidra_sn"]
    signed_in.post("/sn/sign-out", {"csrf_token": form_token(signed_in.get("/sn/"))})
    thief = webtest.TestApp(signed_in.app)
    for address in ("/sn/", CUSTOMERS):
        answer = thief.get(address, headers={"Cookie": f"sidra_sn={cookie}"}, expect_errors=True)
        assert answer.status_code in {303, 401}


def test_a_session_of_one_affiliate_is_none_of_another(signed_in: Browser) -> None:
    cookie = signed_in.cookies["sidra_sn"]
    thief = webtest.TestApp(signed_in.app)
    for address in ("/pl/", "/pl/individual", CUSTOMERS.replace("/sn/", "/pl/")):
        answer = thief.get(address, headers={"Cookie": f"sidra_pl={cookie}; sidra_sn={cookie}"}, expect_errors=True)
        assert answer.status_code in {303, 401}


def test_every_page_forbids_what_it_does_not_need(signed_in: Browser, agent: Client, awa: Json) -> None:
    pages = [
        "/",
        "/sn/",
        "/sn/sign-in",
        "/pl/sign-in",
        "/sn/individual",
        f"/sn/individual/{awa['id']}",
        "/sn/search?q=a",
    ]
    pages += [
        f"/sn/individual/{awa['id']}/edit",
        "/sn/individual/new",
        "/sn/nonsense",
        "/nonsense/",
        "/xx/yy/zz",
    ]
    for address in pages:
        answer = signed_in.get(address, expect_errors=True)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.status_code < 500, address
        assert not UNSAFE.search(answer.text), (address, UNSAFE.search(answer.text))


def test_hostile_texts_are_shown_and_never_run(signed_in: Browser, agent: Client) -> None:
    made = agent.post(INDIVIDUALS, {"givenName": HOSTILE[:60], "familyName": HOSTILE[-60:]}).json
    agent.post(CUSTOMERS, {"name": HOSTILE, "engagedParty": {"id": made["id"]}})
    where = ["/sn/individual", f"/sn/individual/{made['id']}", f"/sn/individual/{made['id']}/edit", "/sn/customer"]
    where += [
        f"/sn/search?q={HOSTILE}",
        "/sn/search?q=script",
        f"/sn/individual?q={HOSTILE}",
        f"/sn/sign-in?next={HOSTILE}",
    ]
    for address in where:
        answer = signed_in.get(address, expect_errors=True)
        assert answer.status_code < 500, address
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "60481729" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%22%20OR%20NEAR(",
        "q=" + "a%20" * 2000,
        "sort=%27",
        "after=x",
        "cursor=x",
        "limit=99999999999",
        "page=-1",
        "q=%ff",
        "filter=%7B",
        "x=1",
    ],
)
def test_no_address_of_a_screen_is_a_fault(signed_in: Browser, awa: Json, query: str) -> None:
    for address in (
        "/sn/individual",
        "/sn/search",
        "/sn/search/suggest",
        "/sn/customer/lookup",
        f"/sn/individual/{awa['id']}",
    ):
        assert signed_in.get(f"{address}?{query}", expect_errors=True).status_code < 500, address


@pytest.mark.parametrize(
    "given",
    [
        {"version": "x"},
        {"version": "9" * 400},
        {"id": "00000000-0000-7000-8000-0000000000ff"},
        {"kind": "customer"},
        {"unit": "x"},
        {"created_by": "evil"},
        {"contact_media.0.id": "x"},
        {"contact_media[0].id": "x"},
        {"contact_media.99999999.phone_number": "1"},
        {"a" * 5000: "x"},
        {"given_name": "x" * 5000},
        {"given_name": "\0"},
    ],
)
def test_a_form_assigns_what_it_shows_and_nothing_else(
    signed_in: Browser, agent: Client, awa: Json, given: dict[str, str]
) -> None:
    before = agent.get(awa["href"]).json
    address = f"/sn/individual/{awa['id']}/edit"
    token = form_token(signed_in.get(address))
    answer = signed_in.post(address, {"csrf_token": token, **given}, expect_errors=True)
    assert answer.status_code < 500
    after = agent.get(awa["href"]).json
    assert after == before or answer.status_code == 303
    assert {name: after[name] for name in ("id", "@type", "status")} == {
        name: before[name] for name in ("id", "@type", "status")
    }


def test_an_unknown_person_costs_as_much_time_as_a_known_one(
    browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.access.accounts.Passwords", Passwords)

    def seconds(login: str) -> float:
        started = time.process_time()
        sign_in(browser, username=login, password="wrong")
        return time.process_time() - started

    world.entrance().accounts.create("real@sn", "Real", PASSWORD, ["agent"])
    seconds("nobody-at-first")
    known, unknown = min(seconds("real@sn") for _ in range(3)), min(seconds(f"nobody-{n}") for n in range(3))
    assert 0.4 < known / unknown < 2.5


def test_guessing_is_slowed_down_for_unknown_people_too(browser: Browser) -> None:
    assert [sign_in(browser, username="nobody", password="wrong").status_code for _ in range(6)] == [401] * 5 + [429]


def test_a_login_of_any_length_is_answered_quickly(world: World) -> None:
    for login in ("\ufdfa" * 100_000, "x" * 1_000_000, "\0", "' OR 1=1 --"):
        started = time.process_time()
        with pytest.raises(Unauthenticated):
            world.entrance().sign_in(login, PASSWORD, address="127.0.0.1")
        assert time.process_time() - started < 5


@pytest.mark.usefixtures("assets")
def test_the_log_holds_nothing_personal(
    world: World, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    settings = settings_for(tmp_path, log_level="debug")
    browser = webtest.TestApp(create_app(settings, world.affiliates, topics=installed_topics()))
    sign_in(browser, username="awa@sn", password="a wrong password")
    sign_in(browser)
    headers = {"Authorization": f"Bearer {world.tokens['sn', 'agent']}"}
    person = {"givenName": "Mamadou", "familyName": "Xarfuuf", "secret": "7654321", "birthDate": "1977-07-07"}
    made = browser.post_json(INDIVIDUALS, person, headers=headers).json
    browser.get(f"{INDIVIDUALS}?familyName=Xarfuuf&nonsense=Xarfuuf", headers=headers, expect_errors=True)
    browser.post_json(INDIVIDUALS, {"givenName": "Mamadou" * 20}, headers=headers, expect_errors=True)
    browser.get("/sn/search?q=Xarfuuf", expect_errors=True)
    browser.get("/sn/individual?q=Xarfuuf")
    browser.get(f"/sn/individual/{made['id']}")
    logged = capfdbinary.readouterr().err
    assert b"request" in logged
    for text in (
        b"Mamadou",
        b"Xarfuuf",
        b"7654321",
        b"1977",
        b"awa@sn",
        b"Awa",
        b"password",
        world.tokens["sn", "agent"].encode(),
        b"Bearer",
    ):
        assert text not in logged


@pytest.mark.parametrize("path", ["/sn/\xff", "/\xff/", "/sn/individual/\xff", "/sn/\xff/edit"])
def test_an_address_that_is_no_text_is_refused_with_a_page(browser: Browser, path: str) -> None:
    environ = webtest.TestRequest.blank("/").environ | {"PATH_INFO": path}
    told: list[str] = []
    body = browser.app(environ, lambda status, *_: told.append(status))
    assert told[0][:3] in {"400", "404"}
    assert b"Traceback" not in b"".join(body)
