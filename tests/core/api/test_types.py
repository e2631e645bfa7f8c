import pytest
from tests.core.api.telecom import telecom

from sidra.api.bodies import read_values
from sidra.api.shapes import Shapes
from sidra.api.types import is_of_type, json_type
from sidra.errors import Invalid

SHAPES = Shapes(telecom())
CUSTOMER = SHAPES.of("customer")
RIGHT = {
    "name": "Awa",
    "score": 5,
    "rate": 0.5,
    "vip": True,
    "since": "2026-03-20T09:00:00Z",
    "credit": {"value": 5, "unit": "XOF"},
    "validFor": {"startDateTime": "2026-03-20T09:00:00Z"},
    "address": {"city": "Dakar"},
    "engagedParty": {"id": "x"},
}
WRONG = [
    ("name", 5),
    ("score", "5"),
    ("score", True),
    ("score", 5.5),
    ("rate", "0.5"),
    ("vip", "true"),
    ("vip", 1),
    ("since", 5),
    ("credit", 5),
    ("credit", {"value": "5", "unit": "XOF"}),
    ("credit", {"amount": 5, "currency": "XOF"}),
    ("validFor", "2026"),
    ("validFor", {"start": "2026-03-20T09:00:00Z"}),
    ("engagedParty", "x"),
    ("colour", "red"),
]


def test_a_strict_api_takes_values_of_their_own_type_and_null() -> None:
    values = read_values(RIGHT, CUSTOMER, SHAPES, is_strict=True)
    assert values == read_values(RIGHT, CUSTOMER, SHAPES)
    nothing = dict.fromkeys(RIGHT)
    assert set(read_values(nothing, CUSTOMER, SHAPES, is_strict=True).values()) == {None}


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_strict_api_refuses_another_form_at_its_place(name: str, value: object) -> None:
    with pytest.raises(Invalid) as error:
        read_values({name: value}, CUSTOMER, SHAPES, is_strict=True)
    assert [problem.path for problem in error.value.problems] == [name]


def test_a_strict_api_keeps_nothing_that_is_not_declared() -> None:
    individual = SHAPES.of("individual")
    assert read_values({"hobby": "chess"}, individual, SHAPES) == {"traits": {"hobby": "chess"}}
    with pytest.raises(Invalid, match="no attribute `hobby`"):
        read_values({"hobby": "chess"}, individual, SHAPES, is_strict=True)


def test_each_needed_type_is_told_in_words() -> None:
    told = {name: json_type(CUSTOMER.members[name]) for name in ("name", "score", "rate", "vip", "credit", "valid_for")}
    assert len(set(told.values())) == 6
    assert is_of_type(object(), CUSTOMER.members["address"])
