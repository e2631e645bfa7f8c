"""Every resource of every affiliate through its whole life, from outside."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.baseline.configurations import loaded, model_of, shipped
from tests.open_api.client import AFFILIATES, SMALLEST, Answer, Client, Served, smallest

from sidra.api.shapes import Shape, Shapes

Json = dict[str, Any]
READ_ONLY = "customerBillManagement/v4/customerBill"
ABSTRACT = "party/v4/party"
OVERLAYS = Path(__file__).parents[2] / "affiliates"
NOBODY = "01234567-0000-7000-8000-000000000000"


def resources(affiliate: str) -> set[str]:
    """The resources that an affiliate's configuration declares."""
    return set(Shapes(model_of(loaded(shipped([OVERLAYS / affiliate]), affiliate))).resources)


DECLARED = {affiliate: resources(affiliate) for affiliate in AFFILIATES}
CASES = [(affiliate, path) for affiliate in AFFILIATES for path in sorted(DECLARED[affiliate] - {READ_ONLY, ABSTRACT})]
"""Each affiliate with each resource that it has: what it has not is not tried, rather than skipped."""


@pytest.fixture(params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest) -> tuple[str, str]:
    found: tuple[str, str] = request.param
    return found


@pytest.fixture
def client(case: tuple[str, str], served: Served) -> Client:
    return served.clients[case[0]]


@pytest.fixture
def path(case: tuple[str, str]) -> str:
    return case[1]


@pytest.fixture(params=AFFILIATES)
def any_client(request: pytest.FixtureRequest, served: Served) -> Client:
    """A client of each affiliate, for what does not depend on the resource."""
    return served.clients[request.param]


def shapes(served: Served, client: Client) -> Shapes:
    runtime = served.affiliates.get(client.affiliate)
    assert runtime is not None
    return Shapes(runtime.model)


def shape(served: Served, client: Client, path: str) -> Shape:
    return shapes(served, client).resources[path]


def links(answer: Answer) -> dict[str, str]:
    parts = (part.split("; rel=") for part in answer.headers.get("Link", "").split(", ") if part)
    return {name.strip('"'): address.strip("<>") for address, name in parts}


def plain(document: Mapping[str, Any], shape: Shape) -> Iterator[tuple[str, str]]:
    """The values of a document that lists can be narrowed by, as a client writes them."""
    for member in shape.members.values():
        attribute = member.attribute
        value = document.get(member.outside[0]) if len(member.outside) == 1 else None
        is_narrowed = attribute is not None and (attribute.filter or attribute.unique) and not attribute.pii
        if is_narrowed and isinstance(value, str | int | bool):
            yield member.spelling, str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("affiliate", AFFILIATES)
def test_every_resource_is_tried_here(affiliate: str) -> None:
    assert DECLARED[affiliate] - set(SMALLEST) == {READ_ONLY, ABSTRACT}


def test_a_record_lives_from_its_creation_to_its_end(client: Client, path: str) -> None:
    created = client.ask("POST", path, smallest(client, path))
    assert created.status_code == 201, created.text
    record = created.json
    assert created.headers["Location"] == record["href"]
    read = client.ask("GET", record["href"])
    assert (read.status_code, read.json, read.headers["ETag"]) == (200, record, created.headers["ETag"])
    assert client.ask("GET", record["href"], If_None_Match=read.headers["ETag"]).status_code == 304
    jsonschema.validate(record, client.ask("GET", f"schema/{record['@type']}.schema.json").json)
    changed = client.ask("PATCH", record["href"], change(record), If_Match=read.headers["ETag"])
    assert changed.status_code == 200, changed.text
    assert changed.json.items() >= change(record).items()
    assert client.ask("PATCH", record["href"], {}, If_Match='"999"').status_code == 412
    assert client.ask("DELETE", record["href"], If_Match='"999"').status_code == 412
    assert client.ask("DELETE", record["href"]).status_code == 204
    assert client.ask("GET", record["href"]).status_code == 404


def change(record: Json) -> Json:
    """A change that every resource takes: of a text where it has one."""
    if record["@type"].endswith("Customer"):
        # Its name follows from the party's.
        return {"statusReason": "Changed"}
    for name in ("description", "name", "givenName", "tradingName", "street1"):
        if isinstance(record.get(name), str):
            return {name: "Changed"}
    return {}


def test_fields_choose_what_is_shown(client: Client, path: str) -> None:
    record = client.made(path)
    always = {"id", "href", "@type", "@baseType", "@schemaLocation"} & set(record)
    assert set(client.ask("GET", f"{record['href']}?fields=none").json) == always
    first = next(name for name in record if name not in always)
    assert set(client.ask("GET", f"{record['href']}?fields={first}").json) == always | {first}
    assert set(client.ask("GET", f"{path}?limit=1&fields={first}").json[0]) <= always | {first}
    assert client.ask("GET", f"{record['href']}?fields=nonsense").status_code == 400


def test_a_list_is_narrowed_by_each_declared_filter(served: Served, client: Client, path: str) -> None:
    record = client.made(path)
    for name, value in [("id", record["id"]), ("href", record["href"]), *plain(record, shape(served, client, path))]:
        found = client.ask("GET", f"{path}?{name}={value}&sort=-createdAt")
        assert found.status_code == 200, (name, found.text)
        assert record["id"] in {one["id"] for one in found.json}, name
        others = client.ask("GET", f"{path}?{name}.ne={value}&limit=1000").json
        assert record["id"] not in {one["id"] for one in others}, name


def test_a_list_is_ordered_both_ways_by_what_is_declared(served: Served, client: Client, path: str) -> None:
    for _ in range(2):
        client.made(path)
    entity = shape(served, client, path)
    declared = [one for one in entity.members.values() if one.attribute is not None and one.attribute.sort]
    for name in ["createdAt", *(member.spelling for member in declared)]:
        up, down = (client.ask("GET", f"{path}?sort={sign}{name}&limit=1000") for sign in ("", "-"))
        assert (up.status_code, down.status_code) == (200, 200), name
        assert len(up.json) == len(down.json)
    newest = [one["id"] for one in client.ask("GET", f"{path}?sort=-createdAt,id&limit=2").json]
    oldest = [one["id"] for one in client.ask("GET", f"{path}?sort=createdAt&limit=1000").json]
    assert newest[0] in oldest[-2:]


def test_pages_cover_a_list_once_and_say_where_they_are(client: Client, path: str) -> None:
    for _ in range(3):
        client.made(path)
    whole = client.ask("GET", f"{path}?limit=1000&sort=createdAt")
    total = int(whole.headers["X-Total-Count"])
    assert (whole.status_code, int(whole.headers["X-Result-Count"]), len(whole.json)) == (200, total, total)
    size = -(-total // 3)
    page = client.ask("GET", f"{path}?limit={size}&sort=createdAt")
    assert (page.status_code, page.headers["X-Total-Count"], page.headers["X-Result-Count"]) == (
        206,
        str(total),
        str(size),
    )
    seen = page.json
    while following := links(page).get("next"):
        page = client.ask("GET", following)
        seen += page.json
    assert [one["id"] for one in seen] == [one["id"] for one in whole.json]
    assert {"first", "prev"} <= set(links(page))
    assert client.ask("GET", f"{path}?limit={size}&offset={total}").json == []


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("nonsense=1", "nonsense"),
        ("sort=nonsense", "nonsense"),
        ("limit=-1", "limit"),
        ("limit=100000", "limit"),
        ("offset=10001", "next"),
        ("cursor=nonsense", "cursor"),
        ("fields=nonsense", "nonsense"),
    ],
)
def test_a_wrong_query_is_told_what_is_wrong(client: Client, path: str, query: str, hint: str) -> None:
    refused = client.ask("GET", f"{path}?{query}")
    assert refused.status_code == 400
    body = refused.json
    assert (body["@type"], body["status"]) == ("Error", "400")
    assert hint in body["reason"] + body["message"]
    assert re.fullmatch(r"R\d{3}", body["code"])


def test_wrong_bodies_and_addresses_have_their_errors(client: Client, path: str) -> None:
    record = client.made(path)
    tried = {
        ("POST", path, "text"): 400,
        ("POST", path, "[1]"): 400,
        ("PATCH", record["href"], "[1]"): 400,
    }
    for (method, url, body), status in tried.items():
        answer = client.ask(method, url, [body])
        assert (answer.status_code, answer.json["status"], answer.json["@type"]) == (status, str(status), "Error")
    assert client.ask("PATCH", record["href"], {"id": NOBODY}).json["problems"][0]["path"] == "id"
    assert client.ask("POST", path, smallest(client, path) | {"id": NOBODY}).status_code == 400
    assert client.ask("PUT", path).status_code == 405
    for method in ("GET", "DELETE"):
        assert client.ask(method, f"{path}/{NOBODY}").status_code == 404
    assert client.ask("PATCH", f"{path}/{NOBODY}", {}).status_code == 404


def test_a_bill_is_read_and_changed_but_neither_made_nor_deleted(any_client: Client) -> None:
    for method, url in (("POST", READ_ONLY), ("DELETE", f"{READ_ONLY}/{NOBODY}")):
        refused = any_client.ask(method, url, {} if method == "POST" else None)
        assert (refused.status_code, refused.json["code"]) == (405, "R405")
        assert "GET" in refused.headers["Allow"]
    assert any_client.ask("GET", READ_ONLY).status_code == 200


def test_a_party_is_read_whatever_it_is_and_made_by_its_type(any_client: Client) -> None:
    made = any_client.ask("POST", ABSTRACT, {"@type": "Organization", "tradingName": "Example"}).json
    assert any_client.ask("GET", f"{ABSTRACT}/{made['id']}").json == made
    assert any_client.ask("POST", ABSTRACT, {"tradingName": "Example"}).status_code == 400
