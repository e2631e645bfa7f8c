"""Work that collides is tried again, as long as whoever asked for it can wait."""

from __future__ import annotations

import pytest

from sidra.store.failures import ATTEMPTS, REQUEST_SECONDS, Collision, again


class Work:
    """What collides each time, and takes so long; time passes only here."""

    def __init__(self, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds, self.now, self.tries = seconds, 0.0, 0
        monkeypatch.setattr("sidra.store.failures.time.monotonic", lambda: self.now)
        monkeypatch.setattr("sidra.store.failures.time.sleep", self.wait)

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self) -> None:
        self.tries += 1
        self.now += self.seconds
        raise Collision("somebody else changed the same at the same time")


def test_quick_work_is_tried_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(0.01, monkeypatch)
    with pytest.raises(Collision):
        again(work)
    assert (work.tries, work.now < REQUEST_SECONDS) == (ATTEMPTS, True)


def test_a_request_whose_work_is_slow_is_told_so_before_it_was_tried_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(8.0, monkeypatch)
    with pytest.raises(Collision):
        again(work)
    assert work.tries < ATTEMPTS
    assert work.now < REQUEST_SECONDS + work.seconds


def test_patient_work_is_tried_for_as_long_as_it_is_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(8.0, monkeypatch)
    with pytest.raises(Collision):
        again(work, patience=300.0)
    assert work.now >= 300.0
