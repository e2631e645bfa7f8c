from pathlib import Path
from typing import Any

import pytest
import webtest
from tests.core.web.conftest import World, settings_for

from sidra.web.app import TOPICS, create_app

# WebTest ships no types.
Untyped = Any
SIGN_IN = "/sn/sign-in"
STRANGE_PART = (
    b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nb\r\n--x--'
)


@pytest.fixture
def browser(world: World, tmp_path: Path) -> Untyped:
    """A browser that shows a stand-in for the screens."""
    topics = (*TOPICS, "tests.core.web.screens")
    return webtest.TestApp(create_app(settings_for(tmp_path), world.affiliates, topics=topics))


@pytest.mark.parametrize("name", ["username", "password", "next", "csrf_token"])
def test_a_file_is_no_text_of_a_form(browser: Untyped, name: str) -> None:
    given = {"username": "awa@sn", "password": "x", "csrf_token": browser.get(SIGN_IN).text}
    given.pop(name, None)
    answer = browser.post(SIGN_IN, given, upload_files=[(name, "a.txt", b"hello")], expect_errors=True)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=utf-7", b"username=a"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"username=a"),
        ("multipart/form-data", b"no parts"),
        (
            "multipart/form-data; boundary=x",
            STRANGE_PART,
        ),
    ],
)
def test_what_is_no_form_is_refused_and_never_a_fault(browser: Untyped, kind: str, body: bytes) -> None:
    browser.get(SIGN_IN)
    answer = browser.post(SIGN_IN, body, headers={"Content-Type": kind}, expect_errors=True)
    assert (answer.status_code, answer.text.partition(" ")[0]) == (400, "R400")


def test_a_form_that_nests_without_end_is_refused(browser: Untyped) -> None:
    parts = (f"--b{depth}\r\nContent-Type: multipart/mixed; boundary=b{depth + 1}\r\n\r\n" for depth in range(1_000))
    kind = {"Content-Type": "multipart/form-data; boundary=b0"}
    assert browser.post(SIGN_IN, "".join(parts), headers=kind, expect_errors=True).status_code in {400, 403}


class _Gone:
    """A body whose sender went away."""

    def read(self, _: int = -1) -> bytes:
        return b""


def test_a_client_that_goes_away_is_no_fault_of_ours(browser: Untyped, capsys: pytest.CaptureFixture[str]) -> None:
    environ = {
        **webtest.TestRequest.blank(SIGN_IN, method="POST").environ,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": "100",
        "wsgi.input": _Gone(),
    }
    told: list[str] = []
    list(browser.app(environ, lambda status, _: told.append(status)))
    assert told == ["400 Bad Request"]
    assert '"fault"' not in capsys.readouterr().err


@pytest.mark.parametrize("host", ["evil.example", "a b", '"><script>', "[::1"])
def test_no_redirection_repeats_the_host_that_a_client_names(browser: Untyped, host: str) -> None:
    token, cookies = browser.get(SIGN_IN).text, "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    headers = {"X-CSRF-Token": token, "Cookie": cookies, "Host": host}
    environ = webtest.TestRequest.blank("/sn/sign-out", method="POST", headers=headers).environ
    told: list[tuple[str, dict[str, str]]] = []
    list(browser.app(environ, lambda status, found: told.append((status, dict(found)))))
    ((status, found),) = told
    assert (status, found["Location"]) == ("303 See Other", "/sn/sign-in")
    assert found["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in found["Content-Security-Policy"]


def test_a_stranger_sends_little(browser: Untyped) -> None:
    given = {"username": "a" * 70_000, "csrf_token": browser.get(SIGN_IN).text}
    answer = browser.post(SIGN_IN, given, expect_errors=True)
    assert (answer.status_code, answer.text.partition(" ")[0]) == (413, "R413")


def test_a_form_tells_its_length(browser: Untyped) -> None:
    environ = webtest.TestRequest.blank(SIGN_IN, method="POST", headers={"Transfer-Encoding": "chunked"}).environ
    environ.pop("CONTENT_LENGTH", None)
    told: list[str] = []
    list(browser.app({**environ, "wsgi.input_terminated": True}, lambda status, _: told.append(status)))
    assert told == ["400 Bad Request"]
