"""When something runs, as configurators write it."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra_metamodel.timing import DAY_NAMES, MINUTES, Timing, parse_timing

MARCH = datetime.date(2026, 3, 1)


def slots(text: str, first: str, last: str) -> list[str]:
    """The times of a text, from one day to another."""
    timing = parse_timing(text)
    assert timing is not None
    days = map(datetime.date.fromisoformat, (first, last))
    return [f"{slot:%a %m-%d %H:%M}" for slot in timing.slots(*days)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day at 02:00", ["Fri 02-27 02:00", "Sat 02-28 02:00", "Sun 03-01 02:00"]),
        (
            "day at 14:00, 02:00, 14:00",
            [f"{day} {at}" for day in ("Fri 02-27", "Sat 02-28", "Sun 03-01") for at in ("02:00", "14:00")],
        ),
        ("sunday at 08:30", ["Sun 03-01 08:30"]),
        ("friday, sunday at 08:30", ["Fri 02-27 08:30", "Sun 03-01 08:30"]),
        ("month on 1 at 06:00", ["Sun 03-01 06:00"]),
        ("month on last at 22:00", ["Sat 02-28 22:00"]),
        ("month on 31 at 22:00", ["Sat 02-28 22:00"]),
    ],
)
def test_a_text_names_local_times(text: str, expected: list[str]) -> None:
    assert slots(text, "2026-02-27", "2026-03-01") == expected


def test_hours_and_parts_of_them_are_those_of_the_whole_day() -> None:
    assert len(slots("hour", "2026-03-01", "2026-03-01")) == 24
    assert slots("hour at :20", "2026-03-01", "2026-03-01")[:2] == ["Sun 03-01 00:20", "Sun 03-01 01:20"]
    assert len(slots("15 minutes", "2026-03-01", "2026-03-01")) == 96


@pytest.mark.parametrize(
    "text",
    ["", "day", "day at 24:00", "day at 2:00", "tuesdays at 02:00", "7 minutes", "0 minutes", "hour at :60",
     "month on 0 at 01:00", "month on 32 at 01:00", "month on first at 01:00", "Day at 02:00", "day at 02:00,14:00"],
)  # fmt: skip
def test_other_texts_name_none(text: str) -> None:
    assert parse_timing(text) is None


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    assert parse_timing(text) is None or isinstance(parse_timing(text), Timing)


times = st.lists(st.times().map(lambda at: f"{at:%H:%M}"), min_size=1, max_size=5).map(", ".join)
texts = st.one_of(
    st.sampled_from(MINUTES).map(lambda minutes: f"{minutes} minutes"),
    st.builds(lambda at: f"day at {at}", times),
    st.builds(
        lambda days, at: f"{', '.join(sorted(days))} at {at}", st.sets(st.sampled_from(DAY_NAMES), min_size=1), times
    ),
    st.builds(lambda day, at: f"month on {day} at {at}", st.integers(1, 31), times),
)


@given(texts, st.dates(datetime.date(2024, 1, 1), datetime.date(2030, 1, 1)))
def test_the_times_of_a_month_are_in_order_and_each_is_there_once(text: str, first: datetime.date) -> None:
    timing = parse_timing(text)
    assert timing is not None
    found = list(timing.slots(first, first + datetime.timedelta(days=31)))
    assert found
    assert found == sorted(set(found))
