from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.runtime import Runtime
from sidra.store.sqlite import SqliteStore

CAIRO = "layer: eg\nlevel: affiliate\nlocales: [ar]\ncurrency: EGP\ncountry: EG\ntime_zone: Africa/Cairo\n"
YEAR = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(model_of("entity: thing\n", layer=CAIRO.replace("layer: eg", "layer: sn")), SqliteStore(":memory:"))


@given(st.lists(st.floats(0, 366 * 86400), max_size=6))
def test_today_is_the_date_of_each_moment_in_the_zone_whatever_was_asked_before(
    runtime: Runtime, seconds: list[float]
) -> None:
    for second in seconds:
        now = YEAR + datetime.timedelta(seconds=second)
        assert runtime.today(now) == now.astimezone(ZoneInfo("Africa/Cairo")).date()


def test_today_ends_at_midnight_of_the_zone(runtime: Runtime) -> None:
    last = datetime.datetime(2026, 3, 20, 21, 59, 59, 999999, tzinfo=datetime.UTC)
    assert runtime.today(last) == datetime.date(2026, 3, 20)
    assert runtime.today(last + datetime.timedelta(microseconds=1)) == datetime.date(2026, 3, 21)
    assert runtime.today(last) == datetime.date(2026, 3, 20)
