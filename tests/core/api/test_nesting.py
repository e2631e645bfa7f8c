import pytest

from sidra.api.nesting import Nested, read_nested


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("characteristic.phoneNumber", Nested(("characteristic", "phoneNumber"), (), is_listed=False)),
        ("channel[].name", Nested(("channel", "name"), (), is_listed=True)),
        ("channel[].name, channel[].id", Nested(("channel", "name"), (("channel", "id"),), is_listed=True)),
        ("a.b.c,a.b.d", Nested(("a", "b", "c"), (("a", "b", "d"),), is_listed=False)),
    ],
)
def test_a_nesting_says_the_names_that_lead_to_an_attribute(text: str, meant: Nested) -> None:
    assert read_nested(text) == meant
