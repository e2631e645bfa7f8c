"""What an attacker sends to the API: each is refused with an error of its own, and nothing happens."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from tests.core.web.conftest import API, CUSTOMERS, INDIVIDUALS, TICKETS, Client, World

Json = dict[str, Any]
OTHER_ID = "00000000-0000-7000-8000-0000000000ff"
INJECTIONS = (
    "' OR 1=1 --",
    '" OR "" = "',
    "'; DROP TABLE individual; --",
    "%' OR '1'='1",
    "x' UNION SELECT login, password_hash FROM access_account --",
    "\\'; --",
    "*",
    '"* OR NEAR(',
    "{} : ^ - + AND OR NOT",
    "\u0000",
    "\udcff",
    "\u202eevil",
    "A" * 6000,
    "%",
    "_",
)


@pytest.fixture
def customer(agent: Client, awa: Json) -> Json:
    """A customer."""
    made: Json = agent.post(CUSTOMERS, {"name": "Awa", "number": "C-1", "engagedParty": {"id": awa["id"]}}).json
    return made


def is_refused(answer: Any) -> bool:  # noqa: ANN401 - WebTest ships no types
    """Whether an answer is a proper refusal: a client's fault, in the form of all errors."""
    return bool(400 <= answer.status_code < 500 and {"code", "reason", "message"} <= answer.json.keys())


@pytest.mark.parametrize(
    "name", ["givenName", "familyName.gt", "status", "birthDate.lt", "id", "contactMedium.id", "x"]
)
def test_no_filter_reaches_the_database_as_anything_but_a_value(agent: Client, awa: Json, name: str) -> None:
    for text in INJECTIONS:
        answer = agent.get(f"{INDIVIDUALS}?{name}={escaped(text)}")
        assert answer.status_code == 200 or is_refused(answer)
        if answer.status_code == 200 and name != "familyName.gt":
            assert answer.json == []
    assert agent.get(INDIVIDUALS).json[0]["id"] == awa["id"]


@pytest.mark.parametrize("parameter", ["sort", "fields", "cursor", "offset", "limit", "nonsense"])
def test_no_parameter_reaches_the_database_as_anything_but_a_value(agent: Client, awa: Json, parameter: str) -> None:
    for text in INJECTIONS:
        assert is_refused(agent.get(f"{INDIVIDUALS}?{parameter}={escaped(text)}"))
    assert agent.get(awa["href"]).status_code == 200


def test_a_name_of_a_parameter_is_no_way_in_either(agent: Client) -> None:
    for text in INJECTIONS:
        assert is_refused(agent.get(f"{INDIVIDUALS}?{escaped(text)}=1"))


def escaped(text: str) -> str:
    """A text as an address holds it, a lone surrogate too."""
    return quote(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "values",
    [
        ["-created_at,-id", False, 2**63, OTHER_ID],
        ["-created_at,-id", False, 2**64 - 1, OTHER_ID],
        ["-created_at,-id", False, -(2**63) - 1, OTHER_ID],
        ["-created_at,-id", False, 1.5, OTHER_ID],
        ["-created_at,-id", False, "x", OTHER_ID],
        ["-created_at,-id", False, 1, "x"],
        ["-created_at,-id", False, 1, None],
        ["-created_at,-id", False, 1],
        ["-created_at,-id", "yes", 1, OTHER_ID],
        ["secret,id", False, "1234567", OTHER_ID],
        ["id", False, OTHER_ID],
        [],
        {"a": 1, "b": 2, "c": 3},
        [[[[]]]],
        "text",
        None,
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(agent: Client, values: object) -> None:
    forged = base64.urlsafe_b64encode(orjson.dumps(values) if not is_huge(values) else str(values).encode()).decode()
    answer = agent.get(f"{INDIVIDUALS}?cursor={forged.rstrip('=')}")
    assert (answer.status_code, answer.json["code"]) == (400, "R400")


def is_huge(values: object) -> bool:
    return isinstance(values, list) and any(isinstance(one, int) and not -(2**63) <= one < 2**64 for one in values)


@pytest.mark.parametrize(
    "query",
    [
        "limit=1001",
        "limit=-1",
        "limit=1e3",
        "limit=９",
        "offset=10001",
        "offset=99999999999",
        "limit=1&limit=2",
        "cursor=x&cursor=y",
    ],
)
def test_a_page_out_of_bounds_is_refused(agent: Client, query: str) -> None:
    assert is_refused(agent.get(f"{INDIVIDUALS}?{quote(query, safe='=&')}"))


def test_too_many_filters_and_alternatives_are_refused(agent: Client) -> None:
    many = "&".join(f"givenName.gt={number}&givenName.lt={number}" for number in range(200))
    assert is_refused(agent.get(f"{INDIVIDUALS}?{many}"))
    assert is_refused(agent.get(f"{INDIVIDUALS}?givenName={','.join(map(str, range(501)))}"))


SYSTEM = {
    "id": OTHER_ID,
    "href": "http://evil.example/",
    "version": 99,
    "createdBy": "evil",
    "created_by": "evil",
    "createdAt": "1970-01-01T00:00:00Z",
    "updatedBy": "evil",
    "unit": OTHER_ID,
    "kind": "organization",
    "displayName": "Evil",
    "display_name": "Evil",
    "party_id": OTHER_ID,
    "roles": ["administrator"],
}


@pytest.mark.parametrize("name", SYSTEM)
@pytest.mark.parametrize("is_new", [True, False])
def test_nobody_assigns_what_is_not_theirs_to_assign(
    agent: Client, awa: Json, customer: Json, name: str, is_new: bool
) -> None:
    before = agent.get(customer["href"])
    body = {name: SYSTEM[name]}
    if is_new:
        answer = agent.post(CUSTOMERS, {"name": "B", "engagedParty": {"id": awa["id"]}, **body})
    else:
        answer = agent.patch(customer["href"], body)
    assert is_refused(answer) or answer.json["href"].startswith("http://localhost/")
    assert (name == "href") == (answer.status_code < 400) or name == "href"
    assert agent.get(customer["href"]).json == before.json


def test_a_record_is_of_the_type_of_its_resource(agent: Client, awa: Json) -> None:
    body: Json
    for body in ({"@type": "Organization"}, {"@type": "Customer"}, {"@type": ["Individual"]}, {"@type": {}}):
        assert is_refused(agent.post(INDIVIDUALS, {"givenName": "A", "familyName": "B", **body}))
    assert is_refused(agent.patch(awa["href"], {"@type": "Organization"}))


def test_owned_records_of_another_owner_are_out_of_reach(agent: Client, awa: Json) -> None:
    medium = awa["contactMedium"][0]
    other = agent.post(INDIVIDUALS, {"givenName": "Eve", "familyName": "Sow"}).json
    entry: Json
    for entry in (
        {"id": medium["id"]},
        {"id": medium["id"], "mediumType": "email"},
        {"id": OTHER_ID},
        {"id": {}},
        {"id": []},
    ):
        assert is_refused(agent.patch(other["href"], {"contactMedium": [entry]}))
    for parent in ({"party": {"id": other["id"]}}, {"party_id": other["id"]}):
        assert is_refused(agent.patch(awa["href"], {"contactMedium": [{"id": medium["id"], **parent}]}))
    assert agent.get(awa["href"]).json["contactMedium"] == awa["contactMedium"]


@pytest.mark.parametrize("state", ["deceaded", "validated", "x", 5, {}, []])
def test_a_new_record_does_not_begin_in_a_later_state(agent: Client, state: object) -> None:
    assert is_refused(agent.post(INDIVIDUALS, {"givenName": "A", "familyName": "B", "status": state}))


def test_a_state_is_written_only_along_a_step(agent: Client, awa: Json) -> None:
    assert agent.patch(awa["href"], {"status": "deceaded"}).status_code == 200
    for state in ("initialized", "validated", None, "xSnInDoubt", "x"):
        assert is_refused(agent.patch(awa["href"], {"status": state}))
    assert agent.get(awa["href"]).json["status"] == "deceaded"


@pytest.mark.parametrize(
    "body",
    [
        b'{"givenName": NaN, "familyName": "B"}',
        b'{"givenName": Infinity, "familyName": "B"}',
        b'{"givenName": 1e999, "familyName": "B"}',
        b'{"givenName": "\\ud800", "familyName": "B"}',
        b'{"givenName": "a\\u0000b", "familyName": "B"}',
        b'\xef\xbb\xbf{"givenName": "A", "familyName": "B"',
        b'{"givenName": "A", "familyName": "B"} {}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"contactMedium":' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"contactMedium": "x"}',
        b'{"contactMedium": [1, null, "x"]}',
        b'{"individualCharacteristic": 5, "givenName": "A", "familyName": "B"}',
        b'{"birthDate": "9999999999-01-01", "givenName": "A", "familyName": "B"}',
        b'{"givenName": ["A"], "familyName": {"a": 1}}',
        b"null",
        b'"x"',
        b"12",
    ],
)
def test_no_body_does_more_than_be_refused(agent: Client, body: bytes) -> None:
    assert is_refused(agent.ask("POST", INDIVIDUALS, body, Content_Type="application/json"))
    assert agent.get(INDIVIDUALS).json == []


def test_a_condition_that_the_server_could_not_read_is_not_taken_for_none(agent: Client, awa: Json) -> None:
    # What is no ASCII in a header comes as an empty text.
    answer = agent.patch(awa["href"], {"givenName": "Overwritten"}, If_Match="")
    assert is_refused(answer)
    assert agent.get(awa["href"]).json["givenName"] == awa["givenName"]


@pytest.mark.parametrize("depth", [40, 200, 400, 900])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_deep_json_is_kept_or_refused_and_never_a_fault(agent: Client, awa: Json, depth: int, method: str) -> None:
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    for name in (b"hobby", b"individualCharacteristic"):
        body = b'{"givenName": "A", "familyName": "B", "' + name + b'": ' + deep + b"}"
        answer = agent.ask(
            method, INDIVIDUALS if method == "POST" else awa["href"], body, Content_Type="application/json"
        )
        assert answer.status_code < 300 or is_refused(answer)
        if answer.status_code < 300:
            assert agent.get(answer.json["href"]).status_code == 200
    assert agent.get(INDIVIDUALS).status_code == 200


@pytest.mark.parametrize("depth", [40, 200, 900])
def test_deep_json_of_an_address_is_kept_or_refused(agent: Client, customer: Json, depth: int) -> None:
    deep = b'{"address": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
    for _ in range(2):
        answer = agent.ask("PATCH", customer["href"], deep, Content_Type="application/merge-patch+json")
        assert answer.status_code < 300 or is_refused(answer)
    assert agent.get(customer["href"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("score", 2**63),
        ("score", 1e300),
        ("score", -1),
        ("score", True),
        ("credit", {"value": 10**30, "unit": "XOF"}),
        ("credit", {"value": 1, "unit": "X" * 5000}),
        ("credit", {"value": "NaN", "unit": "XOF"}),
        ("credit", {"value": "Infinity", "unit": "XOF"}),
        ("credit", [1]),
        ("rate", "1e400"),
        ("rate", "-Infinity"),
        ("since", "0000-00-00"),
        ("since", 10**20),
        ("validFor", {"startDateTime": {}}),
        ("engagedParty", {"id": "x"}),
        ("engagedParty", {"id": 5}),
        ("engagedParty", [{}]),
        ("engagedParty", OTHER_ID),
        ("tickets", [{"id": OTHER_ID}]),
        ("name", "x" * 100_001),
        ("name", "a\0b"),
    ],
)
def test_no_value_does_more_than_be_refused(agent: Client, customer: Json, name: str, value: object) -> None:
    answer = agent.ask("PATCH", customer["href"], as_json({name: value}), Content_Type="application/json")
    assert is_refused(answer) or (name == "name" and answer.status_code == 200)
    assert agent.get(customer["href"]).status_code == 200


def as_json(body: Json) -> bytes:
    import json  # noqa: PLC0415 - writes numbers that orjson does not

    return json.dumps(body).encode()


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "application/xml",
        "application/json\x00",
    ],
)
def test_a_body_of_another_type_is_not_read(agent: Client, content_type: str) -> None:
    answer = agent.ask("POST", INDIVIDUALS, b'{"givenName": "A", "familyName": "B"}', Content_Type=content_type)
    assert (answer.status_code, answer.json["code"]) == (415, "R415")


@pytest.mark.parametrize(
    "path",
    [
        "/sn/tmf-api/party/v4/individual/../../../../pl/tmf-api/party/v4/individual",
        "/sn/tmf-api/party/v4/individual/..%2f..%2fcustomer",
        "/sn/tmf-api//party/v4/individual",
        "/sn//tmf-api/party/v4/individual",
        "//sn/tmf-api/party/v4/individual",
        "/sn/tmf-api/party/v4/individual/%00",
        "/sn/tmf-api/party/v4/individual/%0d%0aSet-Cookie:%20a=b",
        "/sn/tmf-api/party/v4/individual/' OR 1=1",
        "/sn/tmf-api/party/v4/individual/" + "a" * 5000,
        "/sn/tmf-api/party/v4/INDIVIDUAL",
        "/SN/tmf-api/party/v4/individual",
        "/sn/tmf-api/access_account/v4/x",
        "/sn/tmf-api/",
        "/sn/tmf-api",
    ],
)
def test_no_path_leads_anywhere_else(agent: Client, path: str) -> None:
    answer = agent.get(path)
    assert 400 <= answer.status_code < 500
    assert "Set-Cookie" not in answer.headers


def test_no_answer_repeats_a_line_break_in_its_headers(agent: Client, awa: Json) -> None:
    for query in (
        "?givenName=%0d%0aX-Evil:1&limit=1",
        "?givenName=Awa%0d%0aX-Evil:1&limit=1",
        "?familyName.ne=%0d%0aX-Evil:1&limit=1",
    ):
        agent.post(INDIVIDUALS, {"givenName": "Awa\r\nX", "familyName": "B"})
        answer = agent.get(INDIVIDUALS + query)
        assert "X-Evil" not in answer.headers
        assert not any("\r" in value or "\n" in value for value in answer.headers.values())


def test_a_token_of_another_affiliate_writes_nothing(world: World, awa: Json) -> None:
    poland = world.client("pl")
    for answer in (
        poland.patch(awa["href"], {"givenName": "X"}),
        poland.delete(awa["href"]),
        poland.post(TICKETS, {"description": "x"}),
    ):
        assert (answer.status_code, answer.json["code"]) == (401, "R401")
    own = poland.post(INDIVIDUALS.replace("/sn/", "/pl/"), {"givenName": "A", "familyName": "B"})
    crossing = poland.post(CUSTOMERS.replace("/sn/", "/pl/"), {"name": "A", "engagedParty": {"id": awa["id"]}})
    assert (own.status_code, crossing.status_code) == (201, 400)


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT"])
def test_an_unknown_method_is_refused(agent: Client, awa: Json, method: str) -> None:
    assert is_refused(agent.ask(method, awa["href"]))


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_makes_another_method_of_a_request(agent: Client, awa: Json, header: str) -> None:
    agent.ask("GET", awa["href"], **{header.replace("-", "_"): "DELETE"})
    assert agent.get(f"{awa['href']}?fields=none").status_code == 200


def test_every_answer_forbids_a_browser_to_do_anything_with_it(agent: Client, awa: Json) -> None:
    for answer in (
        agent.get(awa["href"]),
        agent.get(f"{API}/x"),
        agent.post(INDIVIDUALS, {}),
        agent.delete(f"{INDIVIDUALS}/1"),
    ):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers
