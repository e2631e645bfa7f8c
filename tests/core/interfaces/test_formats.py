import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.errors import Problem
from sidra.interfaces.formats import read_dates, read_numbers


def same(value: object) -> object:
    return value


def test_a_date_is_given_on_in_iso() -> None:
    assert read_dates("%d/%m/%Y", "date", same)("17/05/1990") == "1990-05-17"
    assert read_dates("%d/%m/%Y %H:%M", "date", same)("17/05/1990 23:10") == "1990-05-17"
    assert read_dates("%d/%m/%Y %H:%M", "datetime", same)("17/05/1990 23:10") == "1990-05-17T23:10:00"


def test_a_date_in_another_form_is_a_problem() -> None:
    assert read_dates("%d/%m/%Y", "date", same)("1990-05-17") == Problem(
        "R602", "", "this is no date written as %d/%m/%Y"
    )


@pytest.mark.parametrize(
    ("form", "text", "plain"),
    [
        ("#.##0,00", "1.234,50", "1234.50"),
        ("# ##0,00", "-1 234,5", "-1234.5"),
        ("#,##0.00", "1,234.5", "1234.5"),
        ("#,##0", "1,234", "1234"),
        ("0,00", "1,5", "1.5"),
        ("0", "12", "12"),
    ],
)
def test_a_number_is_given_on_with_a_point(form: str, text: str, plain: str) -> None:
    assert read_numbers(form, same)(text) == plain


def test_a_point_where_the_pattern_has_none_is_a_problem() -> None:
    assert isinstance(read_numbers("0,00", same)("1.5"), Problem)


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_pattern_takes_any_text(form: str, text: str) -> None:
    assert isinstance(read_numbers(form, same)(text), str | Problem)
    assert isinstance(read_dates(form, "date", same)(text), str | Problem)
