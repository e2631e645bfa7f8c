"""Weeks as countries have them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra_ui.presenting.calendars.weeks import DAY, SPANS, WEEK, Span, beside, days_of, each_day, weeks_of

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6


@pytest.mark.parametrize(
    ("country", "first", "weekend"),
    [
        ("EG", SATURDAY, frozenset({FRIDAY, SATURDAY})),
        ("PL", MONDAY, frozenset({SATURDAY, SUNDAY})),
        ("SN", MONDAY, frozenset({SATURDAY, SUNDAY})),
        ("US", SUNDAY, frozenset({SATURDAY, SUNDAY})),
        ("", MONDAY, frozenset({SATURDAY, SUNDAY})),
    ],
)
def test_a_week_begins_and_ends_as_in_its_country(country: str, first: int, weekend: frozenset[int]) -> None:
    found = weeks_of(country)
    assert (found.first, found.weekend) == (first, weekend)
    assert found.order()[0] == first


@given(
    st.dates(datetime.date(1970, 1, 1), datetime.date(2999, 1, 1)),
    st.sampled_from(SPANS),
    st.sampled_from(["EG", "PL", "US"]),
)
def test_a_span_holds_its_day_in_whole_weeks_and_is_left_on_both_sides(
    day: datetime.date, span: Span, country: str
) -> None:
    weeks = weeks_of(country)
    first, last = days_of(span, day, weeks)
    assert first <= day <= last
    if span in {"month", "week"}:
        assert first.weekday() == weeks.first
        assert len(list(each_day(first, last))) % WEEK == 0
    before, after = beside(span, day, -1), beside(span, day, 1)
    assert before < day.replace(day=1) + DAY * 31
    assert before < after
    if span == "month":
        month = day.year * 12 + day.month
        assert (before.year * 12 + before.month, after.year * 12 + after.month) == (month - 1, month + 1)
