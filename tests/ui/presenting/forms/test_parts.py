"""Values that several controls make up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sidra_metamodel.durations import parse_duration
from sidra_ui.presenting.forms.parts import folded, pairs, parts_of_span, span
from sidra_ui.presenting.forms.posting import Posted

WORDS = st.text(st.characters(categories=("L", "N"), include_characters=" :-"), max_size=12).map(str.strip)


def posted(rows: list[tuple[str, str]]) -> dict[str, str]:
    parts = {f"x.pair.{place}.name": name for place, (name, _) in enumerate(rows)}
    return parts | {f"x.pair.{place}.value": value for place, (_, value) in enumerate(rows)}


@given(st.dictionaries(WORDS.filter(lambda name: name.strip(": ")), WORDS, max_size=5))
def test_rows_of_names_and_values_come_back_as_they_were_entered(entered: dict[str, str]) -> None:
    rows = [
        (" ".join(name.replace(": ", " ").rstrip(":").split()), " ".join(value.split()))
        for name, value in entered.items()
    ]
    rows = [(name, value) for name, value in rows if name and not name.endswith(":")]
    once = folded(posted(rows))
    assert folded(posted(list(pairs(once.get("x", ""))))) == once


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_posted_is_one_text_and_nothing_breaks(name: str, value: str) -> None:
    found = Posted(
        {"x.pair.0.name": name, "x.pair.0.value": value, "y.duration.amount": name, "y.duration.unit": value}
    )
    assert set(found.texts) == {"x", "y"}


def test_a_value_without_its_name_waits_for_it() -> None:
    assert list(pairs(folded(posted([("", "black"), ("", "")]))["x"])) == [("", "black")]


@given(st.integers(0, 999_999))
def test_a_span_is_shown_in_the_largest_unit_that_counts_it(minutes: int) -> None:
    amount, unit = parts_of_span(span(minutes))
    whole = parse_duration(folded({"x.duration.amount": amount, "x.duration.unit": unit})["x"])
    assert whole is not None
    assert whole.total_seconds() == minutes * 60


def test_what_is_no_number_stays_as_it_was_written_so_that_it_is_refused() -> None:
    assert folded({"x.duration.amount": "soon", "x.duration.unit": "h"}) == {"x": "soon"}
    assert folded({"x.duration.amount": "1h30min", "x.duration.unit": "h"}) == {"x": "1h30min"}
    assert parts_of_span("1h30min") == ("1h30min", "min")
