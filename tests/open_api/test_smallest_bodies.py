"""What TM Forum's own schemas demand of a client is enough, and what they promise of an answer is there."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.open_api.client import SMALLEST, Client, smallest

SPECIFICATIONS = {
    "party/v4/individual": "TMF632",
    "party/v4/organization": "TMF632",
    "customerManagement/v4/customer": "TMF629",
    "partyRoleManagement/v4/partyRole": "TMF669",
    "accountManagement/v4/billingAccount": "TMF666",
    "agreementManagement/v4/agreement": "TMF651",
    "partyInteraction/v4/partyInteraction": "TMF683",
    "troubleTicket/v4/troubleTicket": "TMF621",
    "productInventory/v4/product": "TMF637",
    "productCatalogManagement/v4/productOffering": "TMF620",
    "productCatalogManagement/v4/productOfferingPrice": "TMF620",
    "productCatalogManagement/v4/productSpecification": "TMF620",
    "geographicAddressManagement/v4/geographicAddress": "TMF673",
    "sales/v4/salesLead": "TMF699",
}
Json = dict[str, Any]


def definitions(shared: Path, number: str) -> Json:
    found: Json = json.loads(next((shared / "tmf").glob(f"{number}-*.json")).read_text(encoding="utf-8"))["definitions"]
    return found


def type_of(path: str) -> str:
    name = path.rpartition("/")[2]
    return name[0].upper() + name[1:]


@pytest.mark.parametrize("path", SPECIFICATIONS)
def test_the_mandatory_attributes_are_enough(poland: Client, shared: Path, path: str) -> None:
    known = definitions(shared, SPECIFICATIONS[path])
    name = type_of(path)
    demanded = set(known.get(f"{name}_Create", {}).get("required", ()))
    body = smallest(poland, path)
    assert set(body) == demanded
    created = poland.ask("POST", path, body)
    assert created.status_code == 201, created.text
    answer = poland.ask("GET", created.headers["Location"]).json
    promised = {"id", "href", "@type"} | set(known[name].get("required", ())) | demanded
    assert promised - set(answer) == set()
    for attribute in demanded:
        assert shape(answer[attribute]) == shape(body[attribute]), attribute


def shape(value: object) -> object:
    """What kind of JSON a value is."""
    return [type(entry) for entry in value[:1]] if isinstance(value, list) else type(value)


@pytest.mark.parametrize("path", [path for path in SMALLEST if path not in SPECIFICATIONS])
def test_what_tm_forum_does_not_describe_is_made_in_the_same_manner(poland: Client, path: str) -> None:
    assert {"id", "href", "@type"} <= set(poland.made(path))


def test_a_channel_is_a_list_both_ways(poland: Client) -> None:
    path = "partyInteraction/v4/partyInteraction"
    for given in ([{"name": "shop"}], [{"id": "shop"}], [{"id": "7", "name": "shop"}], {"name": "shop"}):
        assert poland.made(path, channel=given)["channel"] == [{"name": "shop", "id": "shop"}], given
    made = poland.made(path, channel=[{"name": "shop"}])
    assert poland.ask("PATCH", made["href"], {"channel": [{"name": "web"}]}).json["channel"][0]["name"] == "web"
    found = poland.ask("GET", f"{path}?channel.name=web&fields=channel.name").json
    assert all(one["channel"] == [{"name": "web", "id": "web"}] for one in found)
    assert made["id"] in {one["id"] for one in found}
    for wrong in ([{"name": "shop"}, {"name": "web"}], [{"name": "pigeon"}], "shop", [["shop"]], [{"nam": "shop"}]):
        refused = poland.ask("POST", path, smallest(poland, path) | {"channel": wrong})
        assert (refused.status_code, refused.json["code"]) == (400, "R422"), wrong
        assert refused.json["problems"][0]["path"].startswith("channel")


@pytest.mark.parametrize("role", [{"role": "customer"}, {}])
def test_a_party_is_known_by_its_role_or_else_by_its_type(poland: Client, role: dict[str, str]) -> None:
    customer = poland.reference("customerManagement/v4/customer")
    ticket = poland.made("troubleTicket/v4/troubleTicket", relatedParty=[customer | role])
    (party,) = ticket["relatedParty"]
    assert (party["id"], party["role"], party["@referredType"]) == (customer["id"], "customer", "Customer")


def test_a_party_of_no_known_role_or_type_is_refused_with_its_place(poland: Client) -> None:
    path = "troubleTicket/v4/troubleTicket"
    person = poland.reference("party/v4/individual")
    for wrong in (person, person | {"role": "bystander"}, person | {"@referredType": "Nonsense"}):
        refused = poland.ask("POST", path, smallest(poland, path) | {"relatedParty": [wrong]})
        assert refused.status_code == 400
        assert refused.json["problems"][0]["path"] == "relatedParty[0].role"
