import pytest

from sidra.api.shapes import Form, Shapes


def test_each_binding_is_a_resource_at_its_path(shapes: Shapes) -> None:
    assert set(shapes.resources) >= {
        "party/v4/party",
        "party/v4/individual",
        "party/v4/organization",
        "customerManagement/v4/customer",
        "troubleTicket/v4/troubleTicket",
    }


def test_an_enum_shows_its_name_of_the_api(shapes: Shapes) -> None:
    status = shapes.of("individual").members["status"]
    assert status.outward == {
        "initialized": "initialized",
        "validated": "validated",
        "deceased": "deceaded",
        "x_sn_in_doubt": "xSnInDoubt",
    }
    assert status.inward["deceaded"] == "deceased"


def test_a_nested_attribute_is_reached_by_several_names(shapes: Shapes) -> None:
    assert shapes.of("contact_medium").members["phone_number"].outside == ("characteristic", "phoneNumber")


def test_what_belongs_to_an_owner_does_not_name_it(shapes: Shapes) -> None:
    assert "party" not in shapes.of("contact_medium").members


def test_relations_take_the_form_that_fits_them(shapes: Shapes) -> None:
    forms = {
        ("individual", "contact_media"): Form.OWNED,
        ("customer", "engaged_party"): Form.REFERENCE,
        ("customer", "tickets"): Form.COLLECTION,
        ("trouble_ticket", "customer"): Form.PARTY,
    }
    assert {key: shapes.of(key[0]).members[key[1]].form for key in forms} == forms


def test_an_entity_that_its_affiliate_extends_is_a_subtype_of_the_groups(shapes: Shapes) -> None:
    assert (shapes.of("organization").type_name, shapes.of("organization").base_type) == (
        "SnOrganization",
        "Organization",
    )
    assert (shapes.of("individual").type_name, shapes.of("individual").base_type) == ("Individual", "Party")
    assert (shapes.of("customer").type_name, shapes.of("customer").base_type) == ("Customer", "")


@pytest.mark.parametrize(
    ("name", "entity"), [("SnOrganization", "organization"), ("Organization", "organization"), ("Bill", "bill")]
)
def test_a_type_is_known_by_the_affiliates_name_and_by_the_groups(shapes: Shapes, name: str, entity: str) -> None:
    assert shapes.by_type[name] == entity


def test_operations_are_those_of_the_binding_or_all(shapes: Shapes) -> None:
    assert shapes.of("bill").operations == {"get"}
    assert shapes.of("customer").operations == {"get", "create", "patch", "delete"}


def test_what_is_beyond_the_declared_is_kept_by_characteristics_unless_the_entity_is_closed(shapes: Shapes) -> None:
    assert (shapes.of("individual").keeps, shapes.of("customer").keeps) == ("traits", "")
