from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.api.bodies import entity_of, in_client_words, merged, read_values
from sidra.api.shapes import Shapes
from sidra.errors import Invalid, Problem


def read(shapes: Shapes, entity: str, body: object) -> dict[str, Any]:
    return read_values(body, shapes.of(entity), shapes)


def problems(shapes: Shapes, entity: str, body: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read(shapes, entity, body)
    return {problem.path: problem.code for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("entity", "body", "values"),
    [
        ("customer", {"name": "Awa", "vip": True}, {"name": "Awa", "vip": True}),
        ("customer", {"engagedParty": {"id": "7"}}, {"engaged_party": "7"}),
        ("customer", {"engagedParty": "7"}, {"engaged_party": "7"}),
        ("customer", {"engagedParty": {"id": "7", "name": "old", "href": "h"}}, {"engaged_party": "7"}),
        ("customer", {"engagedParty": None}, {"engaged_party": None}),
        ("customer", {"credit": {"value": 5, "unit": "XOF"}}, {"credit": {"value": 5, "unit": "XOF"}}),
        ("customer", {"@type": "Customer", "@baseType": "PartyRole", "href": "h"}, {}),
        ("individual", {"status": "deceaded"}, {"status": "deceased"}),
        ("individual", {"hobby": "chess"}, {"traits": {"hobby": "chess"}}),
        ("individual", {"displayName": "what the client was told"}, {}),
        (
            "individual",
            {"contactMedium": [{"id": "3", "mediumType": "phone", "characteristic": {"phoneNumber": "77"}}]},
            {"contact_media": [{"id": "3", "medium_type": "phone", "phone_number": "77"}]},
        ),
        (
            "individual",
            {"contactMedium": [{"characteristic": None}]},
            {"contact_media": [{"phone_number": None, "email": None}]},
        ),
        (
            "trouble_ticket",
            {"relatedParty": [{"id": "7", "role": "customer"}]},
            {"customer": "7", "reporter": None},
        ),
    ],
)
def test_a_body_becomes_values(shapes: Shapes, entity: str, body: object, values: object) -> None:
    assert read(shapes, entity, body) == values


@pytest.mark.parametrize(
    ("entity", "body", "expected"),
    [
        ("customer", [], {"": "R602"}),
        ("customer", {"nam": "x", "id": "7"}, {"nam": "R611", "id": "R612"}),
        ("customer", {"engagedParty": {"name": "x"}}, {"engagedParty": "R602"}),
        ("customer", {"tickets": []}, {"tickets": "R612"}),
        ("individual", {"contactMedium": {}}, {"contactMedium": "R602"}),
        ("individual", {"contactMedium": [1, {"x": 1}]}, {"contactMedium[0]": "R602", "contactMedium[1].x": "R611"}),
        (
            "individual",
            {"contactMedium": [{"characteristic": {"fax": 1}}, {"characteristic": 1}]},
            {"contactMedium[0].characteristic.fax": "R611", "contactMedium[1].characteristic": "R602"},
        ),
        ("individual", {"status": "deceased"}, {"status": "R608"}),
        ("individual", {"status": ["x"]}, {"status": "R608"}),
        ("trouble_ticket", {"relatedParty": [{"id": "7"}]}, {"relatedParty[0].role": "R608"}),
        (
            "trouble_ticket",
            {"relatedParty": [{"id": "7", "role": "customer"}, {"id": "8", "role": "customer"}]},
            {"relatedParty[1].role": "R618"},
        ),
    ],
)
def test_what_has_no_meaning_is_refused_at_its_place_all_at_once(
    shapes: Shapes, entity: str, body: object, expected: dict[str, str]
) -> None:
    assert problems(shapes, entity, body) == expected


def test_a_misspelt_attribute_of_a_closed_entity_is_named_with_the_nearest_one(shapes: Shapes) -> None:
    with pytest.raises(Invalid) as refused:
        read(shapes, "customer", {"nam": "Awa"})
    assert refused.value.problems == (Problem("R611", "nam", "no attribute `nam`", "did you mean `name`?"),)


def test_a_type_chooses_among_the_subtypes_of_the_resource(shapes: Shapes) -> None:
    party = shapes.of("party")
    assert entity_of({"@type": "Individual"}, party, shapes) == "individual"
    assert entity_of({"@type": "SnOrganization"}, party, shapes) == "organization"
    assert entity_of({}, party, shapes) == "party"
    for wrong in ("Customer", "Nonsense", 7, ["Individual"]):
        with pytest.raises(Invalid):
            entity_of({"@type": wrong}, party, shapes)


def test_problems_of_records_are_told_in_the_words_of_the_client(shapes: Shapes) -> None:
    error = Invalid([Problem("R606", "contact_media[0].phone_number", "too long"), Problem("R601", "given_name", "-")])
    told = in_client_words(error, shapes.of("individual"), shapes)
    assert [problem.path for problem in told.problems] == ["contactMedium[0].characteristic.phoneNumber", "givenName"]


def test_a_merge_patch_changes_what_it_names_inside_of_a_value(shapes: Shapes) -> None:
    current = {"address": {"city": "Dakar", "street": "Rue 1", "geo": {"lat": 1}}}
    patch = {"address": {"street": None, "geo": {"lon": 2}}, "name": "Awa"}
    assert merged(current, patch, shapes.of("customer")) == {
        "address": {"city": "Dakar", "geo": {"lat": 1, "lon": 2}},
        "name": "Awa",
    }


def test_a_merge_patch_of_a_thousand_levels_is_taken_as_it_is(shapes: Shapes) -> None:
    deep: dict[str, object] = {}
    for _ in range(1000):
        deep = {"a": deep}
    assert merged({"address": {}}, {"address": deep}, shapes.of("customer")).keys() == {"address"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "engagedParty", "credit", "@type", "relatedParty", "role"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["customer", "individual", "trouble_ticket"]), st.booleans())
def test_any_json_is_read_or_refused(shapes: Shapes, body: object, entity: str, is_strict: bool) -> None:
    with suppress(Invalid):
        assert isinstance(read_values(body, shapes.of(entity), shapes, is_strict=is_strict), dict)


@given(JSON, st.sampled_from(["customer", "individual", "trouble_ticket"]))
def test_what_a_strict_api_takes_means_the_same_to_a_lenient_one(shapes: Shapes, body: object, entity: str) -> None:
    with suppress(Invalid):
        strict = read_values(body, shapes.of(entity), shapes, is_strict=True)
        assert read(shapes, entity, body) == strict


@pytest.mark.parametrize(
    ("parties", "place"),
    [
        ([7], "relatedParty[0].role"),
        ([{"id": "1"}], "relatedParty[0].role"),
        ([{"id": "1", "role": "bystander"}], "relatedParty[0].role"),
        ([{"id": "1", "role": "customer"}, {"id": "2", "@referredType": "Customer"}], "relatedParty[1].role"),
        ({"id": "1", "role": "customer"}, "relatedParty"),
    ],
)
def test_a_party_that_cannot_be_meant_is_refused_at_its_place(shapes: Shapes, parties: object, place: str) -> None:
    with pytest.raises(Invalid) as told:
        read(shapes, "trouble_ticket", {"relatedParty": parties})
    assert [problem.path for problem in told.value.problems] == [place]


def test_a_party_without_a_role_is_known_by_its_type_where_only_one_relation_fits(shapes: Shapes) -> None:
    parties = [{"id": "1", "@referredType": "Customer"}, {"id": "2", "@referredType": "Individual"}]
    assert read(shapes, "trouble_ticket", {"relatedParty": parties}) == {"customer": "1", "reporter": "2"}


def test_a_body_of_nothing_but_misspelt_names_is_told_of_the_first_hundred(shapes: Shapes) -> None:
    with pytest.raises(Invalid) as refused:
        read(shapes, "customer", {f"x{number}": 1 for number in range(100_000)})
    assert len(refused.value.problems) == 100
