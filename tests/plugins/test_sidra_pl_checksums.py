from datetime import date

import pytest

import sidra_pl_checksums
from sidra.plugins import assemble
from sidra_pl_checksums import nip_valid, pesel_birth, pesel_valid


@pytest.mark.parametrize(
    ("pesel", "born"),
    [("44051401359", date(1944, 5, 14)), ("02270803628", date(2002, 7, 8)), ("99920100004", date(1899, 12, 1))],
)
def test_a_pesel_tells_the_birth_date_in_the_century_of_its_month(pesel: str, born: date) -> None:
    assert pesel_birth(pesel) == born


def test_exactly_one_last_digit_makes_a_pesel() -> None:
    assert [last for last in "0123456789" if pesel_valid(f"4405140135{last}")] == ["9"]


@pytest.mark.parametrize("text", ["", "4405140135", "44133101359", "4405140135x", "٤٤٠٥١٤٠١٣٥٩"])
def test_anything_else_is_no_pesel(text: str) -> None:
    assert pesel_birth(text) is None
    assert not pesel_valid(text)


def test_a_nip_has_its_check_digit_modulo_eleven() -> None:
    assert [last for last in "0123456789" if nip_valid(f"526025027{last}")] == ["4"]
    assert not nip_valid("526-025-02-74")


def test_the_language_gains_three_functions() -> None:
    functions = assemble({"sidra_pl_checksums": sidra_pl_checksums}).functions
    assert {"pesel_birth", "pesel_valid", "nip_valid"} <= set(functions)
