"""A worker that is killed in the middle of its work loses nothing, and each effect is there once."""

from __future__ import annotations

import random
import signal
import time

import pytest
from tests.core.jobs.conftest import Place, Places, until
from tests.proofs.counting import Counts

from sidra.access.actor import system_actor
from sidra.jobs.service import Wish

CHUNKS = 25
DEADLINE_SECONDS = 900.0


def kill_in_the_middle(place: Place, kills: int, counts: Counts) -> None:
    """Ask for work and let events ask for more, while workers are killed one after the other."""
    chance = random.Random(kills)
    runtime, actor = place.runtime("sn"), system_actor("test")
    told = 0
    for round_ in range(kills):
        worker = place.start()
        wishes = [
            Wish("sn", "chunks", {"text": f"r{round_} j{number}", "count": CHUNKS, "seconds": 0.005})
            for number in range(3)
        ]
        place.jobs.enqueue_all(wishes)
        for _ in range(5):
            with runtime.unit_of_work(actor) as unit:
                unit.emit("mark.noted", payload={"text": f"told {told}"})
            told += 1
        time.sleep(chance.uniform(0.05, 0.8))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    place.start()
    expected = sorted(
        [f"r{round_} j{job} {chunk}" for round_ in range(kills) for job in range(3) for chunk in range(CHUNKS)]
        + [f"told {number}" for number in range(told)]
    )
    wanted = Counts(expected)
    until(lambda: len(place.marks()) >= len(expected), seconds=DEADLINE_SECONDS)
    until(lambda: not runtime.outbox.oldest(1), seconds=DEADLINE_SECONDS)
    until(lambda: {one.state for one in place.jobs.list(limit=500).jobs} == {"done"}, seconds=DEADLINE_SECONDS)
    counts["kills"] += kills
    counts["effects"] += len(expected)
    counts["of them lost or twice"] += sum(
        ((Counts(place.marks()) - wanted) + (wanted - Counts(place.marks()))).values()
    )
    assert place.marks() == expected


def test_nothing_is_lost_and_each_effect_is_there_once(places: Places, counts: Counts) -> None:
    kill_in_the_middle(places.make("sn"), 3, counts)


@pytest.mark.prove
def test_twenty_kills_lose_nothing(places: Places, counts: Counts) -> None:
    kill_in_the_middle(places.make("sn"), 20, counts)
