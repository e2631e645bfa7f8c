import pytest

import sidra_sn_ninea
from sidra.plugins import assemble


@pytest.mark.parametrize("text", ["5150742", "005150742", "0051507422C3", "005 150 742 2c3"])
def test_a_number_with_or_without_its_cofi_is_a_ninea(text: str) -> None:
    assert sidra_sn_ninea.ninea_valid(text)


@pytest.mark.parametrize("text", ["", "515074", "51507421", "00515074229C", "0051507423C3", "ABCDEFG", 5150742])
def test_anything_else_is_none(text: object) -> None:
    assert not sidra_sn_ninea.ninea_valid(text)


def test_what_people_type_is_brought_to_one_form() -> None:
    assert sidra_sn_ninea.normalise(" 5150742-2c3") == "0051507422C3"
    assert sidra_sn_ninea.normalise("not one") == "NOTONE"


def test_the_language_gains_a_type_and_a_function() -> None:
    plugins = assemble({"sidra_sn_ninea": sidra_sn_ninea})
    assert plugins.types.built_in("ninea") == "string"
    assert "ninea_valid" in plugins.functions
