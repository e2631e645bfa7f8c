"""Kind `schedule`: what runs when, without anybody asking for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from sidra_metamodel.language import Document, Label, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Document):
    """Work that is begun by the clock, in the affiliate's time zone."""

    kind: ClassVar[str] = "schedule"
    folder: ClassVar[str] = "schedules"

    label: Label = word("As people read it.")
    every: str = word(
        "When: `15 minutes`, `hour at :20`, `day at 02:00`, `monday, friday at 08:00, 14:00`, `month on 1 at 06:00` or "
        "`month on last at 22:00`; local times of the affiliate.",
        required=True,
        example="day at 02:00",
    )
    run: str = word("The work that is begun.", required=True, among="work", example="clean_up")
    calendar: str | None = word(
        "Only on its working days: those that have hours and are no holiday.", default=None, refers="calendar"
    )
    within: timedelta = word(
        "How late it may begin, where nothing could be begun at its time; of several missed times the last counts.",
        default=timedelta(hours=12),
        example="4h",
    )
    off: bool = word("It is not begun.", default=False)
