"""What TM Forum's own files ask of each resource, against the entities of the baseline."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.baseline.configurations import ROOT, loaded, model_of, shipped

from sidra.api.shapes import Shape, Shapes

GIVEN_BY_THE_PLACE = {"@type", "id", "href"}


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return Shapes(model_of(loaded(shipped([ROOT / "affiliates/pl"]), "pl")))


def specification(shared: Path, shape: Shape) -> dict[str, Any]:
    number = str(shape.binding.tmf if shape.binding else "")
    found = next((shared / "tmf").glob(f"{number}-*.json"))
    definitions: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))["definitions"]
    return definitions


RESOURCES = [
    "individual",
    "organization",
    "party_role",
    "customer",
    "billing_account",
    "customer_bill",
    "product",
    "product_offering",
    "product_specification",
    "product_offering_price",
    "party_interaction",
    "trouble_ticket",
    "agreement",
    "geographic_address",
    "sales_lead",
]


@pytest.mark.parametrize("entity", RESOURCES)
def test_what_clients_must_give_is_known(shapes: Shapes, shared: Path, entity: str) -> None:
    shape = shapes.of(entity)
    create = specification(shared, shape).get(f"{shape.entity.name.title().replace('_', '')}_Create", {})
    assert set(create.get("required", ())) - GIVEN_BY_THE_PLACE - set(shape.outside) == set()


@pytest.mark.parametrize(
    ("entity", "attribute", "definition"),
    [
        ("trouble_ticket", "status", "TroubleTicketStatusType"),
        ("product", "status", "ProductStatusType"),
        ("individual", "status", "IndividualStateType"),
        ("organization", "status", "OrganizationStateType"),
        ("sales_lead", "status", "SalesLeadStateType"),
    ],
)
def test_states_are_spelt_as_tm_forum_does(
    shapes: Shapes, shared: Path, entity: str, attribute: str, definition: str
) -> None:
    shape = shapes.of(entity)
    expected = set(specification(shared, shape)[definition]["enum"])
    assert set(shape.members[attribute].inward) == expected


def test_a_contact_medium_stands_inside_its_party_only(shapes: Shapes) -> None:
    assert shapes.of("contact_medium").location == ""
    assert shapes.of("contact_medium").members["phone_number"].spelling == "characteristic.phoneNumber"
