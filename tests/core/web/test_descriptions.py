"""`openapi.json` over HTTP: whole, correct to what a role sees, kept, and never told to a stranger."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.core.web.conftest import API, World

Json = dict[str, Any]
PARTY, CUSTOMER, BILL = "party/v4", "customerManagement/v4", "bill/v4"


def told(world: World, role: str, api: str) -> Json:
    answer = world.client(role=role).get(f"{API}/{api}/openapi.json")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json
    return found


def schema(document: Json, name: str) -> Json:
    found: Json = document["components"]["schemas"][name]
    return found


def methods(document: Json) -> set[tuple[str, str]]:
    return {(path, name) for path, item in document["paths"].items() for name in item if name != "parameters"}


@pytest.mark.parametrize("role", ["agent", "reader", "clerk", "outsider"])
def test_the_index_leads_to_every_description_and_all_are_valid(world: World, role: str) -> None:
    index = world.client(role=role).get(f"{API}/openapi.json").json
    OpenAPIV31SpecValidator(index).validate()
    assert index["paths"]
    for path in index["paths"]:
        OpenAPIV31SpecValidator(told(world, role, path.removesuffix("/openapi.json").strip("/"))).validate()


def test_an_attribute_that_a_role_does_not_see_is_absent_and_a_masked_one_says_so(world: World) -> None:
    agent, reader = (schema(told(world, role, PARTY), "Individual") for role in ("agent", "reader"))
    assert agent["properties"]["secret"] == {"title": "Secret", "type": "string"}
    assert (reader["properties"]["secret"]["x-masked"], reader["properties"]["secret"]["readOnly"]) == (True, True)
    world_of_clerk = world.client(role="clerk").get(f"{API}/openapi.json").text
    assert "party" not in world_of_clerk
    assert world.client(role="clerk").get(f"{API}/{PARTY}/openapi.json").status_code == 404


def test_an_operation_that_a_role_or_the_binding_lacks_is_absent(world: World) -> None:
    assert ("/individual", "post") in methods(told(world, "agent", PARTY))
    assert methods(told(world, "reader", PARTY)) == {
        (path, "get") for name in ("individual", "organization", "party") for path in (f"/{name}", f"/{name}/{{id}}")
    }
    assert methods(told(world, "agent", BILL)) == {("/bill", "get"), ("/bill/{id}", "get")}
    assert "Individual_Create" not in told(world, "reader", PARTY)["components"]["schemas"]


def test_what_the_affiliate_added_is_told(world: World) -> None:
    found = schema(told(world, "agent", PARTY), "SnOrganization")["properties"]
    assert found["xSnNinea"]["x-added-by"] == "sn"
    assert "x-added-by" not in found["tradingName"]
    assert found["@baseType"]["const"] == "Organization"


def test_types_of_a_supertype_are_told_apart_by_type(world: World) -> None:
    found = told(world, "agent", PARTY)["paths"]["/party/{id}"]["get"]["responses"]["200"]["content"]
    told_apart = found["application/json"]["schema"]
    assert set(told_apart["discriminator"]["mapping"]) == {"Individual", "SnOrganization"}
    assert len(told_apart["oneOf"]) == 2


def test_a_description_is_kept_and_asked_for_again_for_nothing(world: World) -> None:
    agent, reader = world.client(), world.client(role="reader")
    first = agent.get(f"{API}/{PARTY}/openapi.json")
    again = agent.get(f"{API}/{PARTY}/openapi.json", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert reader.get(f"{API}/{PARTY}/openapi.json", If_None_Match=first.headers["ETag"]).status_code == 200


def test_strangers_and_other_methods_get_nothing(world: World) -> None:
    assert world.stranger().get(f"{API}/openapi.json").status_code == 401
    assert world.stranger().get(f"{API}/{PARTY}/openapi.json").status_code == 401
    assert world.client().post(f"{API}/openapi.json", {}).status_code == 405
    assert world.client().get(f"{API}/nothing/v4/openapi.json").status_code == 404


@pytest.mark.parametrize("role", ["agent", "reader"])
@pytest.mark.parametrize("api", [PARTY, CUSTOMER, "troubleTicket/v4", BILL])
def test_exactly_the_names_that_are_told_narrow_and_order_a_list(world: World, role: str, api: str) -> None:
    client = world.client(role=role)
    if f"/{api}/openapi.json" not in client.get(f"{API}/openapi.json").json["paths"]:
        assert client.get(f"{API}/{api}/openapi.json").status_code == 404
        return
    for path, item in told(world, role, api)["paths"].items():
        if "{id}" in path:
            continue
        parameters = {one["name"]: one["schema"] for one in item["get"]["parameters"] if one["in"] == "query"}
        for name in parameters.keys() - {"offset", "limit", "cursor", "fields", "sort"}:
            answer = client.get(f"{API}/{api}{path}?{name}={example(parameters[name])}")
            assert answer.status_code == 200, (name, answer.text)
        for name in parameters["sort"]["items"]["enum"]:
            assert client.get(f"{API}/{api}{path}?sort={name}").status_code == 200, name
        for name in shown(told(world, role, api), item) - parameters.keys():
            assert client.get(f"{API}/{api}{path}?{name}=1").status_code == 400, name


def example(found: Json) -> str:
    """A value of a parameter, as it stands in an address."""
    found = found.get("items", found)
    if "enum" in found:
        return str(found["enum"][0])
    formats = {
        "uuid": "01234567-0000-7000-8000-000000000000",
        "date-time": "2026-01-01T00:00:00Z",
        "date": "2026-01-01",
    }
    return {"integer": "1", "number": "1", "boolean": "true"}.get(
        found["type"], formats.get(found.get("format", ""), "a")
    )


def shown(document: Json, item: Json) -> set[str]:
    """The names of plain values that records of a list show."""
    entry = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]["items"]
    refs = [one["$ref"] for one in entry.get("oneOf", [entry])]
    types = [schema(document, ref.rpartition("/")[2])["properties"] for ref in refs]
    common = set.intersection(*(set(one) for one in types))
    return {
        name for name in common if "type" in types[0][name] and types[0][name]["type"] not in {"array", "object"}
    } - {"href"}
