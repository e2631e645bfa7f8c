"""What the clock begins: once for each local date and time, by as many workers as look after it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from tests.core.jobs import works
from tests.core.jobs.conftest import Place, Places

from sidra.affiliates.registry import Affiliates
from sidra.jobs.database import JobsDatabase
from sidra.jobs.scheduling import Scheduler, next_time
from sidra.jobs.service import Jobs
from sidra.runtime import Runtime

NIGHT = "schedule: night\nlabel: Night\nevery: day at 02:30\nrun: clean_up\n"
WORKDAYS = """
calendar: week
week: {mon: {from: "08:00", to: "18:00"}, tue: {from: "08:00", to: "18:00"}}
holidays: {first: {date: "2026-03-30"}}
"""


class Clock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 3, 27, 12, 0, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now

    def at(self, text: str) -> None:
        """Put it on a moment of UTC."""
        self.now = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


class Night:
    """Three affiliates in three zones, each with work every night, and two workers that look after them."""

    def __init__(self, place: Place) -> None:
        self.place, self.clock = place, Clock()
        self.affiliates = Affiliates(place.settings, clock=self.clock)
        databases = [JobsDatabase.of(place.settings) for _ in range(2)]
        databases[0].prepare()
        self.ports = [Jobs(database, works.HANDLERS) for database in databases]
        self.schedulers = [Scheduler(port) for port in self.ports]

    @property
    def runtimes(self) -> list[Runtime]:
        """The affiliates."""
        return [runtime for name in self.affiliates.names if (runtime := self.affiliates.get(name)) is not None]

    def look(self, at: str) -> list[str]:
        """What both workers begin at a moment, by id."""
        self.clock.at(at)
        before = self.begun
        for scheduler in self.schedulers:
            scheduler.fire(self.runtimes)
        return sorted(self.begun - before)

    @property
    def begun(self) -> set[str]:
        """All that was begun."""
        return {one.id for one in self.ports[0].list(limit=500).jobs}

    def anew(self) -> None:
        """The workers are started anew."""
        self.schedulers = [Scheduler(port) for port in self.ports]

    def close(self) -> None:
        """Close what was opened."""
        self.affiliates.close()
        for port in self.ports:
            port.close()


@pytest.fixture
def night(places: Places) -> Iterator[Night]:
    place = places.make("sn", "eg", "pl")
    (place.folder / "base" / "night.yaml").write_text(NIGHT, encoding="utf-8")
    (place.folder / "base" / "week.yaml").write_text(WORKDAYS, encoding="utf-8")
    made = Night(place)
    yield made
    made.close()


def test_each_affiliate_has_its_own_night_and_each_night_one_piece_of_work(night: Night) -> None:
    assert night.look("2026-03-27T12:00") == []
    found: list[str] = []
    moment = datetime.datetime(2026, 3, 27, 12, 0, tzinfo=datetime.UTC)
    for _ in range(2 * 24 * 6):
        moment += datetime.timedelta(minutes=10)
        found += night.look(f"{moment:%Y-%m-%dT%H:%M}")
    nights = ("2026-03-28T02:30", "2026-03-29T02:30")
    assert sorted(found) == sorted(f"{name}:schedule:night:{at}" for name in ("sn", "eg", "pl") for at in nights)


def test_what_was_missed_while_nobody_worked_is_begun_once_if_it_is_not_too_late(night: Night) -> None:
    night.look("2026-03-24T12:00")
    night.anew()
    assert night.look("2026-03-27T09:00") == [f"{name}:schedule:night:2026-03-27T02:30" for name in ("eg", "pl", "sn")]
    night.anew()
    assert night.look("2026-03-27T09:01") == []
    night.anew()
    assert night.look("2026-03-28T22:00") == []


def test_a_new_schedule_has_missed_nothing(night: Night) -> None:
    assert night.look("2026-03-27T09:00") == []


def test_a_schedule_is_moved_switched_off_and_kept_to_working_days_by_the_affiliate(night: Night) -> None:
    folder = night.place.folder / "affiliates"
    (folder / "sn" / "night.yaml").write_text("schedule: night\nevery: day at 05:00\n", encoding="utf-8")
    (folder / "eg" / "night.yaml").write_text("schedule: night\noff: true\n", encoding="utf-8")
    (folder / "pl" / "night.yaml").write_text("schedule: night\ncalendar: week\n", encoding="utf-8")
    night.affiliates.reload()
    night.look("2026-03-27T12:00")
    found = [one for day in (28, 29, 30, 31) for one in night.look(f"2026-03-{day}T06:00")]
    assert [one for one in found if one.startswith("sn")] == [
        f"sn:schedule:night:2026-03-{day}T05:00" for day in (28, 29, 30, 31)
    ]
    # Saturday and Sunday have no hours, and Monday is a holiday.
    assert [one for one in found if not one.startswith("sn")] == ["pl:schedule:night:2026-03-31T02:30"]


def test_the_next_time_is_told_and_none_where_no_day_ever_fits(night: Night) -> None:
    (runtime,) = [one for one in night.runtimes if one.affiliate == "pl"]
    schedule = runtime.model.schedules["night"]
    now = datetime.datetime(2026, 3, 28, 12, 0, tzinfo=datetime.UTC)
    assert f"{next_time(runtime, schedule, now)}" == "2026-03-29 01:30:00+00:00"
    week = night.place.folder / "base" / "week.yaml"
    week.write_text("calendar: week\n", encoding="utf-8")
    overlay = night.place.folder / "affiliates" / "pl" / "night.yaml"
    overlay.write_text("schedule: night\ncalendar: week\n", encoding="utf-8")
    night.affiliates.reload()
    runtime = night.runtimes[1]
    assert next_time(runtime, runtime.model.schedules["night"], now) is None
