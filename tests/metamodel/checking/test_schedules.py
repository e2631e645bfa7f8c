"""Schedules: times that no clock shows, work that nobody does."""

from tests.metamodel.configurations import Found, expected

SCHEDULE = "schedule: s\nlabel: S\nevery: {every}\nrun: anything\n"


def test_a_time_that_no_clock_shows_is_told(found: Found) -> None:
    told = found({"baseline/s.yaml": SCHEDULE.format(every="day at 25:00")})
    assert "error[E421]: no time `day at 25:00`" in told
    assert "write `15 minutes`, `hour`, `day at 02:00`" in told


def test_a_wait_that_is_too_long_is_told(found: Found) -> None:
    told = found({"baseline/s.yaml": SCHEDULE.format(every="day at 05:00") + "within: 8d\n"})
    assert told == expected("""
        error[E421]: that is too late to begin
         --> baseline/s.yaml:5:9   (layer group)
        5 | within: 8d
          |         ^^
          = help: write at most `7d`
    """)


def test_a_schedule_may_be_moved_and_switched_off_by_an_affiliate(found: Found) -> None:
    files = {
        "baseline/s.yaml": SCHEDULE.format(every="day at 05:00"),
        "affiliates/sn/s.yaml": "schedule: s\nevery: sunday at 06:00\noff: true\n",
    }
    assert found(files) == ""
