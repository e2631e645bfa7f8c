"""Whatever a client sends, it gets an answer below 500, and an error body where something was wrong."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.api.telecom import telecom
from tests.core.web.conftest import API, CUSTOMERS, INDIVIDUALS, TICKETS, Registry, State, settings_for, store_at

from sidra.access.entrance import Entrance
from sidra.runtime import Runtime
from sidra.web.app import create_app

# WebTest, WSGI and Pyramid ship no types.
Untyped = Any

FEW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

RESOURCES = st.sampled_from([CUSTOMERS, INDIVIDUALS, TICKETS, f"{API}/party/v4/party", f"{API}/bill/v4/bill"])
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["1", "-1", "true", "2026-03-20", "9" * 30, "1e999", "NaN", "'", '"', "%", "\0", "\ud7ff", "0" * 32]
)
NAMES = st.sampled_from(
    (
        *("name", "givenName", "score", "credit", "credit.value", "vip", "since", "engagedParty", "engagedParty.id"),
        *("contactMedium", "contactMedium.characteristic.phoneNumber", "tickets", "relatedParty", "status", "severity"),
        *("id", "fields", "sort", "limit", "offset", "cursor", "href", "createdAt", "@type", "validFor", "address"),
    )
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=4),
    max_leaves=10,
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    """The application, and a token of an agent."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    runtime = Runtime(telecom(), store_at(folder / "sn.sqlite"))
    app = create_app(settings_for(folder), Registry({"sn": State(runtime)}))
    yield app, Entrance.of("sn", runtime.store).tokens.issue("agent")
    runtime.store.close()


def ask(served: tuple[Any, str], method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> Untyped:
    """The status and the body of an answer; what WSGI demands of an application is checked too."""
    app, token = served
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        **headers,
    }
    told: list[Any] = []
    answer = b"".join(app(environ, lambda status, headers: told.extend((status, headers))))
    status = int(told[0][:3])
    assert status < 500, (status, answer)
    assert all("\r" not in value and "\n" not in value for _, value in told[1])
    assert all(value.encode("latin-1") is not None for _, value in told[1])
    if status >= 400:
        assert {"code", "reason", "message", "status", "@type"} <= set(json.loads(answer))
    return status, answer


@FEW
@given(RESOURCES, st.lists(st.tuples(NAMES | TEXTS, st.sampled_from(["=", ".gt=", ">", "<", "!=", ";", ""]), TEXTS)))
def test_any_query_is_answered(served: Untyped, path: str, parts: list[tuple[str, str, str]]) -> None:
    query = "&".join("".join(part) for part in parts).encode("utf-8", "replace").decode("latin-1")
    ask(served, "GET", path, query)


@FEW
@given(RESOURCES, NAMES, st.sampled_from(["", ".gt", ".gte", ".lt", ".ne", ".eq", ".regex"]), TEXTS)
def test_any_value_of_a_filter_is_answered(served: Untyped, path: str, name: str, op: str, value: str) -> None:
    from urllib.parse import quote  # noqa: PLC0415 - beside its only use

    ask(served, "GET", path, f"{name}{op}={quote(value, errors='replace')}")


@FEW
@given(RESOURCES, VALUES)
def test_any_json_may_be_posted(served: Untyped, path: str, body: object) -> None:
    ask(served, "POST", path, body=json.dumps(body).encode())


@FEW
@given(RESOURCES, st.dictionaries(NAMES, VALUES, max_size=5))
def test_any_object_may_be_posted(served: Untyped, path: str, body: object) -> None:
    ask(served, "POST", path, body=json.dumps(body).encode())


@FEW
@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_any_patch_of_a_record_is_answered(served: Untyped, patch: object) -> None:
    status, body = ask(served, "POST", INDIVIDUALS, body=b'{"givenName": "Awa", "familyName": "Ndiaye"}')
    assert status == 201
    ask(served, "PATCH", f"{INDIVIDUALS}/{json.loads(body)['id']}", body=json.dumps(patch).encode())


@FEW
@given(RESOURCES, st.binary(max_size=40))
def test_any_bytes_may_be_posted(served: Untyped, path: str, body: bytes) -> None:
    ask(served, "POST", path, body=body)


@FEW
@given(st.binary(max_size=30), st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "X"]))
def test_any_address_is_answered(served: Untyped, tail: bytes, method: str) -> None:
    for head in ("/sn/tmf-api/", f"{INDIVIDUALS}/"):
        ask(served, method, head + tail.decode("latin-1"), body=b"{}")


HEADERS = ["HTTP_ACCEPT", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_PREFER", "HTTP_AUTHORIZATION", "HTTP_COOKIE"]
HEADERS += ["HTTP_HOST", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_CSRF_TOKEN"]


@FEW
@given(
    st.dictionaries(st.sampled_from(HEADERS), st.text(st.characters(max_codepoint=255), max_size=20), max_size=4),
    st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
)
def test_any_headers_are_answered(served: Untyped, headers: dict[str, str], method: str) -> None:
    for path in (INDIVIDUALS, f"{INDIVIDUALS}/{'0' * 32}"):
        ask(served, method, path, body=b"{}", **headers)
