"""Begins what is due by the clock: once for each local date and time, however often a clock shows it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sidra.jobs.service import Jobs, Wish
from sidra.runtime import Runtime
from sidra_metamodel.checking.layers import DAYS
from sidra_metamodel.kinds.layer import Calendar
from sidra_metamodel.kinds.schedule import Schedule
from sidra_metamodel.timing import Timing, parse_timing

DAY = datetime.timedelta(days=1)
FARTHEST = 400 * DAY
"""Further ahead no next time is looked for: a calendar may have no working day at all."""

Works = Callable[[datetime.date], bool]


class Scheduler:
    """The schedules of the affiliates that a worker serves; any number of workers may look after the same ones."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._next: dict[tuple[object, ...], datetime.datetime] = {}

    def fire(self, runtimes: Iterable[Runtime]) -> int:
        """Begin what is due; returns how much it was."""
        fired = 0
        for runtime in runtimes:
            now = runtime.now()
            for schedule in runtime.model.schedules.values():
                key = (runtime.affiliate, schedule.name, schedule.every, schedule.calendar, runtime.model.time_zone.key)
                if not schedule.off and self._next.get(key, now) <= now:
                    fired += self._begin(runtime, schedule, now)
                    self._next[key] = next_time(runtime, schedule, now) or now + FARTHEST
        return fired

    def _begin(self, runtime: Runtime, schedule: Schedule, now: datetime.datetime) -> bool:
        """Begin a schedule's work where a time of it has come that was not begun."""
        timing = parse_timing(schedule.every)
        if timing is None:
            return False
        zone, works = runtime.model.time_zone, working_days(runtime, schedule)
        due = latest_due(timing, works, zone, now, schedule.within)
        database = self._jobs.database
        table = database.schedule
        with database.engine.begin() as connection:
            insert = sqlite.insert(table) if database.kind == "sqlite" else postgresql.insert(table)
            # What lies before the first look is no time that was missed.
            row = {"affiliate": runtime.affiliate, "name": schedule.name, "slot": slot_text(now.astimezone(zone))}
            connection.execute(insert.values(row).on_conflict_do_nothing())
            if due is None:
                return False
            wish = Wish(runtime.affiliate, schedule.run, {"schedule": schedule.name}, f"schedule:{schedule.name}:{due}")
            here = sa.and_(table.c.affiliate == runtime.affiliate, table.c.name == schedule.name, table.c.slot < due)
            values = {"slot": due, "fired_at": database.now, "job": wish.id}
            if connection.execute(table.update().where(here).values(values)).rowcount == 0:
                return False
            return self._jobs.keep(connection, wish)


def working_days(runtime: Runtime, schedule: Schedule) -> Works:
    """Return what tells whether a schedule may run on a day: on every one, unless it names a calendar."""
    calendar = runtime.model.calendars.get(schedule.calendar or "")
    return (lambda day: is_working_day(calendar, day)) if calendar is not None else (lambda _: True)


def is_working_day(calendar: Calendar, day: datetime.date) -> bool:
    """Tell whether a calendar has hours on a day that is no holiday."""
    holidays = {holiday.date for holiday in calendar.holidays.values()}
    return DAYS[day.weekday()] in calendar.week and not holidays & {f"{day:%Y-%m-%d}", f"{day:%m-%d}"}


def latest_due(
    timing: Timing, works: Works, zone: ZoneInfo, now: datetime.datetime, within: datetime.timedelta
) -> str | None:
    """Return the last local time that has come and may still be begun, as `2026-03-29T02:30`; None for none.

    A time that a clock shows twice is one: it comes when it is shown first. One that no clock shows comes when the
    clock has jumped over it.
    """
    local = now.astimezone(zone).date()
    found = None
    for slot in timing.slots((now - within).astimezone(zone).date() - DAY, local + DAY):
        if works(slot.date()) and now - within < _instant(slot, zone) <= now:
            found = slot
    return None if found is None else slot_text(found)


def next_time(runtime: Runtime, schedule: Schedule, now: datetime.datetime) -> datetime.datetime | None:
    """Return when a schedule is begun next, in UTC; None where that is not within a year."""
    timing, zone = parse_timing(schedule.every), runtime.model.time_zone
    if timing is None:
        return None
    works, day = working_days(runtime, schedule), now.astimezone(zone).date()
    for slot in timing.slots(day, day + FARTHEST):
        if works(slot.date()) and _instant(slot, zone) > now:
            return _instant(slot, zone)
    return None


def slot_text(local: datetime.datetime) -> str:
    """Return a local time as it is kept; texts sort as times do."""
    return f"{local:%Y-%m-%dT%H:%M}"


def _instant(slot: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    return slot.replace(tzinfo=zone, fold=0).astimezone(datetime.UTC)
