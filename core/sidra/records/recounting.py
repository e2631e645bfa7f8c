"""Counts that several readers with the same rights ask for within moments are counted once."""

from __future__ import annotations

import datetime
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sidra.store.database import Statement

if TYPE_CHECKING:
    from sidra.records.service import Records

MAX_KEPT = 512
"""Answers; the oldest goes first."""
CONTEXT = ("user_id", "user_login", "user_locale", "user_units", "user_roles", "today")
"""What a statement may know of who asks and when, but for the moment itself: that is as old as the answer."""


@dataclass(frozen=True, slots=True)
class _Answer:
    at: float
    rows: list[Any]


class Recounts:
    """Answers of the last moments by exactly what the database was asked; safe for threads.

    An answer serves only who would ask the same statement with the same values: readers whose rights differ differ in
    one of the two.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[object, _Answer] = OrderedDict()
        self._asking: dict[object, threading.Lock] = {}
        self._lock = threading.Lock()

    def young(self, key: object, seconds: float) -> _Answer | None:
        """Return the answer to a question, where there is one of the last seconds."""
        found = self._answers.get(key)
        return found if found is not None and time.monotonic() - found.at < seconds else None

    def asking(self, key: object) -> AbstractContextManager[bool]:
        """Lend the turn to ask: whoever waits for it finds the answer of who had it."""
        with self._lock:
            return self._asking.setdefault(key, threading.Lock())

    def asked(self, key: object) -> None:
        """Give up the turn, whatever came of it: who comes now begins another."""
        with self._lock:
            self._asking.pop(key, None)

    def keep(self, key: object, rows: list[Any]) -> _Answer:
        """Keep an answer, and return it."""
        answer = _Answer(time.monotonic(), rows)
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > MAX_KEPT:
                self._answers.popitem(last=False)
        return answer


@dataclass
class Recount:
    """One reader's counting: how old its answers may be, and how old the oldest of them was."""

    seconds: float
    """0 counts anew."""
    recounts: Recounts = field(default_factory=Recounts)
    oldest: float | None = None
    """When the oldest answer was counted, by the clock that never goes back."""

    @property
    def age(self) -> datetime.timedelta:
        """How old the oldest answer is."""
        return datetime.timedelta(seconds=0 if self.oldest is None else max(time.monotonic() - self.oldest, 0))

    def rows(self, records: Records, statement: Statement, given: Mapping[str, object]) -> list[Any]:
        """Return the rows of a statement as the reader sees them."""
        key = _key(records, statement, given)
        answer = self.recounts.young(key, self.seconds)
        if answer is None:
            with self.recounts.asking(key):
                answer = self.recounts.young(key, self.seconds)
                if answer is None:
                    answer = self._asked(records, statement, given, key)
        self.oldest = answer.at if self.oldest is None else min(self.oldest, answer.at)
        return answer.rows

    def _asked(self, records: Records, statement: Statement, given: Mapping[str, object], key: object) -> _Answer:
        try:
            with records.connected() as connection:
                rows = records.run(connection, statement, given).fetchall()
            return self.recounts.keep(key, rows)
        finally:
            self.recounts.asked(key)


def _key(records: Records, statement: Statement, given: Mapping[str, object]) -> object:
    """Return all that decides what the database answers, but for the moment."""
    context = records.context if statement.wants_context else {}
    told = tuple((name, str(context.get(name))) for name in CONTEXT if name in context)
    # The words of roles and conditions are no part of the text, which is the same for `unit == 'a'` and `unit == 'b'`.
    values = {**statement.constants, **given}
    return statement.sql, tuple(sorted((name, repr(value)) for name, value in values.items())), told
