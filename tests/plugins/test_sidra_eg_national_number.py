from datetime import date

import pytest

import sidra_eg_national_number
from sidra.plugins import assemble
from sidra_eg_national_number import birth_of, eg_national_number_valid, governorate_of

CAIRO_1988 = "28801010101237"


def test_a_number_tells_birth_date_and_governorate() -> None:
    assert birth_of(CAIRO_1988) == date(1988, 1, 1)
    assert governorate_of(CAIRO_1988) == "01"
    assert birth_of("30102280100000") == date(2001, 2, 28)


@pytest.mark.parametrize(
    "number", ["", "2880101010123", "18801010101237", "28813010101237", "2880101010123x", "٢" * 14]
)
def test_a_number_without_a_possible_date_tells_nothing(number: str) -> None:
    assert birth_of(number) is None
    assert governorate_of(number) is None
    assert not eg_national_number_valid(number)


def test_a_governorate_that_does_not_exist_is_not_told() -> None:
    assert governorate_of("28801010501237") is None


def test_exactly_one_last_digit_fits_the_weights() -> None:
    fits = [last for last in "0123456789" if eg_national_number_valid(CAIRO_1988[:-1] + last)]
    assert fits == ["7"]


def test_the_language_gains_three_functions() -> None:
    functions = assemble({"sidra_eg_national_number": sidra_eg_national_number}).functions
    assert {"birth_of", "governorate_of", "eg_national_number_valid"} <= set(functions)
