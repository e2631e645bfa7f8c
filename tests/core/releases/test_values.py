"""What a plan shows of long values: never what is alike alone."""

from hypothesis import assume, given
from hypothesis import strategies as st

from sidra.releases.values import AROUND, MOST_DIFFERING, MOST_SHOWN, shown_values

TEXT = "x" * 300


def test_what_differs_is_shown_wherever_it_stands() -> None:
    was, now = shown_values(f"{TEXT}Individual{TEXT}", f"{TEXT}Organization{TEXT}")
    alike = "x" * AROUND
    assert was == f"…{alike}Individual{alike}…"
    assert now == f"…{alike}Organization{alike}…"


def test_short_values_are_shown_whole_and_what_is_not_there_not_at_all() -> None:
    assert shown_values("a", "b") == ("a", "b")
    assert shown_values(None, "b") == (None, "b")
    assert shown_values("a", None) == ("a", None)
    assert shown_values(None, None) == (None, None)


def test_how_much_of_a_new_value_is_not_shown_is_told() -> None:
    assert shown_values(None, "x" * (MOST_SHOWN + 5)) == (None, "x" * MOST_SHOWN + "… (5 characters more)")
    _, now = shown_values("a", "b" * (MOST_DIFFERING + 1234))
    assert now == "b" * MOST_DIFFERING + "… (1,234 characters more)"


@given(st.text("ab", min_size=0, max_size=900), st.text("ab", min_size=0, max_size=900))
def test_what_differs_is_never_shown_alike(one: str, other: str) -> None:
    assume(one != other)
    was, now = shown_values(one, other)
    assert was != now
