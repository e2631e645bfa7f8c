from pathlib import Path
from typing import Any

import pytest
import webtest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.web.conftest import INDIVIDUALS, World, settings_for

from sidra.web.app import TOPICS, create_app
from sidra.web.forwarded import look_behind

# WebTest ships no types.
Untyped = Any

PROXY = "10.0.0.1"


def behind(proxies: int, **headers: str) -> tuple[str, str]:
    """The client's address and scheme, as they count."""
    environ: dict[str, Any] = {"REMOTE_ADDR": PROXY, "wsgi.url_scheme": "http", **headers}
    look_behind(environ, proxies)
    return environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]


def forwarded(proxies: int, addresses: str = "", scheme: str = "") -> tuple[str, str]:
    return behind(proxies, HTTP_X_FORWARDED_FOR=addresses, HTTP_X_FORWARDED_PROTO=scheme)


def test_without_a_proxy_of_ours_the_headers_are_worth_nothing() -> None:
    assert forwarded(0, "192.0.2.1", "https") == (PROXY, "http")


@pytest.mark.parametrize(
    ("proxies", "addresses", "found"),
    [
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        (2, "6.6.6.6, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (2, "192.0.2.1", PROXY),
        (1, "192.0.2.1:4711", "192.0.2.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "unknown", PROXY),
        (1, "192.0.2.1,", PROXY),
        (1, "", PROXY),
    ],
)
def test_the_address_is_what_the_outermost_proxy_wrote(proxies: int, addresses: str, found: str) -> None:
    assert forwarded(proxies, addresses)[0] == found


@pytest.mark.parametrize(
    ("proxies", "scheme", "found"),
    [
        (1, "https", "https"),
        (1, "HTTPS", "https"),
        (2, "https", "https"),
        (1, "https, http", "http"),
        (2, "https, http", "https"),
        (1, "gopher", "http"),
        (1, "", "http"),
    ],
)
def test_the_scheme_is_what_the_outermost_proxy_wrote(proxies: int, scheme: str, found: str) -> None:
    assert forwarded(proxies, "192.0.2.1", scheme)[1] == found


@given(written=st.text(st.sampled_from("0123456789.:,[] abcdef"), max_size=30))
def test_nothing_that_a_client_writes_itself_changes_who_it_is(written: str) -> None:
    assert forwarded(1, f"{written}, 192.0.2.1")[0] == "192.0.2.1"


@given(addresses=st.text(max_size=40), scheme=st.text(max_size=10), proxies=st.integers(0, 3))
def test_whatever_the_headers_say_an_address_and_a_scheme_come_out(addresses: str, scheme: str, proxies: int) -> None:
    address, found = forwarded(proxies, addresses, scheme)
    assert address
    assert found in {"http", "https"}


def browser(world: World, folder: Path, proxies: int) -> Untyped:
    """A browser whose requests arrive from one address, whatever it says of itself."""
    app = create_app(
        settings_for(folder, proxies=proxies), world.affiliates, topics=(*TOPICS, "tests.core.web.screens")
    )
    return webtest.TestApp(app, extra_environ={"REMOTE_ADDR": PROXY})


@pytest.mark.parametrize(("proxies", "prefix"), [(0, "sidra_sn_visit="), (1, "__Host-sidra_sn_visit=")])
def test_cookies_are_for_https_only_where_a_proxy_of_ours_says_so(
    world: World, tmp_path: Path, proxies: int, prefix: str
) -> None:
    answer = browser(world, tmp_path, proxies).get("/sn/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Set-Cookie"].startswith(prefix)
    assert ("Strict-Transport-Security" in answer.headers) is (proxies == 1)


@pytest.mark.parametrize(("proxies", "code"), [(0, "R429"), (1, "R401")])
def test_failures_count_for_the_client_behind_a_proxy_of_ours_and_else_for_who_connects(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxies: int, code: str
) -> None:
    monkeypatch.setattr("sidra.access.throttle.FAILURES_OF_ADDRESS", 2)
    asking = browser(world, tmp_path, proxies)
    form = {"csrf_token": asking.get("/sn/sign-in").text, "password": "wrong horse battery"}

    def fail(number: int) -> str:
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        answer = asking.post("/sn/sign-in", {**form, "username": f"nobody{number}"}, headers=headers, status=403)
        return str(answer.text)

    assert [fail(number) for number in range(3)] == ["R401", "R401", code]
    assert [fail(2) for _ in range(2)][-1] == "R429"


@pytest.mark.parametrize(("proxies", "scheme"), [(0, "http"), (1, "https")])
def test_addresses_in_answers_of_the_api_begin_as_the_client_asked(
    world: World, tmp_path: Path, proxies: int, scheme: str
) -> None:
    app = webtest.TestApp(create_app(settings_for(tmp_path, proxies=proxies), world.affiliates))
    headers = {"Authorization": f"Bearer {world.tokens['sn', 'agent']}", "X-Forwarded-Proto": "https"}
    made = app.post_json(INDIVIDUALS, {"givenName": "Awa", "familyName": "Ndiaye"}, headers=headers)
    assert made.json["href"].startswith(f"{scheme}://")
