import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.api.naming import camel_case, type_name


@pytest.mark.parametrize(
    ("inside", "outside"),
    [("given_name", "givenName"), ("id", "id"), ("x_sn_ninea", "xSnNinea"), ("tier_2_support", "tier2Support")],
)
def test_names_inside_become_camel_case_outside(inside: str, outside: str) -> None:
    assert camel_case(inside) == outside


def test_a_type_begins_with_a_capital_and_drops_the_mark_of_local_names() -> None:
    assert (type_name("trouble_ticket"), type_name("x_sn_permit")) == ("TroubleTicket", "SnPermit")


@given(st.from_regex(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*", fullmatch=True))
def test_a_name_of_letters_keeps_its_letters(name: str) -> None:
    assert camel_case(name).lower() == name.replace("_", "").lower()
