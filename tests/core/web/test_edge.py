import io
import json
from pathlib import Path
from typing import Any

import pytest
import webtest
from tests.core.web.conftest import CUSTOMERS, Client, Registry, State, World, settings_for

from sidra.web.app import create_app
from sidra.web.bodies import MAX_BODY_BYTES
from sidra.web.headers import CONTENT_SECURITY_POLICY
from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.nodes import Place


@pytest.mark.parametrize("path", ["/health", CUSTOMERS, "/sn/nowhere", "/", "/static/x.js", "/%FF"])
def test_every_answer_tells_browsers_to_trust_nothing(world: World, path: str) -> None:
    headers = world.stranger().get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"


def test_health_is_good_where_all_affiliates_are_served(world: World) -> None:
    answer = world.stranger().get("/health")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "up", "affiliates": {"pl": "served", "sn": "served"}, "faults": {}, "work": "unreachable"},
    )


def test_health_names_the_affiliate_that_is_not_served(world: World) -> None:
    world.affiliates.states["pl"] = State(None, (broken(),))
    answer = world.stranger().get("/health")
    assert (answer.status_code, answer.json["affiliates"]) == (503, {"pl": "down", "sn": "served"})
    refused = world.client("pl").get(CUSTOMERS.replace("/sn/", "/pl/"))
    assert (refused.status_code, refused.json["code"], refused.headers["Retry-After"]) == (503, "R503", "1")
    assert world.client("sn").get(CUSTOMERS).status_code == 200


def test_an_affiliate_on_its_last_good_configuration_is_served_and_says_so(world: World) -> None:
    world.affiliates.states["pl"].diagnostics = (broken(),)
    answer = world.stranger().get("/health")
    assert (answer.status_code, answer.json["affiliates"]["pl"]) == (200, "last good")


def test_nobody_is_up_who_serves_nothing(tmp_path: Path) -> None:
    app = webtest.TestApp(create_app(settings_for(tmp_path), Registry()))
    assert app.get("/health", expect_errors=True).status_code == 503


def broken() -> Diagnostic:
    return Diagnostic("E101", "no `nme`", Place("affiliates/pl/x.yaml", 1, 1))


def test_an_unknown_affiliate_is_a_coded_404(world: World) -> None:
    for path in ("/xx/tmf-api/party/v4/individual", "/xx/tmf-api/nonsense"):
        answer = world.client().get(path)
        assert (answer.status_code, answer.json["code"]) == (404, "R404")
        assert "no affiliate `xx`" in answer.json["reason"]


def test_a_page_that_is_not_there_is_told_in_text(world: World) -> None:
    answer = world.stranger().get("/sn/nowhere/at/all")
    assert (answer.status_code, answer.content_type) == (404, "text/plain")
    assert answer.text.startswith("R404 ")


@pytest.mark.parametrize(
    ("length", "status"),
    [("x", "400"), ("-1", "400"), ("1.5", "400"), ("9" * 30, "413"), ("2097153", "413"), ("\xb2", "400")],
)
def test_a_length_that_is_none_or_too_large_is_refused_unread(world: World, length: str, status: str) -> None:
    environ = webtest.TestRequest.blank(CUSTOMERS, method="POST").environ
    environ |= {
        "CONTENT_LENGTH": length,
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {world.tokens['sn', 'agent']}",
        "wsgi.input": None,
    }
    told: list[str] = []
    body = b"".join(world.app(environ, lambda line, _: told.append(line)))
    assert told[0].startswith(status)
    assert json.loads(body)["code"] == f"R{status}"


@pytest.mark.parametrize(
    "address",
    ["/sn/customer?q=" + "x" * 60_000, "/sn/" + "%C3%A9" * 20_000, "/" + "x" * 60_000, "/sn/" + "a/" * 30_000],
)
def test_an_address_that_is_too_long_is_refused_and_not_repeated(world: World, address: str) -> None:
    answer = world.stranger().get(address)
    assert (answer.status_code, answer.text.partition(" ")[0]) == (414, "R414")
    assert len(answer.body) < 1000


def test_a_form_that_is_too_large_is_refused_unread(world: World) -> None:
    environ = webtest.TestRequest.blank("/sn/sign-out", method="POST").environ
    environ |= {"CONTENT_LENGTH": str(MAX_BODY_BYTES + 1), "wsgi.input": None}
    assert b"R413" in b"".join(world.app(environ, lambda *_: None))


def test_a_body_without_a_length_is_read_as_far_as_it_may_go(world: World) -> None:
    environ = webtest.TestRequest.blank(CUSTOMERS, method="POST").environ
    environ |= {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {world.tokens['sn', 'agent']}",
    }
    environ.pop("CONTENT_LENGTH", None)
    for body, code in ((b"{}", b"R422"), (b" " * (MAX_BODY_BYTES + 1), b"R413")):
        environ["wsgi.input"] = io.BytesIO(body)
        assert code in b"".join(world.app(environ, lambda *_: None))


def test_the_log_has_one_line_of_json_a_request_without_personal_data(
    world: World, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    app = create_app(settings_for(tmp_path, log_level="info"), world.affiliates)
    capfdbinary.readouterr()
    Client(app, world.tokens["sn", "agent"]).get(f"{CUSTOMERS}?name=Awa+Ndiaye")
    (line,) = capfdbinary.readouterr().err.splitlines()
    logged: dict[str, Any] = json.loads(line)
    assert logged["status"] == 200
    assert (logged["method"], logged["route"], logged["affiliate"]) == ("GET", "api_collection", "sn")
    assert logged["actor"]
    assert b"Awa" not in line
    assert world.tokens["sn", "agent"].encode() not in line


def test_nothing_is_logged_below_the_level(world: World, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    world.stranger().get("/health")
    assert capfdbinary.readouterr().err == b""


def test_what_refreshes_runs_before_each_request(world: World, tmp_path: Path) -> None:
    seen = []
    app = create_app(settings_for(tmp_path), world.affiliates, refresh=lambda: seen.append(1))
    Client(app, "").get("/health")
    Client(app, "").get("/health")
    assert len(seen) == 2
