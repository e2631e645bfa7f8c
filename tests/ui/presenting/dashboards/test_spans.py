import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra_ui.presenting.dashboards.spans import DAYS, SPANS, Every, Name, before, span

DAY = st.dates(datetime.date(2001, 1, 1), datetime.date(2090, 12, 31))
ZONES = st.sampled_from(["UTC", "Africa/Dakar", "Europe/Warsaw", "Asia/Kathmandu", "America/St_Johns"]).map(ZoneInfo)


@given(st.sampled_from(SPANS), st.sampled_from([None, "hour", "day", "week", "month"]), DAY, ZONES, st.booleans())
def test_a_span_begins_and_ends_at_midnight_and_its_parts_follow_each_other(
    name: Name, every: Every | None, today: datetime.date, zone: ZoneInfo, ahead: bool
) -> None:
    found = span(name, every, today, zone, ahead=ahead)
    start, end = found.whole
    instants = [edge.astimezone(datetime.UTC) for edge in found.edges]
    assert instants == sorted(set(instants))
    assert (start.time(), end.time()) == (datetime.time(), datetime.time())
    assert start.date() <= today < end.date() or ahead
    assert (end.date() - start.date()).days >= DAYS[name]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-23", 24)])
def test_a_day_has_as_many_hours_as_it_has(day: str, hours: int) -> None:
    found = span("today", None, datetime.date.fromisoformat(day), ZoneInfo("Europe/Warsaw"))
    assert len(found.edges) == hours + 1


def test_the_span_before_is_as_long_and_ends_where_this_one_begins() -> None:
    found = span("week", None, datetime.date(2026, 4, 1), ZoneInfo("Europe/Warsaw"))
    earlier = before(found)
    assert earlier.edges[-1] == found.edges[0]
    assert earlier.edges[0].date() == datetime.date(2026, 3, 19)


def test_a_span_ahead_begins_today() -> None:
    found = span("quarter", "month", datetime.date(2026, 11, 23), ZoneInfo("Europe/Warsaw"), ahead=True)
    assert [edge.date().isoformat()[:7] for edge in found.edges] == [
        "2026-11",
        "2026-12",
        "2027-01",
        "2027-02",
        "2027-03",
    ]
