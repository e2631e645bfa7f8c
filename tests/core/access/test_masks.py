import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.access.masks import HIDDEN, BadMask, compile_mask, shape_for

CHARACTERS = st.characters(exclude_characters="@", exclude_categories=["Cs"])
WORDS = st.text(CHARACTERS, min_size=0, max_size=30)


@pytest.mark.parametrize(
    ("shape", "value", "shown"),
    [
        ("•••• {last:4}", "0123456789", "•••• 6789"),
        ("•••• {last:4}", "1234567", "••••"),
        ("•••• {last:4}", "", "••••"),
        ("{first:1}•••@{domain}", "awa.diop@orange.sn", "a•••@orange.sn"),
        ("{first:1}•••@{domain}", "a@orange.sn", "•••@orange.sn"),
        ("{first:1}•••@{domain}", "no address", "n•••@••••"),
        ("{first:2}–{last:2}", "22081999", "22–99"),
        ("{first:2}–{last:2}", "2208199", "–"),
        ("secret", "anything", "secret"),
        ("{last:3}", "12", HIDDEN),
    ],
)
def test_a_shape_shows_what_it_names_and_nothing_of_a_short_value(shape: str, value: str, shown: str) -> None:
    assert compile_mask(shape)(value) == shown


@pytest.mark.parametrize("shape", ["{last:0}", "{last}", "{middle:3}", "{first:100}", "a } b", "{"])
def test_a_placeholder_that_is_not_known_is_refused_with_those_that_are(shape: str) -> None:
    with pytest.raises(BadMask) as caught:
        compile_mask(shape)
    assert "{last:1}" in caught.value.hint


@pytest.mark.parametrize(
    ("declared", "base", "shape"),
    [
        ([None, None], "string", HIDDEN),
        ([None, None], "email", "{first:1}•••@{domain}"),
        ([None, "•• {last:2}"], "phone", "•• {last:2}"),
        (["x", "y"], "phone", "x"),
        ([], "phone", "•••• {last:3}"),
        ([], "date", "••••-••-••"),
        ([], "datetime", "••••-••-•• ••:••"),
        ([], "time", "••:••"),
        ([], "money", HIDDEN),
        ([], "integer", HIDDEN),
        ([], "text", HIDDEN),
    ],
)
def test_the_nearest_declared_shape_is_in_force_else_that_of_the_type(
    declared: list[str | None], base: str, shape: str
) -> None:
    assert shape_for(declared, base) == shape


@given(first=st.integers(0, 5), last=st.integers(0, 5), head=WORDS, hidden=WORDS, other=WORDS, tail=WORDS)
def test_values_that_differ_only_in_what_the_shape_hides_look_alike(
    first: int, last: int, head: str, hidden: str, other: str, tail: str
) -> None:
    mask = compile_mask((f"{{first:{first}}}" if first else "") + "•" + (f"{{last:{last}}}" if last else ""))
    one, two = (
        head.ljust(first, "x")[:first] + "-" * (first + last) + middle + "-" * (first + last) + tail.rjust(last, "x")
        for middle in (hidden, other)
    )
    assert mask(one) == mask(two)


@given(count=st.integers(1, 99), value=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_at_most_half_of_a_value_is_shown(count: int, value: str) -> None:
    shown = compile_mask(f"•{{last:{count}}}")(value)
    assert len(shown) - 1 <= min(count, len(value) // 2)


@given(name=WORDS, domain=WORDS)
def test_at_most_half_of_a_name_before_its_domain_is_shown(name: str, domain: str) -> None:
    shown = compile_mask("{first:3}@{domain}")(f"{name}@{domain}")
    assert len(shown.partition("@")[0]) <= len(name) // 2
