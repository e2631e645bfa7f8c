"""What counts as the same value, and what as no more room."""

import pytest
from tests.metamodel.layering.layered import attribute, codes_in, customer


@pytest.mark.parametrize(
    ("below", "above", "found"),
    [
        ("{type: decimal}", "{scale: 0}", ["E201"]),
        ("{type: decimal, scale: 0}", "{scale: ~}", ["E201"]),
        ("{type: decimal, scale: 0}", "{scale: 0}", []),
        ("{type: integer, min: 0, $lock: final}", "{min: ~}", ["E201"]),
        ("{type: integer, min: 0, $lock: tighten}", "{min: ~}", ["E203"]),
        ("{type: string, localised: false}", "{localised: ~}", []),
        ("{type: string}", "{localised: false}", []),
    ],
)
def test_zero_is_a_value_and_false_is_none(below: str, above: str, found: list[str]) -> None:
    assert attribute(below, above) == found


@pytest.mark.parametrize(
    ("above", "found"),
    [
        ("{required: other}", []),
        ("{required: true}", []),
        ("{required: ~}", ["E203"]),
        ("{$replace: true, type: string, required: other}", ["E203"]),
        ("{$replace: true, type: string, required: flag}", []),
        ("{$replace: true, type: string, required: true}", []),
    ],
)
def test_an_expression_of_a_lower_layer_is_added_to_and_never_lost(above: str, found: list[str]) -> None:
    below = "entity: customer\nattributes:\n  name: {type: string, required: flag}"
    assert codes_in(customer(f"attributes: {{name: {above}}}", below)) == found
